//go:build crash

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// The clocks of the houses in which the program is paused.
const (
	pauseTimeout = 400 * time.Millisecond
	pauseSettle  = 200 * time.Millisecond
	pauseLease   = 5400 * time.Millisecond // the shortest that the timeout allows
	pauseLength  = pauseLease + pauseSettle + 300*time.Millisecond
)

const (
	// taken is told where the other delivery was the first to wake and took the lease.
	taken = `|the link's lease was lost`
	// overslept is told of a create that was not sent because its time was over.
	overslept = `the time that the create was given is over|the lease has -\d` + taken
)

// TestPause stops the real program at points of the protocol for longer than lease and settle together, as a suspended
// machine does, and continues it. What it was about to do may not be its to do any more: it goes back and says why, and
// each bug has one issue in the end, with the newest content.
func TestPause(t *testing.T) {
	tests := []*paused{
		{point: "before the intent", story: overslept},
		{point: "after the intent", story: overslept},
		{point: "before the record", story: `created |found` + taken},
		{point: "after the record", story: `created |found` + taken},
		{point: "after a write", story: `set ` + taken},
		{point: "after a step", story: `added the remote link` + taken},
		{point: "before the end", story: `created ` + taken},
	}
	for _, test := range tests { // all stand still at the same time: the wait is the whole price
		other := *test
		test.tracker, other.tracker = "jira", "github"
		if other.point != "after a step" { // of which GitHub has none
			tests = append(tests, &other)
		}
	}
	for _, test := range tests {
		test.start(t)
	}
	<-time.After(pauseLength)
	for _, test := range tests {
		if err := test.serve.cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range tests {
		test.check(t)
	}
}

// paused is a house whose program stands still at a point, and what is to be told of it in the end.
type paused struct {
	point, tracker, story string

	box   *sandbox.Server
	house *house
	serve *process
	again chan error // the answer to the second share
}

const pausedBug = "682c1dbb3b574d6600000001"

// start shares a bug, shares it again at once, and returns when the program has paused on the way. The second delivery
// will wake beside the first, which holds a lease that has run out.
func (p *paused) start(t *testing.T) {
	t.Helper()
	p.box = sandbox.New(sandbox.Config{})
	server := judge.Listen(t, p.box)
	p.house = newHouse(t, server.URL, plan{
		delivery: fmt.Sprintf("retry_from: 20ms, retry_to: 200ms, lease: %s, timeout: %s", pauseLease, pauseTimeout),
		tracker:  fmt.Sprintf("settle: %s, timeout: %s", pauseSettle, pauseTimeout), to: p.tracker,
	})
	p.serve = p.house.serve("BUGFERRY_PAUSE=" + p.point)
	if err := p.house.share(pausedBug, nil); err != nil {
		t.Fatal(err)
	}
	p.again = make(chan error, 1)
	go func() { // it may be answered only after the pause
		p.again <- p.house.share(pausedBug, map[string]any{"title": "It broke again", "updatedAt": "2025-05-20T06:20:00Z"})
	}()
	if !soon(func() bool { _, err := os.Stat(filepath.Join(p.house.dir, "paused")); return err == nil }) {
		t.Fatalf("%s on %s: the program did not come to it", p.point, p.tracker)
	}
}

// check waits until all is delivered, and reads what deliveries show tells and what was filed.
func (p *paused) check(t *testing.T) {
	t.Helper()
	if err := <-p.again; err != nil {
		t.Fatal(err)
	}
	var tale strings.Builder
	for _, d := range p.house.settled() {
		out, err := p.house.command("deliveries", "show", d.ID).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		tale.Write(out)
	}
	state := p.box.State()
	lost, doubled := count(state, []string{pausedBug}, p.tracker)
	switch filed := fmt.Sprint(state.GitHub, state.Jira); {
	case lost != 0 || doubled != 0:
		t.Errorf("%s on %s: %d lost, %d doubled:\n%s", p.point, p.tracker, lost, doubled, &tale)
	case !strings.Contains(filed, "It broke again"):
		t.Errorf("%s on %s: the newest report is not in the issue: %s\n%s", p.point, p.tracker, filed, &tale)
	case !regexp.MustCompile(p.story).MatchString(tale.String()):
		t.Errorf("%s on %s: no %q in the story:\n%s", p.point, p.tracker, p.story, &tale)
	default:
		t.Logf("%s on %s: one issue", p.point, p.tracker)
	}
	p.serve.kill()
}
