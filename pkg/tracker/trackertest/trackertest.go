// Package trackertest holds what every adapter must pass: the contract of [bridge.Tracker], run against a stand-in that
// keeps state, and the table of answers, run against servers that give one answer to everything.
package trackertest

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Subject is an adapter pointed at a server.
type Subject struct {
	Tracker bridge.Tracker
	Place   bridge.Place
	Ref     bridge.Ref // an issue of the place, as a link would hold it
}

// Open makes an adapter for the server at base, with short pauses and, if it is not 0, a timeout.
type Open func(t *testing.T, base string, timeout time.Duration) Subject

// Marker is the marker of the issues that the suites file.
var Marker = bridge.Marker{Installation: "test", Bug: "682c1dbb3b574d66f3863324"}

// recorder counts the requests that reach a server.
type recorder struct {
	mu      sync.Mutex
	methods map[string]int
}

func (r *recorder) note(method string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.methods == nil {
		r.methods = map[string]int{}
	}
	r.methods[method]++
}

func (r *recorder) count(method string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.methods[method]
}

// all is how many requests there were.
func (r *recorder) all() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, count := range r.methods {
		n += count
	}
	return n
}

// serve starts a server that notes each request before it answers.
func serve(t *testing.T, answer http.HandlerFunc) (base string, seen *recorder) {
	t.Helper()
	seen = &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.note(r.Method)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, seen
}

// IDs joins the ids of issues, in their order.
func IDs(refs []bridge.Ref) string {
	ids := make([]string, len(refs))
	for i, ref := range refs {
		ids[i] = ref.ID
	}
	return strings.Join(ids, ",")
}

// Refuses checks that err says that nothing was done and names exactly the fields.
func Refuses(t *testing.T, err error, fields ...string) {
	t.Helper()
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || !e.Nothing || len(e.Fields) != len(fields) {
		t.Fatalf("%v refuses %v, want %v", err, e, fields)
	}
	for _, name := range fields {
		if e.Fields[name] == "" {
			t.Errorf("%s is not named in %v", name, e.Fields)
		}
	}
}
