package github_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// at is the adapter at a repository of a new sandbox.
func at(t *testing.T, repo string) (trackertest.Subject, string) {
	t.Helper()
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	s := open(t, server.URL+"/github/api/v3", 0)
	s.Place.Name = repo
	return s, server.URL
}

func TestMilestonesAndTypesArePlanned(t *testing.T) {
	for _, c := range []struct {
		name, repo   string
		issue        bridge.Issue
		field, value string
		why          string // it is dropped
	}{
		{"milestone by title", "acme/web", bridge.Issue{Milestone: " 2026.11 "}, "milestone", "2026.11", ""},
		{"a closed milestone", "acme/web", bridge.Issue{Milestone: "2026.10"}, "milestone", "", "it is not an open milestone of acme/web; there are 2026.11"},
		{"no such milestone", "acme/web", bridge.Issue{Milestone: "9"}, "milestone", "", "it is not an open milestone of acme/web; there are 2026.11"},
		{"milestones cannot be read", "acme/noissues", bridge.Issue{Milestone: "9"}, "milestone", "", "the milestones of acme/noissues could not be read"},
		{"type in other case", "acme/web", bridge.Issue{Type: "bug"}, "type", "Bug", ""},
		{"no such type", "acme/web", bridge.Issue{Type: "Epic"}, "type", "", "it is not an issue type of acme; there are Task, Bug, Feature"},
		{"a person's repository", "quinn-dev/own", bridge.Issue{Type: "Bug"}, "type", "", "only repositories of an organisation have issue types"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, _ := at(t, c.repo)
			c.issue.Title, c.issue.Marker = "T", trackertest.Marker
			d, err := s.Tracker.Plan(t.Context(), s.Place, c.issue)
			if err != nil || d.Fields[c.field] != c.value {
				t.Fatalf("planned %q, %v", d.Fields[c.field], err)
			}
			if c.why != "" {
				if len(d.Dropped) != 1 || d.Dropped[0].Field != c.field || !strings.Contains(d.Dropped[0].Why, c.why) || len(d.Later) != 0 {
					t.Errorf("dropped %+v", d.Dropped)
				}
				return
			}
			if diff := cmp.Diff([]string{c.field}, d.Later); diff != "" || len(d.Dropped) != 0 {
				t.Errorf("later %v, dropped %v: in the create a refusal would cost the issue", d.Later, d.Dropped)
			}
		})
	}
}

func TestMilestoneAndTypeThereAndBack(t *testing.T) {
	s, base := at(t, "acme/web")
	issue := bridge.Issue{Marker: trackertest.Marker, Title: "T", Milestone: "2026.11", Type: "Bug"}
	d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := s.Tracker.Create(t.Context(), s.Place, d)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"milestone": d.Fields["milestone"], "type": d.Fields["type"]}
	wrote, err := s.Tracker.Write(t.Context(), s.Place, ref, bridge.Change{Fields: want})
	if err != nil {
		t.Fatal(err)
	}
	read, err := s.Tracker.Read(t.Context(), s.Place, ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []bridge.Content{wrote, read} {
		if c.Fields["milestone"] != want["milestone"] || c.Fields["type"] != want["type"] {
			t.Errorf("shows %v, want %v", c.Fields, want)
		}
	}
	if i := state(t, base).GitHub[0]; i.Milestone != "2026.11" || i.Type != "Bug" {
		t.Errorf("the issue has milestone %q and type %q", i.Milestone, i.Type)
	}
	site{Subject: s, url: base + "/github/api/v3"}.do(t, "DELETE", "/repos/acme/web/milestones/2", "")
	_, err = s.Tracker.Write(t.Context(), s.Place, ref, bridge.Change{Fields: map[string]string{"milestone": "2026.11", "type": "Bogus"}})
	trackertest.Refuses(t, err, "milestone", "type")
	_, err = s.Tracker.Write(t.Context(), s.Place, ref, bridge.Change{Fields: map[string]string{"milestone": "2026.11"}})
	if e, ok := errors.AsType[*bridge.Error](err); !ok || !e.Nothing || e.Fields["milestone"] != "it is not an open milestone of acme/web; there are none" {
		t.Errorf("after the refusal: %#v", err)
	}
}

