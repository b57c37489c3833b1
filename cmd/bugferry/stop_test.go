package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// TestStop asks the real program to stop while its trackers keep it waiting. It ends by itself, hands back what it could
// not end, and what runs next goes on with that: one issue at each place. What ends in time is simply delivered.
func TestStop(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Config{})
	server := judge.Listen(t, box)
	h := newHouse(t, server.URL, plan{ // the requests may take longer than the 15 s that deliveries have to end
		delivery: "retry_from: 50ms, retry_to: 500ms, lease: 22s, timeout: 17s", tracker: "settle: 500ms, timeout: 17s", to: "jira, github",
	})

	const slow, quick = "682c1dbb3b574d6600000001", "682c1dbb3b574d6600000002"
	stopWhileCreating(h, slow, "5m")
	handedBack := h.deliveries(slow)
	if len(handedBack) != 2 {
		t.Fatalf("%d deliveries, want 2", len(handedBack))
	}
	for _, d := range handedBack {
		if d.State != bridge.DeliveryPending || d.NextAt.Sub(d.ChangedAt) > 5*time.Second {
			t.Errorf("%s is %s, to be tried at %s after %s: %s", d.Destination, d.State, d.NextAt, d.ChangedAt, d.Reason)
		}
	}
	leasesAreFree(h, slow)

	h.faults(map[string]any{})
	last := h.serve()
	h.settled()
	last.kill()

	stopWhileCreating(h, quick, "1s")
	for _, d := range h.deliveries(quick) {
		if d.State != bridge.DeliveryDelivered {
			t.Errorf("%s is %s though there was time: %s", d.Destination, d.State, d.Reason)
		}
	}
	if lost, doubled := count(box.State(), []string{slow, quick}, "github", "jira"); lost != 0 || doubled != 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
}

// stopWhileCreating shares the bug, has GitHub take its time before it creates the issue and Jira before it answers that it
// has, and asks the program to stop meanwhile.
func stopWhileCreating(h *house, bug, delay string) {
	h.t.Helper()
	h.faults(map[string]any{"rules": []map[string]any{
		{"tracker": "github", "method": "POST", "path": "/repos/*/*/issues", "when": "before", "do": "delay", "delay": delay},
		{"tracker": "jira-cloud", "method": "POST", "path": "/rest/api/*/issue", "when": "after", "do": "delay", "delay": delay},
	}})
	serve := h.serve()
	if err := h.share(bug, nil); err != nil {
		h.t.Fatal(err)
	}
	if !soon(func() bool { struck := h.struck(); return struck[0] > 0 && struck[1] > 0 }) {
		h.t.Fatal("the creates were not sent")
	}
	if err := serve.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	if !soon(serve.dead) {
		h.t.Fatal("the program does not stop")
	}
	if code := serve.cmd.ProcessState.ExitCode(); code != 0 {
		h.t.Errorf("it was asked to stop and ended with %d", code)
	}
}

// leasesAreFree says that nobody has to wait for the bug's leases to run out.
func leasesAreFree(h *house, bug string) {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	for _, place := range []bridge.Place{{Base: h.box + "/github/api/v3/", Name: "acme/web"}, {Base: h.box + "/jira-cloud/", Name: "WEB"}} {
		link, held, err := s.Lease(h.t.Context(), bug, place.Key(), "test", time.Minute)
		if err != nil || !held || link.Intent.At.IsZero() {
			h.t.Errorf("%s: free %t, intent %v, %v", place.Name, held, link.Intent, err)
		}
		if err := s.Release(h.t.Context(), bug, place.Key(), "test"); err != nil {
			h.t.Error(err)
		}
	}
}
