package main

import (
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

var acceptance = flag.Int("reports", 40, "how many reports the acceptance run sends")

// TestAcceptance sends reports to the real program while their trackers fail and the program is killed and restarted.
// Three in ten are sent twice at once. Whatever was answered with 200 is filed exactly once on each tracker.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Config{})
	server := judge.Listen(t, box)
	h := newHouse(t, server.URL, plan{
		// The breaker's pause is shorter than usual: with every fifth answer a failure it opens now and then.
		delivery: "retry_from: 50ms, retry_to: 500ms, lease: 10s, timeout: 1s, breaker_wait: 1s",
		tracker:  "settle: 500ms, timeout: 1s", to: "jira, github",
	})
	h.faults(acceptanceFaults())

	reports := *acceptance
	sent := make(chan string)
	stop := make(chan struct{})
	defer close(stop)
	sendAll(h, reports, sent, stop)
	serve := h.serve()
	var promised []string
	kills, every := 0, max(1, min(30, reports/4))
	for len(promised) < reports {
		select {
		case bug := <-sent:
			promised = append(promised, bug)
		case <-time.After(patience):
			t.Fatalf("only %d of %d reports were taken", len(promised), reports)
		}
		if len(promised)%every == 0 {
			serve.kill()
			kills++
			serve = h.serve()
		}
	}
	h.settled()

	faults := 0
	for _, n := range h.struck() {
		faults += n
	}
	state := box.State()
	lost, doubled := count(state, promised, "github", "jira")
	_, _ = fmt.Fprintf(t.Output(), "acceptance: %d reports, %d kills, %d faults: %d lost, %d doubled, %d violations\n",
		len(promised), kills, faults, lost, doubled, state.ViolationsTotal)
	if lost != 0 || doubled != 0 || state.ViolationsTotal != 0 || faults == 0 {
		t.Errorf("the promise was not kept, or not put to the test; violations: %v", state.Violations)
	}
}

// acceptanceFaults has every fourth create of either tracker go wrong: 10 % are 502 before they take effect and 5 % after
// it, 5 % lose their answer, and 5 % meet a limit.
func acceptanceFaults() map[string]any {
	var rules []map[string]any
	for _, create := range [][2]string{{"github", "/repos/*/*/issues"}, {"jira-cloud", "/rest/api/*/issue"}} {
		tracker, path := create[0], create[1]
		limit := map[string]any{"do": "limit", "headers": map[string]string{"Retry-After": "1"}}
		if tracker == "github" {
			limit["limit"] = "secondary"
		}
		left := 1.0 // a rule is asked only about what the ones before it let pass
		for _, fault := range []struct {
			share float64
			what  map[string]any
		}{
			{0.10, map[string]any{"when": "before", "do": "status", "status": 502}},
			{0.05, map[string]any{"when": "after", "do": "status", "status": 502}},
			{0.05, map[string]any{"when": "after", "do": "drop"}},
			{0.05, limit},
		} {
			fault.what["tracker"], fault.what["method"], fault.what["path"] = tracker, "POST", path
			fault.what["probability"] = fault.share / left
			left -= fault.share
			rules = append(rules, fault.what)
		}
	}
	// The program keeps GitHub's limits on github.com alone: here only the limits of a single issue are at their usual height.
	return map[string]any{
		"seed": 1, "rules": rules, "limits": map[string]any{"creations_per_minute": 1_000_000, "creations_per_hour": 1_000_000},
	}
}

// sendAll has four clients share the reports. Each report is sent until it is answered with 200, as BetterBugs' user would
// press the button again, and then goes to sent.
func sendAll(h *house, reports int, sent chan<- string, stop <-chan struct{}) {
	bugs := make(chan int)
	go func() {
		defer close(bugs)
		for n := range reports {
			select {
			case bugs <- n:
			case <-stop:
				return
			}
		}
	}()
	for range 4 {
		go func() {
			for n := range bugs {
				bug := fmt.Sprintf("682c1dbb3b574d66%08x", n)
				if n%10 < 3 {
					atOnce(func() { sendUntilTaken(h, bug, stop) }, func() { sendUntilTaken(h, bug, stop) })
				} else {
					sendUntilTaken(h, bug, stop)
				}
				select {
				case sent <- bug:
				case <-stop:
				}
			}
		}()
	}
}

func atOnce(these ...func()) {
	var running sync.WaitGroup
	for _, do := range these {
		running.Go(do)
	}
	running.Wait()
}

func sendUntilTaken(h *house, bug string, stop <-chan struct{}) {
	for h.share(bug, map[string]any{"title": "It broke: " + bug}) != nil {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-stop:
			return
		}
	}
}
