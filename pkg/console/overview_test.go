package console_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// tally is n of an outcome, so many hours before at.
func tally(kind bridge.TallyKind, outcome string, hours, n int) bridge.Tally {
	return bridge.Tally{Hour: at.Truncate(time.Hour).Add(-time.Duration(hours) * time.Hour), Kind: kind, Outcome: outcome, N: n}
}

func latency(d time.Duration, hours, n int) bridge.Tally {
	return tally(bridge.TallyLatency, bridge.LatencyBucket(d), hours, n)
}

func TestOverviewOfANewInstallation(t *testing.T) {
	page := has(t, operated(counted{kept: &kept{}}, said{}, standing{}), "/", "nothing has come yet", "bugferry url", "Nothing in this time.", "nothing was filed")
	for _, part := range []string{"All is well", "What needs a person", "<svg"} {
		if strings.Contains(page, part) {
			t.Errorf("%s in %s", part, page)
		}
	}
}

func TestOverviewSaysWhatNeedsAPerson(t *testing.T) {
	figures := counted{kept: &kept{}, counts: bridge.Counts{
		Events:     map[bridge.EventState]int{bridge.EventAccepted: 5, bridge.EventUndecodable: 1, bridge.EventRefused: 2, bridge.EventUnrouted: bridge.CountedTo},
		Deliveries: map[bridge.DeliveryState]int{bridge.DeliveryParked: 3, bridge.DeliveryPending: 123},
	}}
	live := said{live: bridge.Live{At: at, Trackers: []bridge.LiveTracker{{Tracker: "hub", Checks: bridge.Checks{{Level: bridge.LevelWarning, Thing: "token", Text: "expires in 3 days"}}}}}}
	stuck := []bridge.Stuck{
		{Project: "p1", Destination: "web", State: bridge.DeliveryParked, Reason: "no such place", N: 1000, More: true, Newest: at, Example: "dl_1"},
		{Destination: "web", State: bridge.DeliveryPending, Reason: "waits only", N: 9, Newest: at, Example: "dl_2"},
	}
	page := has(t, operated(figures, live, standing{stuck: stuck, oldest: at.Add(-2 * time.Hour)}, console.Account{Tracker: "jira", Trouble: "down"}), "/",
		"3 deliveries parked", "/deliveries?state=parked", "1 request could not be read", "2 requests in quarantine", "1,000&#43; reports that no project",
		"hub, token: expires in 3 days", "jira is not worked with: down", "no such place", `"/deliveries?state=parked&amp;project=p1&amp;destination=web">1000+</a>`, ">123</a>", "2 hours ago")
	if strings.Contains(page, "waits only") || strings.Contains(page, "All is well") {
		t.Error(page)
	}
}

// What is not known to be well is not said to be.
func TestOverviewSaysThatAllIsWell(t *testing.T) {
	figures := counted{kept: &kept{}, counts: bridge.Counts{Events: map[bridge.EventState]int{bridge.EventAccepted: 5}}}
	has(t, operated(figures, said{live: bridge.Live{At: at}}, standing{}), "/", "All is well", "the trackers are fine")
	if page := has(t, operated(figures, said{asking: true}, standing{}), "/", "All is well", "have not said yet"); strings.Contains(page, "are fine") {
		t.Error("trackers that have not answered are said to be fine")
	}
	full := operated(figures, said{live: bridge.Live{At: at}}, standing{})
	full.Warnings = func() []string { return []string{"the disk is full"} }
	if page := has(t, full, "/", "the disk is full"); strings.Contains(page, "All is well") {
		t.Error("all is said to be well below a warning")
	}
}

func TestOverviewDrawsWhatHappened(t *testing.T) {
	figures := counted{kept: &kept{}, counts: bridge.Counts{Events: map[bridge.EventState]int{bridge.EventAccepted: 1}}, tallies: []bridge.Tally{
		tally(bridge.TallyEvents, "accepted", 0, 30), tally(bridge.TallyEvents, "accepted", 23, 10), tally(bridge.TallyEvents, "unrouted", 23, 5), tally(bridge.TallyEvents, "accepted", 24, 77),
		latency(time.Second, 1, 94), latency(time.Minute, 1, 6),
	}}
	page := has(t, operated(figures, said{}, standing{}), "/", "05:00: 30 accepted", "06:00: 10 accepted", "06:00: 5 unrouted", "04:00: half of them within", "half within 0.9 s, 95 of 100 within 60 s", ">60 s</text>", ">30 s</text>")
	if n := strings.Count(page, ">0</text>"); n != 2 {
		t.Errorf("%d of the 2 plots begin at 0", n)
	}
	if strings.Contains(page, "77 accepted") {
		t.Error("what was before the period is shown")
	}
	// The bars of a step stand upon one another, and none above the plot.
	bars := regexp.MustCompile(`<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"`).FindAllStringSubmatch(page, -1)
	if len(bars) != 3 || bars[0][1] != "good" || bars[1][1] != "warn" || bars[0][2] != bars[1][2] || bars[0][3] <= bars[1][3] {
		t.Errorf("%q", bars)
	}
	has(t, operated(figures, said{}, standing{}), "/?period=week", "Wed 00:00: 30 accepted", `aria-current="page">7 days`)
}

// A plot takes any figures.
func TestOverviewOfOddFigures(t *testing.T) {
	for _, n := range []int{0, 1, 3, 1_000_000_000} {
		figures := counted{kept: &kept{}, tallies: []bridge.Tally{
			tally(bridge.TallyEvents, "accepted", 2, n), latency(time.Duration(n), 2, n), tally(bridge.TallyLatency, "no bucket", 2, n), tally("unknown", "x", 2, n),
		}}
		page := has(t, operated(figures, said{}, standing{}), "/")
		for _, part := range []string{"NaN", "Inf", `="-`} {
			if strings.Contains(page, part) {
				t.Errorf("%d: %s in %s", n, part, page)
			}
		}
	}
}
