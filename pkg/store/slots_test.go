package store_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// github are the limits of github.com.
var github = bridge.Limits{PerMinute: 80, PerHour: 500, Apart: time.Second}

var backlog = flag.Int("backlog", 1_000, "how many writes the test of the budget has waiting")

// drain has a backlog of holders ask for a slot each, as deliveries do: they come back at the time they were given, late by up to
// so much, and ask again. It returns when each of them wrote, in order.
func drain(t *testing.T, s *store.Store, limits bridge.Limits, backlog int, late time.Duration) []time.Time {
	t.Helper()
	var mu sync.Mutex
	var used []time.Time
	var all sync.WaitGroup
	for n := range backlog {
		all.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(n)))
			slot := bridge.Slot{Account: "a", Holder: fmt.Sprint(n), Kind: bridge.WriteCreate, Limits: limits}
			for {
				at, granted, err := s.Slot(t.Context(), slot, time.Now())
				if err != nil {
					t.Error(err)
					return
				}
				if granted {
					mu.Lock()
					used = append(used, time.Now())
					mu.Unlock()
					return
				}
				wait := time.Until(at)
				if wait > 2*time.Second { // a short wait is waited out by the worker itself, to the point
					wait += time.Duration(random.Int64N(int64(late) + 1))
				}
				<-time.After(wait)
			}
		})
	}
	all.Wait()
	slices.SortFunc(used, time.Time.Compare)
	return used
}

// most returns how many of the sorted times fall into one window of the length, at most.
func most(times []time.Time, window time.Duration) int {
	best, first := 0, 0
	for i, at := range times {
		for at.Sub(times[first]) >= window {
			first++
		}
		best = max(best, i-first+1)
	}
	return best
}

// A backlog goes at the pace of the limits, never over it, and hardly below: 500 an hour, from the first minute
// on. The clock is a simulated one; what keeps the slots is the real store.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t)
		backlog := *backlog
		began := time.Now()
		used := drain(t, s, github, backlog, time.Second)
		if len(used) != backlog {
			t.Fatalf("%d of %d wrote", len(used), backlog)
		}
		if n := most(used, time.Minute); n > github.PerMinute {
			t.Errorf("%d in one minute", n)
		}
		if n := most(used, time.Hour); n > github.PerHour {
			t.Errorf("%d in one hour", n)
		}
		for i := 1; i < len(used); i++ {
			if gap := used[i].Sub(used[i-1]); gap < github.Apart {
				t.Errorf("write %d came %s after the one before", i, gap)
			}
		}
		// At best the last one is made 19 hours after the 500th, which is 499 s after the first.
		best := time.Duration(backlog/500-1)*time.Hour + 499*time.Second
		took := used[len(used)-1].Sub(began)
		t.Logf("%d in %s; at best %s: %.2f %%; at most %d a minute and %d an hour",
			backlog, took, best, 100*float64(best)/float64(took), most(used, time.Minute), most(used, time.Hour))
		if float64(best)/float64(took) < 0.99 {
			t.Error("the budget is not made use of")
		}
	})
}

// slotOf asks for a slot and fails the test on an error.
func slotOf(t *testing.T, s *store.Store, holder string, kind bridge.WriteKind, now time.Time) (time.Time, bool) {
	t.Helper()
	at, granted, err := s.Slot(t.Context(), bridge.Slot{Account: "a", Holder: holder, Kind: kind, Limits: github}, now)
	if err != nil {
		t.Fatal(err)
	}
	return at, granted
}

func TestASlotIsKept(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	if _, granted := slotOf(t, s, "1", bridge.WriteCreate, now); !granted {
		t.Fatal("the first has to wait")
	}
	at, granted := slotOf(t, s, "2", bridge.WriteCreate, now)
	if granted || at.Sub(now) < time.Second || at.Sub(now) > 2*time.Second {
		t.Fatalf("the second: %s, %v", at.Sub(now), granted)
	}
	if third, _ := slotOf(t, s, "3", bridge.WriteCreate, now); !third.After(at) {
		t.Errorf("the third comes at %s, the second at %s", third, at)
	}
	if again, _ := slotOf(t, s, "2", bridge.WriteCreate, now); !again.Equal(at) {
		t.Errorf("it was promised %s and then %s", at, again)
	}
	if _, granted := slotOf(t, s, "2", bridge.WriteCreate, at); !granted {
		t.Error("what was promised was not kept")
	}
}

func TestCreatesGoBeforeEdits(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	slotOf(t, s, "1", bridge.WriteCreate, now)
	edit, _ := slotOf(t, s, "old", bridge.WriteEdit, now)
	create, _ := slotOf(t, s, "2", bridge.WriteCreate, now)
	if create.Sub(edit) > 100*time.Millisecond {
		t.Fatalf("the create waits for the edit: %s and %s", create.Sub(now), edit.Sub(now))
	}
	if later, granted := slotOf(t, s, "old", bridge.WriteEdit, edit); granted || later.Sub(create) < time.Second {
		t.Errorf("the edit goes %s after the create, %v", later.Sub(create), granted)
	}
}

