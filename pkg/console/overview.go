package console

import (
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// overview is the content of the first page.
type overview struct {
	Needs    []need
	Stuck    []bridge.Stuck // the groups of parked deliveries
	Choices  Choices
	Periods  []period
	Backlog  backlog
	Latency  [2]string // p50 and p95 of the period; empty: nothing was filed in it
	Reports  plot
	Attempts plot
	Times    plot
	New      bool // nothing has ever come
	Asked    bool // the trackers have said how they are
}

// need is something that a person should look at.
type need struct {
	Level bridge.Level
	Text  string
	Link  string
	Do    string // the words of the link
}

// backlog is what is on its way.
type backlog struct {
	Pending, Running, Parked string
	Oldest                   time.Time // since when the oldest pending one is there; zero: none is
}

// period is a span of time that the plots can show.
type period struct {
	Name, Value string
	Steps       int
	Step        time.Duration
	Chosen      bool
}

var periods = []period{
	{Name: "24 hours", Value: "", Steps: 24, Step: time.Hour},
	{Name: "7 days", Value: "week", Steps: 28, Step: 6 * time.Hour},
}

func (c *console) getOverview(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	content := overview{Choices: c.cfg.Choices()}
	chosen := periods[0]
	for _, p := range periods {
		if p.Chosen = p.Value == r.URL.Query().Get("period"); p.Chosen {
			chosen = p
		}
		content.Periods = append(content.Periods, p)
	}
	counts, err := c.cfg.Log.Counts(ctx)
	if c.unreadable(w, r, "counts", err) {
		return
	}
	stuck, err := c.cfg.Standing.Stuck(ctx)
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	oldest, err := c.cfg.Standing.Oldest(ctx, bridge.DeliveryPending)
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	accounts, err := c.cfg.Accounts(ctx)
	if c.unreadable(w, r, "trackers' accounts", err) {
		return
	}
	over := stepsOf(c.cfg.Now(), chosen)
	tallies, err := c.cfg.Figures.Tallies(ctx, over.from)
	if c.unreadable(w, r, "figures", err) {
		return
	}
	for _, s := range stuck {
		if s.State == bridge.DeliveryParked && len(content.Stuck) < mostShown {
			content.Stuck = append(content.Stuck, s)
		}
	}
	live, _ := c.cfg.Live.Latest()
	content.Asked = !live.At.IsZero()
	content.Needs = append(needsOf(counts), trackersNeed(accounts, live)...)
	content.Backlog = backlog{
		Pending: countWords(counts.Deliveries[bridge.DeliveryPending]), Running: countWords(counts.Deliveries[bridge.DeliveryRunning]),
		Parked: countWords(counts.Deliveries[bridge.DeliveryParked]), Oldest: oldest,
	}
	content.draw(over, tallies)
	content.New = total(counts) == 0
	c.render(w, http.StatusOK, "overview.html", page{Title: "Overview", Content: content})
}

// mostShown is how many groups of parked deliveries the first page has.
const mostShown = 5

func total(counts bridge.Counts) (sum int) {
	for _, n := range counts.Events {
		sum += n
	}
	return sum
}

// needsOf says what of the counts a person should look at, the most pressing first.
func needsOf(counts bridge.Counts) (list []need) {
	add := func(n int, level bridge.Level, thing, text, link, do string) {
		if n > 0 {
			list = append(list, need{level, countedWords(n, thing) + text, link, do})
		}
	}
	add(counts.Deliveries[bridge.DeliveryParked], bridge.LevelProblem, "delivery", " parked: a person must act.", "/deliveries?state=parked", "See why")
	add(counts.Events[bridge.EventUndecodable], bridge.LevelProblem, "request", " could not be read as a report.", "/requests?state=undecodable", "Look at them")
	add(counts.Events[bridge.EventRefused], bridge.LevelWarning, "request", " in quarantine: the secret, project or address was wrong.", "/requests?state=refused", "Judge them")
	add(counts.Events[bridge.EventUnrouted], bridge.LevelWarning, "report", " that no project or rule takes.", "/requests?state=unrouted", "Find them a rule")
	return list
}

// countedWords is [counted] for a count of the store.
func countedWords(n int, thing string) string {
	if n >= bridge.CountedTo {
		thing = counted(2, thing)[2:]
		return countWords(n) + " " + thing
	}
	return counted(n, thing)
}

// trackersNeed says what of the trackers a person should look at.
func trackersNeed(accounts []Account, live bridge.Live) (list []need) {
	for _, a := range accounts {
		if a.Trouble != "" {
			list = append(list, need{bridge.LevelProblem, a.Tracker + " is not worked with: " + cut(a.Trouble), "/trackers", "See the tracker"})
		}
	}
	found := func(name string, checks bridge.Checks) {
		for _, check := range checks {
			if check.Level == bridge.LevelProblem || check.Level == bridge.LevelWarning {
				list = append(list, need{check.Level, name + ", " + check.Thing + ": " + cut(check.Text), "/trackers", "See the check"})
			}
		}
	}
	for _, t := range live.Trackers {
		found(t.Tracker, t.Checks)
	}
	for _, d := range live.Destinations {
		found(d.Project+" / "+d.Destination, d.Checks)
	}
	return list
}
