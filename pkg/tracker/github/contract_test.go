package github_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

const token = "tok-secret"

func open(t *testing.T, base string, timeout time.Duration) trackertest.Subject {
	t.Helper()
	tr, err := github.New(github.Config{Name: "github", BaseURL: base, Token: token, Timeout: timeout, Pause: time.Millisecond, UserAgent: "bugferry/test"})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	return trackertest.Subject{Tracker: tr, Place: place, Ref: bridge.Ref{ID: "12", Name: "acme/web#12"}}
}

// answering is an adapter whose server gives the same answer to everything.
func answering(t *testing.T, handler http.HandlerFunc) trackertest.Subject {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return open(t, server.URL, 0)
}

func TestStatuses(t *testing.T)   { trackertest.Statuses(t, open, "/repos/acme/web") }
func TestProbe(t *testing.T)      { trackertest.Probes(t, open, "/rate_limit", http.StatusNotFound) }
func TestOneRequest(t *testing.T) { trackertest.OneRequest(t, open) }
func TestSecrets(t *testing.T)    { trackertest.Secrets(t, open, token) }

func TestContract(t *testing.T) { contract(t, open) }

func contract(t *testing.T, open trackertest.Open) {
	t.Helper()
	trackertest.Contract(t, func(t *testing.T) trackertest.World {
		t.Helper()
		clock := &trackertest.Clock{}
		server := judge.Listen(t, sandbox.New(sandbox.Config{App: standInApp(), Now: clock.Now}))
		s := open(t, server.URL+"/github/api/v3/", 0)
		return trackertest.World{
			Tracker: s.Tracker, Place: s.Place, Account: "Quinn-Dev", Status: "closed", Pass: clock.Pass,
			Comments:  func(bridge.Ref) int { return len(state(t, server.URL).GitHub[0].Comments) },
			Extras:    func(bridge.Ref) int { return 0 },
			BadRefs:   []string{"", "0", "-1", "1/../../user", "WEB-1", "..", "../acme/web#1", "acme/..#1", "acme/web/issues#1"},
			BadPlaces: []string{"", "acme", "acme/", "acme/..", "acme/.", "acme/web/issues", "acme/web?x", "a%2fb/c", "acme/web#1"},
		}
	})
}

func state(t *testing.T, base string) (s sandbox.State) {
	t.Helper()
	resp, err := http.Get(base + "/_sandbox/state")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}
