package github_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// What is planned is what is read once it was written, so that our own write is known as ours; what a person makes of it
// reads otherwise, so that it is known as theirs.
func TestStatusThereAndBack(t *testing.T) {
	const issue = "/repos/acme/web/issues/1"
	for _, c := range []struct{ configured, canonical, person, theirs string }{
		{"open", "open", `{"state":"closed"}`, "closed"},
		{"closed", "closed", `{"state":"closed","state_reason":"not_planned"}`, "not_planned"},
		{"completed", "closed", `{"state":"closed","state_reason":"duplicate"}`, "duplicate"},
		{"not_planned", "not_planned", `{"state":"closed","state_reason":"completed"}`, "closed"},
		{"Not planned", "not_planned", `{"state":"open"}`, "open"},
		{"duplicate", "duplicate", `{"state":"open","state_reason":"reopened"}`, "open"},
	} {
		t.Run(c.configured, func(t *testing.T) {
			s := sandboxed(t)
			draft, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: trackertest.Marker, Title: "T", Status: c.configured})
			if err != nil || draft.Fields["status"] != c.canonical || len(draft.Later) != 1 {
				t.Fatalf("planned %q, later %q, dropped %v, %v", draft.Fields["status"], draft.Later, draft.Dropped, err)
			}
			for _, before := range []string{"closed", "not_planned", "open"} { // from wherever it is
				for _, status := range []string{before, draft.Fields["status"]} {
					wrote, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"status": status}})
					if err != nil || wrote.Fields["status"] != status {
						t.Errorf("from %s: wrote %q, answered %q, %v", before, status, wrote.Fields["status"], err)
					}
				}
			}
			s.do(t, "PATCH", issue, c.person)
			read, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
			if err != nil || read.Fields["status"] != c.theirs {
				t.Errorf("after a person's change: %q, want %q, %v", read.Fields["status"], c.theirs, err)
			}
		})
	}
}

func TestStatusForAReasonNotKnownYet(t *testing.T) {
	for _, c := range []struct{ state, want string }{
		{`"state":"closed","state_reason":"moved_to_mars"`, "closed"},
		{`"state":"closed","state_reason":null`, "closed"},
		{`"state":"open","state_reason":"not_planned"`, "open"},
	} {
		s := answering(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"number":12,`+c.state+`}`) })
		if read, err := s.Tracker.Read(t.Context(), s.Place, s.Ref); err != nil || read.Fields["status"] != c.want {
			t.Errorf("%s reads %q, want %q, %v", c.state, read.Fields["status"], c.want, err)
		}
	}
}
