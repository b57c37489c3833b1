package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Trackers is what the console asks about them.
type Trackers interface {
	// Live returns what the trackers said to a live check within the last minute, or asks them, which may take a while.
	Live(ctx context.Context) (bridge.Live, error)
	// Latest returns at once what they said last, zero if nothing yet, and whether they are being asked now: they are where that is
	// older than a minute.
	Latest() (last bridge.Live, asking bool)
}

// Standing tells what waits, and for what.
type Standing interface {
	// Stuck groups the newest deliveries that are parked, or wait after a failure, those with most first.
	Stuck(ctx context.Context) ([]bridge.Stuck, error)
	// Oldest returns since when the oldest delivery in the state is there; the zero time if none is.
	Oldest(ctx context.Context, state bridge.DeliveryState) (time.Time, error)
}

// Account is how a configured tracker is doing, by what Bugferry has met there.
type Account struct {
	Tracker, Type, Base string
	Shares              string    // the tracker whose account it is as well; empty: it has one of its own
	Trouble, Hint       string    // why deliveries wait; empty: they do not
	Again               time.Time // when it is asked again, if there is trouble
	Paused              time.Time // the tracker asked to be left alone until then; zero: it did not
	Budgets             []Budget
}

// Budget is how many issues and comments may be made in a window of time, and how many were.
type Budget struct {
	Window   string // minute, hour
	Used, Of int
}

// health is the content of the page of the trackers.
type health struct {
	Live     bridge.Live
	Asking   bool
	Accounts []accountHealth
	Groups   []group
	Rates    []rate
	Stuck    []bridge.Stuck
	Choices  Choices
}

type accountHealth struct {
	Account
	Checks bridge.Checks // of the last live check
	Rate   rate
}

// group is what was found out about one destination.
type group struct {
	Title, About string
	Checks       bridge.Checks
}

// rate says how many attempts of the last day failed.
type rate struct {
	Project, Destination, Tracker string
	Ended, Failed                 int
}

// Percent is how many of a hundred failed.
func (r rate) Percent() int {
	if r.Ended == 0 {
		return 0
	}
	return (r.Failed*100 + r.Ended/2) / r.Ended
}

func (c *console) getTrackers(w http.ResponseWriter, r *http.Request) {
	accounts, err := c.cfg.Accounts(r.Context())
	if c.unreadable(w, r, "trackers' accounts", err) {
		return
	}
	tallies, err := c.cfg.Figures.Tallies(r.Context(), c.cfg.Now().Add(-day))
	if c.unreadable(w, r, "figures", err) {
		return
	}
	stuck, err := c.cfg.Standing.Stuck(r.Context())
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	content := health{Rates: c.rates(tallies), Stuck: stuck[:min(len(stuck), mostStuck)], Choices: c.cfg.Choices()}
	content.Live, content.Asking = c.cfg.Live.Latest()
	for _, a := range accounts {
		h := accountHealth{Account: a, Rate: rate{Tracker: a.Tracker}}
		for _, t := range content.Live.Trackers {
			if t.Tracker == a.Tracker {
				h.Checks = t.Checks
			}
		}
		for _, one := range content.Rates {
			if one.Tracker == a.Tracker {
				h.Rate.Ended, h.Rate.Failed = h.Rate.Ended+one.Ended, h.Rate.Failed+one.Failed
			}
		}
		content.Accounts = append(content.Accounts, h)
	}
	for _, d := range content.Live.Destinations {
		content.Groups = append(content.Groups, group{d.Project + " / " + d.Destination, d.Tracker + " " + d.Place, d.Checks})
	}
	c.render(w, http.StatusOK, "trackers.html", page{Title: "Trackers", Content: content})
}

const (
	day = 24 * time.Hour
	// mostStuck is how many groups of deliveries that wait are shown.
	mostStuck = 20
)

// rates are those of each destination that was tried, those that fail most first.
func (c *console) rates(tallies []bridge.Tally) []rate {
	var list []rate
	for _, t := range tallies {
		if t.Kind != bridge.TallyEnded {
			continue
		}
		at := slices.IndexFunc(list, func(r rate) bool { return r.Project == t.Project && r.Destination == t.Name })
		if at < 0 {
			at = len(list)
			list = append(list, rate{Project: t.Project, Destination: t.Name, Tracker: c.cfg.TrackerOf(t.Project, t.Name)})
		}
		list[at].Ended += t.N
		if state := bridge.DeliveryState(t.Outcome); state == bridge.DeliveryPending || state == bridge.DeliveryParked {
			list[at].Failed += t.N
		}
	}
	slices.SortStableFunc(list, func(a, b rate) int {
		if a.Percent() != b.Percent() {
			return b.Percent() - a.Percent()
		}
		return strings.Compare(a.Project+a.Destination, b.Project+b.Destination)
	})
	return list
}
