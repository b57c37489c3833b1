package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const issuesOff = "switch on Issues in the repository's settings, General, Features"

// Check asks who the credentials belong to and what they may do in the repository.
func (t *Tracker) Check(ctx context.Context, place bridge.Place) error {
	r, err := parseRepo(place.Name)
	if err != nil {
		return err
	}
	if t.app != nil {
		if err := t.checkApp(ctx, r); err != nil {
			return err
		}
		_, err := t.checkRepo(ctx, r)
		return err
	}
	user, resp, err := t.client().Users.Get(ctx, "")
	if err := (call{op: "check credentials", method: http.MethodGet}).failed(resp, err); err != nil {
		return err
	}
	permissions, err := t.checkRepo(ctx, r)
	if err == nil && len(permissions) > 0 && !permissions["push"] && !permissions["maintain"] && !permissions["admin"] {
		return bridge.Park(errors.New(user.GetLogin()+" may not push to "+r.String()+": GitHub will drop labels and assignees without a word"),
			"give "+user.GetLogin()+" the Write role in "+r.String()+", and a fine-grained token Issues read and write")
	}
	return err
}

// checkRepo returns what the account may do in the repository, if issues can be filed there at all.
func (t *Tracker) checkRepo(ctx context.Context, r repo) (permissions map[string]bool, err error) {
	found, resp, err := t.client().Repositories.Get(ctx, r.owner, r.name)
	if err := (call{op: "check repository " + r.String(), method: http.MethodGet}).failed(resp, err); err != nil {
		return nil, err
	}
	switch {
	case found.GetArchived():
		return nil, bridge.Park(fmt.Errorf("repository %s is archived", r), "unarchive it in its settings, or choose another repository")
	case found.HasIssues != nil && !found.GetHasIssues():
		return nil, bridge.Park(fmt.Errorf("repository %s has issues switched off", r), issuesOff)
	}
	return found.GetPermissions(), nil
}

// checkApp asks about an App what GET /user tells of a token, which an App is refused. A repository's permissions say
// nothing of an App's, those of its installation do.
func (t *Tracker) checkApp(ctx context.Context, r repo) error {
	asApp := t.clientOver(t.asApp).Apps
	app, resp, err := asApp.Get(ctx, "")
	if err := (call{op: "check credentials", method: http.MethodGet}).failed(resp, err); err != nil {
		return hinted(err)
	}
	name := "GitHub App " + app.GetSlug()
	there, resp, err := asApp.FindRepositoryInstallation(ctx, r.owner, r.name)
	if err := (call{op: "check that " + name + " is installed on " + r.String(), method: http.MethodGet}).failed(resp, err); err != nil {
		return err
	}
	if there.GetID() != t.app.app.Installation {
		return bridge.Park(fmt.Errorf("installation %d of %s is not the one on %s", t.app.app.Installation, name, r),
			fmt.Sprintf("set app.installation_id to %d, or file there with a tracker of its own", there.GetID()))
	}
	may, err := t.app.mayWriteIssues(ctx)
	if err := (call{op: "check permissions of " + name, method: http.MethodGet}).failed(nil, err); err != nil {
		return err
	}
	if !may {
		return bridge.Park(fmt.Errorf("%s may not write issues", name), "give the App the repository permission Issues read and write in its "+
			"settings, and have the owner of the installation accept it")
	}
	return nil
}

// hinted says of GitHub's refusal to tell an App about itself what can be done.
func hinted(err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || e.Kind == bridge.Later || e.Status < 400 || e.Status >= 500 {
		return err
	}
	other := *e
	other.Hint = appHint
	return &other
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
