package main

import (
	"context"
	"strings"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
)

// reload reads the configuration again and serves by it if it is good. It returns what the files held.
func (a *app) reload(ctx context.Context) config.Snapshot {
	before := a.now.Load()
	next, cfg, findings := a.reread(before)
	if next != nil {
		if key, err := a.guarded(cfg); err != nil {
			findings = append(findings, config.Finding{At: config.Pos{File: cfg.Files[0]}, Key: key, Message: err.Error() + "; " + hintOf(err)})
			next = nil
		}
	}
	if next == nil {
		a.refuse(findings)
	} else {
		a.replace(ctx, before, next, findings)
	}
	return cfg.Read
}

// refuse lets the old configuration go on, and says why.
func (a *app) refuse(findings config.Findings) {
	var mistakes []string
	for _, f := range findings {
		if f.Severity == config.Mistake {
			mistakes = append(mistakes, f.String())
		}
	}
	a.metrics.Refused()
	a.refused(time.Now(), mistakes)
	a.log.Error("configuration refused: the one before goes on", "mistakes", len(mistakes), "hint", "mend them: the files are read again when they change")
	for _, m := range mistakes[:min(len(mistakes), mostTold)] {
		a.log.Error("configuration mistake", "err", m)
	}
}

// replace has next serve instead of before. What began under before ends under it.
func (a *app) replace(ctx context.Context, before, next *wired, findings config.Findings) {
	now := time.Now()
	next.capture = before.capture
	next.handler = next.webhook(before.handler, a.store, a.metrics.Request, a.log)
	a.now.Store(next)
	a.gate.Set(access(next.cfg))
	a.metrics.Reloaded(now)

	told := tellOf(next, now)
	for _, f := range findings {
		a.log.Warn("configuration warning", "err", f.String())
	}
	if len(next.waiting) > 0 {
		a.log.Warn("what was changed here waits for a restart", "keys", strings.Join(next.waiting, " "))
	}
	told.Changes = next.cfg.Changes(before.cfg)
	if len(told.Changes) == 0 {
		a.tell(told)
		a.log.Info("configuration read again: nothing else changed", "hash", told.Hash)
		return
	}
	a.log.Info("configuration replaced", "hash", told.Hash, "changes", strings.Join(told.Changes, "; "))
	a.tell(told) // at once: what follows takes its time
	a.free(ctx, before, next)
	if told.Unrouted = a.unrouted(ctx, next); told.Unrouted > 0 {
		a.log.Info("events that no rule took would be filed now", "count", told.Unrouted, "next", "bugferry events rematch --unrouted")
		a.tell(told)
	}
	select {
	case a.changed <- struct{}{}:
	default: // a check that has not begun yet will see this configuration
	}
}

// free lets deliveries go on that waited for what the new configuration has: they were parked because their destination was gone,
// and it is back; or they wait for, or were given up with, credentials that are others now; or they wait for what was off.
func (a *app) free(ctx context.Context, before, next *wired) {
	var hurry []string
	var resumed int
	for _, state := range []bridge.DeliveryState{bridge.DeliveryPending, bridge.DeliveryParked} {
		deliveries, err := a.store.Deliveries(ctx, bridge.Search{State: string(state), Limit: 1_000_000})
		if err != nil {
			a.log.Error("deliveries that may go on could not be looked for", "err", err)
			return
		}
		for _, d := range deliveries {
			there, renewed := whatIsNew(before, next, d)
			switch {
			case state == bridge.DeliveryPending && renewed:
				hurry = append(hurry, d.ID)
			case there && d.Reason == goneReason(d.ProjectID, d.Destination), renewed && dispatch.GivenUp(d):
				if _, err := a.store.Resume(ctx, d.ID, time.Now()); err != nil {
					a.log.Error("delivery could not be released", "delivery", d.ID, "err", err)
					continue
				}
				resumed++
			}
		}
	}
	hurried, err := a.store.Hurry(ctx, hurry, time.Now())
	if err != nil {
		a.log.Error("deliveries could not be hurried", "err", err)
	}
	if hurried+resumed > 0 {
		a.log.Info("deliveries go on with the new configuration", "waiting", hurried, "parked", resumed)
	}
}

// whatIsNew says of a delivery whether it has a destination now, and whether that can be reached now where it could not be before: with
// other credentials, or because it was off.
func whatIsNew(before, next *wired, d bridge.Delivery) (there, renewed bool) {
	now, err := next.Target(d.ProjectID, d.Destination)
	if err != nil {
		return false, false
	}
	was, err := before.Target(d.ProjectID, d.Destination)
	return true, err == nil && now.Off == "" && (was.Credentials != now.Credentials || was.Off != "")
}

// mostUnrouted is how many unrouted events are asked about, the newest.
const mostUnrouted = 1000

// unrouted counts the events that no rule took when they came and that a rule would take now.
func (a *app) unrouted(ctx context.Context, w *wired) int {
	ids, err := a.store.EventIDs(ctx, bridge.EventUnrouted)
	if err != nil {
		a.log.Error("unrouted events could not be looked for", "err", err)
		return 0
	}
	n := 0
	for _, id := range ids[max(0, len(ids)-mostUnrouted):] {
		event, err := a.store.Event(ctx, id)
		if err != nil || event.Report == nil {
			continue // taken meanwhile, or not to be read
		}
		if matches, _, _ := w.Route(*event.Report); len(matches) > 0 {
			n++
		}
	}
	return n
}
