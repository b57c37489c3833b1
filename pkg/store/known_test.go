package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// asked is a Routing whose Again notes what it was asked, and sends the report elsewhere.
type asked struct {
	mu    sync.Mutex
	known []bridge.Known
}

func (a *asked) routing(matches []bridge.Match) bridge.Routing {
	return bridge.Routing{Matches: matches, Again: func(k bridge.Known) ([]bridge.Match, []bridge.Trace) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.known = append(a.known, k)
		return []bridge.Match{{Rule: "again", Destination: "there"}}, []bridge.Trace{{Rule: "again", Matched: true, Why: "it is there"}}
	}}
}

func linked(t *testing.T, s *store.Store, bug, place string) {
	t.Helper()
	link, held, err := s.Lease(t.Context(), bug, place, "test", time.Minute)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	link.Ref = bridge.Ref{ID: "1", Name: "WEB-1"}
	if err := s.Save(t.Context(), link, "test", time.Minute); err != nil {
		t.Fatal(err)
	}
}

func TestAReportOfABugThatIsLinkedGoesWhereItIs(t *testing.T) {
	s := withDuplicates(t)
	linked(t, s, "b1", "jira web")
	linked(t, s, "b2", "jira other")
	var a asked
	nowhere := event("b1")
	nowhere.State, nowhere.Reason = bridge.EventUnrouted, "no rule sends this report anywhere"
	receipt, err := s.Accept(t.Context(), nowhere, a.routing(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.Receipt{Event: nowhere.ID, State: bridge.EventAccepted, Destinations: []string{"there"}}
	if diff := cmp.Diff(want, receipt); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bridge.Known{{Places: []string{"jira web"}}}, a.known); diff != "" {
		t.Error(diff)
	}
	kept, err := s.Event(t.Context(), nowhere.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.State != bridge.EventAccepted || kept.Reason != "" || len(kept.Trace) != 2 || kept.Trace[1].Rule != "again" {
		t.Errorf("kept %+v", kept)
	}
	twice := event("b1")
	twice.State = bridge.EventUnrouted
	if receipt, err = s.Accept(t.Context(), twice, a.routing(nil)); err != nil || receipt.State != bridge.EventDuplicate {
		t.Errorf("the same once more: %+v %v", receipt, err)
	}
}

// What went nowhere does not stand for the same report that has somewhere to go by now.
func TestAnUnroutedEventIsNoFirstOfALinkedBug(t *testing.T) {
	s := withDuplicates(t)
	nowhere := func() bridge.Event {
		e := event("b1")
		e.State = bridge.EventUnrouted
		return e
	}
	var a asked
	if receipt, err := s.Accept(t.Context(), nowhere(), a.routing(nil)); err != nil || receipt.State != bridge.EventUnrouted {
		t.Fatalf("%+v %v", receipt, err)
	}
	linked(t, s, "b1", "jira web")
	if receipt, err := s.Accept(t.Context(), nowhere(), a.routing(nil)); err != nil || receipt.State != bridge.EventAccepted {
		t.Errorf("%+v %v", receipt, err)
	}
}

// went is a delivery that came before: where to, how it ended (empty: it is under way), and what took it instead.
type went struct {
	to       string
	state    bridge.DeliveryState
	fallback string
}

// A link without an issue is no place yet; a delivery on its way is one.
func TestWhereABugIsKnown(t *testing.T) {
	for _, test := range []struct {
		name   string
		before []went
		want   []bridge.Known // nil: Again is not asked
	}{
		{"new", nil, nil},
		{"on its way", []went{{to: "web"}}, []bridge.Known{{Open: []string{"web"}, Past: []string{"web"}}}},
		{"done, and never linked", []went{{to: "web", state: bridge.DeliverySkipped}}, nil},
		{"parked", []went{{to: "web", state: bridge.DeliveryParked}}, []bridge.Known{{Open: []string{"web"}, Past: []string{"web"}}}},
		{"parked, then done", []went{{to: "web", state: bridge.DeliveryParked}, {to: "web", state: bridge.DeliveryDelivered}}, nil},
		{
			"parked, and its fallback took it", []went{{"first", bridge.DeliveryParked, "second"}},
			[]bridge.Known{{Open: []string{"second"}, Past: []string{"second", "first"}}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			if _, _, err := s.Lease(t.Context(), "b1", "jira web", "test", time.Minute); err != nil {
				t.Fatal(err)
			}
			for _, w := range test.before {
				d := accept(t, s, event("b1"), []bridge.Match{{Rule: "all", Destination: w.to}})
				if w.state != "" {
					finish(t, s, d, w.state, w.fallback)
				}
			}
			var a asked
			if _, err := s.Accept(t.Context(), event("b1"), a.routing(toWeb)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, a.known, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// finish ends the delivery in the state, with a new one to the fallback if there is one.
func finish(t *testing.T, s *store.Store, d bridge.Delivery, state bridge.DeliveryState, fallback string) {
	t.Helper()
	begun, _, taken, err := s.Begin(t.Context(), d.ID, time.Now(), time.Minute)
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	begun.State = state
	var next []bridge.Match
	if fallback != "" {
		next = []bridge.Match{{Rule: bridge.FallbackRule(d.Destination), Destination: fallback}}
	}
	if err := s.Finish(t.Context(), begun, nil, next); err != nil {
		t.Fatal(err)
	}
}

// Many reports of one bug at once, in one commit or several: the first goes where the rules say, and all others after it.
func TestReportsAtOnceGoToOnePlace(t *testing.T) {
	s := newStore(t)
	var a asked
	var wait sync.WaitGroup
	const reports = 60
	for range reports {
		wait.Go(func() {
			if _, err := s.Accept(t.Context(), event("b1"), a.routing(toWeb)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	for destination, want := range map[string]int{"web": 1, "there": reports - 1} {
		list, err := s.Deliveries(t.Context(), bridge.Search{Destination: destination, Limit: 2 * reports})
		if err != nil || len(list) != want {
			t.Errorf("%d deliveries to %s, want %d (%v)", len(list), destination, want, err)
		}
	}
}

// What Again leaves nothing of goes nowhere, and the event says so.
func TestAnEventThatAgainLeavesNothingOfIsUnrouted(t *testing.T) {
	s := withDuplicates(t)
	linked(t, s, "b1", "jira web")
	e := event("b1")
	receipt, err := s.Accept(t.Context(), e, bridge.Routing{
		Matches: []bridge.Match{{Rule: "all", Destination: "elsewhere"}},
		Again: func(bridge.Known) ([]bridge.Match, []bridge.Trace) {
			return nil, []bridge.Trace{{Rule: "again", Why: "left out, for it is disabled: web"}}
		},
	})
	if err != nil || receipt.State != bridge.EventUnrouted || len(receipt.Destinations) > 0 {
		t.Errorf("%+v %v", receipt, err)
	}
	if kept, err := s.Event(t.Context(), e.ID); err != nil || kept.State != bridge.EventUnrouted || kept.Reason != "left out, for it is disabled: web" {
		t.Errorf("%+v %v", kept, err)
	}
}
