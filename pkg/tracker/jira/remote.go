package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// remoteLink is Jira's link to something elsewhere. One with the same globalId replaces it, and what the new one leaves out is
// gone (developer.atlassian.com, POST /rest/api/3/issue/{issueIdOrKey}/remotelink).
type remoteLink struct {
	GlobalID    string          `json:"globalId"`
	Application linkApplication `json:"application"`
	Object      linkObject      `json:"object"`
}

type linkApplication struct {
	Type string `json:"type"`
	Name string `json:"name"` // Jira groups the links by it
}

type linkObject struct {
	URL    string     `json:"url"`
	Title  string     `json:"title"`
	Icon   linkIcon   `json:"icon"`
	Status linkStatus `json:"status"`
}

type linkIcon struct {
	URL   string `json:"url16x16"`
	Title string `json:"title"`
}

type linkStatus struct {
	Resolved bool `json:"resolved"` // true: Jira strikes the link's title through
}

// Every reader's browser asks for the icon, so it is BetterBugs' own, and not of whatever host a report names.
var betterBugs = struct {
	application linkApplication
	icon        linkIcon
}{
	linkApplication{Type: "io.betterbugs", Name: "BetterBugs"},
	linkIcon{URL: "https://app.betterbugs.io/favicon.ico", Title: "BetterBugs"},
}

// planLink plans the link to the recorded session. Its value holds whether the bug is resolved, so that a change of that is a
// step to be done, which updates the link.
func (p planner) planLink() error {
	remote := p.issue.Remote
	if remote.URL == "" {
		return nil
	}
	link := remoteLink{
		GlobalID:    tracker.Plain(cmp.Or(remote.ID, p.issue.Marker.Bug)), // known within its issue alone
		Application: betterBugs.application,
		Object: linkObject{
			URL: remote.URL, Title: cmp.Or(markup.Title(remote.Title, 255), "BetterBugs session"),
			Icon: betterBugs.icon, Status: linkStatus{Resolved: remote.Resolved},
		},
	}
	value, err := json.Marshal(link)
	if err != nil {
		return fmt.Errorf("plan remote link: %w", err)
	}
	p.draft.Steps = append(p.draft.Steps, bridge.Step{Name: stepRemoteLink, Value: string(value)})
	p.said(stepRemoteLink, "", p.issue.Remote.URL)
	return nil
}

func (t *Tracker) link(ctx context.Context, key, value string) error {
	var link remoteLink
	if err := json.Unmarshal([]byte(value), &link); err != nil {
		return bridge.Park(fmt.Errorf("remote link of %s: %w", key, err), "")
	}
	return t.do(ctx, call{op: "remote link of " + key, method: http.MethodPost, path: issuePath(key, "remotelink"), body: link, issue: key}, nil)
}
