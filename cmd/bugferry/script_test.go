package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bugferry": func() { observed = judged; main() }})
}

// TestScripts runs the command end to end: every script of testdata/script drives the real program as a person would.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"freeport": freeport, "await": await, "fetch": fetch, "filed": filed, "settled": settled,
			"raw": raw, "fill": fill, "again": again, "stored": stored, "faults": faults, "order": order, "shares": shares,
			"reason": reason, "person": person, "tick": tick, "parked": parked, "gone": gone, "unlimited": unlimited,
			"kubernetes": kubernetes, "hangup": hangup, "redeliver": redeliver, "heard": heard, "event": eventOf,
			"press": press, "submit": submit, "follow": follow, "followed": followed, "delivery": deliveryOf, "knock": knock,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[followingKey{}] = following{}
			court(t, env)
			env.Setenv("SOON", time.Now().AddDate(0, 0, 20).Format(time.DateOnly)) // a day on which credentials may end
			for _, name := range []string{"sample.json", "rich.json"} {
				data, err := os.ReadFile(filepath.Join("..", "..", "examples", "payloads", name))
				if err != nil {
					return err
				}
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), data, 0o600); err != nil {
					return err
				}
			}
			return os.CopyFS(filepath.Join(env.WorkDir, "verify"), os.DirFS("testdata/verify"))
		},
		ContinueOnError: false,
	})
}

// freeport sets each variable to an address on loopback that nothing listens on.
func freeport(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		address, err := freeAddress()
		ts.Check(err)
		ts.Setenv(name, address)
	}
}

// lastPort is the last that was given away, counted from where no system hands out ports by itself: what it gives to outgoing connections
// and to servers that do not mind could be taken between now and when it is listened on.
var lastPort atomic.Uint32

func init() { lastPort.Store(rand.Uint32()) }

func freeAddress() (string, error) {
	const first, count = 10_000, 20_000
	var err error
	for range count {
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first+lastPort.Add(1)%count)); err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", err
}

// patience is how long a script waits for what must come.
const patience = 2 * time.Minute

// until polls condition until it says true; an error of its ends the script.
func until(ts *testscript.TestScript, what string, condition func(ctx context.Context) (bool, error)) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := condition(ctx)
		if ok && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s did not come in %s: %v", what, patience, err)
		case <-tick.C:
		}
	}
}

func get(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return body, err
}

// await waits until a GET of each URL answers 200.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for _, url := range args {
		until(ts, url, func(ctx context.Context) (bool, error) {
			_, err := get(ctx, url)
			return err == nil, err
		})
	}
}

// fetch prints what a GET of the URL answers, once it matches the pattern if there is one.
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile("")
	if len(args) > 1 {
		pattern = regexp.MustCompile(args[1])
	}
	until(ts, args[0], func(ctx context.Context) (bool, error) {
		body, err := get(ctx, args[0])
		if err != nil || !pattern.Match(body) {
			return false, err
		}
		_, err = ts.Stdout().Write(body)
		return true, err
	})
}

// settled waits until every delivery in the store (bugferry.db, or the one named) is final.
func settled(ts *testscript.TestScript, _ bool, args []string) {
	file := "bugferry.db"
	if len(args) > 0 {
		file = args[0]
	}
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs(file)})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	until(ts, "the end of all deliveries", func(ctx context.Context) (bool, error) {
		open := 0
		deliveries, err := s.Deliveries(ctx, bridge.Search{Limit: 1000})
		for _, d := range deliveries {
			if !d.State.Final() {
				open++
				err = fmt.Errorf("%s to %s is %s: %s", d.ID, d.Destination, d.State, d.Reason)
			}
		}
		return open == 0, err
	})
}

// reason waits until some delivery says why it is where it is in words that match the pattern.
func reason(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	until(ts, "a delivery with the reason "+args[0], func(ctx context.Context) (bool, error) {
		deliveries, err := s.Deliveries(ctx, bridge.Search{Limit: 1000})
		return slices.ContainsFunc(deliveries, func(d bridge.Delivery) bool { return pattern.MatchString(d.Reason) }), err
	})
}

// parked lets every parked delivery of bugferry.db go on, as deliveries release does; there has to be one.
func parked(ts *testscript.TestScript, _ bool, _ []string) {
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + ts.MkAbs("bugferry.db")})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	deliveries, err := s.Deliveries(context.Background(), bridge.Search{State: string(bridge.DeliveryParked)})
	ts.Check(err)
	if len(deliveries) == 0 {
		ts.Fatalf("nothing is parked")
	}
	for _, d := range deliveries {
		ts.Check(ts.Exec("bugferry", "deliveries", "release", d.ID))
	}
}

// filed says how many issues the sandbox at the first argument has: on GitHub, in Jira, and no bug twice at a place.
func filed(ts *testscript.TestScript, _ bool, args []string) {
	body, err := get(context.Background(), "http://"+args[0]+"/_sandbox/state")
	ts.Check(err)
	var state sandbox.State
	ts.Check(json.Unmarshal(body, &state))
	for i, got := range []int{len(state.GitHub), len(state.Jira)} {
		want, err := strconv.Atoi(args[i+1])
		ts.Check(err)
		if got != want {
			ts.Fatalf("%s has %d issues, want %d", []string{"GitHub", "Jira"}[i], got, want)
		}
	}
	seen := map[string]bool{}
	for _, issue := range state.GitHub {
		marker, _, _ := strings.Cut(issue.Body, "\n")
		key := issue.Repo + " " + marker
		if seen[key] {
			ts.Fatalf("two issues with %s", key)
		}
		seen[key] = true
	}
	for _, issue := range state.Jira {
		for _, label := range issue.Labels {
			if key := issue.Project + " " + label; strings.HasPrefix(label, "bb-") {
				if seen[key] {
					ts.Fatalf("two issues with %s", key)
				}
				seen[key] = true
			}
		}
	}
}
