package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// reloading is a folder with a configuration that is written anew before each reading, and the app that serves by it.
type reloading struct {
	t     *testing.T
	dir   string
	box   string
	reads int
	app   *app
	asked chan os.Signal
}

// write writes the n-th configuration: the tracker's and the webhook's token, the rules and the number of projects change.
func (r *reloading) write(n int) {
	for name, text := range map[string]string{
		"bugferry.yaml": fmt.Sprintf(`
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}
delivery: {retry_from: 50ms, retry_to: 200ms}
webhooks: [{path: /hook, token: [t, other-%d]}]
trackers: {github: {type: github, base_url: "%s/github/api/v3/", token: good-%d, settle: 1s, timeout: 3s}}
`, n, r.box, n/2),
		"projects/web.yaml": fmt.Sprintf(`
project: ["p", "q%d"]
destinations: {github: {tracker: github, repo: acme/web, labels: ["number-%d"]}}
rules: [{name: "rule %d", to: [github]}]
`, n, n, n),
	} {
		path := filepath.Join(r.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			r.t.Error(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			r.t.Error(err)
		}
	}
}

// reread reads the next configuration, and each third time one that is broken.
func (r *reloading) reread(before *wired) (*wired, *config.Config, config.Findings) {
	r.reads++
	r.write(r.reads)
	if r.reads%3 == 0 {
		if err := os.WriteFile(filepath.Join(r.dir, "projects", "web.yaml"), []byte("project: ["), 0o600); err != nil {
			r.t.Error(err)
		}
	}
	return loadAfter(before, filepath.Join(r.dir, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
}

func newReloading(t *testing.T, box string) *reloading {
	t.Helper()
	r := &reloading{t: t, dir: t.TempDir(), box: box, asked: make(chan os.Signal)}
	r.write(0)
	log := slog.New(slog.DiscardHandler)
	w, findings := load(filepath.Join(r.dir, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, log)
	if w == nil {
		t.Fatal(findings)
	}
	var err error
	if r.app, err = newApp(t.Context(), w, log); err != nil {
		t.Fatal(err)
	}
	r.app.reread, r.app.asked = r.reread, r.asked
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- r.app.run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return r
}

// TestReloadsLoseNothing replaces the configuration as fast as it goes while reports come in and deliveries run: each report that
// was answered 200 is one issue.
func TestReloadsLoseNothing(t *testing.T) {
	const senders, each = 4, 15
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	r := newReloading(t, server.URL)
	url := r.app.hookURL("/hook") + "/t"

	var sending sync.WaitGroup
	var promised []string
	for sender := range senders {
		for i := range each {
			promised = append(promised, fmt.Sprintf("682c1dbb3b574d66%08x", sender*each+i))
		}
		mine := promised[sender*each : (sender+1)*each]
		sending.Go(func() {
			for _, bug := range mine {
				if err := postJSON(url, map[string]any{"bugId": bug, "projectId": "p", "title": "It broke", "updatedAt": "2025-05-20T06:14:27.491Z"}); err != nil {
					t.Errorf("%s: %v", bug, err)
				}
			}
		})
	}
	sent := make(chan struct{})
	go func() { sending.Wait(); close(sent) }()
	reload := func(until func() bool) {
		for !until() {
			r.asked <- os.Interrupt // returns once the reload before it has ended
		}
	}
	reload(func() bool {
		select {
		case <-sent:
			return true
		default:
			return false
		}
	})
	reload(func() bool { return r.open() == 0 })

	var state sandbox.State
	body, err := get(t.Context(), server.URL+"/_sandbox/state")
	if err == nil {
		err = json.Unmarshal(body, &state)
	}
	if err != nil {
		t.Fatal(err)
	}
	lost, doubled := count(state, promised, "github")
	if lost > 0 || doubled > 0 || r.reads < 20 {
		t.Errorf("%d lost, %d doubled, %d reloads", lost, doubled, r.reads)
	}
}

// open counts the deliveries that are not made yet.
func (r *reloading) open() int {
	deliveries, err := r.app.store.Deliveries(r.t.Context(), bridge.Search{Limit: 1000})
	if err != nil {
		r.t.Fatal(err)
	}
	open := 0
	for _, d := range deliveries {
		switch {
		case d.State == bridge.DeliveryParked:
			r.t.Fatalf("%s is parked: %s", d.ID, d.Reason)
		case !d.State.Final():
			open++
		}
	}
	return open
}
