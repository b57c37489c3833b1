package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rehearsal"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/store"
)

// theatre is a folder with a configuration whose trackers are a judged sandbox, and what is written to it.
type theatre struct {
	t    *testing.T
	dir  string
	base string // the sandbox's URL

	mu       sync.Mutex
	onlyRead bool // a write fails the test
	reads    int
	writes   []rehearsal.Request
}

func newTheatre(t *testing.T, cfg sandbox.Config) *theatre {
	t.Helper()
	th := &theatre{t: t, dir: t.TempDir()}
	box := judge.Watch(t, sandbox.New(cfg))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		th.note(r)
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	th.base = server.URL
	th.write("bugferry.yaml", `
installation: test
webhooks: [{path: /hooks, token: t}]
screenshots: {hosts: ["`+strings.TrimPrefix(server.URL, "http://")+`"], allow_private: true}
trackers:
  github: {type: github, base_url: "`+server.URL+`/github/api/v3/", token: very-secret, find_users: true}
  cloud: {type: jira, base_url: "`+server.URL+`/jira-cloud/", email: bot@example.com, token: very-secret}
  dc: {type: jira, base_url: "`+server.URL+`/jira-dc/", token: very-secret}
users: {quinn@example.com: {github: quinn-dev, cloud: 5b10ac8d82e05b22cc7d4ef5, dc: quinn}}
`)
	th.write("projects/web.yaml", `
project: "*"
destinations:
  github:
    tracker: github
    repo: acme/web
    labels: [bug, "priority:{{ .Priority | lower }}"]
    label_colors: {"priority:high": b60205}
    milestone: "2026.11"
    issue_type: bug
    status: {CLOSED: closed}
  cloud: &jira
    tracker: cloud
    project: WEB
    labels: [betterbugs]
    priority: {HIGH: High, LOW: Low}
    components: [Frontend]
    fields: {Release train: "{{ .CustomFields.train }}", Due date: "2026-12-24", Nobody's: value}
    status: {OPEN: In Progress, CLOSED: Done}
  dc:
    tracker: dc
    project: WEB
    labels: [betterbugs]
    priority: {HIGH: High, LOW: Low}
    components: [Frontend]
    fields: {Release train: "{{ .CustomFields.train }}"}
    status: {CLOSED: Done}
rules: [{name: all, to: [github, cloud, dc]}]
`)
	return th
}

func (th *theatre) write(name, text string) string {
	th.t.Helper()
	path := filepath.Join(th.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		th.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		th.t.Fatal(err)
	}
	return path
}

// searches are the POSTs that write nothing, in this test's own words and not in those of the code under test.
var searches = regexp.MustCompile(`^/jira-(cloud/rest/api/3/search/jql|dc/rest/api/2/search)$|^/github/api/v3/app/installations/77/access_tokens$`)

func (th *theatre) note(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		th.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	th.mu.Lock()
	defer th.mu.Unlock()
	if r.Method == http.MethodGet || r.Method == http.MethodPost && searches.MatchString(r.URL.Path) {
		th.reads++
		return
	}
	if th.onlyRead {
		th.t.Errorf("%s %s reached the tracker: %s", r.Method, r.URL, body)
	}
	request := rehearsal.Request{Method: r.Method, URL: th.base + r.URL.Path, Body: body}
	if kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "multipart/form-data" {
		part, err := multipart.NewReader(bytes.NewReader(body), params["boundary"]).NextPart()
		if err != nil {
			th.t.Error(err)
			return
		}
		size, _ := io.Copy(io.Discard, part)
		request.Body, request.Files = nil, []rehearsal.File{{Name: part.FileName(), Size: int(size)}}
	}
	th.writes = append(th.writes, request)
}

