package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// said is what the trackers said.
type said struct {
	live   bridge.Live
	asking bool
	err    error
}

func (s said) Live(context.Context) (bridge.Live, error) { return s.live, s.err }
func (s said) Latest() (bridge.Live, bool)               { return s.live, s.asking }

// standing is what waits.
type standing struct {
	stuck  []bridge.Stuck
	oldest time.Time
	err    error
}

func (s standing) Stuck(context.Context) ([]bridge.Stuck, error) { return s.stuck, s.err }

func (s standing) Oldest(context.Context, bridge.DeliveryState) (time.Time, error) {
	return s.oldest, s.err
}

// counted is a store with figures.
type counted struct {
	*kept
	counts  bridge.Counts
	tallies []bridge.Tally
}

func (c counted) Counts(context.Context) (bridge.Counts, error)              { return c.counts, c.err }
func (c counted) Tallies(context.Context, time.Time) ([]bridge.Tally, error) { return c.tallies, c.err }

// operated is a console over figures at the time at.
func operated(c counted, live said, standing standing, accounts ...console.Account) console.Config {
	return console.Config{
		Log: c, Archive: c, Figures: c, Hands: c, Journal: c, Live: live, Standing: standing,
		Accounts:  func(context.Context) ([]console.Account, error) { return accounts, nil },
		TrackerOf: func(_, destination string) string { return map[string]string{"web": "hub"}[destination] },
		Choices: func() console.Choices {
			return console.Choices{Projects: []console.Choice{{ID: "p1", Name: "Web shop"}}}
		},
		Now: func() time.Time { return at },
	}
}

// has says that the page answers and has the parts.
func has(t *testing.T, c console.Config, path string, parts ...string) string {
	t.Helper()
	w := get(c, "GET", path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("%s: no %q in %s", path, part, w.Body)
		}
	}
	return w.Body.String()
}

func TestTrackers(t *testing.T) {
	live := bridge.Live{
		At:       at.Add(-3 * time.Minute),
		Trackers: []bridge.LiveTracker{{Tracker: "hub", Base: "https://api.github.com/", Checks: bridge.Checks{{Level: bridge.LevelOK, Thing: "credentials", Text: "they are <b>bot</b>'s"}}}},
		Destinations: []bridge.LiveDestination{{Project: "Web", Destination: "web", Tracker: "hub", Place: "acme/web", Checks: bridge.Checks{
			{Level: bridge.LevelProblem, Thing: "repository", Text: "acme/web is archived", Hint: "unarchive it"},
		}}},
	}
	ended := func(state bridge.DeliveryState, destination string, n int) bridge.Tally {
		return bridge.Tally{Hour: at.Truncate(time.Hour), Kind: bridge.TallyEnded, Project: "p1", Name: destination, Outcome: string(state), N: n}
	}
	figures := counted{kept: &kept{}, tallies: []bridge.Tally{
		ended(bridge.DeliveryDelivered, "web", 6), ended(bridge.DeliveryPending, "web", 1), ended(bridge.DeliveryParked, "web", 1), ended(bridge.DeliveryDelivered, "gone", 1),
	}}
	stuck := []bridge.Stuck{{Project: "p1", Destination: "web", State: bridge.DeliveryParked, Reason: "no <i>such</i> place", Hint: "make it", N: 17, Newest: at.Add(-time.Hour), Example: "dl_1"}}
	hub := console.Account{
		Tracker: "hub", Type: "github", Base: "https://api.github.com/", Trouble: "401 <s>no</s>", Hint: "a new token", Again: at.Add(time.Minute), Paused: at.Add(2 * time.Minute),
		Budgets: []console.Budget{{Window: "minute", Used: 62, Of: 80}},
	}
	has(t, operated(figures, said{live: live, asking: true}, standing{stuck: stuck}, hub), "/trackers",
		"3 minutes ago", "being asked again", "https://api.github.com/", "they are &lt;b&gt;bot&lt;/b&gt;", "not worked with", "401 &lt;s&gt;no&lt;/s&gt;", "a new token", "in 1 minute", "in 2 minutes",
		`<meter min="0" max="80" high="80" value="62"`, "62 of 80", `25 % <span class="hint inline">2 of 8`, "Web / web", "hub acme/web", "acme/web is archived", "unarchive it",
		"no &lt;i&gt;such&lt;/i&gt; place", `state=parked&amp;project=p1&amp;destination=web">17</a>`, `"/deliveries?project=p1&amp;destination=web"`, "Web shop", `href="/reports/dl_1"`, "1 hour ago")
	has(t, operated(figures, said{asking: true}, standing{}, console.Account{Tracker: "hub"}), "/trackers", "being asked now, look again", "not asked yet")
	has(t, operated(figures, said{}, standing{}, console.Account{Tracker: "hub", Trouble: "down", Again: at.Add(-time.Hour)}), "/trackers", "It is asked again before the next delivery")
	has(t, operated(counted{kept: &kept{}}, said{}, standing{}), "/trackers", "No trackers are configured")
}

func TestPagesOfFiguresWhenTheStoreFails(t *testing.T) {
	broken := errors.New("secret words")
	for _, path := range []string{"/", "/trackers"} {
		for name, c := range map[string]console.Config{
			"figures": operated(counted{kept: &kept{err: broken}}, said{}, standing{}), "standing": operated(counted{kept: &kept{}}, said{}, standing{err: broken}),
		} {
			if w := get(c, "GET", path); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s, %s: %d %s", path, name, w.Code, w.Body)
			}
		}
	}
}
