package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/store"
)

// faults goes through the folder of the third argument: for each NAME.json it sets the faults of the sandbox at the first
// argument, shares a new bug at the URL of the second, and waits until its deliveries are final. Each rule must have
// struck, each tracker must have one issue more, and the attempts and issues must tell what NAME.want says, a regular
// expression a line.
func faults(ts *testscript.TestScript, _ bool, args []string) {
	host, hook := args[0], args[1]
	for n, file := range rows(ts, args[2]) {
		bug := fmt.Sprintf("682c1dbb3b574d66f386%04d", n)
		setFaults(ts, host, file)
		post(ts, hook, []byte(strings.ReplaceAll(ts.ReadFile("report.json"), "BUG", bug)))
		settled(ts, false, nil)
		allStruck(ts, host, file)
		wanted(ts, file, story(ts, bug)+issuesOf(ts, host, bug, n+1))
	}
	post(ts, "http://"+host+"/_sandbox/faults", []byte("{}"))
}

// order has the sandbox at the first argument go wrong as the file says.
func order(ts *testscript.TestScript, _ bool, args []string) {
	post(ts, "http://"+args[0]+"/_sandbox/faults", []byte(ts.ReadFile(args[1])))
}

// shares sends so many reports of bugs of their own to the URL, every other one of low priority.
func shares(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	for i := range n {
		priority := []string{"LOW", "HIGH"}[i%2]
		post(ts, args[0], fmt.Appendf(nil, `{"bugId": "bug-%d", "projectId": "p", "title": "Bug %d", "priority": %q}`, i, i, priority))
	}
}

// setFaults has the sandbox go wrong as the file says.
func setFaults(ts *testscript.TestScript, host, file string) {
	set, err := os.ReadFile(file)
	ts.Check(err)
	post(ts, "http://"+host+"/_sandbox/faults", set)
}

// allStruck says that each rule of the faults in force struck.
func allStruck(ts *testscript.TestScript, host, file string) {
	var struck struct {
		Rules []struct{ Struck int }
	}
	ts.Check(json.Unmarshal(fetched(ts, "http://"+host+"/_sandbox/faults"), &struck))
	for i, rule := range struck.Rules {
		if rule.Struck == 0 {
			ts.Fatalf("%s: rule %d did not strike", filepath.Base(file), i+1)
		}
	}
}

// wanted says that what is told of a bug matches each line of the file beside NAME.json that is called NAME.want.
func wanted(ts *testscript.TestScript, file, tale string) {
	wants, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".want")
	ts.Check(err)
	for want := range strings.Lines(string(wants)) {
		if !regexp.MustCompile(strings.TrimSpace(want)).MatchString(tale) {
			ts.Fatalf("%s: no %q in\n%s", filepath.Base(file), strings.TrimSpace(want), tale)
		}
	}
}

// issuesOf says that each tracker has so many issues, and tells what the bug's say, a line each.
func issuesOf(ts *testscript.TestScript, host, bug string, issues int) string {
	var state sandbox.State
	ts.Check(json.Unmarshal(fetched(ts, "http://"+host+"/_sandbox/state"), &state))
	if len(state.GitHub) != issues || len(state.Jira) != issues {
		ts.Fatalf("%d issues on GitHub and %d in Jira, want %d of each\n%s", len(state.GitHub), len(state.Jira), issues, story(ts, bug))
	}
	var out strings.Builder
	for _, issue := range state.GitHub {
		if strings.Contains(issue.Body, bug) {
			fmt.Fprintf(&out, "github issue: %s %s %s\n", issue.State, issue.Title, strings.Join(strings.Fields(issue.Body), " "))
		}
	}
	for _, issue := range state.Jira {
		if slices.Contains(issue.Labels, "bb-"+bug) {
			description, err := json.Marshal(issue.Description)
			ts.Check(err)
			fmt.Fprintf(&out, "jira issue: %s %s %s\n", issue.Status, issue.Summary, description)
		}
	}
	return out.String()
}

func post(ts *testscript.TestScript, url string, body []byte) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(body))
	ts.Check(err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	ts.Check(response.Body.Close())
	if response.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", url, response.Status)
	}
}

func fetched(ts *testscript.TestScript, url string) []byte {
	body, err := get(context.Background(), url)
	ts.Check(err)
	return body
}

// story tells of a bug's deliveries, attempt by attempt.
func story(ts *testscript.TestScript, bug string) string {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	deliveries, err := s.Deliveries(context.Background(), bridge.Search{Bug: bug, Limit: 10})
	ts.Check(err)
	var out strings.Builder
	for _, d := range deliveries {
		var attempts []bridge.Attempt
		d, attempts, err = s.Delivery(context.Background(), d.ID)
		ts.Check(err)
		fmt.Fprintf(&out, "%s: %s %s\n", d.Destination, d.State, d.Reason)
		for _, a := range attempts {
			fmt.Fprintf(&out, "%s: %s %s %s %v\n", d.Destination, a.Outcome, a.Detail, a.Error, a.Dropped)
		}
	}
	return out.String()
}
