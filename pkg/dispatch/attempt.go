package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// result is how an attempt ended, when it did not end in an error.
type result struct {
	state  bridge.DeliveryState
	detail string
}

// claimMargin is what a worker has to write down how its attempt ended when the queue has cut it short.
const claimMargin = 10 * time.Second

// Attempt makes one attempt at the delivery and writes down how it ended. It returns the time to wait before the next
// one, 0 if there is none to be, and an error only where the store failed.
func (d *Dispatcher) Attempt(ctx context.Context, id string) (time.Duration, error) {
	started := time.Now()
	delivery, report, taken, err := d.cfg.Deliveries.Begin(ctx, id, started, d.JobTimeout()+claimMargin)
	if err != nil {
		return 0, err
	}
	if !taken {
		return untilNext(delivery), nil
	}
	calling, calls := bridge.RecordCalls(ctx)
	w := &work{Dispatcher: d, delivery: &delivery, report: report, owner: bridge.NewID("wk", started)}
	res, err := w.guarded(calling)

	recorded := calls.List()
	if err != nil || len(recorded) > 0 { // where nothing was asked nothing is learnt
		d.learn(ctx, w.target, err)
	}
	next := d.conclude(w, res, err)
	var attempt *bridge.Attempt
	if !isWaiting(err) || len(w.wrote) > 0 { // waiting is no attempt worth a row
		attempt = &bridge.Attempt{
			Delivery: id, StartedAt: started, EndedAt: time.Now(), Outcome: delivery.State, Detail: cmp.Or(res.detail, strings.Join(w.wrote, "; ")),
			Error: message(err), Calls: recorded, Dropped: w.dropped,
		}
	}
	// Whatever ended ctx, how the attempt ended must not be lost.
	if err := d.cfg.Deliveries.Finish(context.WithoutCancel(ctx), delivery, attempt, next); err != nil {
		return 0, err
	}
	return untilNext(delivery), nil
}

// guarded runs the attempt; a panic in it is an error like any other, so that the delivery is tried again, shown and
// in the end parked.
func (w *work) guarded(ctx context.Context) (res result, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the attempt panicked: %v", cause)
		}
	}()
	return w.run(ctx)
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// untilNext returns how long the queue has to wait before the next attempt, 0 if there is none to be.
func untilNext(d bridge.Delivery) time.Duration {
	if d.State.Final() {
		return 0
	}
	return max(time.Until(d.NextAt), busyWait/10)
}

// conclude sets the delivery's state after an attempt, says so in the log, and returns where the report goes instead.
func (d *Dispatcher) conclude(w *work, res result, err error) []bridge.Match {
	delivery := w.delivery
	now := time.Now()
	delivery.ChangedAt = now
	if w.link.Ref != (bridge.Ref{}) {
		delivery.Ref = w.link.Ref
	}
	log := d.log.With("delivery", delivery.ID, "bug", delivery.BugID, "destination", delivery.Destination)
	if err == nil {
		delivery.Attempts++
		delivery.State, delivery.Reason, delivery.Hint, delivery.NextAt = res.state, res.detail, "", time.Time{}
		log.Info("delivery ended", "state", res.state, "issue", delivery.Ref.Name, "detail", res.detail)
		return nil
	}
	delivery.Reason, delivery.Hint = err.Error(), bridge.Hint(err)
	d.schedule(delivery, now, err)
	if delivery.State == bridge.DeliveryParked {
		log.Error("delivery parked", "err", err, "hint", delivery.Hint, "next", "bugferry deliveries show "+delivery.ID)
		return w.fallback()
	}
	if !isWaiting(err) {
		log.Warn("delivery will be tried again", "attempt", delivery.Attempts, "next", delivery.NextAt, "err", err, "hint", delivery.Hint)
	}
	return nil
}

// schedule decides what a failed attempt does to the delivery: parks it, or says when it is tried again.
func (d *Dispatcher) schedule(delivery *bridge.Delivery, now time.Time, err error) {
	delivery.State, delivery.NextAt = bridge.DeliveryPending, time.Time{}
	var known *bridge.Error
	errors.As(err, &known)
	wait, waits := errors.AsType[*waiting](err)
	switch {
	case waits:
		delivery.NextAt = wait.until
		return
	case errors.Is(err, context.Canceled): // this process is being stopped
		delivery.NextAt = now.Add(busyWait)
		return
	case known != nil && known.Kind == bridge.Permanent:
		delivery.Attempts++
		delivery.State = bridge.DeliveryParked
		return
	case now.Sub(delivery.OpenSince()) >= d.cfg.GiveUp:
		delivery.Attempts++
		delivery.State = bridge.DeliveryParked
		delivery.Reason = fmt.Sprintf("%s%s: %v", givenUp, d.cfg.GiveUp, err)
		delivery.Hint = "mend the cause, then: bugferry deliveries redeliver " + delivery.ID
		return
	case known != nil && known.Kind == bridge.Later:
		delivery.NextAt = known.Until
	case known != nil && known.Refused:
		// Waiting, not trying: the same answer a thousand times would use up the attempts of a good report.
		delivery.NextAt = now.Add(d.backoff(max(delivery.Attempts, 4)))
	default:
		delivery.NextAt = now.Add(d.backoff(delivery.Attempts))
		delivery.Attempts++
	}
	if delivery.NextAt.Before(now) {
		delivery.NextAt = now.Add(d.backoff(0))
	}
}

const givenUp = "given up after "

// GivenUp says that a delivery is parked because what it was tried with did not work for too long, and not because the tracker or
// a person said no to it.
func GivenUp(d bridge.Delivery) bool {
	return d.State == bridge.DeliveryParked && strings.HasPrefix(d.Reason, givenUp)
}

// backoff is exponential from RetryFrom to RetryTo, with jitter.
func (d *Dispatcher) backoff(attempt int) time.Duration {
	wait := float64(d.cfg.RetryFrom) * math.Pow(2, float64(min(attempt, 30)))
	return time.Duration(min(wait, float64(d.cfg.RetryTo)) * d.cfg.Jitter())
}

func randomJitter() float64 {
	return 0.8 + 0.4*rand.Float64() //nolint:gosec // spreads load; nothing is guarded by it
}
