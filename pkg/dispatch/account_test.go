package dispatch_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
)

// A tracker that is down is left alone after some failures: deliveries wait without an attempt, and a probe, not a delivery, finds
// out that it is back.
func TestBreaker(t *testing.T) {
	h := newHouse(t)
	h.cfg.BreakerAfter, h.cfg.BreakerWait = 2, 50*time.Millisecond
	d := h.dispatcher()
	down := &bridge.Error{Nothing: true, Status: http.StatusServiceUnavailable, Err: errors.New("503 down")}
	h.tracker.before = func(string) error { return down }
	ids := []string{h.share(bug()), h.share(bug(func(r *bridge.Report) { r.BugID = "b2" })), h.share(bug(func(r *bridge.Report) { r.BugID = "b3" }))}
	for _, id := range ids {
		h.attemptWith(d, id)
	}
	third := h.delivery(ids[2])
	if n := h.tracker.count("create"); n != 2 || third.Attempts != 0 || third.State != bridge.DeliveryPending {
		t.Fatalf("%d creates were tried; the third delivery is %s after %d attempts: %s", n, third.State, third.Attempts, third.Reason)
	}
	h.tracker.before = nil
	waitUntil(t, func() bool { return h.attemptWith(d, ids[2]).State == bridge.DeliveryDelivered })
	if n := h.tracker.count("probe"); n == 0 {
		t.Error("nothing was asked before the delivery went on")
	}
}

// A limit that is the account's holds for all its deliveries, and costs none of them an attempt.
func TestPauseOfAnAccount(t *testing.T) {
	h := newHouse(t)
	until := time.Now().Add(time.Hour)
	h.tracker.before = once("create", &bridge.Error{Kind: bridge.Later, Nothing: true, Account: true, Until: until, Err: errors.New("429")})
	first := h.attempt(h.share(bug()))
	second := h.attempt(h.share(bug(func(r *bridge.Report) { r.BugID = "b2" })))
	if h.tracker.count("create") != 1 || second.Attempts != 0 || second.NextAt.Before(until.Add(-time.Second)) || first.Attempts != 0 {
		t.Errorf("%d creates; the second is tried at %s after %d attempts", h.tracker.count("create"), second.NextAt, second.Attempts)
	}
}

// The breaker is the credentials': new ones are tried at once, and what an attempt with the old ones learns late is not about them.
func TestBreakerOfOtherCredentials(t *testing.T) {
	h := newHouse(t)
	h.cfg.BreakerAfter, h.cfg.BreakerWait = 1, time.Hour
	d := h.dispatcher()
	h.target.Credentials = "old"
	refused := &bridge.Error{Nothing: true, Refused: true, Status: http.StatusUnauthorized, Err: errors.New("401")}
	h.tracker.before = once("create", refused)
	h.attemptWith(d, h.share(bug()))
	late := func(name string) func(*bridge.Report) { return func(r *bridge.Report) { r.BugID = name } }
	if got := h.attemptWith(d, h.share(bug(late("b2")))); got.State != bridge.DeliveryPending || h.tracker.count("create") != 1 {
		t.Fatalf("the breaker is not open: %s after %d creates", got.State, h.tracker.count("create"))
	}
	h.target.Credentials = "new"
	if got := h.attemptWith(d, h.share(bug(late("b3")))); got.State != bridge.DeliveryDelivered {
		t.Errorf("with new credentials: %s %s", got.State, got.Reason)
	}
	h.tracker.before = func(string) error {
		h.tracker.before, h.target.Credentials = nil, "new" // replaced while the attempt is under way
		return refused
	}
	h.target.Credentials = "older"
	h.attemptWith(d, h.share(bug(late("b4"))))
	if got := h.attemptWith(d, h.share(bug(late("b5")))); got.State != bridge.DeliveryDelivered {
		t.Errorf("what was learnt of the old credentials counts for the new: %s %s", got.State, got.Reason)
	}
	h.target.Credentials = "old"
	if got := h.attemptWith(d, h.share(bug(late("b6")))); got.State != bridge.DeliveryPending {
		t.Errorf("the breaker of unchanged credentials did not live on: %s", got.State)
	}
}

func TestGivenUp(t *testing.T) {
	h := newHouse(t)
	h.cfg.GiveUp = 0
	h.tracker.before = func(string) error { return errors.New("no answer") }
	if got := h.attempt(h.share(bug())); !dispatch.GivenUp(got) {
		t.Errorf("%s %s", got.State, got.Reason)
	}
	h.tracker.before = func(string) error { return bridge.Park(errors.New("no such project"), "make one") }
	if got := h.attempt(h.share(bug(func(r *bridge.Report) { r.BugID = "b2" }))); got.State != bridge.DeliveryParked || dispatch.GivenUp(got) {
		t.Errorf("%s %s", got.State, got.Reason)
	}
}
