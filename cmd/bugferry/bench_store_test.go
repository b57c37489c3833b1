package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/store/storetest"
)

var (
	benchEvents  = flag.Int("events", 2000, "how many events the console is measured with")
	benchLooks   = flag.Int("looks", 3, "how often each page is looked at")
	benchSeconds = flag.Float64("seconds", 0.2, "how long reports are taken in each round, without readers and with them")
	benchRounds  = flag.Int("rounds", 1, "rounds of taking reports")
)

// TestConsoleAtSize looks at every page of the console with many events in the store, and takes reports while others look. At its
// usual size it sees that all pages can be read; make bench-store prints what they cost.
func TestConsoleAtSize(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	h := newHouse(t, server.URL, plan{
		server: "duplicates: 0, rate_limit: 0", delivery: "retry_from: 1h, retry_to: 1h, breaker_wait: 1h", to: "jira, github",
		tracker: "settle: 200ms, timeout: 1s, limits: {per_minute: 0, per_hour: 0, spacing: 0s}",
	})
	h.write("projects/nowhere.yaml", "project: nowhere\ndestinations:\n  it: {tracker: github, repo: acme/nowhere}\nrules:\n  - {name: lost, to: [it]}\n")
	h.write("projects/never.yaml", "project: never\ndestinations:\n  it: {tracker: github, repo: acme/web}\nrules:\n  - {match: {priority: NONE}, to: [it]}\n")
	program := h.serve()
	for n := range 20 {
		project := map[int]string{5: "nowhere", 11: "never"}[n]
		if err := h.share(fmt.Sprintf("682c1dbb3b574d66%08x", n), map[string]any{"title": titleOf(n), "projectId": project}); err != nil {
			t.Fatal(err)
		}
	}
	if !within(5*patience, 50*time.Millisecond, h.ended) {
		t.Fatal("the first deliveries did not end")
	}
	program.kill()
	last := time.Now()
	if err := storetest.Multiply(t.Context(), filepath.Join(h.dir, "bugferry.db"), *benchEvents, last.AddDate(0, 0, -30), last); err != nil {
		t.Fatal(err)
	}
	h.serve()
	h.look(*benchLooks)
	server.Close() // from now on deliveries wait: what is measured is taking reports
	h.takeReports(*benchRounds, time.Duration(*benchSeconds*float64(time.Second)))
}

func titleOf(n int) string {
	titles := []string{
		"Cart is empty after a reload", "Pay button is dead", "Total is wrong by a cent", "Page does not scroll on a phone", "Search finds nothing",
	}
	return titles[n%len(titles)]
}

// ended says whether every delivery is final.
func (h *house) ended() bool {
	for _, d := range h.deliveries("") {
		if !d.State.Final() {
			return false
		}
	}
	return true
}

// benchPages are the pages, by what is measured of them. EVENT, DELIVERY and MIDDLE stand for what the store has.
var benchPages = [][2]string{
	{"overview", "/"},
	{"deliveries", "/deliveries"},
	{"deliveries, a page in the middle", "/deliveries?before=MIDDLE"},
	{"deliveries, parked", "/deliveries?state=parked"},
	{"deliveries, two filters that meet rarely", "/deliveries?state=parked&destination=jira"},
	{"deliveries, of a rule within a day", "/deliveries?rule=lost&from=YESTERDAY"},
	{"deliveries, an issue's name", "/deliveries?q=STRESS-777"},
	{"deliveries, words many titles have", "/deliveries?q=cart+reload"},
	{"deliveries, words no title has", "/deliveries?q=zebra"},
	{"requests", "/requests"},
	{"requests, unrouted", "/requests?state=unrouted"},
	{"one report", "/reports/EVENT"},
	{"rules", "/rules"},
	{"playground", "/playground?event=EVENT"},
	{"trackers", "/trackers"},
	{"configuration", "/configuration"},
	{"record", "/record"},
	{"API, deliveries", "/api/v1/deliveries?limit=100"},
	{"API, counts", "/api/v1/counts"},
}

