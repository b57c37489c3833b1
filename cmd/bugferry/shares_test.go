package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// TestShares has four clients share one bug 200 times at once, in any order of updatedAt. It has one issue at each place
// in the end, which says what the newest report says, however late or early that came.
func TestShares(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Config{})
	server := judge.Listen(t, box)
	h := newHouse(t, server.URL, plan{delivery: "retry_from: 20ms, retry_to: 200ms", tracker: "settle: 200ms, timeout: 5s", to: "jira, github"})
	// What is asked before the first create takes a while, so that many deliveries come to it together.
	h.faults(map[string]any{"rules": []map[string]any{
		{"tracker": "github", "path": "/repos/*/*/assignees/*", "do": "delay", "delay": "300ms", "count": 8},
		{"tracker": "jira-cloud", "path": "/rest/api/*/issue/createmeta/**", "do": "delay", "delay": "300ms", "count": 8},
	}})
	h.serve()

	const clients, each, bug = 4, 50, "682c1dbb3b574d6600000001"
	const all = clients * each
	start := time.Date(2025, 5, 20, 6, 0, 0, 0, time.UTC)
	random := rand.New(rand.NewPCG(1, 0))
	ages := random.Perm(all) // of each share; the last is the newest
	var sending sync.WaitGroup
	for client := range clients {
		sending.Go(func() {
			for _, age := range ages[client*each : (client+1)*each] {
				if err := h.share(bug, map[string]any{
					"title": fmt.Sprintf("It broke, version %d", age), "description": fmt.Sprintf("<p>badly, version %d</p>", age),
					"updatedAt": start.Add(time.Duration(age) * time.Second).Format(time.RFC3339),
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	sending.Wait()
	deliveries := h.settled()

	states := map[string]int{}
	for _, d := range deliveries {
		states[d.Destination+" "+string(d.State)]++
	}
	t.Logf("%d deliveries: %v", len(deliveries), states)
	if len(deliveries) != 2*all || states["jira delivered"] == 0 || states["github delivered"] == 0 {
		t.Errorf("%d deliveries, want %d, some of each tracker's delivered", len(deliveries), 2*all)
	}
	state := box.State()
	if lost, doubled := count(state, []string{bug}, "github", "jira"); lost != 0 || doubled != 0 {
		t.Fatalf("%d lost, %d doubled", lost, doubled)
	}
	newest := fmt.Sprintf("version %d", all-1)
	description, err := json.Marshal(state.Jira[0].Description)
	if err != nil {
		t.Fatal(err)
	}
	for place, said := range map[string][]string{
		"github": {state.GitHub[0].Title, state.GitHub[0].Body},
		"jira":   {state.Jira[0].Summary, string(description)},
	} {
		for _, text := range said {
			if !strings.Contains(text, newest) || strings.Count(text, "version ") != 1 {
				t.Errorf("%s says %q, want that of %s", place, text, newest)
			}
		}
	}
	if comments := len(state.GitHub[0].Comments) + len(state.Jira[0].Comments); comments != 0 {
		t.Errorf("%d comments, though nobody had changed the issues", comments)
	}
}
