package github_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

const line = "<!-- bugferry:begin v1 installation=test bug=682c1dbb3b574d66f3863324 -->"

func listed(number int, body string, extra ...string) string {
	return fmt.Sprintf(`{"number":%[1]d,"body":%[2]q,"url":"https://api.github.com/repos/acme/web/issues/%[1]d","html_url":"https://github.com/acme/web/issues/%[1]d"%[3]s}`,
		number, body, strings.Join(extra, ""))
}

func list(w http.ResponseWriter, issues ...string) {
	_, _ = w.Write([]byte("[" + strings.Join(issues, ",") + "]"))
}

func TestFindComparesMarkers(t *testing.T) {
	for _, c := range []struct {
		name   string
		issues []string
		want   string
	}{
		{"first line", []string{listed(3, line+"\nx")}, "3"},
		{"line ends of Windows", []string{listed(3, line+"\r\nx")}, "3"},
		{"a stranger's text further down", []string{listed(3, "x\n"+line)}, ""},
		{"behind other words", []string{listed(3, "x "+line)}, ""},
		{"another installation", []string{listed(3, strings.Replace(line, "test", "test2", 1))}, ""},
		{"a bug whose id begins alike", []string{listed(3, strings.Replace(line, "3324 ", "33245 ", 1))}, ""},
		{"a pull request", []string{listed(3, line, `,"pull_request":{"url":"x"}`)}, ""},
		{"no body", []string{`{"number":3,"body":null}`}, ""},
		{"two of them", []string{listed(9, line), listed(4, line)}, "4,9"},
		{"none", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, _ *http.Request) { list(w, c.issues...) })
			refs, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now())
			if err != nil || trackertest.IDs(refs) != c.want {
				t.Errorf("found %+v, %v; want %q", refs, err, c.want)
			}
		})
	}
}

func TestFindAsksForAllThereIs(t *testing.T) {
	var asked url.Values
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query()
		list(w)
	})
	_, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Date(2026, 3, 26, 12, 5, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"state": {"all"}, "sort": {"created"}, "direction": {"desc"}, "per_page": {"100"}, "since": {"2026-03-26T12:00:00Z"}}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
}

// go-github takes the since of a cursor's link for a page number and sees no next page then.
func TestFindReadsEveryPage(t *testing.T) {
	for _, c := range []struct{ name, next string }{
		{"pages by number are read to the last", "since=2026-03-26T12%3A00%3A00Z&page=2"},
		{"pages by cursor are read to the last, where go-github sees no next page", "since=2026-03-26T12%3A00%3A00Z&after=Y3Vyc29yOnYy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Has("page") || r.URL.Query().Has("after") {
					list(w, listed(3, line))
					return
				}
				w.Header().Set("Link", fmt.Sprintf(`<https://elsewhere.example/x?%s>; rel="next", <https://elsewhere.example/x?page=9>; rel="last"`, c.next))
				list(w, listed(4, "other"))
			})
			refs, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now())
			if err != nil || len(refs) != 1 || refs[0].Name != "acme/web#3" || refs[0].URL != "https://github.com/acme/web/issues/3" {
				t.Errorf("found %+v, %v", refs, err)
			}
		})
	}
}

// git-for-windows/rss-to-issues#99: a list that failed was read as empty, and duplicates came.
func TestFindThatFailsIsNotNotThere(t *testing.T) {
	for _, c := range []struct {
		name string
		fail http.HandlerFunc
	}{
		{"page two fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }},
		{"page two is no JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }},
		{"page two leads to itself", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `<x?page=2>; rel="next"`)
			list(w)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Has("page") {
					c.fail(w, r)
					return
				}
				w.Header().Set("Link", `<x?page=2>; rel="next"`)
				list(w)
			})
			if _, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now()); err == nil {
				t.Error("no error")
			}
		})
	}
}

// Section 3.1 of the facts: after an answer that says that nothing is left, or a secondary limit, go-github refuses
// calls by itself, reads too, for up to an hour.
func TestGoGitHubsOwnLimitIsNotInTheWay(t *testing.T) {
	reset := fmt.Sprint(time.Now().Add(50 * time.Minute).Unix())
	for _, c := range []struct {
		name      string
		remaining string
		after     string // Retry-After
		status    int
		body      string
		wait      time.Duration
	}{
		{"go-github does not refuse the next call by itself after the last request of the budget", "0", "", 200, "[]", 0},
		{"a 403 with nothing left waits for the reset, and go-github does not refuse the next call", "0", "", 403, `{"message":"API rate limit exceeded for user ID 1."}`, 50 * time.Minute},
		{"a secondary 403 without Retry-After waits a minute and does not silence the client till the primary reset", "4000", "", 403,
			`{"message":"You have exceeded a secondary rate limit.","documentation_url":"https://docs.github.com/x#about-secondary-rate-limits"}`, time.Minute},
		{"a 429, which go-github takes for a plain error, is a limit", "4000", "", 429, `{"message":"You have exceeded a secondary rate limit."}`, time.Minute},
		{"a secondary limit's Retry-After counts though nothing is left, which go-github takes for a primary limit", "0", "30", 403,
			`{"message":"You have exceeded a secondary rate limit.","documentation_url":"https://docs.github.com/x#about-secondary-rate-limits"}`, 30 * time.Second},
		{"a secondary limit is known by its documentation_url alone", "4000", "", 403,
			`{"message":"Slow down.","documentation_url":"https://docs.github.com/rest/overview/resources-in-the-rest-api#abuse-rate-limits"}`, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("X-RateLimit-Limit", "5000")
				w.Header().Set("X-RateLimit-Remaining", c.remaining)
				w.Header().Set("X-RateLimit-Reset", reset)
				if c.after != "" {
					w.Header().Set("Retry-After", c.after)
				}
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			for try := range 2 {
				_, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now())
				if calls != try+1 {
					t.Fatalf("%d calls reached the server, want %d (%v)", calls, try+1, err)
				}
				if c.wait != 0 && (bridge.KindOf(err) != bridge.Later || !bridge.CertainlyNothing(err)) {
					t.Fatalf("%v, want later", err)
				}
				if e, ok := errors.AsType[*bridge.Error](err); ok && !e.Account {
					t.Error("the limit is not the account's")
				}
				if e, ok := errors.AsType[*bridge.Error](err); ok && time.Until(e.Until).Round(10*time.Second) != c.wait {
					t.Errorf("wait until %v, want %v", e.Until, c.wait)
				}
			}
		})
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for _, base := range []string{"", "api.github.com", "ftp://x", "https://tok@api.github.com/", "https://api.github.com/?x=1"} {
		if _, err := newTracker(base, token); err == nil {
			t.Errorf("base URL %q was taken", base)
		}
	}
	if _, err := newTracker(server.URL, ""); err == nil {
		t.Error("an empty token was taken")
	}
}
