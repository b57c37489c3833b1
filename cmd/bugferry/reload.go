package main

import (
	"context"
	"strings"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
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
	a.offer(ctx, next, told)
	select {
	case a.changed <- struct{}{}:
	default: // a check that has not begun yet will see this configuration
	}
}

// offer tells of unrouted events that next would take.
func (a *app) offer(ctx context.Context, next *wired, told console.Running) {
	list, err := next.takeable(ctx, a.store)
	if err != nil && ctx.Err() == nil {
		a.log.Error("unrouted events could not be looked for", "err", err)
	}
	for _, t := range list {
		told.Unrouted = append(told.Unrouted, console.Takeable{Project: t.Project, File: t.File, Events: t.Events, Next: t.Next})
		a.log.Info("unrouted events would be taken now", "project", t.Project, "file", t.File, "count", t.Events, "next", t.Next)
	}
	a.tell(told)
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
