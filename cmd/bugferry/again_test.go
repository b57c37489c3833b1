package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// gone takes the arguments of faults, and like it a folder of rows: it shares a new bug, sets the faults and shares the bug
// again. Both deliveries of that must be parked; they are released once the faults are over, and the story and the issues
// must tell what NAME.want says.
func gone(ts *testscript.TestScript, _ bool, args []string) {
	host, hook := args[0], args[1]
	for n, file := range rows(ts, args[2]) {
		bug := fmt.Sprintf("682c1dbb3b574d66f387%04d", n)
		post(ts, hook, []byte(strings.ReplaceAll(ts.ReadFile("report.json"), "BUG", bug)))
		settled(ts, false, nil)
		setFaults(ts, host, file)
		post(ts, hook, []byte(strings.ReplaceAll(ts.ReadFile("again.json"), "BUG", bug)))
		settled(ts, false, nil)
		allStruck(ts, host, file)
		before := story(ts, bug)

		post(ts, "http://"+host+"/_sandbox/faults", []byte("{}"))
		parked := stateOf(ts, bug, bridge.DeliveryParked)
		if len(parked) != 2 {
			ts.Fatalf("%s: %d deliveries are parked, want 2\n%s", file, len(parked), before)
		}
		release(ts, parked)
		settled(ts, false, nil)
		wanted(ts, file, before+story(ts, bug)+issuesOf(ts, host, bug, n+1))
	}
}

// unlimited takes the arguments of faults as well. For each row it shares a new bug, which the rules send to accounts of its own,
// and waits until both trackers have refused it. The deliveries must wait for about a minute and count no attempt; in the end
// the stories and the issues must tell what NAME.want says.
func unlimited(ts *testscript.TestScript, _ bool, args []string) {
	host, hook := args[0], args[1]
	files := rows(ts, args[2])
	bug := func(n int) string { return fmt.Sprintf("682c1dbb3b574d66f388%04d", n+1) }
	for n, file := range files {
		setFaults(ts, host, file)
		post(ts, hook, []byte(strings.ReplaceAll(ts.ReadFile("report.json"), "BUG", bug(n))))
		var waiting []bridge.Delivery
		until(ts, "the limits", func(context.Context) (bool, error) {
			waiting = stateOf(ts, bug(n), bridge.DeliveryPending)
			return len(waiting) == 2 && waiting[0].Reason != "" && waiting[1].Reason != "", nil
		})
		allStruck(ts, host, file)
		for _, d := range waiting {
			if wait := d.NextAt.Sub(d.ChangedAt); wait < 55*time.Second || wait > 65*time.Second || d.Attempts != 0 {
				ts.Fatalf("%s: %s waits for %s after %d attempts\n%s", file, d.Destination, wait, d.Attempts, story(ts, bug(n)))
			}
		}
	}
	settled(ts, false, nil)
	for n, file := range files {
		wanted(ts, file, story(ts, bug(n))+issuesOf(ts, host, bug(n), len(files)))
	}
}

// rows are the files of a folder with faults.
func rows(ts *testscript.TestScript, folder string) []string {
	files, err := filepath.Glob(ts.MkAbs(filepath.Join(folder, "*.json")))
	ts.Check(err)
	if len(files) == 0 {
		ts.Fatalf("no faults in %s", folder)
	}
	return files
}

func release(ts *testscript.TestScript, deliveries []bridge.Delivery) {
	ts.Check(ts.Exec("bugferry", append([]string{"deliveries", "release"}, ids(deliveries)...)...))
}

func ids(deliveries []bridge.Delivery) []string {
	list := make([]string, 0, len(deliveries))
	for _, d := range deliveries {
		list = append(list, d.ID)
	}
	return list
}

// stateOf lists the bug's deliveries in the state.
func stateOf(ts *testscript.TestScript, bug string, state bridge.DeliveryState) []bridge.Delivery {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	deliveries, err := s.Deliveries(context.Background(), bridge.Search{Bug: bug, State: string(state), Limit: 10})
	ts.Check(err)
	return deliveries
}
