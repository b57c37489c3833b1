package main

import (
	"context"
	"sync"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
)

const (
	liveTime    = 30 * time.Second // the longest time that the live check of one tracker or destination may take
	liveAtOnce  = 8                // so many are asked at once
	liveKept    = time.Minute      // a live check is shown for so long before the console makes another
	thingLength = 16               // width of a column
)

// live asks every tracker about its account, and about every destination of the good ones whether issues can be filed as it has
// them. It writes nothing there.
func (w *wired) live(ctx context.Context) bridge.Live {
	found := bridge.Live{At: time.Now(), Trackers: []bridge.LiveTracker{}, Destinations: []bridge.LiveDestination{}}
	for _, t := range w.cfg.Trackers {
		found.Trackers = append(found.Trackers, bridge.LiveTracker{Tracker: t.Name.Value, Base: t.BaseURL.Value})
	}
	var asked []func(context.Context)
	for i := range found.Trackers {
		t := &found.Trackers[i]
		asked = append(asked, func(ctx context.Context) { t.Checks = w.trackers[t.Tracker].CheckAccount(ctx) })
	}
	askAll(ctx, asked)

	bad := map[string]bool{}
	for _, t := range found.Trackers {
		bad[t.Tracker] = t.Checks.Worst() == bridge.LevelProblem
	}
	asked = nil
	for _, p := range w.cfg.Projects {
		for _, d := range p.Destinations {
			asked = append(asked, w.checkDestination(p, d, bad[d.Tracker.Value], &found))
		}
	}
	askAll(ctx, asked)
	return found
}

// checkDestination adds the destination to what is found, and returns what fills it in.
func (w *wired) checkDestination(p config.Project, d config.Destination, bad bool, found *bridge.Live) func(context.Context) {
	at := len(found.Destinations)
	found.Destinations = append(found.Destinations, bridge.LiveDestination{
		Project: p.Name, Destination: d.Name.Value, Tracker: d.Tracker.Value, Place: d.Place().Value,
	})
	return func(ctx context.Context) {
		checks := &found.Destinations[at].Checks
		id := p.IDs[0].Value
		target, err := w.Target(id, d.Name.Value)
		switch {
		case !p.Enabled || !d.Enabled:
			checks.Add(bridge.LevelNote, "destination", "", "not asked: it is disabled")
		case err != nil:
			checks.Fail("destination", err)
		case bad:
			checks.Add(bridge.LevelNote, "destination", "", "not asked: mend the tracker's account first")
		default:
			wishes := w.rules.Wishes(id, d.Name.Value)
			wishes.Edits = target.OnUpdate == dispatch.UpdateEdit
			wishes.Comments = target.OnUpdate != dispatch.UpdateIgnore
			*checks = target.Tracker.Check(ctx, target.Place, wishes)
		}
	}
}

// askAll calls all, some at once, each with its own time.
func askAll(ctx context.Context, all []func(context.Context)) {
	var wait sync.WaitGroup
	places := make(chan struct{}, liveAtOnce)
	for _, ask := range all {
		wait.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			ctx, cancel := context.WithTimeout(ctx, liveTime)
			defer cancel()
			ask(ctx)
		})
	}
	wait.Wait()
}

// showLive prints a live check as a page to read.
func (p *program) showLive(found bridge.Live) {
	for _, t := range found.Trackers {
		p.say("%s  %s", t.Tracker, t.Base)
		p.showChecks(t.Checks)
	}
	for _, d := range found.Destinations {
		p.say("%s / %s  %s %s", printable(d.Project), d.Destination, d.Tracker, d.Place)
		p.showChecks(d.Checks)
	}
}

func (p *program) showChecks(checks bridge.Checks) {
	for _, c := range checks {
		p.say("  %-8s %-*s %s", c.Level, thingLength, c.Thing, printable(c.Text))
		if c.Hint != "" {
			p.say("  %-8s %-*s hint: %s", "", thingLength, "", printable(c.Hint))
		}
	}
}