// look asks for every page some times and prints how long that took.
func (h *house) look(times int) {
	h.t.Helper()
	replace := h.found()
	_, _ = fmt.Fprintf(h.t.Output(), "%-42s %10s %10s   of %d events, %d looks\n", "page", "p50", "p95", *benchEvents, times)
	worst := time.Duration(0)
	for _, page := range benchPages {
		url := "http://" + h.admin + replace(page[1])
		took := make([]time.Duration, times)
		for i := range took {
			began := time.Now()
			if _, err := get(h.t.Context(), url); err != nil {
				h.t.Errorf("%s: %v", url, err)
			}
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		p95 := took[min(len(took)*95/100, len(took)-1)]
		worst = max(worst, p95)
		_, _ = fmt.Fprintf(h.t.Output(), "%-42s %10s %10s\n", page[0], took[len(took)/2].Round(100*time.Microsecond), p95.Round(100*time.Microsecond))
	}
	_, _ = fmt.Fprintf(h.t.Output(), "worst p95: %s (bar: 100ms)\n", worst.Round(100*time.Microsecond))
}

// found returns what puts things of the store into a page's address.
func (h *house) found() func(string) string {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	list, err := s.DeliveryPage(h.t.Context(), bridge.Search{State: string(bridge.DeliveryDelivered), Limit: 1})
	if err != nil || len(list.Rows) == 0 {
		h.t.Fatal("no delivery: ", err)
	}
	d := list.Rows[0]
	return func(address string) string {
		for name, value := range map[string]string{
			"EVENT": d.EventID, "MIDDLE": fmt.Sprint(d.Seq / 2), "YESTERDAY": time.Now().UTC().Add(-24 * time.Hour).Format("2006-01-02T15:04"),
		} {
			address = string(bytes.ReplaceAll([]byte(address), []byte(name), []byte(value)))
		}
		return address
	}
}

// benchReaders is how many people look at the console while reports come in: each opens another page every second.
const benchReaders = 10

// takeReports prints how many reports are taken in a second without readers and with them, in turns.
func (h *house) takeReports(rounds int, each time.Duration) {
	h.t.Helper()
	var alone, watched []float64
	for range rounds {
		alone = append(alone, h.take(each))
		stop := h.readers()
		watched = append(watched, h.take(each))
		stop()
	}
	_, _ = fmt.Fprintf(h.t.Output(), "reports taken: %.0f/s alone, %.0f/s with %d readers: %.2f (bar: 0.8)\n",
		mean(alone), mean(watched), benchReaders, mean(watched)/mean(alone))
}

func mean(list []float64) (sum float64) {
	for _, v := range list {
		sum += v / float64(len(list))
	}
	return sum
}

// take sends reports from 16 connections for a while, and returns how many a second were taken.
func (h *house) take(d time.Duration) float64 {
	ctx, cancel := context.WithTimeout(h.t.Context(), d)
	defer cancel()
	const senders = 16
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	defer client.CloseIdleConnections()
	var taken atomic.Int64
	var wait sync.WaitGroup
	began := time.Now()
	for s := range senders {
		wait.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				report := map[string]any{
					"bugId": fmt.Sprintf("%d-%d-%d", began.UnixNano(), s, n), "projectId": "p", "title": titleOf(n), "description": "<p>badly</p>",
					"status": "OPEN", "priority": "HIGH",
				}
				body, _ := json.Marshal(report)
				req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.hook+"/hook/t", bytes.NewReader(body))
				req.Header.Set("Content-Type", "application/json")
				resp, err := client.Do(req)
				if err != nil {
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode == http.StatusOK {
					taken.Add(1)
				}
			}
		})
	}
	wait.Wait()
	return float64(taken.Load()) / time.Since(began).Seconds()
}

// readers look at pages until they are stopped.
func (h *house) readers() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	replace := h.found()
	var wait sync.WaitGroup
	for r := range benchReaders {
		wait.Go(func() {
			tick := time.NewTicker(time.Second)
			defer tick.Stop()
			for n := r; ; n++ {
				_, _ = get(ctx, "http://"+h.admin+replace(benchPages[n%len(benchPages)][1]))
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
			}
		})
	}
	return func() { cancel(); wait.Wait() }
}
