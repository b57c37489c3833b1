package github_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// redirected is GitHub with an issue that was acme/web#12 and is acme/other#5. The old number answers with status and at.
func redirected(t *testing.T, status int, at string, asked *[]string) http.HandlerFunc {
	t.Helper()
	answer := strings.NewReplacer("12", "5", "acme/web", "acme/other").Replace(issue12)
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+strings.TrimSpace(string(body))))
		rest, old := strings.CutPrefix(r.URL.Path, "/repos/acme/web/issues/12")
		switch {
		case old:
			w.Header().Set("Location", at+rest)
			w.WriteHeader(status)
		case strings.HasSuffix(r.URL.Path, "/comments") && r.Method == http.MethodGet:
			_, _ = io.WriteString(w, "[]")
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "{}")
		default:
			_, _ = io.WriteString(w, answer)
		}
	}
}

// Section 1.1 of the facts: a transferred issue answers 301 to GET and PATCH, a renamed repository 307 to PATCH. Section
// 3.1: followed by go-github, the PATCH would become a GET and the edit be lost with err == nil.
func TestMovedIssue(t *testing.T) {
	const old, by, now = "/repos/acme/web/issues/12", "/repositories/7/issues/5", "/repos/acme/other/issues/5"
	const edit, comment = ` {"title":"U"}`, ` {"body":"<!-- bugferry:comment m -->\nnews"}`
	for _, c := range []struct {
		name           string
		status         int
		write, comment []string
	}{
		{"a redirect that turns a PATCH into a GET loses no edit", 301, []string{"PATCH " + old + edit, "GET " + old, "GET " + by, "PATCH " + now + edit},
			[]string{"GET " + old + "/comments", "GET " + by + "/comments", "POST " + old + "/comments" + comment, "GET " + old, "GET " + by,
				"GET " + now + "/comments", "POST " + now + "/comments" + comment}},
		{"a 307 repeats the PATCH with its body", 307, []string{"PATCH " + old + edit, "PATCH " + by + edit},
			[]string{"GET " + old + "/comments", "GET " + by + "/comments", "POST " + old + "/comments" + comment, "POST " + by + "/comments" + comment}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			s := answering(t, redirected(t, c.status, by, &asked))
			read, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
			if err != nil || read.Ref.Name != "acme/other#5" || read.Ref.ID != "acme/other#5" {
				t.Errorf("read: %+v, %v", read.Ref, err)
			}
			asked = nil
			wrote, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			if err != nil || wrote.Ref != read.Ref {
				t.Errorf("write: %+v, %v", wrote.Ref, err)
			}
			if diff := cmp.Diff(c.write, asked); diff != "" {
				t.Errorf("write asked (-want +got):\n%s", diff)
			}
			asked = nil
			if err := s.Tracker.Comment(t.Context(), s.Place, s.Ref, "news", "m"); err != nil {
				t.Errorf("comment: %v", err)
			}
			if diff := cmp.Diff(c.comment, asked); diff != "" {
				t.Errorf("comment asked (-want +got):\n%s", diff)
			}
		})
	}
}

// The token must not leave the API's host, and a write that is redirected again and again is not repeated for ever.
func TestMovedIssueThatIsNotFollowed(t *testing.T) {
	var elsewhere int
	foreign := answering(t, func(http.ResponseWriter, *http.Request) { elsewhere++ })
	for _, c := range []struct {
		name   string
		status int
		at     string
		writes int
	}{
		{"the token does not follow a 301 to another host", 301, foreign.Place.Base + "repos/acme/other/issues/5", 1},
		{"the token does not follow a 307 to another host", 307, foreign.Place.Base + "repos/acme/other/issues/5", 1},
		{"301 to itself", 301, "/repos/acme/web/issues/12", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			s := answering(t, redirected(t, c.status, c.at, &asked))
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			if !bridge.CertainlyNothing(err) || bridge.KindOf(err) != bridge.Retry || bridge.Hint(err) == "" {
				t.Errorf("%#v", err)
			}
			writes := 0
			for _, request := range asked {
				if strings.HasPrefix(request, "PATCH") {
					writes++
				}
			}
			if writes != c.writes || elsewhere != 0 {
				t.Errorf("%d writes, %d requests elsewhere: %q", writes, elsewhere, asked)
			}
		})
	}
}

func TestMovedIssueInTheSandbox(t *testing.T) {
	for _, c := range []struct{ name, faults string }{
		{"as GitHub answers, 301", `{}`},
		{"a 307 to a write", `{"rules":[{"path":"/repos/acme/web/issues/1","method":"PATCH","do":"status","status":307,"headers":{"Location":"<new>"}}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sandboxed(t)
			if _, err := s.Move("acme/web#1", "acme/shop"); err != nil {
				t.Fatal(err)
			}
			s.fault(t, strings.ReplaceAll(c.faults, "<new>", s.url+"/repos/acme/shop/issues/1"))
			wrote, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			if err != nil || wrote.Ref.Name != "acme/shop#1" || wrote.Fields["title"] != "U" {
				t.Fatalf("write: %+v, %v", wrote, err)
			}
			for range 2 { // the comment's mark is found at the new place
				if err := s.Tracker.Comment(t.Context(), s.Place, s.Ref, "news", "m"); err != nil {
					t.Fatal(err)
				}
			}
			issues := s.State().GitHub
			if len(issues) != 1 || issues[0].Repo != "acme/shop" || issues[0].Title != "U" || len(issues[0].Comments) != 1 {
				t.Errorf("issues %+v", issues)
			}
		})
	}
}

// An issue that was moved and then deleted is gone, whichever call finds out.
func TestMovedIssueThatWasDeleted(t *testing.T) {
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/repos/acme/web/issues/12"):
			w.Header().Set("Location", "/repositories/7/issues/5")
			w.WriteHeader(http.StatusMovedPermanently)
		case strings.HasPrefix(r.URL.Path, "/repositories/"):
			w.WriteHeader(http.StatusGone)
		default:
			_, _ = io.WriteString(w, `{"has_issues":true}`)
		}
	})
	_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
	if e, ok := errors.AsType[*bridge.Error](err); !ok || !e.Gone || !e.Nothing {
		t.Errorf("%#v", err)
	}
}
