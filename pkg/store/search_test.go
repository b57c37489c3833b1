package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

var firstDay = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// history is a store with one report a day: bug b1 to b9, whose titles, rules, projects and destinations differ.
func history(t *testing.T) *store.Store {
	t.Helper()
	s := newStore(t)
	for n := 1; n <= 9; n++ {
		e := event(fmt.Sprintf("b%d", n))
		e.ReceivedAt = firstDay.AddDate(0, 0, n-1)
		e.ID = bridge.NewID("ev", e.ReceivedAt)
		e.Report.Title = fmt.Sprintf("Cart %d is Empty 100%%", n)
		if n == 7 {
			e.Report.Title = "Überweisung hängt"
		}
		e.Report.ProjectID = []string{"web", "app"}[n%2]
		d := accept(t, s, e, []bridge.Match{{Rule: []string{"urgent", "rest"}[n%2], Destination: []string{"jira", "github", "ops"}[n%3]}})
		if n == 3 || n == 6 {
			park(t, s, d)
		}
		if n == 4 {
			file(t, s, d, bridge.Ref{ID: "12", Name: "acme/Web#12", URL: "http://tracker/12"})
		}
	}
	return s
}

func park(t *testing.T, s *store.Store, d bridge.Delivery) {
	t.Helper()
	if err := s.Park(t.Context(), d.ID, "wait", firstDay); err != nil {
		t.Fatal(err)
	}
}

// file begins the delivery and ends it three seconds after it was made.
func file(t *testing.T, s *store.Store, d bridge.Delivery, ref bridge.Ref) {
	t.Helper()
	begun, _, taken, err := s.Begin(t.Context(), d.ID, d.CreatedAt, time.Minute)
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	begun.State, begun.Ref, begun.ChangedAt = bridge.DeliveryDelivered, ref, d.CreatedAt.Add(3*time.Second)
	attempt := bridge.Attempt{Delivery: d.ID, StartedAt: d.CreatedAt, EndedAt: begun.ChangedAt, Outcome: begun.State, Dropped: []bridge.Dropped{{Field: "priority"}}}
	if err := s.Finish(t.Context(), begun, &attempt, nil); err != nil {
		t.Fatal(err)
	}
}

func bugs(page bridge.DeliveryPage) string {
	var list []string
	for _, d := range page.Rows {
		list = append(list, d.BugID)
	}
	return strings.Join(list, " ")
}