// previewed runs the command, during which nothing but reads may reach the trackers, and returns all requests that it shows.
func (th *theatre) previewed(args ...string) (requests []rehearsal.Request, reads int, text string) {
	th.t.Helper()
	th.mu.Lock()
	th.onlyRead, th.reads = true, 0
	th.mu.Unlock()
	var stdout, stderr bytes.Buffer
	args = append([]string{"preview", "--config", filepath.Join(th.dir, "bugferry.yaml"), "--output", "json"}, args...)
	if status := run(th.t.Context(), args, strings.NewReader(""), &stdout, &stderr); status != 0 {
		th.t.Fatalf("%d: %s%s", status, stdout.String(), stderr.String())
	}
	var said struct {
		Destinations []struct{ Requests []rehearsal.Request }
	}
	if err := json.Unmarshal(stdout.Bytes(), &said); err != nil {
		th.t.Fatal(err)
	}
	for _, d := range said.Destinations {
		requests = append(requests, d.Requests...)
	}
	th.mu.Lock()
	defer th.mu.Unlock()
	th.onlyRead = false
	return requests, th.reads, stdout.String() + stderr.String()
}

// filed files the report with the store, the dispatcher and the adapters that serve has, and returns its event and what was written.
func (th *theatre) filed(report bridge.Report) (event string, writes []rehearsal.Request) {
	t := th.t
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	w, findings := load(filepath.Join(th.dir, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, log)
	if w == nil {
		t.Fatal(findings)
	}
	event = th.accept(w, report)
	s, err := store.Open(t.Context(), store.Config{URL: w.cfg.Store.URL.Reveal(), Serve: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	th.mu.Lock()
	th.writes = nil
	th.mu.Unlock()
	deliveries, err := s.Deliveries(t.Context(), bridge.Search{Event: event})
	if err != nil {
		t.Fatal(err)
	}
	d := w.dispatcher(s, w, log)
	for _, name := range []string{"github", "cloud", "dc"} { // in the order of the rule
		for _, delivery := range deliveries {
			if delivery.Destination != name {
				continue
			}
			if _, err := d.Attempt(t.Context(), delivery.ID); err != nil {
				t.Fatal(err)
			}
			if after, _, err := s.Delivery(t.Context(), delivery.ID); err != nil || after.State != bridge.DeliveryDelivered {
				t.Fatalf("%s is %s: %s, %v", name, after.State, after.Reason, err)
			}
		}
	}
	th.mu.Lock()
	defer th.mu.Unlock()
	return event, th.writes
}

// accept stores the report and returns its event.
func (th *theatre) accept(w *wired, report bridge.Report) string {
	t := th.t
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: w.cfg.Store.URL.Reveal()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	matches, traces, err := w.Route(report)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	event := bridge.Event{ID: bridge.NewID("ev", now), ReceivedAt: now, State: bridge.EventAccepted, Report: &report, Trace: traces}
	if _, err := s.Accept(t.Context(), event, bridge.Routing{Matches: matches}); err != nil {
		t.Fatal(err)
	}
	return event.ID
}

func (th *theatre) sample(changes map[string]string) (path string, report bridge.Report) {
	th.t.Helper()
	doc := betterbugs.Sample()
	doc.Set("screenshotUrl", th.base+"/_sandbox/screenshot.png")
	doc.Set("customFields", bridge.Fields{{Name: "train", Value: "2026.11"}})
	for name, value := range changes {
		doc.Set(name, value)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		th.t.Fatal(err)
	}
	if report, err = betterbugs.Decode(betterbugs.Request{Body: text}); err != nil {
		th.t.Fatal(err)
	}
	return th.write("report.json", string(text)), report
}

var (
	aNumber = regexp.MustCompile(`/issues/[0-9]+`)
	aKey    = regexp.MustCompile(`/issue/[A-Z]+-[0-9]+`)
)

// unnamed puts words in the place of what a tracker called its new issues.
func unnamed(requests []rehearsal.Request) []rehearsal.Request {
	for i, r := range requests {
		requests[i].URL = aKey.ReplaceAllString(aNumber.ReplaceAllString(r.URL, "/issues/{number}"), "/issue/{key}")
	}
	return requests
}

// sameJSON compares bodies by what they say, and fails for what is none.
var sameJSON = cmp.Transformer("json", func(raw json.RawMessage) any {
	var value any
	if len(raw) > 0 && json.Unmarshal(raw, &value) != nil {
		return "no JSON: " + string(raw)
	}
	return value
})

// What preview --live shows is what is sent when the same report is filed: each request, in its order, to the id.
func TestPreviewShowsWhatIsSent(t *testing.T) {
	th := newTheatre(t, sandbox.Config{})
	path, report := th.sample(nil)
	shown, reads, text := th.previewed("--live", path)
	if reads == 0 {
		t.Error("no tracker was asked")
	}
	event, sent := th.filed(report)
	if len(sent) < 10 {
		t.Errorf("only %d requests were sent", len(sent))
	}
	for i, r := range sent { // which transitions there are is known only once the issue is there
		if strings.HasSuffix(r.URL, "/transitions") {
			sent[i].Body = json.RawMessage(`{"transition": {"id": "In Progress"}}`)
		}
	}
	if diff := cmp.Diff(unnamed(sent), shown, sameJSON); diff != "" {
		t.Errorf("sent and not shown (-), shown and not sent (+):\n%s", diff)
	}
	if strings.Contains(text, "very-secret") || strings.Contains(text, "uthorization") {
		t.Errorf("credentials are shown: %s", text)
	}

	// Shared again as it is, there is nothing to send; changed, what is edited is.
	if shown, _, _ = th.previewed("--live", event); len(shown) > 0 {
		t.Errorf("nothing has changed, and %d requests are shown: %v", len(shown), shown)
	}
	_, report = th.sample(map[string]string{"title": "Worse", "priority": "LOW", "status": "CLOSED", "updatedAt": "2025-05-20T07:00:00.000Z"})
	w, _ := load(filepath.Join(th.dir, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
	again := th.accept(w, report)
	shown, _, _ = th.previewed("--live", again)
	_, sent = th.filed(report)
	if len(sent) < 6 {
		t.Errorf("only %d requests were sent", len(sent))
	}
	if diff := cmp.Diff(sent, shown, sameJSON); diff != "" {
		t.Errorf("updated: sent and not shown (-), shown and not sent (+):\n%s", diff)
	}
}

// Without --live no tracker is asked at all, and the requests are the same but for what only a tracker knows.
func TestPreviewAsksNobody(t *testing.T) {
	th := newTheatre(t, sandbox.Config{})
	path, report := th.sample(nil)
	shown, reads, _ := th.previewed(path)
	if reads != 0 {
		t.Errorf("%d reads reached the trackers", reads)
	}
	_, sent := th.filed(report)
	var want, got []string
	for _, r := range unnamed(sent) {
		want = append(want, r.Method+" "+strings.TrimPrefix(r.URL, th.base))
	}
	for _, r := range shown {
		got = append(got, r.Method+" "+strings.TrimPrefix(r.URL, th.base))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent and not shown (-), shown and not sent (+):\n%s", diff)
	}
}

// An App asks for its token, which is no write and is not shown.
func TestPreviewAsAnApp(t *testing.T) {
	key, text := newKey(t)
	th := newTheatre(t, sandbox.Config{App: &sandbox.App{ID: 42, Installation: 77, Slug: "bugferry", Owner: "acme", Key: &key.PublicKey}})
	th.write("app.pem", text)
	th.write("bugferry.yaml", `
webhooks: [{path: /hooks, token: t}]
trackers:
  github: {type: github, base_url: "`+th.base+`/github/api/v3/", app: {id: 42, installation_id: 77, private_key_file: app.pem}}
`)
	th.write("projects/web.yaml", "project: \"*\"\ndestinations: {web: {tracker: github, repo: acme/web}}\nrules: [{to: web}]\n")
	path, _ := th.sample(nil)
	shown, reads, _ := th.previewed("--live", path)
	if reads == 0 || len(shown) != 1 || !strings.HasSuffix(shown[0].URL, "/repos/acme/web/issues") {
		t.Errorf("%d reads, shown %v", reads, shown)
	}
}

// eventOf sets the variable of the first argument to the id of the last event of the bug of the second (empty: of any) that was
// accepted, or that is in the state of the third.
func eventOf(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db"), ReadOnly: true})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	state := string(bridge.EventAccepted)
	if len(args) > 2 {
		state = args[2]
	}
	events, err := s.Events(context.Background(), bridge.Search{Bug: args[1], State: state, Limit: 1})
	ts.Check(err)
	if len(events) == 0 {
		ts.Fatalf("bug %s has no event", args[1])
	}
	ts.Setenv(args[0], events[0].ID)
}