// A comment is counted like a new issue, and waits for those: the third write of a minute that has room for two comes in the next.
func TestACommentCountsAndNewIssuesGoFirst(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	ask := func(holder string, kind bridge.WriteKind, now time.Time) (time.Time, bool) {
		t.Helper()
		at, granted, err := s.Slot(t.Context(), bridge.Slot{Account: "a", Holder: holder, Kind: kind, Limits: bridge.Limits{PerMinute: 2}}, now)
		if err != nil {
			t.Fatal(err)
		}
		return at, granted
	}
	if _, granted := ask("1", bridge.WriteComment, now); !granted {
		t.Fatal("the first has to wait")
	}
	if _, granted := ask("2", bridge.WriteCreate, now.Add(time.Second)); !granted {
		t.Fatal("the second has to wait")
	}
	comment, granted := ask("3", bridge.WriteComment, now.Add(2*time.Second))
	if granted || comment.Sub(now) < time.Minute {
		t.Errorf("a third in the minute: %s, %v", comment.Sub(now), granted)
	}
	if _, granted := ask("4", bridge.WriteEdit, now.Add(2*time.Second)); !granted {
		t.Error("an edit counts")
	}
	create, _ := ask("5", bridge.WriteCreate, now.Add(3*time.Second))
	if create.After(comment) {
		t.Errorf("the new issue waits till %s, behind the comment at %s", create.Sub(now), comment.Sub(now))
	}
	if later, granted := ask("3", bridge.WriteComment, comment); granted || later.Sub(create) < 0 {
		t.Errorf("the comment did not wait for the new issue: %s, %v", later.Sub(now), granted)
	}
}

// A request that is under way for a while may be counted by the tracker when it ends: the window goes from there.
func TestASlowWriteCountsFromItsEnd(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	slot := bridge.Slot{Account: "a", Holder: "1", Kind: bridge.WriteCreate, Limits: bridge.Limits{PerMinute: 1}}
	ask := func(holder string, at time.Time) (time.Time, bool) {
		t.Helper()
		slot.Holder = holder
		next, granted, err := s.Slot(t.Context(), slot, at)
		if err != nil {
			t.Fatal(err)
		}
		return next, granted
	}
	if _, granted := ask("1", now); !granted {
		t.Fatal("the first has to wait")
	}
	promised, _ := ask("2", now.Add(time.Second))
	ended := now.Add(15 * time.Second)
	if err := s.Wrote(t.Context(), slot, now, ended); err != nil {
		t.Fatal(err)
	}
	if at, granted := ask("2", promised); granted || at.Sub(ended) < time.Minute {
		t.Errorf("granted %v, %s after the end of the first", granted, at.Sub(ended))
	}
}

// During a pause nobody writes, and after it they come one after the other, in the old order.
func TestAPauseMovesAllSlots(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	for n := range 5 {
		slotOf(t, s, fmt.Sprint(n), bridge.WriteCreate, now)
	}
	end := now.Add(time.Hour)
	if err := s.Pause(t.Context(), "a", end); err != nil {
		t.Fatal(err)
	}
	if err := s.Pause(t.Context(), "a", now); err != nil { // a shorter one does not end it
		t.Fatal(err)
	}
	if until, err := s.Paused(t.Context(), "a"); err != nil || !until.Equal(end) {
		t.Errorf("paused until %s, %v", until, err)
	}
	last := end.Add(-time.Second)
	for n := 1; n < 5; n++ {
		at, granted := slotOf(t, s, fmt.Sprint(n), bridge.WriteCreate, now.Add(10*time.Second))
		if granted || at.Sub(last) < time.Second {
			t.Errorf("holder %d: %s after the one before, %v", n, at.Sub(last), granted)
		}
		last = at
	}
}

// Where nobody worked for a while the slots promised for that time are over; they are not all used at once.
func TestAStandstillIsNotMadeUpForAtOnce(t *testing.T) {
	s, now := newStore(t), time.UnixMilli(1_700_000_000_000)
	for n := range 20 {
		slotOf(t, s, fmt.Sprint(n), bridge.WriteCreate, now)
	}
	now = now.Add(10 * time.Minute)
	granted := 0
	for n := 1; n < 20; n++ {
		if _, ok := slotOf(t, s, fmt.Sprint(n), bridge.WriteCreate, now); ok {
			granted++
		}
	}
	if granted != 1 {
		t.Errorf("%d write at one moment", granted)
	}
}
