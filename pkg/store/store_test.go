package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"
	"go.uber.org/goleak"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, path string, serve bool) *store.Store {
	t.Helper()
	return openWith(t, store.Config{URL: "sqlite:" + path, Serve: serve})
}

func openWith(t *testing.T, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newStore(t *testing.T) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "bugferry.db"), true)
}

func event(bug string) bridge.Event {
	now := time.Now().UTC().Truncate(time.Millisecond)
	return bridge.Event{
		ID: bridge.NewID("ev", now), ReceivedAt: now, Webhook: "/hooks/betterbugs",
		Header: map[string][]string{"Content-Type": {"application/json"}},
		Body:   []byte(`{"bugId":"` + bug + `"}`), State: bridge.EventAccepted,
		Report: &bridge.Report{BugID: bug, ProjectID: "p1", Title: "A <title> & more", Extra: bridge.Fields{{Name: "x", Value: "y"}}},
		Trace:  []bridge.Trace{{Rule: "all", Matched: true, Why: "no conditions"}},
	}
}

var toWeb = []bridge.Match{{Rule: "all", Destination: "web"}}

func accept(t *testing.T, s *store.Store, e bridge.Event, matches []bridge.Match) bridge.Delivery {
	t.Helper()
	if _, err := s.Accept(t.Context(), e, bridge.Routing{Matches: matches}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), bridge.Search{Event: e.ID})
	if err != nil || len(list) != len(matches) {
		t.Fatalf("deliveries of %s: %v, %v", e.ID, list, err)
	}
	if len(list) == 0 {
		return bridge.Delivery{}
	}
	return list[0]
}

