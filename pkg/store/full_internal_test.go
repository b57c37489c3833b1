package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// A store that is full says so for each event it cannot take, keeps those it took, and goes on when there is room again.
func TestAFullStoreLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	s, err := Open(t.Context(), Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	limit := func(pages string) {
		if _, err := s.write.ExecContext(t.Context(), "PRAGMA max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	accept := func(id string) error {
		e := bridge.Event{ID: id, ReceivedAt: time.Now(), State: bridge.EventAccepted, Report: &bridge.Report{BugID: id}, Body: make([]byte, 8<<10)}
		_, err := s.Accept(context.Background(), e, bridge.Routing{Matches: []bridge.Match{{Rule: "all", Destination: "web"}}})
		return err
	}
	limit("100")
	var taken, refused []string
	for i := range 60 {
		id := fmt.Sprintf("ev_%d", i)
		if err := accept(id); err != nil {
			refused = append(refused, id)
		} else {
			taken = append(taken, id)
		}
	}
	if len(taken) == 0 || len(refused) < 5 {
		t.Fatalf("%d taken, %d refused: the limit was not met", len(taken), len(refused))
	}
	limit("100000")
	for _, id := range refused {
		if _, err := s.Event(t.Context(), id); err == nil {
			t.Errorf("%s was refused and is stored", id)
		}
		if err := accept(id); err != nil {
			t.Errorf("%s with room again: %v", id, err)
		}
	}
	for _, id := range append(taken, refused...) {
		deliveries, err := s.Deliveries(t.Context(), bridge.Search{Event: id})
		if err != nil || len(deliveries) != 1 {
			t.Errorf("%s has %d deliveries, want 1: %v", id, len(deliveries), err)
		}
	}
}

// The first of two equal events may fail when its batch does: the second must not stand as the duplicate of nothing.
func TestADuplicateOfAnEventThatFailedIsNews(t *testing.T) {
	s, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "bugferry.db"), Duplicates: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	now := time.Now()
	encode := func(id, bug string) *intake {
		in, err := encodeIntake(bridge.Event{ID: id, ReceivedAt: now, State: bridge.EventAccepted, Report: &bridge.Report{BugID: bug}},
			bridge.Routing{Matches: []bridge.Match{{Rule: "all", Destination: "web"}}})
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	first, second, taken, other := encode("ev_1", "b1"), encode("ev_2", "b1"), encode("ev_3", "b1"), encode("ev_4", "b2")
	if _, err := s.write.ExecContext(t.Context(), `CREATE TRIGGER refuse BEFORE INSERT ON deliveries WHEN NEW.event_id = 'ev_1'
		BEGIN SELECT RAISE(ABORT, 'refused'); END`); err != nil {
		t.Fatal(err)
	}
	s.commit(context.Background(), []*intake{first, second, taken, other})
	if err := <-first.done; err == nil {
		t.Fatal("the first is stored")
	}
	if err := <-second.done; err != nil || second.receipt.State != bridge.EventAccepted || second.receipt.Event != "ev_2" {
		t.Errorf("the second: %+v, %v", second.receipt, err)
	}
	for _, id := range []string{"ev_2", "ev_4"} { // they were routed twice
		if list, err := s.Deliveries(t.Context(), bridge.Search{Event: id}); err != nil || len(list) != 1 {
			t.Errorf("%s has %d deliveries, %v", id, len(list), err)
		}
	}
	if err := <-taken.done; err != nil || taken.receipt.State != bridge.EventDuplicate || taken.receipt.Event != "ev_2" {
		t.Errorf("the third: %+v, %v", taken.receipt, err)
	}
}
