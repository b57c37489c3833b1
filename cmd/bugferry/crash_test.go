//go:build crash

package main

import (
	"flag"
	"fmt"
	"testing"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

var kills = flag.Int("kills", 60, "how often the crash test kills the process")

// crashPoints are where the process is killed, in turns: by itself, or, between sending and answer, by the test when the
// sandbox has the request.
var crashPoints = []string{
	"before the intent", "after the intent", "before the effect", "before the answer", "before the record", "after the record",
	"after a step", "after a write", "before the end",
}

// TestCrash kills the real program at each point of the protocol, again and again, while reports come in. In the end
// each bug has one issue on each tracker.
func TestCrash(t *testing.T) {
	box := sandbox.New(sandbox.Config{})
	server := judge.Listen(t, box)
	h := newHouse(t, server.URL, plan{
		server: "duplicates: 0", delivery: "retry_from: 20ms, retry_to: 200ms, lease: 8s, timeout: 1s",
		tracker: "settle: 200ms, timeout: 1s", to: "jira, github",
	})
	var promised []string
	next := 0
	for n := range *kills {
		point := crashPoints[n%len(crashPoints)]
		held := holdCreate(h, point)
		serve := h.serve("BUGFERRY_CRASH=" + point)
		for range 2 {
			next++
			bug := fmt.Sprintf("682c1dbb3b574d66%08x", next)
			if h.share(bug, nil) == nil { // else it died before it answered, and nothing was promised
				promised = append(promised, bug)
			}
		}
		if !dies(h, serve, held) {
			t.Fatalf("round %d: the process did not come to %q", n, point)
		}
	}
	h.faults(map[string]any{})
	h.serve()
	h.settled()

	state := box.State()
	lost, doubled := count(state, promised, "github", "jira")
	t.Logf("%d kills, %d reports acknowledged, %d issues: %d lost, %d doubled",
		*kills, len(promised), len(state.GitHub)+len(state.Jira), lost, doubled)
	if lost != 0 || doubled != 0 || len(promised) < *kills/2 {
		t.Error("the promise was not kept, or hardly put to the test")
	}
}

// holdCreate holds up a create, before or after its effect, so that the process can be killed meanwhile, and says whether.
func holdCreate(h *house, point string) bool {
	h.t.Helper()
	when, ok := map[string]string{"before the effect": "before", "before the answer": "after"}[point]
	set := map[string]any{}
	if ok {
		set["rules"] = []map[string]any{
			{"tracker": "github", "method": "POST", "path": "/repos/*/*/issues", "when": when, "do": "delay", "delay": "20s", "count": 1},
		}
	}
	h.faults(set)
	return ok
}

// dies waits until the process has killed itself, or kills it once the sandbox holds its request.
func dies(h *house, serve *process, held bool) bool {
	h.t.Helper()
	if held {
		struck := soon(func() bool { return h.struck()[0] > 0 })
		serve.kill()
		return struck
	}
	return soon(serve.dead) && serve.cmd.ProcessState.ExitCode() == -1 // by a signal, not of its own will
}
