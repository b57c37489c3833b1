package rehearsal

import (
	"context"
	"math"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Store holds one delivery and its link, as the protocol knows them, in memory. Nothing of it outlives the rehearsal.
type Store struct {
	delivery bridge.Delivery
	report   bridge.Report
	link     bridge.Link
	attempt  bridge.Attempt
}

// NewStore returns a store that has a delivery of report to destination, the newest of its bug, and link, of which the store is the
// owner from now on. The delivery has no id.
func NewStore(report bridge.Report, destination string, link bridge.Link) *Store {
	return &Store{report: report, link: link, delivery: bridge.Delivery{
		Seq: math.MaxInt64, BugID: report.BugID, ProjectID: report.ProjectID, Title: report.Title, Destination: destination,
		State: bridge.DeliveryPending, CreatedAt: time.Now(),
	}}
}

// Outcome returns how the attempt ended.
func (s *Store) Outcome() (bridge.Delivery, bridge.Attempt) { return s.delivery, s.attempt }

// Begin hands out the delivery.
func (s *Store) Begin(context.Context, string, time.Time, time.Duration) (bridge.Delivery, bridge.Report, bool, error) {
	return s.delivery, s.report, true, nil
}

// Finish keeps how the attempt ended.
func (s *Store) Finish(_ context.Context, d bridge.Delivery, attempt *bridge.Attempt, _ []bridge.Match) error {
	s.delivery = d
	if attempt != nil {
		s.attempt = *attempt
	}
	return nil
}

// Reconcile finds nothing to do.
func (s *Store) Reconcile(context.Context, time.Time) (int, error) { return 0, nil }

// Lease hands out the link.
func (s *Store) Lease(_ context.Context, bug, place, _ string, _ time.Duration) (bridge.Link, bool, error) {
	s.link.Bug, s.link.Place = bug, place
	return s.link, true, nil
}

// Save keeps the link.
func (s *Store) Save(_ context.Context, link bridge.Link, _ string, _ time.Duration) error {
	s.link = link
	return nil
}

// Release does nothing: nobody else wants the link.
func (s *Store) Release(context.Context, string, string, string) error { return nil }

// Paused says that nobody asked to be left alone.
func (s *Store) Paused(context.Context, string) (time.Time, error) { return time.Time{}, nil }

// Pause tells nobody.
func (s *Store) Pause(context.Context, string, time.Time) error { return nil }

// Slot grants every write at once: none is sent.
func (s *Store) Slot(_ context.Context, _ bridge.Slot, now time.Time) (time.Time, bool, error) {
	return now, true, nil
}

// Wrote counts nothing.
func (s *Store) Wrote(context.Context, bridge.Slot, time.Time, time.Time) error { return nil }

// Doubtful lists nothing.
func (s *Store) Doubtful(context.Context, time.Time) ([]bridge.Link, error) { return nil, nil }
