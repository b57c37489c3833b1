package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/webhook"
)

const (
	path    = "/hooks/betterbugs"
	token   = "t0ken+in/the url"
	key     = "k3y-in-the-header"
	sample  = "682c1dbb3b574d66f3863324"
	project = "68088dd3077eafee5d46cf86"
)

// routes is a Router that gives one answer.
type routes struct {
	matches []bridge.Match
	err     error
	panics  bool
}

func (r routes) Route(bridge.Report) ([]bridge.Match, []bridge.Trace, error) {
	if r.panics {
		panic("broken rule")
	}
	return r.matches, []bridge.Trace{{Rule: "all", Matched: len(r.matches) > 0}}, r.err
}

func (r routes) Again(_ bridge.Report, _ bridge.Known, matches []bridge.Match) ([]bridge.Match, []bridge.Trace) {
	if r.panics {
		panic("broken rule")
	}
	return matches, nil
}

// memory is a Store.
type memory struct {
	mu      sync.Mutex
	events  []bridge.Event
	bounded []bridge.Event // refused and ignored ones
	matches [][]bridge.Match
	receipt *bridge.Receipt // nil: that of the event itself
	err     error
	panics  bool
	context context.Context
}

func (m *memory) Accept(ctx context.Context, event bridge.Event, routing bridge.Routing) (bridge.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.context = ctx
	switch {
	case m.panics:
		panic("broken store " + key)
	case m.err != nil:
		return bridge.Receipt{}, m.err
	case ctx.Err() != nil:
		return bridge.Receipt{}, ctx.Err()
	}
	if event.State == bridge.EventRefused || event.State == bridge.EventIgnored {
		m.bounded = append(m.bounded, event)
		return bridge.Receipt{}, nil
	}
	m.events = append(m.events, event)
	m.matches = append(m.matches, routing.Matches)
	if m.receipt != nil {
		return *m.receipt, nil
	}
	receipt := bridge.Receipt{Event: event.ID, State: event.State, Destinations: []string{}}
	for _, match := range routing.Matches {
		receipt.Destinations = append(receipt.Destinations, match.Destination)
	}
	return receipt, nil
}

// bench is a hook with everything around it.
type bench struct {
	t       *testing.T
	store   *memory
	log     bytes.Buffer
	counts  map[string]int
	config  webhook.Config
	handler http.Handler
}

func newBench(t *testing.T, change ...func(*webhook.Config)) *bench {
	t.Helper()
	b := &bench{t: t, store: &memory{}, counts: map[string]int{}}
	var counting sync.Mutex
	b.config = webhook.Config{
		Hooks: []webhook.Hook{{
			Path: path, Tokens: []string{"older", token}, Projects: []string{project},
			Headers: map[string][]string{"x-bugferry-key": {"older", key}},
		}},
		Router: routes{matches: []bridge.Match{{Rule: "all", Destination: "web-jira"}}},
		Store:  b.store,
		Logger: slog.New(slog.NewTextHandler(&b.log, nil)),
		Count: func(outcome string) {
			counting.Lock()
			defer counting.Unlock()
			b.counts[outcome]++
		},
		Now: func() time.Time { return time.Date(2026, 3, 20, 11, 20, 3, 0, time.UTC) },
	}
	for _, f := range change {
		f(&b.config)
	}
	b.handler = webhook.New(b.config)
	return b
}

// post makes an authenticated POST.
func post(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path+"?token="+escapedToken, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Bugferry-Key", key)
	return r
}

const escapedToken = "t0ken%2Bin%2Fthe+url"

func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, secret := range []string{token, escapedToken, key, "older"} {
		if strings.Contains(w.Body.String(), secret) || strings.Contains(b.log.String(), secret) {
			b.t.Errorf("a secret is answered or logged:\n%s\n%s", w.Body, &b.log)
		}
	}
	return w
}

func (b *bench) want(w *httptest.ResponseRecorder, status int, body string) {
	b.t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String(), body) {
		b.t.Errorf("answer %d %s, want %d with %s", w.Code, w.Body, status, body)
	}
	if w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
		b.t.Errorf("answer is no JSON: %s", w.Body)
	}
}

// stored returns the one event that must be stored.
func (b *bench) stored() bridge.Event {
	b.t.Helper()
	if len(b.store.events) != 1 {
		b.t.Fatalf("%d events stored, want 1", len(b.store.events))
	}
	return b.store.events[0]
}

func (b *bench) nothingStored() {
	b.t.Helper()
	if len(b.store.events) != 0 {
		b.t.Errorf("stored: %+v", b.store.events)
	}
}

func recording(t *testing.T, name string) (betterbugs.Request, http.Header) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "wire", name))
	if err != nil {
		t.Fatal(err)
	}
	request, header, err := betterbugs.ReadHTTP(raw)
	if err != nil {
		t.Fatal(err)
	}
	return request, header
}
