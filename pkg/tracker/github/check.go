package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const issuesOff = "switch on Issues in the repository's settings, General, Features"

// Check asks who the token belongs to and what it may do in the repository.
func (t *Tracker) Check(ctx context.Context, place bridge.Place) error {
	r, err := parseRepo(place.Name)
	if err != nil {
		return err
	}
	user, resp, err := t.client().Users.Get(ctx, "")
	if err := (call{op: "check credentials", method: http.MethodGet}).failed(resp, err); err != nil {
		return err
	}
	found, resp, err := t.client().Repositories.Get(ctx, r.owner, r.name)
	if err := (call{op: "check repository " + r.String(), method: http.MethodGet}).failed(resp, err); err != nil {
		return err
	}
	permissions := found.GetPermissions()
	switch {
	case found.GetArchived():
		return bridge.Park(fmt.Errorf("repository %s is archived", r), "unarchive it in its settings, or choose another repository")
	case found.HasIssues != nil && !found.GetHasIssues():
		return bridge.Park(fmt.Errorf("repository %s has issues switched off", r), issuesOff)
	case len(permissions) > 0 && !permissions["push"] && !permissions["maintain"] && !permissions["admin"]:
		return bridge.Park(errors.New(user.GetLogin()+" may not push to "+r.String()+": GitHub will drop labels and assignees without a word"),
			"give "+user.GetLogin()+" the Write role in "+r.String()+", and a fine-grained token Issues read and write")
	}
	return nil
}

// Probe asks for the account's limits, which costs none of them. An Enterprise Server that has no limits says 404 to who
// has shown good credentials, and 401 to others.
func (t *Tracker) Probe(ctx context.Context) error {
	_, resp, err := t.client().RateLimit.Get(ctx)
	if resp != nil && resp.StatusCode == http.StatusNotFound {
		return nil
	}
	return call{op: "probe GitHub", method: http.MethodGet}.failed(resp, err)
}
