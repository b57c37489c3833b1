package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
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

// house is a folder with a configuration, in which the real program is started, stopped and killed. Its trackers are a
// sandbox, which the program's end does not touch.
type house struct {
	t           *testing.T
	dir         string
	box         string // the sandbox's URL
	hook, admin string
	log         *os.File // what the program said
}

// plan is what differs from one house to the next. The words are YAML, as they stand between braces.
type plan struct {
	server, delivery, tracker string
	to                        string // the rule's destinations, of jira and github
}

func newHouse(t *testing.T, box string, p plan) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), box: box}
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
		if said := h.said(); t.Failed() {
			t.Logf("%s", said[max(0, len(said)-4000):])
		}
		_ = h.log.Close()
	})
	h.write("bugferry.yaml", fmt.Sprintf(`server: {listen: %q, admin: %q, %s}
delivery: {%s}
webhooks: [{path: /hook, token: t}]
trackers:
  github: {type: github, base_url: %q, token: good, %s}
  jira: {type: jira, base_url: %q, email: bot@example.com, token: good, %s}
users: {quinn@example.com: {github: quinn-dev, jira: 5b10ac8d82e05b22cc7d4ef5}}
`, h.hook, h.admin, p.server, p.delivery, box+"/github/api/v3/", p.tracker, box+"/jira-cloud/", p.tracker))
	h.write("projects/web.yaml", fmt.Sprintf(`project: "*"
destinations:
  jira: {tracker: jira, project: WEB, labels: [betterbugs], screenshot: link}
  github: {tracker: github, repo: acme/web, labels: [bug]}
rules:
  - to: [%s]
`, p.to))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(h.dir, "bugferry")); err != nil { // under this name it is the program
		t.Fatal(err)
	}
	return h
}

func (h *house) write(name, data string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// said is all that the program has logged so far.
func (h *house) said() string {
	data, err := os.ReadFile(h.log.Name())
	if err != nil {
		h.t.Error(err)
	}
	return string(data)
}

// command is the program, to be run in the house.
func (h *house) command(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(h.dir, "bugferry"), args...)
	cmd.Dir = h.dir
	return cmd
}

// serve starts the program with more in its environment, and waits until it is ready or dead.
func (h *house) serve(env ...string) *process {
	h.t.Helper()
	cmd := h.command("serve")
	cmd.Env = append(os.Environ(), env...)
	return h.start(cmd, h.ready)
}

// start runs a command of the program, and waits until it is ready or dead.
func (h *house) start(cmd *exec.Cmd, ready func() bool) *process {
	h.t.Helper()
	cmd.Stderr = h.log
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	p := &process{cmd: cmd, ended: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(p.ended) }()
	h.t.Cleanup(p.kill)
	if !soon(func() bool { return ready() || p.dead() }) {
		h.t.Fatal("the program did not start")
	}
	return p
}

func (h *house) ready() bool {
	_, err := get(context.Background(), "http://"+h.admin+"/readyz")
	return err == nil
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

// share sends a report of the bug, with more or other members. An error says that nothing was promised.
func (h *house) share(bug string, more map[string]any) error {
	report := map[string]any{
		"bugId": bug, "projectId": "p", "title": "It broke", "description": "<p>badly</p>", "status": "OPEN", "priority": "HIGH",
		"updatedAt": "2025-05-20T06:14:27.491Z", "sessionUrl": "https://app.betterbugs.io/session/" + bug,
		"assignees": []map[string]string{{"email": "quinn@example.com", "id": "1", "name": "quinn"}},
	}
	maps.Copy(report, more)
	return postJSON("http://"+h.hook+"/hook/t", report)
}

// faults has the sandbox go wrong as the set says.
func (h *house) faults(set map[string]any) {
	h.t.Helper()
	if err := postJSON(h.box+"/_sandbox/faults", set); err != nil {
		h.t.Fatal(err)
	}
}

// struck is how often each rule of the sandbox's faults struck.
func (h *house) struck() []int {
	h.t.Helper()
	var set struct{ Rules []struct{ Struck int } }
	body, err := get(context.Background(), h.box+"/_sandbox/faults")
	if err == nil {
		err = json.Unmarshal(body, &set)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	counts := make([]int, len(set.Rules))
	for i, rule := range set.Rules {
		counts[i] = rule.Struck
	}
	return counts
}

func postJSON(url string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
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
func soon(condition func() bool) bool { return within(patience, 5*time.Millisecond, condition) }

func within(limit, pause time.Duration, condition func() bool) bool {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	end := time.After(limit)
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

// deliveries reads the deliveries of the bug, or all of them.
func (h *house) deliveries(bug string) []bridge.Delivery {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	deliveries, err := s.Deliveries(h.t.Context(), bridge.Search{Bug: bug, Limit: 100_000})
	if err != nil {
		h.t.Fatal(err)
	}
	return deliveries
}

func (h *house) store() *store.Store {
	h.t.Helper()
	s, err := store.Open(h.t.Context(), store.Config{URL: "sqlite:" + filepath.Join(h.dir, "bugferry.db")})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// settled waits until every delivery has come to a good end, and returns all of them. Hundreds of them take their time under
// the race detector.
func (h *house) settled() (deliveries []bridge.Delivery) {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	open := ""
	if !within(5*patience, 200*time.Millisecond, func() bool {
		var err error
		deliveries, err = s.Deliveries(h.t.Context(), bridge.Search{Limit: 100_000})
		open = fmt.Sprint(err)
		for _, d := range deliveries {
			if !d.State.Final() || d.State == bridge.DeliveryParked {
				open = fmt.Sprintf("%s is %s: %s", d.ID, d.State, d.Reason)
				return false
			}
		}
		return err == nil
	}) {
		h.t.Fatal("not all deliveries were made: ", open)
	}
	return deliveries
}

var bugID = regexp.MustCompile(`682c1dbb3b574d66[0-9a-f]{8}`)

// count holds the sandbox's issues against what was promised: each bug must be once at each of the trackers.
func count(state sandbox.State, promised []string, trackers ...string) (lost, doubled int) {
	filed := map[string]int{}
	for _, issue := range state.GitHub {
		filed["github "+bugID.FindString(issue.Body)]++
	}
	for _, issue := range state.Jira {
		filed["jira "+bugID.FindString(strings.Join(issue.Labels, " "))]++
	}
	for _, bug := range promised {
		for _, tracker := range trackers {
			if filed[tracker+" "+bug] == 0 {
				lost++
			}
		}
	}
	for _, n := range filed {
		doubled += n - 1
	}
	return lost, doubled
}
