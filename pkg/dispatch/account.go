package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Accounts is the store's side of what all workers share about an account at a tracker.
type Accounts interface {
	// Paused returns until when nothing may be asked of the account; a time that is past or zero is none.
	Paused(ctx context.Context, account string) (time.Time, error)
	// Pause has everybody leave the account alone until then.
	Pause(ctx context.Context, account string, until time.Time) error
}

// Budgets is the store's side of how fast the accounts write.
type Budgets interface {
	// Slot grants the right to write once, now, or promises it for the time returned.
	Slot(ctx context.Context, want bridge.Slot, now time.Time) (at time.Time, granted bool, err error)
	// Wrote notes that the write that was granted then has ended: when the tracker counted it is not known better than that.
	Wrote(ctx context.Context, slot bridge.Slot, granted, ended time.Time) error
}

const (
	// turnHere is how long a worker waits for its turn itself. A delivery whose turn is later goes back to the queue.
	turnHere = 2 * time.Second
	// turnPatience is how long it goes on doing so while others are quicker.
	turnPatience = 8 * time.Second
	// queueLag is by how much the queue may be late with a delivery that waits for longer (River's scheduler runs every 5 s).
	queueLag = 5 * time.Second
)

// admit says whether anything may be asked of the target's account now: not during a pause that its tracker asked for, and not
// while its breaker is open.
func (d *Dispatcher) admit(ctx context.Context, target Target) error {
	until, err := d.cfg.Accounts.Paused(ctx, target.Account)
	if err != nil {
		return err
	}
	if time.Now().Before(until) {
		return &waiting{until: d.spread(until), why: fmt.Sprintf("%s asked to be left alone until %s", target.Place.Tracker, clock(until))}
	}
	return d.breakers.of(target).admit(ctx, target)
}

// learn takes note of what an attempt that asked something of the account tells about it. A pause that cannot be written down is
// no reason to lose how the attempt ended: the next one meets the limit again.
func (d *Dispatcher) learn(ctx context.Context, target Target, err error) {
	d.breakers.of(target).learn(err)
	limit, ok := errors.AsType[*bridge.Error](err)
	if !ok || limit.Kind != bridge.Later || !limit.Account {
		return
	}
	d.log.Warn("tracker's limit met: it is left alone for a while", "tracker", target.Place.Tracker, "until", limit.Until, "err", err)
	if err := d.cfg.Accounts.Pause(context.WithoutCancel(ctx), target.Account, limit.Until); err != nil {
		d.log.Error("a pause could not be written down", "tracker", target.Place.Tracker, "err", err)
	}
}

// turn returns when the account's budget has room for a write of the kind; ended is to be called after it. Where that is soon it
// waits here; otherwise the delivery is told when to come back, and its slot is kept for it.
func (w *work) turn(ctx context.Context, kind bridge.WriteKind) (ended func(), err error) {
	if w.target.Limits == (bridge.Limits{}) {
		return func() {}, nil
	}
	slot := bridge.Slot{Account: w.target.Account, Holder: w.link.Bug + " " + w.link.Place, Kind: kind, Limits: w.target.Limits}
	for began := time.Now(); ; {
		now := time.Now()
		at, granted, err := w.cfg.Budgets.Slot(ctx, slot, now)
		if err != nil || granted {
			return func() { w.ended(ctx, slot, now) }, err
		}
		if at.Sub(now) > turnHere || now.Sub(began) > turnPatience {
			return nil, &waiting{until: wake(now, at), why: fmt.Sprintf("its turn within the limits of %s comes at %s", w.target.Place.Tracker, clock(at))}
		}
		if err := pause(ctx, at); err != nil {
			return nil, err
		}
	}
}

// ended notes that a write has ended. Where that fails the budget counts it from when it was granted.
func (w *work) ended(ctx context.Context, slot bridge.Slot, granted time.Time) {
	if err := w.cfg.Budgets.Wrote(context.WithoutCancel(ctx), slot, granted, time.Now()); err != nil {
		w.log.Warn("the end of a write could not be noted", "delivery", w.delivery.ID, "err", err)
	}
}

// wake is when a delivery whose turn comes at that time is taken from the queue: early enough, so that the queue's lag costs no
// slot, and not so early that it keeps a worker waiting.
func wake(now, at time.Time) time.Time {
	if at.Sub(now) > queueLag+turnHere {
		return at.Add(-queueLag)
	}
	return at.Add(-turnHere / 2)
}

// spread adds some seconds, so that not all who wait for the same moment come at once.
func (d *Dispatcher) spread(until time.Time) time.Time {
	return until.Add(time.Duration((d.cfg.Jitter() - 0.8) * float64(d.cfg.RetryFrom)))
}

func clock(at time.Time) string { return at.UTC().Format("15:04:05 MST") }
