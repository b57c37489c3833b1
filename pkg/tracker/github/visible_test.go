package github_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// Only a repository that GitHub itself says strangers do not see is shown what is personal.
func TestWhoSeesTheRepositoryDecidesTheBody(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		answer string
		want   string
	}{
		{"private", 200, `{"private":true,"visibility":"private"}`, "inside"},
		{"internal", 200, `{"private":true,"visibility":"internal"}`, "inside"},
		{"public", 200, `{"private":false,"visibility":"public"}`, "outside"},
		{"a kind not known yet", 200, `{"private":true,"visibility":"partners"}`, "outside"},
		{"an old server, private", 200, `{"private":true}`, "inside"},
		{"an old server, public", 200, `{"private":false}`, "outside"},
		{"it says nothing", 200, `{}`, "outside"},
		{"no answer", 502, `{}`, "outside"},
		{"not to be seen", 404, `{}`, "outside"},
		{"not to be read", 200, `private`, "outside"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				asked++
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.answer)
			})
			issue := bridge.Issue{Marker: trackertest.Marker, Title: "T", Body: paragraph("outside"), Private: paragraph("inside")}
			for range 2 {
				d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
				if err != nil || d.Fields["body"] != line+"\n"+c.want+"\n<!-- bugferry:end -->" {
					t.Errorf("planned %q, %v", d.Fields["body"], err)
				}
			}
			if c.status == 200 && strings.HasPrefix(c.answer, "{") && asked != 1 {
				t.Errorf("asked %d times, want once", asked)
			}
			issue.Private, asked = nil, 0
			if _, err := s.Tracker.Plan(t.Context(), s.Place, issue); err != nil || asked != 0 {
				t.Errorf("asked %d times where it makes no difference, %v", asked, err)
			}
		})
	}
}

func TestASandboxRepositoryIsPublicOrPrivate(t *testing.T) {
	for repo, want := range map[string]string{"acme/web": "inside", "acme/public": "outside", "acme/none": "outside"} {
		s, _ := at(t, repo)
		d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T", Body: paragraph("outside"), Private: paragraph("inside")})
		if err != nil || !strings.Contains(d.Fields["body"], want) {
			t.Errorf("%s: %q, %v", repo, d.Fields["body"], err)
		}
	}
}
