// Command bugferry carries bug reports from BetterBugs.io into GitHub Issues and Jira.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // rules name time zones, and a container without a distribution in it has none
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program: it returns the exit status, 0 for success, 1 for failure, 2 for wrong usage.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(&program{stdin: stdin, stdout: stdout, stderr: stderr})
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errTold) {
		_, _ = fmt.Fprintf(stderr, "bugferry: %v\n", err)
	}
	if hint := hintOf(err); hint != "" {
		_, _ = fmt.Fprintf(stderr, "hint: %s\n", hint)
	}
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}
