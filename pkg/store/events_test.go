package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

func withDuplicates(t *testing.T) *store.Store {
	t.Helper()
	return openWith(t, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "bugferry.db"), Duplicates: time.Minute})
}

func receive(t *testing.T, s *store.Store, e bridge.Event, matches []bridge.Match) bridge.Receipt {
	t.Helper()
	receipt, err := s.Accept(t.Context(), e, bridge.Routing{Matches: matches})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func TestTheSameReportIsTheSameEvent(t *testing.T) {
	unlike := func(change func(*bridge.Event)) bridge.Event {
		e := event("b1")
		change(&e)
		return e
	}
	toBoth := append(toWeb[:1:1], bridge.Match{Rule: "all", Destination: "api"})
	for _, test := range []struct {
		name    string
		event   bridge.Event
		matches []bridge.Match
		same    bool
	}{
		{"the same", event("b1"), toWeb, true},
		{"in another encoding", unlike(func(e *bridge.Event) {
			e.Body, e.Report.Warnings = []byte("bugId=b1"), []string{"metadata: absent"}
		}), toWeb, true},
		{"by another rule", event("b1"), []bridge.Match{{Rule: "other", Destination: "web"}}, true},
		{"another bug", event("b2"), toWeb, false},
		{"an edited report", unlike(func(e *bridge.Event) { e.Report.Title = "New" }), toWeb, false},
		{"an unknown field changed", unlike(func(e *bridge.Event) { e.Report.Extra = nil }), toWeb, false},
		{"today's rules choose more", event("b1"), toBoth, false},
		{"after the window", unlike(func(e *bridge.Event) { e.ReceivedAt = e.ReceivedAt.Add(time.Hour) }), toWeb, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := withDuplicates(t)
			first := event("b1")
			receive(t, s, first, toWeb)
			got := receive(t, s, test.event, test.matches)
			want := bridge.Receipt{Event: test.event.ID, State: bridge.EventAccepted}
			if test.same {
				want = bridge.Receipt{Event: first.ID, State: bridge.EventDuplicate}
			}
			for _, m := range test.matches {
				want.Destinations = append(want.Destinations, m.Destination)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			stored, err := s.Event(t.Context(), test.event.ID)
			if err != nil || stored.State != want.State || (stored.Reason == "the same report as "+first.ID) != test.same {
				t.Errorf("stored as %s %q, %v", stored.State, stored.Reason, err)
			}
			deliveries, err := s.Deliveries(t.Context(), bridge.Search{Event: test.event.ID})
			if err != nil || (len(deliveries) == 0) != test.same {
				t.Errorf("%d deliveries, %v", len(deliveries), err)
			}
		})
	}
}

// Shared, edited, edited back: the tracker has the edit, so the third is news although the first said the same.
func TestAnEditTakenBackIsNews(t *testing.T) {
	s := withDuplicates(t)
	edited := event("b1")
	edited.Report.Title = "Edited"
	receive(t, s, event("b1"), toWeb)
	receive(t, s, edited, toWeb)
	if got := receive(t, s, event("b1"), toWeb); got.State != bridge.EventAccepted {
		t.Errorf("state %s", got.State)
	}
}

// A report that went nowhere is not lost to its own duplicate once the operator has mended the rules.
func TestAnUnroutedEventStandsForNothing(t *testing.T) {
	s := withDuplicates(t)
	nowhere := event("b1")
	nowhere.State = bridge.EventUnrouted
	receive(t, s, nowhere, nil)
	if got := receive(t, s, event("b1"), toWeb); got.State != bridge.EventAccepted {
		t.Errorf("state %s", got.State)
	}
}

func TestStrangersFillNoDisk(t *testing.T) {
	s := newStore(t)
	keep := func(state bridge.EventState, body []byte) string {
		e := event("b1")
		e.State, e.Body = state, body
		receive(t, s, e, nil)
		return e.ID
	}
	list := func(state bridge.EventState) []bridge.Event {
		events, err := s.Events(t.Context(), bridge.Search{State: string(state), Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return events
	}
	routed := event("b2")
	receive(t, s, routed, toWeb)
	for range 230 {
		keep(bridge.EventRefused, []byte("{}"))
		keep(bridge.EventIgnored, nil)
	}
	last := keep(bridge.EventRefused, []byte("{}"))
	if refused, ignored := list(bridge.EventRefused), list(bridge.EventIgnored); len(refused) != 50 || refused[0].ID != last || len(ignored) != 200 {
		t.Errorf("%d refused, the newest %s, want %s; %d ignored", len(refused), refused[0].ID, last, len(ignored))
	}
	large := bytes.Repeat([]byte("x"), 2<<20)
	for range 3 {
		last = keep(bridge.EventRefused, large)
	}
	if refused := list(bridge.EventRefused); len(refused) != 2 || refused[0].ID != last {
		t.Errorf("%d refused of 2 MiB each, want 2: 5 MiB is the limit", len(refused))
	}
	over := event("b3")
	over.State, over.Body = bridge.EventRefused, bytes.Repeat(large, 3)
	if _, err := s.Accept(t.Context(), over, bridge.Routing{}); err == nil {
		t.Error("a body longer than the list is taken without a word")
	}
	if all := list(""); len(all) != 3 || all[2].ID != routed.ID {
		t.Errorf("%d events, want the accepted one and two refused: ignored ones are not news", len(all))
	}
}

// A small body can decode to a large report, and a header can be long: the bound is for all of it.
func TestABoundedListCountsAllOfAnEvent(t *testing.T) {
	s := newStore(t)
	for i := range 20 {
		e := event("b1")
		e.State, e.Report.Description = bridge.EventRefused, strings.Repeat("x", 1<<20)
		if i%2 == 0 {
			e.Report, e.Header = nil, map[string][]string{"X": {strings.Repeat("é", 1<<19)}}
		}
		receive(t, s, e, nil)
	}
	if refused, err := s.Events(t.Context(), bridge.Search{State: "refused"}); err != nil || len(refused) != 4 {
		t.Errorf("%d events of 1 MiB are kept, want 4: %v", len(refused), err)
	}
	e := event("b1")
	e.State, e.Report.Description = bridge.EventRefused, strings.Repeat("x", 6<<20)
	receive(t, s, e, nil)
	if got, err := s.Event(t.Context(), e.ID); err != nil || got.Report != nil || string(got.Body) != string(e.Body) {
		t.Errorf("a report that is too large takes its body along: %v", err)
	}
}

// The operator mends what parked a delivery and asks for the report once more.
func TestAReportWhoseDeliveryIsParkedIsNews(t *testing.T) {
	s := withDuplicates(t)
	d := accept(t, s, event("b1"), toWeb)
	begun, _, _, err := s.Begin(t.Context(), d.ID, time.Now(), time.Minute)
	begun.State = bridge.DeliveryParked
	if err := errors.Join(err, s.Finish(t.Context(), begun, &bridge.Attempt{Delivery: d.ID}, nil)); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, s, event("b1"), toWeb); got.State != bridge.EventAccepted {
		t.Errorf("state %s", got.State)
	}
}

// What was released since may be what the tracker shows now.
func TestAReportIsNewsAfterAnOlderOneWasReleased(t *testing.T) {
	s := withDuplicates(t)
	older, first := event("b1"), event("b1")
	older.State, older.Report.Title = bridge.EventRefused, "Older"
	receive(t, s, older, nil)
	receive(t, s, first, toWeb)
	older.State = bridge.EventAccepted
	if _, err := s.Reopen(t.Context(), bridge.EventRefused, older, bridge.Routing{Matches: toWeb}, first.ReceivedAt.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, s, event("b1"), toWeb); got.State != bridge.EventAccepted {
		t.Errorf("state %s", got.State)
	}
}

func TestReopen(t *testing.T) {
	s := newStore(t)
	e := event("b1")
	e.State, e.Reason, e.Report = bridge.EventRefused, "the header is missing", nil
	receive(t, s, e, nil)
	e.State, e.Reason, e.Report = bridge.EventAccepted, "", event("b1").Report
	now := e.ReceivedAt.Add(30 * 24 * time.Hour)
	if _, err := s.Reopen(t.Context(), bridge.EventRefused, e, bridge.Routing{Matches: toWeb}, now); err != nil {
		t.Fatal(err)
	}
	got, err := s.Event(t.Context(), e.ID)
	if diff := cmp.Diff(e, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := s.Reopen(t.Context(), bridge.EventRefused, e, bridge.Routing{Matches: toWeb}, now); !errors.Is(err, bridge.ErrNotFound) {
		t.Errorf("released a second time: %v", err)
	}
	deliveries, err := s.Deliveries(t.Context(), bridge.Search{Event: e.ID})
	if err != nil || len(deliveries) != 1 || deliveries[0].BugID != "b1" || deliveries[0].State != bridge.DeliveryPending || !deliveries[0].CreatedAt.Equal(now) {
		t.Errorf("deliveries %+v, %v", deliveries, err)
	}
}

func TestSpace(t *testing.T) {
	free, total, err := newStore(t).Space()
	if err != nil || free == 0 || total < free {
		t.Errorf("%d free of %d, %v", free, total, err)
	}
}
