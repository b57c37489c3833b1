package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// judgeIn names the folder from which that process finds the descriptions.
const judgeIn = "BUGFERRY_TEST_FOLDER"

// verdictsIn names the file to which the sandbox of a script writes what its judge finds wrong. It is written at once, so
// that nothing is lost with a process that is killed.
const verdictsIn = "BUGFERRY_TEST_VERDICTS"

// judged is a sandbox of a process of its own with a judge before it.
func judged(box http.Handler) http.Handler {
	judge.Within = os.Getenv(judgeIn)
	c := clerk(os.Getenv(verdictsIn))
	j := judge.Watch(c, box)
	var counting sync.Mutex
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { // also of an answer that is cut short by a panic
			counting.Lock()
			defer counting.Unlock()
			c.count(j.Figures())
		}()
		j.ServeHTTP(w, r)
	})
}

// clerk writes verdicts to the file of its name.
type clerk string

// Errorf adds a verdict.
func (c clerk) Errorf(format string, args ...any) {
	file, err := os.OpenFile(string(c), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(file, format+"\n", args...)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		end(fmt.Sprintf("judge: %v\n"+format, append([]any{err}, args...)...))
	}
}

// figuresOf are the files with the figures of all the processes whose verdicts go to a file.
func figuresOf(verdicts, process string) string { return verdicts + ".figures." + process }

// count writes down what was judged in this process so far, for a process that is killed says nothing at its end.
func (c clerk) count(figures judge.Figures) {
	file := figuresOf(string(c), strconv.Itoa(os.Getpid()))
	data, err := json.Marshal(figures)
	err = errors.Join(err, os.WriteFile(file+"~", data, 0o600))
	if err = errors.Join(err, os.Rename(file+"~", file)); err != nil {
		end(fmt.Sprintf("judge: %v", err))
	}
}

// end ends the process, which no script overlooks. It panics beside the handler, not in it: there the server recovers, and
// the program asks again as if nothing were.
func end(why string) {
	go panic(why)
	select {}
}

// Logf is for figures at the end of a test: a process that is killed has none.
func (clerk) Logf(string, ...any) {}

// Cleanup never runs, for the same reason.
func (clerk) Cleanup(func()) {}

// counted adds up what was judged in all the processes whose verdicts went to the file; ok says that there was one.
func counted(verdicts string) (sum judge.Figures, ok bool, err error) {
	files, err := filepath.Glob(figuresOf(verdicts, "*[0-9]"))
	for _, file := range files {
		var figures judge.Figures
		data, wrong := os.ReadFile(file)
		err = errors.Join(err, wrong, json.Unmarshal(data, &figures))
		sum.Add(figures)
	}
	return sum, len(files) > 0, err
}

// court has the sandboxes of a script judged, fails t by what they find wrong, and logs how much was judged.
func court(t *testing.T, env *testscript.Env) {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	env.Setenv(judgeIn, folder)
	file := filepath.Join(env.WorkDir, ".verdicts")
	env.Setenv(verdictsIn, file)
	env.Defer(func() {
		verdicts, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
		if len(verdicts) > 0 {
			t.Errorf("%s: %s", filepath.Base(env.WorkDir), verdicts)
		}
		figures, some, err := counted(file)
		if err != nil {
			t.Error(err)
		}
		if some {
			env.T().Log(figures.String())
		}
	})
}

// heard asks what no vendor describes, and takes back what the judge says of it: the first argument is the URL, the second
// a pattern of the verdict.
func heard(ts *testscript.TestScript, _ bool, args []string) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, args[0], nil)
	ts.Check(err)
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	ts.Check(response.Body.Close())
	file := ts.Getenv(verdictsIn)
	verdicts, err := os.ReadFile(file)
	ts.Check(err)
	if !regexp.MustCompile(args[1]).Match(verdicts) {
		ts.Fatalf("the judge says %s", verdicts)
	}
	ts.Check(os.Remove(file))
}

// sandboxed starts a judged sandbox as a process of its own, whose verdicts go to the file.
func (h *house) sandboxed(verdicts string) (*process, string) {
	h.t.Helper()
	address, err := freeAddress()
	if err != nil {
		h.t.Fatal(err)
	}
	folder, err := os.Getwd()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := h.command("sandbox", "--listen", address)
	cmd.Env = append(os.Environ(), judgeIn+"="+folder, verdictsIn+"="+verdicts)
	base := "http://" + address
	return h.start(cmd, func() bool {
		_, err := get(context.Background(), base+"/_sandbox/state")
		return err == nil
	}), base
}

// A script must not pass because nobody could write down what was wrong.
func TestVerdictThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "", plan{to: "github"})
	verdicts := filepath.Join(t.TempDir(), "verdicts")
	p, base := h.sandboxed(verdicts)
	if err := os.Mkdir(verdicts, 0o700); err != nil { // a folder is no file
		t.Fatal(err)
	}
	answer, err := http.Get(base + "/github/api/v3/what/nobody/describes")
	if err == nil {
		_ = answer.Body.Close()
		t.Fatalf("it is answered as if nothing were: %s", answer.Status)
	}
	if !soon(p.dead) {
		t.Fatal("the process goes on")
	}
	if said := h.said(); p.cmd.ProcessState.ExitCode() <= 0 || !strings.Contains(said, "no description knows it") {
		t.Errorf("%s: %s", p.cmd.ProcessState, said)
	}
}

// What was judged in a process counts even if that is killed.
func TestFiguresOfProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "", plan{to: "github"})
	verdicts := filepath.Join(t.TempDir(), "verdicts")
	if _, ok, err := counted(verdicts); ok || err != nil {
		t.Errorf("before there was one: %t, %v", ok, err)
	}
	for range 2 {
		p, base := h.sandboxed(verdicts)
		for _, path := range []string{"/rate_limit", "/rate_limit", "/repos/acme/web/assignees/quinn-dev"} {
			if _, err := byHand(http.MethodGet, base+"/github/api/v3"+path, nil); err != nil {
				t.Error(err)
			}
		}
		p.kill()
	}
	const want = "judge: 2 operations in 6 exchanges; 0 requests broke their description as they were meant to; 0 answers exempt as ordered faults"
	if figures, ok, err := counted(verdicts); !ok || err != nil || figures.String() != want {
		t.Errorf("%v, %v", figures, err)
	}
}
