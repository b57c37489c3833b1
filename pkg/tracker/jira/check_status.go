package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// statuses looks whether issues of the type can have the statuses at all, and whether transitions lead there.
func (c *placeCheck) statuses(ctx context.Context, wanted []string) {
	if len(wanted) == 0 {
		return
	}
	type kind struct {
		ID       string         `json:"id"`
		Statuses []allowedValue `json:"statuses"`
	}
	var types []kind
	ask := call{op: "read statuses of " + c.project, method: http.MethodGet, path: "project/" + url.PathEscape(c.project) + "/statuses"}
	if err := c.t.do(ctx, ask, &types); err != nil {
		c.found.Fail("status", err)
		return
	}
	at := slices.IndexFunc(types, func(k kind) bool { return k.ID == c.screen.kind.ID })
	if at < 0 {
		return
	}
	var there []string
	for _, status := range wanted {
		if _, ok := pick(types[at].Statuses, status); ok {
			there = append(there, status)
			continue
		}
		c.found.Add(bridge.LevelWarning, "status", "there are: "+labels(types[at].Statuses), "issues of type %s have no status %q", c.screen.kind.Name, status)
	}
	if len(there) == 0 {
		return
	}
	c.found.OK("status", "%s", strings.Join(there, ", "))
	if !c.lacks[transitionIssues] { // without it no issue has transitions
		c.transitions(ctx, there)
	}
}

// So many issues are looked through for statuses, and so many statuses are asked for the ways out of them.
const (
	maxSample = 50
	maxFroms  = 5
)

// from is a status that an issue is in, and the ways out of it.
type from struct {
	named
	key      string // the issue's
	Category struct {
		Key string `json:"key"` // "new", "indeterminate" or "done", in every language
	} `json:"statusCategory"`
	ways []transition
}

// transitions looks whether transitions lead to the statuses. Jira tells of an issue which there are, and of a workflow only
// administrators (developer.atlassian.com, GET /rest/api/3/issue/{issueIdOrKey}/transitions and GET /rest/api/3/workflow/search):
// so the issues that there are tell as much as they know, and before the first nothing can be told.
func (c *placeCheck) transitions(ctx context.Context, wanted []string) {
	froms, err := c.froms(ctx)
	if err != nil {
		c.found.Add(bridge.LevelWarning, "transitions", bridge.Hint(err), "whether they lead to %s could not be asked: %v", strings.Join(wanted, ", "), err)
		return
	}
	if len(froms) == 0 {
		c.found.Add(bridge.LevelNote, "transitions", "check again when there is one", "whether they lead to %s cannot be told before the first issue of type %s in %s",
			strings.Join(wanted, ", "), c.screen.kind.Name, c.project)
		return
	}
	for _, status := range wanted {
		c.transition(status, froms)
	}
}

// froms are the statuses of the project's newest issues of the type, each with the newest issue in it.
func (c *placeCheck) froms(ctx context.Context) ([]from, error) {
	jql := fmt.Sprintf("project = %s AND issuetype = %s ORDER BY created DESC", quoted(c.project), quoted(c.screen.kind.ID))
	ask := call{op: "look for issues of " + c.project, method: http.MethodPost, path: c.flavour.searchPath,
		body: map[string]any{"jql": jql, "fields": []string{"status"}, "maxResults": maxSample}}
	var answer struct {
		Issues []struct {
			Key    string `json:"key"`
			Fields struct {
				Status from `json:"status"`
			} `json:"fields"`
		} `json:"issues"`
	}
	if err := c.t.do(ctx, ask, &answer); err != nil {
		return nil, err
	}
	var froms []from
	for _, issue := range answer.Issues {
		status := issue.Fields.Status
		if len(froms) == maxFroms || !issuePattern.MatchString(issue.Key) || slices.ContainsFunc(froms, func(f from) bool { return f.ID == status.ID }) {
			continue
		}
		var err error
		status.key = issue.Key
		if status.ways, err = c.t.transitions(ctx, issue.Key); err != nil {
			return nil, err
		}
		froms = append(froms, status)
	}
	return froms, nil
}

// transition tells of one status from which of the others it can be reached.
func (c *placeCheck) transition(status string, froms []from) {
	var good, bad []string
	level := bridge.LevelNote
	for _, f := range froms {
		if f.is(status) {
			continue
		}
		_, why := wayTo(f.ways, f.named, status)
		if why == "" {
			good = append(good, fmt.Sprintf("%q", f.Name))
			continue
		}
		bad = append(bad, fmt.Sprintf("%s (seen at %s)", why, f.key))
		if f.Category.Key != "done" { // out of a status in which issues end there need be no way
			level = bridge.LevelWarning
		}
	}
	const hint = "add a transition to the workflow, on whose screen no field is required, or name another status"
	switch {
	case len(bad) == 0 && len(good) == 0:
		c.found.Add(bridge.LevelNote, "transitions", "check again when an issue is in another", "all issues of type %s in %s that were looked at are in %q: whether transitions lead there cannot be told",
			c.screen.kind.Name, c.project, status)
	case len(bad) == 0:
		c.found.OK("transitions", "%q is reached from %s", status, list(good))
	case len(good) == 0:
		c.found.Add(level, "transitions", hint, "%s", strings.Join(bad, "; "))
	default: // an issue may have to be brought on its way first
		c.found.Add(bridge.LevelNote, "transitions", hint, "%q is reached from %s; %s", status, list(good), strings.Join(bad, "; "))
	}
}
