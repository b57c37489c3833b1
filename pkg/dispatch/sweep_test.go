package dispatch_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// A double that could not be prevented is found by the sweep and told; both issues stay.
func TestSweepFindsTheDouble(t *testing.T) {
	h := newHouse(t)
	h.cfg.Sweep, h.cfg.Reconcile = time.Millisecond, time.Hour
	h.tracker.after = once("create", errors.New("the answer was lost"))
	id := h.share(bug())
	h.attempt(id)
	h.tracker.hidden = true // longer than the settle time: what the promise excludes
	waitUntil(t, func() bool { return h.attempt(id).State == bridge.DeliveryDelivered })
	h.tracker.hidden = false
	waitUntil(t, func() bool {
		links, err := h.store.Doubtful(t.Context(), time.Now().Add(time.Minute))
		return err == nil && len(links) == 1
	})
	h.dispatcher().Sweep(t.Context())
	links, err := h.store.Doubtful(t.Context(), time.Now().Add(time.Hour))
	if err != nil || len(links) != 1 || len(links[0].Twins) != 1 || links[0].Twins[0].Name != "acme/web#1" {
		t.Errorf("after the sweep: %+v, %v", links, err)
	}
	if d := h.delivery(id); len(d.Twins) != 1 || d.Twins[0].Name != "acme/web#1" {
		t.Errorf("the delivery does not tell of the other issue: %+v", d)
	}
	if len(h.tracker.issues) != 2 || h.tracker.issues[0].gone || h.tracker.issues[1].gone {
		t.Error("the sweep touched an issue")
	}
}

// What cannot be looked at is put off, so that it does not keep others waiting; and so is what nobody can look at any more.
func TestSweepPutsOffWhatItCannotLookAt(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*house)
		off   time.Duration
	}{
		{"the place is named no more", func(h *house) { h.missing = errors.New("no such destination") }, 96 * time.Minute},
		{"the look fails", func(h *house) { h.tracker.before = once("find", errCut) }, time.Minute},
		{"the account is paused", func(h *house) {
			if err := h.store.Pause(t.Context(), h.target.Account, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.doubtful("b1", time.Now().Add(-time.Second))
			h.cfg.Sweep = time.Minute
			test.spoil(h)
			h.dispatcher().Sweep(t.Context())
			links, err := h.store.Doubtful(t.Context(), time.Now().Add(48*time.Hour))
			if err != nil || len(links) != 1 || time.Until(links[0].SweepAt) < test.off-10*time.Second {
				t.Errorf("%+v %v", links, err)
			}
		})
	}
}

// doubtful makes a link that is to be swept at that time.
func (h *house) doubtful(bug string, at time.Time) {
	h.t.Helper()
	link, held, err := h.store.Lease(h.t.Context(), bug, h.target.Place.Key(), "test", time.Minute)
	if err != nil || !held {
		h.t.Fatal(held, err)
	}
	link.Ref, link.Doubt, link.SweepAt = bridge.Ref{ID: "1", Name: "acme/web#1"}, at.Add(-time.Minute), at
	if err := errors.Join(h.store.Save(h.t.Context(), link, "test", time.Minute), h.store.Release(h.t.Context(), bug, link.Place, "test")); err != nil {
		h.t.Fatal(err)
	}
}
