package dispatch_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
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
