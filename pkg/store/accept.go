package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// maxBatch is how many requests share a commit at most.
const maxBatch = 256

var errClosed = errors.New("store is closed")

// intake is one request on its way to the disk, encoded before it gets to the writer.
type intake struct {
	eventRow
	routing    bridge.Routing
	receipt    bridge.Receipt // final once the commit is
	deliveries []bridge.Delivery
	done       chan error // buffered: the writer never waits for a requester that went away
}

// Accept stores the event, a delivery for each place it goes to and their jobs. When it returns nil all of it is on the disk.
// An error, also that of ctx, leaves open whether it was stored: the sender must not be told that it was.
//
// An unrouted report becomes an accepted one where routing.Again sends it somewhere.
//
// A report that says the same and goes to the same destinations as the bug's newest event, within [Config.Duplicates] of
// it, is stored as a duplicate without deliveries, and the receipt names that event. Refused and ignored events push the
// oldest of their kind out of their bounded lists.
func (s *Store) Accept(ctx context.Context, event bridge.Event, routing bridge.Routing) (bridge.Receipt, error) {
	in, err := encodeIntake(event, routing)
	if err != nil {
		return bridge.Receipt{}, fmt.Errorf("accept event %s: %w", event.ID, err)
	}
	select {
	case s.intake <- in:
	case <-ctx.Done():
		return bridge.Receipt{}, ctx.Err()
	case <-s.closed:
		return bridge.Receipt{}, errClosed
	}
	select {
	case err := <-in.done:
		return in.receipt, err
	case <-ctx.Done():
		return bridge.Receipt{}, ctx.Err()
	case <-s.done:
		return bridge.Receipt{}, errClosed
	}
}

func encodeIntake(event bridge.Event, routing bridge.Routing) (*intake, error) {
	encoded, err := encodeEvent(event, routing.Matches)
	if err != nil {
		return nil, err
	}
	if list, bounded := boundedLists[event.State]; bounded && encoded.size() > list.bytes {
		encoded.report = nil // a small body can decode to a large report: it is decoded again when it is released
		if encoded.size() > list.bytes {
			return nil, fmt.Errorf("its %d bytes are more than the list of %s events may have", encoded.size(), event.State)
		}
	}
	return &intake{eventRow: encoded, routing: routing, done: make(chan error, 1)}, nil
}

func newDelivery(event bridge.Event, m bridge.Match, now time.Time) bridge.Delivery {
	return bridge.Delivery{
		ID: bridge.NewID("dl", now), EventID: event.ID,
		BugID: event.Report.BugID, ProjectID: event.Report.ProjectID, Title: event.Report.Title,
		Rule: m.Rule, Destination: m.Destination,
		State: bridge.DeliveryPending, CreatedAt: now, ChangedAt: now,
	}
}

// writer takes what waits and commits it together, until the store is closed. It adds no delay: a request that is alone
// gets a commit of its own at once.
func (s *Store) writer() {
	defer close(s.done)
	ctx := context.Background() // what was begun is finished: the requester's patience ends nothing
	for {
		select {
		case first := <-s.intake:
			s.commit(ctx, s.gather(first))
		case <-s.closed:
			return
		}
	}
}

func (s *Store) gather(first *intake) []*intake {
	batch := []*intake{first}
	for len(batch) < maxBatch {
		select {
		case in := <-s.intake:
			batch = append(batch, in)
		default:
			return batch
		}
	}
	return batch
}

// commit stores the batch in one transaction; if that fails, each in its own, so that one bad row costs one answer.
func (s *Store) commit(ctx context.Context, batch []*intake) {
	err := s.insert(ctx, batch)
	if err == nil || len(batch) == 1 {
		for _, in := range batch {
			in.done <- err
		}
		return
	}
	for _, in := range batch {
		in.done <- s.insert(ctx, []*intake{in})
	}
}

func (s *Store) insert(ctx context.Context, batch []*intake) error {
	return s.inTx(ctx, "accept", func(tx *sql.Tx) error {
		if err := s.insertEvents(ctx, tx, batch); err != nil {
			return err
		}
		var deliveries []bridge.Delivery
		for _, in := range batch {
			deliveries = append(deliveries, in.deliveries...)
		}
		if err := s.insertDeliveries(ctx, tx, deliveries); err != nil {
			return err
		}
		return ofBatch(batch).write(ctx, tx, batch[0].event.ReceivedAt)
	})
}

// insertDeliveries stores the deliveries and a job for each, due at the delivery's NextAt.
func (s *Store) insertDeliveries(ctx context.Context, tx *sql.Tx, deliveries []bridge.Delivery) error {
	if len(deliveries) == 0 {
		return nil
	}
	jobs, err := s.insertJobs(ctx, tx, deliveries)
	if err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO deliveries
		(id, event_id, bug_id, project_id, title, rule, destination, state, reason, forced, recreate, next_at, job_id, created_at, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for i, d := range deliveries {
		if _, err := stmt.ExecContext(ctx, d.ID, d.EventID, d.BugID, d.ProjectID, d.Title, d.Rule, d.Destination,
			d.State, d.Reason, d.Forced, d.Recreate, millis(d.NextAt), jobs[i], millis(d.CreatedAt), millis(d.ChangedAt)); err != nil {
			return fmt.Errorf("delivery %s: %w", d.ID, err)
		}
	}
	return nil
}

func (s *Store) insertJobs(ctx context.Context, tx *sql.Tx, deliveries []bridge.Delivery) ([]int64, error) {
	params := make([]river.InsertManyParams, len(deliveries))
	for i, d := range deliveries {
		params[i].Args = bridge.DeliveryJob{Delivery: d.ID}
		if !d.NextAt.IsZero() {
			params[i].InsertOpts = &river.InsertOpts{ScheduledAt: d.NextAt}
		}
	}
	inserted, err := s.jobs.InsertManyTx(ctx, tx, params)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	ids := make([]int64, len(inserted))
	for i, job := range inserted {
		ids[i] = job.Job.ID
	}
	return ids, nil
}

// inTx runs do in one transaction on the write connection.
func (s *Store) inTx(ctx context.Context, op string, do func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, rollback)
		}
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", op, err)
	}
	return nil
}
