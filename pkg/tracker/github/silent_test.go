package github_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// Section 1.1 of the facts: without push access GitHub drops labels and assignees, and says that all is well.
func TestWhatGitHubDropsWithoutAWord(t *testing.T) {
	const why = "GitHub dropped it without a word, as it does where the account may not push to the repository"
	change := bridge.Change{SetLabels: true, Labels: []string{"BUG", "new"}, Fields: map[string]string{"title": "U", "assignees": "quinn-dev,ana-dev", "status": "closed"}}
	for _, c := range []struct {
		repo           string
		created, wrote []bridge.Dropped
	}{
		{"acme/web", nil, nil},
		{"acme/readonly",
			[]bridge.Dropped{{Field: "labels", Value: "bug", Why: why}, {Field: "labels", Value: "a", Why: why}},
			[]bridge.Dropped{{Field: "labels", Value: "BUG", Why: why}, {Field: "labels", Value: "new", Why: why},
				{Field: "assignees", Value: "ana-dev,quinn-dev", Why: why + "; the issue shows nothing"}}},
	} {
		t.Run(c.repo, func(t *testing.T) {
			s := sandboxed(t)
			s.Place.Name = c.repo
			ctx, silent := tracker.RecordSilent(t.Context())
			ref, err := s.Tracker.Create(ctx, s.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T"}, Labels: []string{"bug", "a"}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.created, silent.List()); diff != "" {
				t.Errorf("dropped from the create (-want +got):\n%s", diff)
			}
			ctx, silent = tracker.RecordSilent(t.Context())
			if _, err := s.Tracker.Write(ctx, s.Place, ref, change); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.wrote, silent.List()); diff != "" {
				t.Errorf("dropped from the edit (-want +got):\n%s", diff)
			}
		})
	}
}

// "Ignored unless state is changed", GitHub's document says of state_reason; its users report otherwise.
func TestAStatusThatStays(t *testing.T) {
	s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"number":12,"state":"closed","state_reason":"completed"}`)
	})
	ctx, silent := tracker.RecordSilent(t.Context())
	wrote, err := s.Tracker.Write(ctx, s.Place, s.Ref, bridge.Change{Fields: map[string]string{"status": "not_planned"}})
	if err != nil || wrote.Fields["status"] != "closed" {
		t.Errorf("%+v, %v", wrote, err)
	}
	want := []bridge.Dropped{{Field: "status", Value: "not_planned", Why: "GitHub did not set it, and did not say why; the issue shows closed"}}
	if diff := cmp.Diff(want, silent.List()); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}
