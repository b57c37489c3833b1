package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// planMilestone finds the milestone of that title among the open ones. It is written once the issue is there: a milestone
// that was closed or deleted meanwhile is a 422, which must not cost the issue.
func (t *Tracker) planMilestone(ctx context.Context, d *bridge.Draft, r repo, title string) {
	if title = strings.TrimSpace(title); title == "" {
		return
	}
	open, err := t.openMilestones(ctx, r)
	if err != nil {
		drop(d, bridge.FieldMilestone, title, "the milestones of "+r.String()+" could not be read: "+err.Error())
		return
	}
	found := titled(open, title)
	if found == nil {
		drop(d, bridge.FieldMilestone, title, noMilestone(r, open))
		return
	}
	d.Fields[bridge.FieldMilestone] = milestoneTitle(found)
	d.Later = append(d.Later, bridge.FieldMilestone)
}

// setMilestone puts the number of the milestone of that title into an edit of an issue of r, which need not be where it was
// planned: numbers are a repository's own.
func (t *Tracker) setMilestone(ctx context.Context, op string, r repo, request *issueRequest, title string) error {
	open, err := t.openMilestones(ctx, r)
	if e, ok := errors.AsType[*bridge.Error](err); ok && (e.Kind == bridge.Permanent || e.Status == http.StatusForbidden && e.Kind != bridge.Later) {
		return refusal(op, map[string]string{bridge.FieldMilestone: tracker.Excerpt(err.Error())})
	}
	if err != nil {
		return err
	}
	found := titled(open, title)
	if found == nil {
		return refusal(op, map[string]string{bridge.FieldMilestone: noMilestone(r, open)})
	}
	request.Milestone = found.Number
	return nil
}

// titled finds a milestone by its title, rather one that is spelt so.
func titled(open []*gogithub.Milestone, title string) *gogithub.Milestone {
	for _, is := range []func(m *gogithub.Milestone) bool{
		func(m *gogithub.Milestone) bool { return milestoneTitle(m) == title },
		func(m *gogithub.Milestone) bool { return strings.EqualFold(milestoneTitle(m), title) },
	} {
		if i := slices.IndexFunc(open, is); i >= 0 {
			return open[i]
		}
	}
	return nil
}

// milestoneTitle is the canonical form of a milestone: what people call it, and not its number.
func milestoneTitle(m *gogithub.Milestone) string { return strings.TrimSpace(m.GetTitle()) }

func noMilestone(r repo, open []*gogithub.Milestone) string {
	titles := make([]string, 0, len(open))
	for _, m := range open {
		titles = append(titles, m.GetTitle())
	}
	return "it is not an open milestone of " + r.String() + "; " + choice(titles)
}

func (t *Tracker) openMilestones(ctx context.Context, r repo) ([]*gogithub.Milestone, error) {
	if open, ok := t.known.milestones.get(key(r.String())); ok {
		return open, nil
	}
	var open []*gogithub.Milestone
	look := list{call{op: "list milestones of " + r.String(), method: http.MethodGet}, fmt.Sprintf("repos/%s/milestones", r),
		url.Values{"state": {"open"}, "per_page": {"100"}}}
	err := pages(ctx, t, look, func(m *gogithub.Milestone) { open = append(open, m) })
	if err == nil {
		t.known.milestones.put(key(r.String()), open)
	}
	return open, err
}

// choice tells what there is, as far as a line of an issue's footer has room for it.
func choice(names []string) string {
	const most = 8
	switch {
	case len(names) == 0:
		return "there are none"
	case len(names) > most:
		return fmt.Sprintf("there are %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return "there are " + strings.Join(names, ", ")
}

// planType checks an issue type against the organisation's. Like all that GitHub refuses with a 422, or drops without a
// word, it is written once the issue is there. A token may well not read the organisation's list, which wants a right of
// its own (docs.github.com, List issue types for an organization): then the write decides.
func (t *Tracker) planType(ctx context.Context, d *bridge.Draft, r repo, name string) {
	if name = strings.TrimSpace(name); name == "" {
		return
	}
	if t.factsOf(ctx, r).byPerson {
		drop(d, bridge.FieldType, name, "only repositories of an organisation have issue types, and "+r.String()+" belongs to a person")
		return
	}
	if types, ok := t.issueTypes(ctx, r.owner); ok {
		i := slices.IndexFunc(types, func(known string) bool { return strings.EqualFold(known, name) })
		if i < 0 {
			drop(d, bridge.FieldType, name, "it is not an issue type of "+r.owner+"; "+choice(types))
			return
		}
		name = types[i]
	}
	d.Fields[bridge.FieldType] = name
	d.Later = append(d.Later, bridge.FieldType)
}

// issueTypes lists the types that are switched on; it returns false where that is not to be learnt.
func (t *Tracker) issueTypes(ctx context.Context, org string) (names []string, ok bool) {
	if names, ok = t.known.types.get(key(org)); ok {
		return names, names != nil
	}
	var types []struct {
		Name    string `json:"name"`
		Enabled *bool  `json:"is_enabled"`
	}
	client := t.client()
	req, err := client.NewRequest(http.MethodGet, "orgs/"+org+"/issue-types", nil)
	if err == nil {
		var resp *gogithub.Response
		resp, err = client.Do(ctx, req, &types)
		err = call{op: "list issue types of " + org, method: http.MethodGet}.failed(resp, err)
	}
	if err != nil {
		t.log.Info("issue types are not to be learnt; GitHub decides when one is set", "organisation", org, "err", err)
		t.known.types.put(key(org), nil)
		return nil, false
	}
	names = []string{}
	for _, kind := range types {
		if kind.Enabled == nil || *kind.Enabled {
			names = append(names, kind.Name)
		}
	}
	t.known.types.put(key(org), names)
	return names, true
}
