package github_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
)

// finding is an adapter that looks for people, at a server that answers a search so and lets everybody be assigned.
func finding(t *testing.T, find bool, status int, answer string) (plan func(bridge.Issue) (bridge.Draft, error), searches *atomic.Int32, log *bytes.Buffer) {
	t.Helper()
	searches, log = &atomic.Int32{}, &bytes.Buffer{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/search/users") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		searches.Add(1)
		if q := r.URL.Query().Get("q"); !strings.HasSuffix(q, " in:email") {
			t.Errorf("searched for %q", q)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	tr, err := github.New(github.Config{
		Name: "github", BaseURL: server.URL, Token: token, Pause: time.Millisecond, FindUsers: find,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	return func(issue bridge.Issue) (bridge.Draft, error) {
		issue.Title = "T"
		return tr.Plan(t.Context(), place, issue)
	}, searches, log
}

func users(total int, logins ...string) string {
	items := make([]string, 0, len(logins))
	for _, login := range logins {
		items = append(items, fmt.Sprintf(`{"login":%q,"type":"User"}`, login))
	}
	return fmt.Sprintf(`{"total_count":%d,"incomplete_results":false,"items":[%s]}`, total, strings.Join(items, ","))
}

func TestPeopleAreFoundByTheirPublicAddress(t *testing.T) {
	const eve = "eve+qa@example.com"
	for _, c := range []struct {
		name     string
		off      bool
		issue    bridge.Issue
		status   int
		answer   string
		want     string
		searches int32
	}{
		{"found", false, bridge.Issue{Sought: []string{eve}}, 200, users(1, "Eve-dev"), "eve-dev", 1},
		{"beside those of the configuration", false, bridge.Issue{Assignees: []string{"ana"}, Sought: []string{eve}}, 200, users(1, "eve"), "ana,eve", 1},
		{"instead of who stands in", false, bridge.Issue{Assignees: []string{"ana"}, StandIn: true, Sought: []string{eve}}, 200, users(1, "eve"), "eve", 1},
		{"not found, and another stands in", false, bridge.Issue{Assignees: []string{"ana"}, StandIn: true, Sought: []string{eve}}, 200, users(0), "ana", 1},
		{"not asked for", true, bridge.Issue{Sought: []string{eve}}, 200, users(1, "eve"), "", 0},
		{"two people", false, bridge.Issue{Sought: []string{eve}}, 200, users(2, "eve", "adam"), "", 1},
		{"one of more", false, bridge.Issue{Sought: []string{eve}}, 200, users(7, "eve"), "", 1},
		{"perhaps not all", false, bridge.Issue{Sought: []string{eve}}, 200, strings.Replace(users(1, "eve"), "false", "true", 1), "", 1},
		{"an organisation", false, bridge.Issue{Sought: []string{eve}}, 200, strings.Replace(users(1, "eve"), "User", "Organization", 1), "", 1},
		{"a limit", false, bridge.Issue{Assignees: []string{"ana"}, Sought: []string{eve}}, 403, `{"message":"You have exceeded a secondary rate limit"}`, "ana", 1},
		{"refused", false, bridge.Issue{Sought: []string{eve}}, 422, `{}`, "", 1},
		{"not to be read", false, bridge.Issue{Sought: []string{eve}}, 200, `<html>`, "", 1},
		{"what a search would misread", false, bridge.Issue{Sought: []string{"x@y.z in:login", `"a@b.c`, "org:acme@b.c", "@b.c", "a@b.c OR d@e.f"}}, 200, users(1, "eve"), "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, searches, log := finding(t, !c.off, c.status, c.answer)
			for range 2 { // the second time it is known
				d, err := plan(c.issue)
				if err != nil || d.Fields["assignees"] != c.want || len(d.Dropped) != 0 {
					t.Errorf("assignees %q, dropped %v, %v", d.Fields["assignees"], d.Dropped, err)
				}
			}
			if n := searches.Load(); n != c.searches {
				t.Errorf("%d searches, want %d", n, c.searches)
			}
			if strings.Contains(log.String(), "example.com") {
				t.Errorf("the address is in the log:\n%s", log)
			}
		})
	}
}

// Those for whom there is no room are told of, as those of the configuration are, and the body goes on naming them.
func TestMorePeopleAreFoundThanCanBeAssigned(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, searched := strings.Cut(r.URL.Query().Get("q"), "@")
		switch {
		case searched:
			_, _ = io.WriteString(w, users(1, name))
		case strings.HasSuffix(r.URL.Path, "/p04"):
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(server.Close)
	tr, err := github.New(github.Config{Name: "github", BaseURL: server.URL, Token: token, FindUsers: true})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	issue := bridge.Issue{Title: "T"}
	var people []bridge.Named
	for n := range 13 {
		address := fmt.Sprintf("p%02d@example.com", n)
		issue.Sought = append(issue.Sought, address)
		people = append(people, bridge.Named{Name: fmt.Sprintf("Person %02d", n), Address: address})
	}
	issue.Body = bridge.Document{bridge.Facts{Rows: []bridge.Fact{bridge.PeopleFact("Assigned to", people)}}}
	d, err := tr.Plan(t.Context(), place, issue)
	if err != nil || d.Fields["assignees"] != "p00,p01,p02,p03,p05,p06,p07,p08,p09,p10" {
		t.Errorf("assignees %q, %v", d.Fields["assignees"], err)
	}
	want := []bridge.Dropped{
		{Field: "assignees", Value: "p04", Why: "it cannot be assigned to issues of acme/web"},
		{Field: "assignees", Value: "p11", Why: "GitHub assigns at most 10 people"},
		{Field: "assignees", Value: "p12", Why: "GitHub assigns at most 10 people"},
	}
	if diff := cmp.Diff(want, d.Dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	if body := d.Fields["body"]; !strings.Contains(body, "Person 04, Person 11, Person 12") || strings.Contains(body, "Person 10") {
		t.Errorf("the body is to name those who are not assigned:\n%s", body)
	}
}

func TestSearchesKeepToTheirLimit(t *testing.T) {
	plan, searches, _ := finding(t, true, 200, users(0))
	for n := range 60 {
		if _, err := plan(bridge.Issue{Sought: []string{fmt.Sprintf("p%d@example.com", n)}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := searches.Load(); n == 0 || n > 30 {
		t.Errorf("%d searches at once, want no more than are allowed in a minute", n)
	}
}

func TestSandboxFindsPeople(t *testing.T) {
	_, base := at(t, "acme/web")
	tr, err := github.New(github.Config{Name: "github", BaseURL: base + "/github/api/v3", Token: token, FindUsers: true})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	sought := []string{"quinn@example.com", "olive@example.com", "ana@example.com"}
	var people []bridge.Named
	for _, address := range sought {
		people = append(people, bridge.Named{Name: "named " + address[:3], Address: address})
	}
	d, err := tr.Plan(t.Context(), place, bridge.Issue{
		Title: "T", Sought: sought, Body: bridge.Document{bridge.Facts{Rows: []bridge.Fact{bridge.PeopleFact("Assigned to", people)}}},
	})
	if err != nil || d.Fields["assignees"] != "quinn-dev" || len(d.Dropped) != 1 || d.Dropped[0].Value != "outsider" {
		t.Errorf("assignees %q, dropped %v, %v: want Olive found and not assigned, and Ana, whose address is not public, not found",
			d.Fields["assignees"], d.Dropped, err)
	}
	if body := d.Fields["body"]; !strings.Contains(body, "named oli, named ana") || strings.Contains(body, "named qui") {
		t.Errorf("the body is to name those who are not assigned, and them alone:\n%s", body)
	}
}
