package jira_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// The one link of an issue tells whether the bug is closed, and follows it.
func TestRemoteLinkFollowsTheStatus(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	s := with(t, jira.Config{BaseURL: server.URL + "/jira-cloud"})
	var ref bridge.Ref
	values := map[string]bool{}
	for n, resolved := range []bool{false, false, true, false} {
		draft, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: trackertest.Marker, Title: "T", Remote: bridge.RemoteLink{
			ID: trackertest.Marker.Bug, URL: "https://app.betterbugs.io/session/1", Title: "BetterBugs session 1", Resolved: resolved,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if ref, err = s.Tracker.Create(t.Context(), s.Place, draft); err != nil {
				t.Fatal(err)
			}
		}
		if len(draft.Steps) != 1 {
			t.Fatalf("steps %v", draft.Steps)
		}
		values[draft.Steps[0].Value] = true
		if err := s.Tracker.Do(t.Context(), s.Place, ref, draft.Steps[0]); err != nil {
			t.Fatal(err)
		}
		links := state(t, server.URL).Jira[0].RemoteLinks
		if len(links) != 1 {
			t.Fatalf("%d links, want one", len(links))
		}
		want := map[string]any{
			"url": "https://app.betterbugs.io/session/1", "title": "BetterBugs session 1", "status": map[string]any{"resolved": resolved},
			"icon": map[string]any{"url16x16": "https://app.betterbugs.io/favicon.ico", "title": "BetterBugs"},
		}
		if diff := cmp.Diff(want, links[0].Object); diff != "" || links[0].GlobalID != trackertest.Marker.Bug {
			t.Errorf("link %s (-want +got):\n%s", links[0].GlobalID, diff)
		}
	}
	if len(values) != 2 {
		t.Errorf("%d different steps, want one for each status", len(values))
	}
}
