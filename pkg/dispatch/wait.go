package dispatch

import (
	"context"
	"errors"
	"time"
)

// waiting says that it is not this delivery's turn. It is no failure: no attempt counts and none is written down.
type waiting struct {
	until time.Time
	why   string // for whoever looks at the delivery
	cause error  // what went wrong before, if that is the reason
}

func (w *waiting) Error() string {
	if w.cause != nil {
		return w.why + ": " + w.cause.Error()
	}
	return w.why
}

func (w *waiting) Unwrap() error { return w.cause }

// offWait is at most how long a delivery waits before it looks whether its destination is still off.
const offWait = 5 * time.Minute

// busyWait is how long a delivery waits for the link that another one holds.
const busyWait = time.Second

func busy() error {
	return &waiting{until: time.Now().Add(busyWait), why: "another delivery of this bug is under way"}
}

// isWaiting says that err is but a wait.
func isWaiting(err error) bool {
	_, ok := errors.AsType[*waiting](err)
	return ok
}

// pause waits until then, or until ctx ends.
func pause(ctx context.Context, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