// A milestone is known by its title; its number is another in another repository.
func TestMilestoneOfAnIssueThatWasTransferred(t *testing.T) {
	s := sandboxed(t)
	s.do(t, "DELETE", "/repos/acme/shop/milestones/2", "")
	s.do(t, "POST", "/repos/acme/shop/milestones", `{"title":"2026.11"}`)
	if _, err := s.Move("acme/web#1", "acme/shop"); err != nil {
		t.Fatal(err)
	}
	wrote, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"milestone": "2026.11"}})
	if err != nil || wrote.Fields["milestone"] != "2026.11" || s.State().GitHub[0].Milestone != "2026.11" {
		t.Errorf("%v, %v", wrote.Fields, err)
	}
}

// Where milestones may not be listed the milestone is refused, and all else can be written.
func TestMilestonesThatAreNotToBeRead(t *testing.T) {
	for _, c := range []struct {
		status  int
		refused bool
	}{{http.StatusForbidden, true}, {http.StatusNotFound, true}, {http.StatusUnauthorized, false}, {http.StatusBadGateway, false}} {
		s := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(c.status) })
		_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"milestone": "2026.11"}})
		if e, ok := errors.AsType[*bridge.Error](err); !ok || !e.Nothing || (e.Fields["milestone"] != "") != c.refused {
			t.Errorf("%d: %#v", c.status, err)
		}
	}
}

// A milestone of the second page is found, the list is asked for once, and again after GitHub refused what it said.
func TestMilestonesOnAllPagesAndOnce(t *testing.T) {
	asked, sent := 0, ""
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPatch:
			body, _ := io.ReadAll(r.Body)
			sent = strings.TrimSpace(string(body))
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"errors":[{"resource":"Issue","field":"milestone","code":"invalid"}]}`)
		case r.URL.Query().Get("page") == "":
			asked++
			w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?state=open&page=2>; rel="next"`, r.Host, r.URL.Path))
			_, _ = io.WriteString(w, `[{"number":1,"title":"old"}]`)
		default:
			_, _ = io.WriteString(w, `[{"number":7,"title":"new"}]`)
		}
	})
	plan := func() {
		t.Helper()
		d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T", Milestone: "New"})
		if err != nil || d.Fields["milestone"] != "new" {
			t.Fatalf("planned %v, dropped %v, %v", d.Fields, d.Dropped, err)
		}
	}
	plan()
	plan()
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
	_, _ = s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"milestone": "new"}})
	if plan(); asked != 2 || sent != `{"milestone":7}` {
		t.Errorf("asked %d times, want again after the refusal; sent %s", asked, sent)
	}
}

// A token that may not read the organisation's types still sets them: the write decides.
func TestTypesThatAreNotToBeLearnt(t *testing.T) {
	asked := 0
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/issue-types") {
			asked++
		}
		w.WriteHeader(http.StatusForbidden)
	})
	for range 2 {
		d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T", Type: "Bug"})
		if err != nil || d.Fields["type"] != "Bug" {
			t.Fatalf("planned %v, dropped %v, %v", d.Fields, d.Dropped, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}

// GitHub need not say what it refuses. Then it is what comes from lists of GitHub's own, and never the title or the body.
func TestARefusalThatNamesNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		change map[string]string
		want   []string
	}{
		{"milestone and type", map[string]string{"title": "T", "milestone": "2026.11", "type": "Bug", "status": "closed"}, []string{"milestone", "type"}},
		{"nothing of the kind", map[string]string{"title": "T", "body": "x"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/milestones") {
					_, _ = io.WriteString(w, `[{"number":2,"title":"2026.11"}]`)
					return
				}
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = io.WriteString(w, `{"message":"Validation Failed"}`)
			})
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: c.change})
			trackertest.Refuses(t, err, c.want...)
		})
	}
}
