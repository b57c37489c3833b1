//go:build crash

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/store"
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
	server := httptest.NewServer(box)
	defer server.Close()
	h := newCrashHouse(t, server.URL)
	for n := range *kills {
		point := crashPoints[n%len(crashPoints)]
		held := h.faults(point)
		serve := h.serve(point)
		for range 2 {
			h.share()
		}
		if !h.dies(serve, held) {
			t.Fatalf("round %d: the process did not come to %q", n, point)
		}
	}
	h.faults("")
	h.serve("")
	h.settled()

	filed := map[string]int{}
	state := box.State()
	for _, issue := range state.GitHub {
		filed["github "+bugID.FindString(issue.Body)]++
	}
	for _, issue := range state.Jira {
		filed["jira "+bugID.FindString(strings.Join(issue.Labels, " "))]++
	}
	lost, doubled := 0, 0
	for _, bug := range h.promised {
		for _, tracker := range []string{"github ", "jira "} {
			if filed[tracker+bug] == 0 {
				lost++
			}
		}
	}
	for _, n := range filed {
		doubled += n - 1
	}
	t.Logf("%d kills, %d reports acknowledged, %d issues: %d lost, %d doubled", *kills, len(h.promised), len(filed), lost, doubled)
	if lost != 0 || doubled != 0 || len(h.promised) < *kills/2 {
		t.Error("the promise was not kept, or hardly put to the test")
	}
}

var bugID = regexp.MustCompile(`682c1dbb3b574d66[0-9a-f]{8}`)

// crashHouse is a folder with a configuration, in which the program is started and killed.
type crashHouse struct {
	t           *testing.T
	dir         string
	box         string // the sandbox's URL
	hook, admin string
	log         *os.File // what the program said
	next        int      // bugs sent
	promised    []string // those that were acknowledged
}

func newCrashHouse(t *testing.T, box string) *crashHouse {
	h := &crashHouse{t: t, dir: t.TempDir(), box: box}
	var err error
	for _, address := range []*string{&h.hook, &h.admin} {
		if *address, err = freeAddress(); err != nil {
			t.Fatal(err)
		}
	}
	if h.log, err = os.Create(filepath.Join(h.dir, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if data, err := os.ReadFile(h.log.Name()); err == nil && t.Failed() {
			t.Logf("%s", data[max(0, len(data)-4000):])
		}
		_ = h.log.Close()
	})
	files := map[string]string{
		"bugferry.yaml": fmt.Sprintf(`server: {listen: %q, admin: %q, duplicates: 0}
delivery: {retry_from: 20ms, retry_to: 200ms, lease: 8s, timeout: 1s}
webhooks: [{path: /hook, token: t}]
trackers:
  github: {type: github, base_url: %q, token: good, settle: 200ms, timeout: 1s}
  jira: {type: jira, base_url: %q, email: bot@example.com, token: good, settle: 200ms, timeout: 1s}
users: {quinn@example.com: {github: quinn-dev, jira: 5b10ac8d82e05b22cc7d4ef5}}
`, h.hook, h.admin, box+"/github/api/v3/", box+"/jira-cloud/"),
		"projects/web.yaml": `project: "*"
destinations:
  jira: {tracker: jira, project: WEB, labels: [betterbugs], screenshot: link}
  github: {tracker: github, repo: acme/web, labels: [bug]}
rules:
  - to: [jira, github]
`,
	}
	for name, data := range files {
		path := filepath.Join(h.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// serve starts the program, to die at the point, and waits until it is ready.
func (h *crashHouse) serve(point string) *process {
	h.t.Helper()
	self, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	link := filepath.Join(h.dir, "bugferry")
	if _, err := os.Lstat(link); err != nil {
		if err := os.Symlink(self, link); err != nil {
			h.t.Fatal(err)
		}
	}
	cmd := exec.Command(link, "serve")
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "BUGFERRY_CRASH="+point)
	cmd.Stderr = h.log
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(p.ended) }()
	h.t.Cleanup(p.kill)
	if !soon(func() bool { return h.ready() || p.dead() }) {
		h.t.Fatal("the program did not start")
	}
	return p
}

// process is the program running.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

func (p *process) dead() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// faults holds up a create, before or after its effect, so that the process can be killed meanwhile, and says whether.
func (h *crashHouse) faults(point string) (held bool) {
	set := map[string]any{}
	when, ok := map[string]string{"before the effect": "before", "before the answer": "after"}[point]
	if ok {
		set["rules"] = []map[string]any{
			{"tracker": "github", "method": "POST", "path": "/repos/*/*/issues", "when": when, "do": "delay", "delay": "20s", "count": 1},
		}
	}
	if err := h.post(h.box+"/_sandbox/faults", set); err != nil {
		h.t.Fatal(err)
	}
	return ok
}

// share sends a new bug. If the process dies before it answers nothing was promised.
func (h *crashHouse) share() {
	h.next++
	bug := fmt.Sprintf("682c1dbb3b574d66%08x", h.next)
	report := map[string]any{
		"bugId": bug, "projectId": "p", "title": "It broke", "description": "<p>badly</p>", "status": "OPEN", "priority": "HIGH",
		"updatedAt": "2025-05-20T06:14:27.491Z", "sessionUrl": "https://app.betterbugs.io/session/" + bug,
		"assignees": []map[string]string{{"email": "quinn@example.com", "id": "1", "name": "quinn"}},
	}
	if h.post("http://"+h.hook+"/hook/t", report) == nil {
		h.promised = append(h.promised, bug)
	}
}

func (h *crashHouse) post(url string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	response, err := http.Post(url, "application/json", bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return nil
}

// soon polls condition for as long as something may take on a busy machine.
func soon(condition func() bool) bool {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(60 * time.Second)
	for {
		select {
		case <-end:
			return false
		case <-tick.C:
			if condition() {
				return true
			}
		}
	}
}

func (h *crashHouse) ready() bool {
	_, err := get(context.Background(), "http://"+h.admin+"/readyz")
	return err == nil
}

// dies waits until the process has killed itself, or kills it once the sandbox holds its request.
func (h *crashHouse) dies(serve *process, held bool) bool {
	if held {
		struck := soon(func() bool {
			var set struct{ Rules []struct{ Struck int } }
			body, err := get(context.Background(), h.box+"/_sandbox/faults")
			return err == nil && json.Unmarshal(body, &set) == nil && len(set.Rules) > 0 && set.Rules[0].Struck > 0
		})
		serve.kill()
		return struck
	}
	return soon(serve.dead) && serve.cmd.ProcessState.ExitCode() == -1 // by a signal, not of its own will
}

// settled waits until every delivery has come to its end.
func (h *crashHouse) settled() {
	h.t.Helper()
	s, err := store.Open(h.t.Context(), store.Config{URL: "sqlite:" + filepath.Join(h.dir, "bugferry.db")})
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	open := ""
	if !soon(func() bool {
		deliveries, err := s.Deliveries(h.t.Context(), store.Filter{Limit: 100_000})
		open = fmt.Sprint(err)
		for _, d := range deliveries {
			if d.State != bridge.DeliveryDelivered && d.State != bridge.DeliverySkipped {
				open = fmt.Sprintf("%s is %s: %s", d.ID, d.State, d.Reason)
				return false
			}
		}
		return err == nil
	}) {
		h.t.Fatal("not all deliveries were made: ", open)
	}
}