func TestSearchDeliveries(t *testing.T) {
	s := history(t)
	for _, c := range []struct {
		name string
		f    bridge.Search
		want string
	}{
		{"all", bridge.Search{}, "b9 b8 b7 b6 b5 b4 b3 b2 b1"},
		{"state", bridge.Search{State: "parked"}, "b6 b3"},
		{"state and project", bridge.Search{State: "parked", Project: "web"}, "b6"},
		{"project", bridge.Search{Project: "app"}, "b9 b7 b5 b3 b1"},
		{"destination", bridge.Search{Destination: "ops"}, "b8 b5 b2"},
		{"rule and destination", bridge.Search{Rule: "rest", Destination: "ops"}, "b5"},
		{"nothing like it", bridge.Search{Rule: "rest", Destination: "nowhere"}, ""},
		{"from a time on", bridge.Search{From: firstDay.AddDate(0, 0, 6)}, "b9 b8 b7"},
		{"until a time", bridge.Search{To: firstDay.AddDate(0, 0, 2)}, "b2 b1"},
		{"between times", bridge.Search{From: firstDay.AddDate(0, 0, 3), To: firstDay.AddDate(0, 0, 5), Project: "web"}, "b4"},
		{"after everything", bridge.Search{From: firstDay.AddDate(1, 0, 0)}, ""},
		{"a bug's id", bridge.Search{Words: "b5"}, "b5"},
		{"an issue, whatever its case", bridge.Search{Words: " ACME/web#12 "}, "b4"},
		{"words in any case and order", bridge.Search{Words: "empty cart 8"}, "b8"},
		{"a word that is not there", bridge.Search{Words: "cart full"}, ""},
		{"no pattern", bridge.Search{Words: "c_rt"}, ""},
		{"a sign that LIKE has", bridge.Search{Words: "100%", State: "parked"}, "b6 b3"},
		{"other letters in any case", bridge.Search{Words: "überweisung HÄNGT"}, "b7"},
		{"words and a state", bridge.Search{Words: "cart", State: "delivered"}, "b4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := s.DeliveryPage(t.Context(), c.f)
			if err != nil || bugs(page) != c.want || page.Older != 0 {
				t.Errorf("%q, older %d, %v; want %q", bugs(page), page.Older, err, c.want)
			}
		})
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	s := history(t)
	for _, f := range []bridge.Search{{}, {Words: "cart"}, {Project: "app"}} {
		whole, err := s.DeliveryPage(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		var got bridge.DeliveryPage
		f.Limit = 2
		for {
			page, err := s.DeliveryPage(t.Context(), f)
			if err != nil || len(page.Rows) > 2 {
				t.Fatalf("%d rows, %v", len(page.Rows), err)
			}
			got.Rows = append(got.Rows, page.Rows...)
			if f.Before = page.Older; f.Before == 0 {
				break
			}
		}
		if bugs(got) != bugs(whole) {
			t.Errorf("%+v: in pages %q, at once %q", f, bugs(got), bugs(whole))
		}
	}
}

func TestSearchEvents(t *testing.T) {
	s := history(t)
	ping := event("")
	ping.State, ping.Report = bridge.EventIgnored, nil
	accept(t, s, ping, nil)
	for _, c := range []struct {
		f    bridge.Search
		want int
	}{
		{bridge.Search{}, 9}, {bridge.Search{State: "ignored"}, 1}, {bridge.Search{Project: "web"}, 4}, {bridge.Search{Words: "cart"}, 8},
		{bridge.Search{Words: "b3"}, 1}, {bridge.Search{State: "accepted", Words: "cart 3"}, 1}, {bridge.Search{Words: ping.ID}, 0},
	} {
		if page, err := s.EventPage(t.Context(), c.f); err != nil || len(page.Rows) != c.want {
			t.Errorf("%+v: %d rows, %v; want %d", c.f, len(page.Rows), err, c.want)
		}
	}
}

func TestCountsAndTallies(t *testing.T) {
	s := history(t)
	counts, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if counts.Events[bridge.EventAccepted] != 9 || counts.Deliveries[bridge.DeliveryPending] != 6 || counts.Deliveries[bridge.DeliveryParked] != 2 {
		t.Errorf("%+v", counts)
	}
	tallies, err := s.Tallies(t.Context(), firstDay.AddDate(0, 0, 3).Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	hour := firstDay.AddDate(0, 0, 3)
	want := []bridge.Tally{
		{Hour: hour, Kind: bridge.TallyDropped, Project: "web", Name: "github", Outcome: "priority", N: 1},
		{Hour: hour, Kind: bridge.TallyEnded, Project: "web", Name: "github", Outcome: "delivered", N: 1},
		{Hour: hour, Kind: bridge.TallyEvents, Project: "web", Outcome: "accepted", N: 1},
		{Hour: hour, Kind: bridge.TallyLatency, Outcome: bridge.LatencyBucket(3 * time.Second), N: 1},
		{Hour: hour, Kind: bridge.TallyRules, Project: "web", Name: "urgent", N: 1},
	}
	if diff := cmp.Diff(want, tallies[:min(len(tallies), len(want))]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	hits, err := s.Hits(t.Context())
	wantHits := []bridge.Tally{
		{Hour: firstDay.AddDate(0, 0, 8), Kind: bridge.TallyRules, Project: "app", Name: "rest", N: 5},
		{Hour: firstDay.AddDate(0, 0, 7), Kind: bridge.TallyRules, Project: "web", Name: "urgent", N: 4},
	}
	if diff := cmp.Diff(wantHits, hits); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}

func TestWhateverChangesIsSeen(t *testing.T) {
	s := newStore(t)
	before, err := s.Changes(t.Context())
	changed := func(what string) {
		t.Helper()
		now, err := s.Changes(t.Context())
		if err != nil || now == before {
			t.Errorf("%s: not seen, %v", what, err)
		}
		before = now
	}
	if err != nil {
		t.Fatal(err)
	}
	d := accept(t, s, event("b1"), toWeb)
	changed("an event")
	now := time.Now()
	if err := s.Park(t.Context(), d.ID, "wait", now); err != nil {
		t.Fatal(err)
	}
	changed("park")
	if _, err := s.Resume(t.Context(), d.ID, now); err != nil {
		t.Fatal(err)
	}
	changed("release")
	file(t, s, d, bridge.Ref{ID: "1", Name: "WEB-1"})
	changed("the end of an attempt")
	if _, err := s.Redeliver(t.Context(), d.ID, false, now); err != nil {
		t.Fatal(err)
	}
	changed("redeliver")
	if same, _ := s.Changes(t.Context()); same != before {
		t.Error("a change where there was none")
	}
}

func TestDeeds(t *testing.T) {
	s := newStore(t)
	first := bridge.Deed{At: firstDay, Who: "ana", From: "127.0.0.1", What: "park", On: "dl_1", Detail: "wait"}
	for _, deed := range []bridge.Deed{first, {At: firstDay, Who: "ben", What: "release", On: "dl_2"}} {
		if err := s.Note(t.Context(), deed); err != nil {
			t.Fatal(err)
		}
	}
	first.Seq = 1
	list, err := s.Deeds(t.Context(), bridge.Search{Words: "dl_1"})
	if diff := cmp.Diff([]bridge.Deed{first}, list); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if list, err = s.Deeds(t.Context(), bridge.Search{}); err != nil || len(list) != 2 || list[0].Who != "ben" {
		t.Errorf("%v %v", list, err)
	}
}

func TestWhatIsStuck(t *testing.T) {
	s := history(t)
	stuck, err := s.Stuck(t.Context())
	if err != nil || len(stuck) != 2 || stuck[0].N != 1 || stuck[0].Reason != "wait" || stuck[0].State != bridge.DeliveryParked || stuck[0].Hint == "" {
		t.Fatalf("%+v %v", stuck, err)
	}
	d := accept(t, s, event("b10"), []bridge.Match{{Rule: "urgent", Destination: stuck[1].Destination}})
	park(t, s, d)
	d = accept(t, s, event("b11"), []bridge.Match{{Rule: "urgent", Destination: stuck[1].Destination}})
	park(t, s, d)
	if stuck, err = s.Stuck(t.Context()); err != nil || stuck[0].N != 2 || stuck[0].Example != d.ID {
		t.Errorf("%+v %v", stuck, err)
	}
	if oldest, err := s.Oldest(t.Context(), bridge.DeliveryPending); err != nil || !oldest.Equal(firstDay) {
		t.Errorf("the oldest is of %s, want %s: %v", oldest, firstDay, err)
	}
	if none, err := s.Oldest(t.Context(), bridge.DeliveryRunning); err != nil || !none.IsZero() {
		t.Errorf("%s %v", none, err)
	}
}

// A count of what is stuck does not say that it is all where it may not be.
func TestWhatIsStuckIsNotAllLookedThrough(t *testing.T) {
	s := newStore(t)
	const reach = 1000
	var matches []bridge.Match
	for n := range reach + 1 {
		matches = append(matches, bridge.Match{Rule: "all", Destination: fmt.Sprint("d", n)})
	}
	of := receive(t, s, event("b1"), matches)
	all, err := s.Deliveries(t.Context(), bridge.Search{Event: of.Event, Limit: reach + 1})
	if err != nil || len(all) != reach+1 {
		t.Fatal(len(all), err)
	}
	for n, d := range all {
		if n == reach {
			if stuck, err := s.Stuck(t.Context()); err != nil || len(stuck) != reach || stuck[0].More {
				t.Errorf("of %d: %d groups, %v", n, len(stuck), err)
			}
		}
		park(t, s, d)
	}
	if stuck, err := s.Stuck(t.Context()); err != nil || len(stuck) != reach || !stuck[0].More {
		t.Errorf("of one more: %d groups, %v", len(stuck), err)
	}
}

func TestUsed(t *testing.T) {
	s := newStore(t)
	now := time.Now()
	for n, ago := range []time.Duration{2 * time.Hour, 30 * time.Minute, 10 * time.Second} {
		slot := bridge.Slot{Account: "hub", Holder: fmt.Sprint(n), Kind: bridge.WriteCreate, Limits: bridge.Limits{PerMinute: 80}}
		if _, granted, err := s.Slot(t.Context(), slot, now.Add(-ago)); err != nil || !granted {
			t.Fatal(granted, err)
		}
	}
	if minute, hour, err := s.Used(t.Context(), "hub", now); err != nil || minute != 1 || hour != 2 {
		t.Errorf("%d in the last minute, %d in the last hour, %v; want 1 and 2", minute, hour, err)
	}
}
