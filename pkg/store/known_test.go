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

// A link that a look has not found an issue for is no place yet; a delivery on its way is.
func TestWhereABugIsKnown(t *testing.T) {
	match := func(destination string) []bridge.Match { return []bridge.Match{{Rule: "all", Destination: destination}} }
	for _, test := range []struct {
		name string
		lead func(*testing.T, *store.Store)
		want []bridge.Known // nil: Again is not asked
	}{
		{"new", func(*testing.T, *store.Store) {}, nil},
		{"leased only", func(t *testing.T, s *store.Store) {
			if _, _, err := s.Lease(t.Context(), "b1", "jira web", "test", time.Minute); err != nil {
				t.Fatal(err)
			}
		}, nil},
		{"on its way", func(t *testing.T, s *store.Store) { accept(t, s, event("b1"), toWeb) }, []bridge.Known{
			{Open: []string{"web"}, Past: []string{"web"}},
		}},
		{"done, and never linked", func(t *testing.T, s *store.Store) {
			finish(t, s, accept(t, s, event("b1"), toWeb), bridge.DeliverySkipped, nil)
		}, nil},
		{"parked", func(t *testing.T, s *store.Store) {
			finish(t, s, accept(t, s, event("b1"), toWeb), bridge.DeliveryParked, nil)
		}, []bridge.Known{{Open: []string{"web"}, Past: []string{"web"}}}},
		{"parked, then done", func(t *testing.T, s *store.Store) {
			finish(t, s, accept(t, s, event("b1"), toWeb), bridge.DeliveryParked, nil)
			finish(t, s, accept(t, s, event("b1"), toWeb), bridge.DeliveryDelivered, nil)
		}, nil},
		{"parked, and its fallback took it", func(t *testing.T, s *store.Store) {
			d := accept(t, s, event("b1"), match("first"))
			finish(t, s, d, bridge.DeliveryParked, []bridge.Match{{Rule: bridge.FallbackRule("first"), Destination: "second"}})
		}, []bridge.Known{{Open: []string{"second"}, Past: []string{"second", "first"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore(t)
			test.lead(t, s)
			var a asked
			if _, err := s.Accept(t.Context(), event("b1"), a.routing(match("new"))); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, a.known, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// finish ends the delivery in the state, with a new one for each of next.
func finish(t *testing.T, s *store.Store, d bridge.Delivery, state bridge.DeliveryState, next []bridge.Match) {
	t.Helper()
	begun, _, taken, err := s.Begin(t.Context(), d.ID, time.Now(), time.Minute)
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	begun.State = state
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
		list, err := s.Deliveries(t.Context(), store.Filter{Destination: destination, Limit: 2 * reports})
		if err != nil || len(list) != want {
			t.Errorf("%d deliveries to %s, want %d (%v)", len(list), destination, want, err)
		}
	}
}
