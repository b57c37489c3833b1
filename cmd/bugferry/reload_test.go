package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// kubernetes does in a directory what Kubernetes does when a ConfigMap or a Secret that is mounted there changes: ..data becomes a link
// to another directory by a rename, and then files that are new get their links, and those that are gone lose theirs.
func kubernetes(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	data := filepath.Join(dir, "..data")
	ts.Check(os.Symlink(args[1], data+"_tmp"))
	ts.Check(os.Rename(data+"_tmp", data))
	entries, err := os.ReadDir(data)
	ts.Check(err)
	for _, entry := range entries {
		if err := os.Symlink(filepath.Join("..data", entry.Name()), filepath.Join(dir, entry.Name())); !os.IsExist(err) {
			ts.Check(err)
		}
	}
	links, err := os.ReadDir(dir)
	ts.Check(err)
	for _, link := range links {
		path := filepath.Join(dir, link.Name())
		if _, err := os.Stat(path); os.IsNotExist(err) {
			ts.Check(os.Remove(path))
		}
	}
}

// hangup sends SIGHUP to every serve in the background.
func hangup(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		if len(cmd.Args) > 1 && cmd.Args[1] == "serve" && cmd.ProcessState == nil {
			ts.Check(cmd.Process.Signal(syscall.SIGHUP))
		}
	}
}

// redeliver makes a new delivery of each that the bug has in bugferry.db.
func redeliver(ts *testscript.TestScript, _ bool, args []string) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	deliveries, err := s.Deliveries(context.Background(), bridge.Search{Bug: args[0]})
	ts.Check(err)
	for _, d := range deliveries {
		ts.Check(ts.Exec("bugferry", "deliveries", "redeliver", d.ID))
	}
}