func TestAcceptKeepsTheEventByteForByte(t *testing.T) {
	s := newStore(t)
	want := event("b1")
	accept(t, s, want, toWeb)
	got, err := s.Event(t.Context(), want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUndecodableEventIsKept(t *testing.T) {
	s := newStore(t)
	e := event("")
	e.Report, e.State, e.Reason, e.Body = nil, bridge.EventUndecodable, "byte 3: not JSON", []byte{0xff, 0x00}
	accept(t, s, e, nil)
	got, err := s.Event(t.Context(), e.ID)
	if err != nil || got.Report != nil || got.Reason != e.Reason || string(got.Body) != "\xff\x00" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAcceptSharesCommitsAmongManyAndLosesNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	s := open(t, path, true)
	const requests = 300
	var wait sync.WaitGroup
	errs := make([]error, requests)
	for i := range requests {
		wait.Go(func() {
			_, errs[i] = s.Accept(context.Background(), event(fmt.Sprintf("b%d", i)), bridge.Routing{Matches: toWeb})
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	list, err := open(t, path, false).Deliveries(t.Context(), bridge.Search{Limit: 1000})
	if err != nil || len(list) != requests {
		t.Fatalf("%d deliveries, want %d: %v", len(list), requests, err)
	}
}

func TestOneBadEventInABatchCostsOneAnswer(t *testing.T) {
	s := newStore(t)
	twice := event("b1")
	accept(t, s, twice, toWeb)
	var wait sync.WaitGroup
	var bad, good error
	wait.Go(func() { _, bad = s.Accept(context.Background(), twice, bridge.Routing{Matches: toWeb}) }) // its id is taken
	wait.Go(func() { _, good = s.Accept(context.Background(), event("b2"), bridge.Routing{Matches: toWeb}) })
	wait.Wait()
	if bad == nil || good != nil {
		t.Errorf("bad %v, good %v", bad, good)
	}
}

func TestOneServePerFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	open(t, path, true)
	_, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + path, Serve: true})
	if err == nil || !strings.Contains(err.Error(), "another bugferry serves this file") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNotAStoreIsRefusedWithoutItsPassword(t *testing.T) {
	for _, url := range []string{"", "sqlite:", "mysql://u:secret@h/db", "postgres://u:secret@h/db", "bugferry.db"} {
		_, err := store.Open(t.Context(), store.Config{URL: url})
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "want sqlite:FILE") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestBeginAndFinish(t *testing.T) {
	s := newStore(t)
	d := accept(t, s, event("b1"), toWeb)
	now := time.Now()
	begun, report, taken, err := s.Begin(t.Context(), d.ID, now, time.Minute)
	if err != nil || !taken || begun.State != bridge.DeliveryRunning || report.Title != "A <title> & more" {
		t.Fatalf("begin: %+v %+v %v %v", begun, report, taken, err)
	}
	if _, _, again, err := s.Begin(t.Context(), d.ID, now, time.Minute); again || err != nil {
		t.Errorf("a delivery under way was taken twice: %v, %v", again, err)
	}
	begun.State, begun.Attempts, begun.NextAt = bridge.DeliveryPending, 1, now.Add(time.Hour)
	if err := s.Finish(t.Context(), begun, &bridge.Attempt{Delivery: d.ID, Error: "boom"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, early, err := s.Begin(t.Context(), d.ID, now, time.Minute); early || err != nil {
		t.Errorf("a delivery was taken before its time: %v, %v", early, err)
	}
	if begun, _, taken, err = s.Begin(t.Context(), d.ID, now.Add(time.Hour), time.Minute); !taken || err != nil {
		t.Fatalf("a delivery that was due was not taken: %v, %v", taken, err)
	}
	begun.State, begun.Ref = bridge.DeliveryDelivered, bridge.Ref{ID: "1", Name: "a/b#1", URL: "http://x/1"}
	fallback := []bridge.Match{{Rule: "fallback of web", Destination: "other"}}
	if err := s.Finish(t.Context(), begun, &bridge.Attempt{Delivery: d.ID, Detail: "created"}, fallback); err != nil {
		t.Fatal(err)
	}
	got, attempts, err := s.Delivery(t.Context(), d.ID)
	if err != nil || len(attempts) != 2 || got.Ref != begun.Ref || attempts[0].Error != "boom" {
		t.Errorf("got %+v %+v %v", got, attempts, err)
	}
	other, err := s.Deliveries(t.Context(), bridge.Search{Destination: "other"})
	if err != nil || len(other) != 1 || other[0].EventID != d.EventID || other[0].State != bridge.DeliveryPending {
		t.Errorf("fallback: %+v %v", other, err)
	}
}

func TestAWorkerThatWasTakenOverHasNoWord(t *testing.T) {
	s := newStore(t)
	d := accept(t, s, event("b1"), toWeb)
	now := time.Now()
	slow, _, taken, err := s.Begin(t.Context(), d.ID, now, time.Second)
	if !taken || err != nil {
		t.Fatal(taken, err)
	}
	next, _, taken, err := s.Begin(t.Context(), d.ID, now.Add(2*time.Second), time.Minute)
	if !taken || err != nil {
		t.Fatalf("a delivery whose worker is gone was not taken over: %v, %v", taken, err)
	}
	next.State = bridge.DeliveryDelivered
	slow.State = bridge.DeliveryParked
	if err := errors.Join(s.Finish(t.Context(), next, nil, nil), s.Finish(t.Context(), slow, nil, toWeb)); err != nil {
		t.Fatal(err)
	}
	list, err := s.Deliveries(t.Context(), bridge.Search{})
	if err != nil || len(list) != 1 || list[0].State != bridge.DeliveryDelivered {
		t.Errorf("%+v %v", list, err)
	}
}

func TestAReportThatCannotBeReadBackIsShownAndParked(t *testing.T) {
	s := newStore(t)
	e := event("b1")
	var deep any = "x"
	for range 100 {
		deep = bridge.Fields{{Name: "a", Value: deep}}
	}
	e.Report.Extra = bridge.Fields{{Name: "deep", Value: deep}}
	d := accept(t, s, e, toWeb)
	if _, _, taken, err := s.Begin(t.Context(), d.ID, time.Now(), time.Minute); taken || err != nil {
		t.Errorf("taken %v, %v", taken, err)
	}
	got, _, err := s.Delivery(t.Context(), d.ID)
	if err != nil || got.State != bridge.DeliveryParked || got.Reason == "" || got.Hint == "" {
		t.Errorf("%+v %v", got, err)
	}
	events, err := s.Events(t.Context(), bridge.Search{})
	if err != nil || len(events) != 1 || events[0].Reason == "" {
		t.Errorf("%+v %v", events, err)
	}
}

func TestParkAndRelease(t *testing.T) {
	s := newStore(t)
	d := accept(t, s, event("b1"), toWeb)
	if err := s.Park(t.Context(), d.ID, "the project moves", time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, _, taken, err := s.Begin(t.Context(), d.ID, time.Now(), time.Minute); taken || err != nil {
		t.Errorf("a parked delivery was begun: %v, %v", taken, err)
	}
	if n, err := s.Reconcile(t.Context(), time.Now()); n != 0 || err != nil {
		t.Errorf("a parked delivery was given a job: %d, %v", n, err)
	}
	at := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	released, err := s.Resume(t.Context(), d.ID, at)
	if err != nil || !released.OpenSince().Equal(at) {
		t.Errorf("open since %s, %v", released.OpenSince(), err)
	}
	begun, _, taken, err := s.Begin(t.Context(), d.ID, at, time.Minute)
	if !taken || err != nil || begun.Reason != "" || !begun.ReleasedAt.Equal(at) {
		t.Errorf("begun %+v, %v, %v", begun, taken, err)
	}
	var wrong *bridge.StateError
	if err := s.Park(t.Context(), d.ID, "x", at); !errors.As(err, &wrong) || wrong.State != bridge.DeliveryRunning {
		t.Errorf("a running delivery was parked: %v", err)
	}
	if _, err := s.Resume(t.Context(), "dl_none", at); !errors.Is(err, bridge.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestRedeliverMakesANewDelivery(t *testing.T) {
	s := newStore(t)
	d := accept(t, s, event("b1"), toWeb)
	fresh, err := s.Redeliver(t.Context(), d.ID, true, time.Now())
	if err != nil || fresh.ID == d.ID || !fresh.Forced || !fresh.Recreate || fresh.Destination != d.Destination {
		t.Fatalf("%+v %v", fresh, err)
	}
	if _, err := s.Redeliver(t.Context(), "dl_none", false, time.Now()); !errors.Is(err, bridge.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// worked collects the deliveries that the queue hands out.
type worked struct {
	river.WorkerDefaults[bridge.DeliveryJob]
	got chan string
}

func (w *worked) Work(_ context.Context, job *river.Job[bridge.DeliveryJob]) error {
	w.got <- job.Args.Delivery
	return nil
}

func TestQueueHandsOutWhatWasAccepted(t *testing.T) {
	s := newStore(t)
	d := accept(t, s, event("b1"), toWeb)
	w := &worked{got: make(chan string, 10)}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	queue, err := s.Queue(store.QueueConfig{Workers: workers, Concurrent: 2, JobTimeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := queue.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-w.got; got != d.ID {
		t.Errorf("got %s, want %s", got, d.ID)
	}
	if err := queue.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	// The job has ended and the delivery has not: the reconciler gives it another.
	n, err := s.Reconcile(t.Context(), time.Now())
	if err != nil || n != 1 {
		t.Fatalf("reconciled %d, %v", n, err)
	}
	if n, err = s.Reconcile(t.Context(), time.Now()); err != nil || n != 0 {
		t.Errorf("reconciled %d once more, %v", n, err)
	}
}

func TestLeaseHasOneHolder(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	link, held, err := s.Lease(ctx, "b1", "place", "me", time.Minute)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	if _, held, err := s.Lease(ctx, "b1", "place", "you", time.Minute); held || err != nil {
		t.Errorf("two holders: %v, %v", held, err)
	}
	if err := s.Save(ctx, link, "you", time.Minute); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("saved without the lease: %v", err)
	}
	link.Ref = bridge.Ref{ID: "1", Name: "a/b#1", URL: "u"}
	link.Fields = bridge.Confirmed{"title": {Sent: "s", Answered: "a"}}
	link.Labels, link.Applied = []string{"x"}, bridge.Version{Seq: 3}
	link.Intent = bridge.Intent{At: time.Now().UTC(), Deadline: time.Now().UTC().Add(time.Minute)}
	if err := s.Save(ctx, link, "me", time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := s.Release(ctx, "b1", "place", "me"); err != nil {
		t.Fatal(err)
	}
	got, held, err := s.Lease(ctx, "b1", "place", "you", time.Minute)
	if err != nil || !held {
		t.Fatal(held, err)
	}
	if diff := cmp.Diff(link, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEndedLeaseIsTakenOverAndItsHolderStopped(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	link, _, err := s.Lease(ctx, "b1", "place", "slow", 0) // ends as it begins
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(ctx, link, "slow", 0); err != nil {
		t.Errorf("a lease that nobody else wanted was not renewed: %v", err)
	}
	if _, held, err := s.Lease(ctx, "b1", "place", "next", time.Minute); !held || err != nil {
		t.Errorf("an ended lease was not given: %v, %v", held, err)
	}
	if err := s.Save(ctx, link, "slow", time.Minute); !errors.Is(err, store.ErrLeaseLost) {
		t.Errorf("saved after the lease: %v", err)
	}
}

func TestTakeOverFreesWhatTheDeadHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.db")
	s := open(t, path, false)
	d := accept(t, s, event("b1"), toWeb)
	now := time.Now()
	if _, _, taken, err := s.Begin(t.Context(), d.ID, now, time.Hour); !taken || err != nil {
		t.Fatal(taken, err)
	}
	if _, held, err := s.Lease(t.Context(), "b1", "place", "dead", time.Hour); !held || err != nil {
		t.Fatal(held, err)
	}
	if err := s.TakeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, held, err := s.Lease(t.Context(), "b1", "place", "alive", time.Hour); !held || err != nil {
		t.Errorf("lease not freed: %v, %v", held, err)
	}
	if _, _, taken, err := s.Begin(t.Context(), d.ID, now, time.Hour); !taken || err != nil {
		t.Errorf("claim not freed: %v, %v", taken, err)
	}
}
