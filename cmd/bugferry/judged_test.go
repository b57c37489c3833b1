package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
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
	return judge.Watch(clerk(os.Getenv(verdictsIn)), box)
}

// clerk writes verdicts to the file of its name.
type clerk string

// Errorf adds a verdict; where it cannot, the process ends, which no script overlooks.
func (c clerk) Errorf(format string, args ...any) {
	file, err := os.OpenFile(string(c), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err == nil {
		_, err = fmt.Fprintf(file, format+"\n", args...)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		panic(err)
	}
}

// Logf is for figures at the end of a test: a process that is killed has none.
func (clerk) Logf(string, ...any) {}

// Cleanup never runs, for the same reason.
func (clerk) Cleanup(func()) {}

// court has the sandboxes of a script judged, and fails t by what they find wrong.
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
	})
}

// verdict asks what no vendor describes, and takes back what the judge says of it: the first argument is the URL, the second
// a pattern of the verdict.
func verdict(ts *testscript.TestScript, _ bool, args []string) {
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
