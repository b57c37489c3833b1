package storetest_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
	"github.com/bugferry/bugferry/pkg/store/storetest"
)

func TestMultiply(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	open := func() *store.Store {
		s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + path, Serve: true})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	s := open()
	for _, state := range []bridge.EventState{bridge.EventAccepted, bridge.EventUnrouted} {
		e := bridge.Event{ID: bridge.NewID("ev", now), ReceivedAt: now, State: state, Report: &bridge.Report{BugID: "b", ProjectID: "p", Title: "It broke"}}
		var matches []bridge.Match
		if state == bridge.EventAccepted {
			matches = []bridge.Match{{Rule: "all", Destination: "web"}}
		}
		if _, err := s.Accept(t.Context(), e, bridge.Routing{Matches: matches}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	day := now.Add(-24 * time.Hour)
	if err := storetest.Multiply(t.Context(), path, 1800, day, now); err != nil {
		t.Fatal(err)
	}
	s = open()
	defer func() { _ = s.Close() }()
	counts, err := s.Counts(t.Context())
	if err != nil || counts.Events[bridge.EventAccepted] != 900 || counts.Events[bridge.EventUnrouted] != 900 || counts.Deliveries[bridge.DeliveryPending] != 900 {
		t.Errorf("%+v %v", counts, err)
	}
	page, err := s.DeliveryPage(t.Context(), bridge.Search{From: day.Add(12 * time.Hour), To: day.Add(12*time.Hour + time.Minute), Words: "broke"})
	if err != nil || len(page.Rows) < 1 || len(page.Rows) > 3 {
		t.Errorf("within a minute at noon: %d deliveries, %v", len(page.Rows), err)
	}
	if hits, err := s.Hits(t.Context()); err != nil || len(hits) != 1 || hits[0].N != 900 {
		t.Errorf("%+v %v", hits, err)
	}
}
