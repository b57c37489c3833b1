package github_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// host is a sandbox that stands at a GitHub's address. It takes nothing that is not below the API's base.
type host struct {
	t       *testing.T
	base    string
	sandbox http.Handler
	asked   []string
	auth    map[string]bool
}

func (h *host) RoundTrip(r *http.Request) (*http.Response, error) {
	path, ok := strings.CutPrefix(r.URL.String(), h.base)
	if !ok {
		h.t.Errorf("%s %s is not below %s", r.Method, r.URL, h.base)
	}
	plain, _, _ := strings.Cut(path, "?")
	h.asked = append(h.asked, r.Method+" "+plain)
	h.auth[r.Header.Get("Authorization")] = true
	there := httptest.NewRequest(r.Method, "http://sandbox.example/github/api/v3/"+path, r.Body)
	there.Header = r.Header
	w := httptest.NewRecorder()
	h.sandbox.ServeHTTP(w, there)
	return w.Result(), nil
}

// everything makes every call that the adapter has.
func everything(t *testing.T, tr *github.Tracker) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	place, err := tr.Place("acme/web")
	must(err)
	must(tr.Probe(t.Context()))
	checks := append(tr.CheckAccount(t.Context()),
		tr.Check(t.Context(), place, bridge.Wishes{Labels: []string{"bug"}, Assignees: []string{"li-dev"}, Milestone: "2026.11", IssueType: "Bug"})...)
	if checks.Worst() != bridge.LevelOK {
		t.Errorf("checks %+v", checks)
	}
	draft, err := tr.Plan(t.Context(), place, bridge.Issue{
		Marker: trackertest.Marker, Title: "T", Body: paragraph("outside"), Private: paragraph("inside"), Labels: []string{"new"},
		LabelColors: map[string]string{"new": "b60205"}, Assignees: []string{"ana-dev"}, Sought: []string{"quinn@example.com"},
		Milestone: "2026.11", Type: "Bug",
	})
	must(err)
	for _, step := range draft.First {
		must(tr.Do(t.Context(), place, bridge.Ref{}, step))
	}
	_, err = tr.Create(t.Context(), place, draft)
	must(err)
	refs, err := tr.Find(t.Context(), place, trackertest.Marker, time.Time{})
	must(err)
	change := bridge.Change{Fields: map[string]string{}}
	for _, name := range draft.Later {
		change.Fields[name] = draft.Fields[name]
	}
	_, err = tr.Write(t.Context(), place, refs[0], change)
	must(err)
	read, err := tr.Read(t.Context(), place, refs[0])
	must(err)
	must(tr.Comment(t.Context(), place, read.Ref, "News", "m"))
	delete(read.Fields, bridge.FieldStatus)
	if diff := cmp.Diff(draft.Fields, read.Fields); diff != "" {
		t.Errorf("issue (-planned +read):\n%s", diff)
	}
}

// Sections 1.3 and 3.1 of the facts: where the API is at github.com, at an Enterprise Server and with data residency. The
// two forms of tokens are told apart by nobody but GitHub.
func TestEveryCallGoesToTheAPIOfTheHost(t *testing.T) {
	const issues = "repos/acme/web/issues"
	want := []string{
		"GET rate_limit", "GET user", "GET rate_limit", "GET repos/acme/web", "GET repos/acme/web/labels/bug", "GET repos/acme/web/assignees/li-dev",
		"GET repos/acme/web/milestones", "GET repos/acme/web", "GET orgs/acme/issue-types",
		"GET search/users", "GET repos/acme/web/assignees/ana-dev", "GET repos/acme/web/assignees/quinn-dev", "GET repos/acme/web/labels/new",
		"POST repos/acme/web/labels", "POST " + issues, "GET " + issues,
		"GET repos/acme/web/assignees/ana-dev", "GET repos/acme/web/assignees/quinn-dev", "PATCH " + issues + "/1",
		"GET " + issues + "/1", "GET " + issues + "/1/comments", "POST " + issues + "/1/comments",
	}
	for _, base := range []string{
		"https://api.github.com/", "https://ghe.acme.example/api/v3/", "https://api.acme.ghe.com/",
		"https://proxy.acme.example/git/hub/api/v3/",
	} {
		for _, token := range []string{"ghp_0123456789", "github_pat_0123456789"} {
			t.Run(base+" "+token, func(t *testing.T) {
				for _, written := range []string{base, strings.TrimSuffix(base, "/")} {
					h := &host{t: t, base: base, sandbox: judge.Watch(t, sandbox.New(sandbox.Config{})), auth: map[string]bool{}}
					tr, err := github.New(github.Config{Name: "github", BaseURL: written, Token: token, Transport: h, FindUsers: true})
					if err != nil {
						t.Fatal(err)
					}
					everything(t, tr)
					if diff := cmp.Diff(want, h.asked); diff != "" {
						t.Errorf("asked (-want +got):\n%s", diff)
					}
					if diff := cmp.Diff(map[string]bool{"Bearer " + token: true}, h.auth); diff != "" {
						t.Errorf("credentials (-want +got):\n%s", diff)
					}
				}
			})
		}
	}
}
