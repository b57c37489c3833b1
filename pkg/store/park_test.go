package store_test

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// TestHurry: what waits for tomorrow is handed out now.
func TestHurry(t *testing.T) {
	s := newStore(t)
	now := time.Now()
	wait := func(bug string) bridge.Delivery {
		d := accept(t, s, event(bug), toWeb)
		begun, _, taken, err := s.Begin(t.Context(), d.ID, now, time.Minute)
		if !taken || err != nil {
			t.Fatal(taken, err)
		}
		begun.State, begun.NextAt = bridge.DeliveryPending, now.Add(24*time.Hour)
		if err := s.Finish(t.Context(), begun, nil, nil); err != nil {
			t.Fatal(err)
		}
		return d
	}
	late, later := wait("b1"), wait("b2")
	running := accept(t, s, event("b3"), toWeb)
	if _, _, taken, err := s.Begin(t.Context(), running.ID, now, time.Minute); !taken || err != nil {
		t.Fatal(taken, err)
	}
	n, err := s.Hurry(t.Context(), []string{late.ID, running.ID, "dl_none"}, now)
	if n != 1 || err != nil {
		t.Fatalf("%d were hurried, want 1: %v", n, err)
	}
	for id, want := range map[string]bool{late.ID: true, later.ID: false, running.ID: false} {
		if _, _, taken, err := s.Begin(t.Context(), id, now, time.Minute); taken != want || err != nil {
			t.Errorf("%s is taken: %v, want %v; %v", id, taken, want, err)
		}
	}
}
