package jira_test

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// A bug may have an issue in each of two projects of one site: the look for the one must not find the other.
func TestFindKnowsWhereAnIssueWasCreated(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	for _, site := range []string{"/jira-cloud", "/jira-dc"} {
		t.Run(site, func(t *testing.T) { findsAtItsPlace(t, with(t, jira.Config{BaseURL: server.URL + site})) })
	}
}

func findsAtItsPlace(t *testing.T, s trackertest.Subject) {
	t.Helper()
	marker := bridge.Marker{Installation: "prod", Bug: "b1"}
	draft, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: marker, Title: "T", Type: "Bug"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := s.Tracker.Create(t.Context(), s.Place, draft)
	if err != nil {
		t.Fatal(err)
	}
	if refs, err := s.Tracker.Find(t.Context(), s.Place, marker, time.Now()); trackertest.IDs(refs) != made.ID || err != nil {
		t.Errorf("at its place: %v, %v", refs, err)
	}
	other := s.Place
	other.Name = "API"
	if refs, err := s.Tracker.Find(t.Context(), other, marker, time.Now()); len(refs) != 0 || err != nil {
		t.Errorf("at another place: %v, %v", refs, err)
	}
}
