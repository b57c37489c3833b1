package jira_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

const (
	token = "tok-secret"
	quinn = "5b10ac8d82e05b22cc7d4ef5"
)

// known answers in a server's stead which Jira it is, so that a server of a test's own need not.
type known struct {
	as   string // the deployment type
	next http.RoundTripper
}

func (k known) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/rest/api/2/serverInfo") {
		w := httptest.NewRecorder()
		_, _ = io.WriteString(w, `{"deploymentType":"`+k.as+`"}`)
		return w.Result(), nil
	}
	return k.next.RoundTrip(req)
}

func open(t *testing.T, base string, timeout time.Duration) trackertest.Subject {
	t.Helper()
	return with(t, jira.Config{BaseURL: base, Email: "bot@acme.example", Timeout: timeout, Transport: known{"Cloud", http.DefaultTransport}})
}

func openDataCenter(t *testing.T, base string, timeout time.Duration) trackertest.Subject {
	t.Helper()
	return with(t, jira.Config{BaseURL: base, Timeout: timeout, Transport: known{"Server", http.DefaultTransport}})
}

func with(t *testing.T, cfg jira.Config) trackertest.Subject {
	t.Helper()
	cfg.Name, cfg.Token, cfg.Pause = "jira", token, time.Millisecond
	tr, err := jira.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("WEB")
	if err != nil {
		t.Fatal(err)
	}
	return trackertest.Subject{Tracker: tr, Place: place, Ref: bridge.Ref{ID: "WEB-12", Name: "WEB-12"}}
}

// answering is an adapter in front of a server of the test's own.
func answering(t *testing.T, handler http.HandlerFunc) trackertest.Subject {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return open(t, server.URL, 0)
}

// both runs a suite with Cloud and with Data Center.
func both(t *testing.T, suite func(*testing.T, trackertest.Open)) {
	t.Helper()
	t.Run("Cloud", func(t *testing.T) { suite(t, open) })
	t.Run("Data Center", func(t *testing.T) { suite(t, openDataCenter) })
}

func TestStatuses(t *testing.T) {
	both(t, func(t *testing.T, open trackertest.Open) { t.Helper(); trackertest.Statuses(t, open, "/project/WEB") })
}

func TestProbe(t *testing.T) {
	both(t, func(t *testing.T, open trackertest.Open) {
		t.Helper()
		trackertest.Probes(t, open, "/rest/api/2/myself")
	})
}

func TestOneRequest(t *testing.T) { both(t, trackertest.OneRequest) }

func TestSecrets(t *testing.T) {
	both(t, func(t *testing.T, open trackertest.Open) { t.Helper(); trackertest.Secrets(t, open, token) })
}

// pictures serves a picture that may be attached.
func pictures(t *testing.T) (fetch *tracker.Fetcher, address string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = png.Encode(w, image.NewGray(image.Rect(0, 0, 1, 1)))
	}))
	t.Cleanup(server.Close)
	fetch = tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{strings.TrimPrefix(server.URL, "http://")}, AllowPrivate: true})
	return fetch, server.URL + "/w/s-1774-WQGA.png"
}

// world is the adapter in front of one of the sandbox's Jiras, with a picture to attach.
func world(t *testing.T, site, account string) trackertest.World {
	t.Helper()
	clock := &trackertest.Clock{}
	server := judge.Listen(t, sandbox.New(sandbox.Config{Now: clock.Now}))
	fetch, picture := pictures(t)
	s := with(t, jira.Config{BaseURL: server.URL + site, Fetch: fetch})
	return trackertest.World{
		Tracker: s.Tracker, Place: s.Place, Account: account, Status: "Done", Picture: picture, Pass: clock.Pass,
		Comments: func(bridge.Ref) int { return len(state(t, server.URL).Jira[0].Comments) },
		Extras: func(bridge.Ref) int {
			issue := state(t, server.URL).Jira[0]
			return len(issue.Attachments) + len(issue.RemoteLinks)
		},
		BadRefs:   []string{"", "0", "12", "WEB", "WEB-", "WEB-1/../../user?x=1#f", "WEB-1 ", "-1", "..", "WEB-1/comment"},
		BadPlaces: []string{"", "acme/web", "W B", "WEB-1", "1WEB", "WEB/..", "WEB?x", `WEB" OR`},
	}
}

func TestContract(t *testing.T) {
	for name, account := range map[string]string{"/jira-cloud": quinn, "/jira-dc": "quinn"} {
		t.Run(name, func(t *testing.T) {
			trackertest.Contract(t, func(t *testing.T) trackertest.World { t.Helper(); return world(t, name, account) })
		})
	}
}

func state(t *testing.T, base string) (s sandbox.State) {
	t.Helper()
	resp, err := http.Get(base + "/_sandbox/state")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(resp.Body)
	if err := json.Unmarshal(b.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}
