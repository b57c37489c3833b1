package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Park sets a pending delivery aside until a person releases or redelivers it. A running one is refused with a
// [bridge.StateError]: its attempt has to end first.
func (s *Store) Park(ctx context.Context, id, reason string, now time.Time) error {
	return s.inTx(ctx, "park "+id, func(tx *sql.Tx) error {
		if _, err := deliveryIn(ctx, tx, id, bridge.DeliveryPending); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = ?, reason = ?, hint = ?, next_at = 0, changed_at = ? WHERE id = ?`,
			bridge.DeliveryParked, reason, "let it go on with: bugferry deliveries release "+id, millis(now), id)
		return errors.Join(err, act("park").write(ctx, tx, now))
	})
}

// Resume lets a parked delivery go on, at once, and with as much time as a new one has until it is given up.
func (s *Store) Resume(ctx context.Context, id string, now time.Time) (bridge.Delivery, error) {
	var d bridge.Delivery
	err := s.inTx(ctx, "release "+id, func(tx *sql.Tx) error {
		var err error
		if d, err = deliveryIn(ctx, tx, id, bridge.DeliveryParked); err != nil {
			return err
		}
		d.State, d.Reason, d.Hint, d.NextAt, d.ChangedAt, d.ReleasedAt = bridge.DeliveryPending, "", "", time.Time{}, now, now
		jobs, err := s.insertJobs(ctx, tx, []bridge.Delivery{d})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE deliveries SET state = ?, reason = '', hint = '', next_at = 0, claimed_until = 0, job_id = ?,
			changed_at = ?, released_at = ? WHERE id = ?`, d.State, jobs[0], millis(now), millis(now), id)
		return errors.Join(err, act("release").write(ctx, tx, now))
	})
	return d, err
}

// Hurry has deliveries tried now that wait for a later time: what they wait for may be over. It returns how many there were; one
// that is under way, or does not wait, is left as it is.
func (s *Store) Hurry(ctx context.Context, ids []string, now time.Time) (int, error) {
	hurried := 0
	err := s.inTx(ctx, "hurry deliveries", func(tx *sql.Tx) error {
		for _, id := range ids {
			var job int64
			err := tx.QueryRowContext(ctx, `UPDATE deliveries SET next_at = 0, changed_at = ? WHERE id = ? AND state = ? AND next_at > ? RETURNING job_id`,
				millis(now), id, bridge.DeliveryPending, millis(now)).Scan(&job)
			switch {
			case errors.Is(err, sql.ErrNoRows):
				continue
			case err != nil:
				return err
			}
			if err := s.hurryJob(ctx, tx, id, job); err != nil {
				return err
			}
			hurried++
		}
		return nil
	})
	return hurried, err
}

// hurryJob has the delivery's job handed out now. One that the queue has not put to sleep yet, after the attempt before, would sleep
// all the same: then the delivery gets another, and the first finds nothing to do when it comes.
func (s *Store) hurryJob(ctx context.Context, tx *sql.Tx, delivery string, job int64) error {
	row, err := s.jobs.JobRetryTx(ctx, tx, job)
	switch {
	case err == nil && row.State == rivertype.JobStateAvailable:
		return nil
	case err != nil && !errors.Is(err, river.ErrNotFound):
		return err
	}
	jobs, err := s.insertJobs(ctx, tx, []bridge.Delivery{{ID: delivery}})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE deliveries SET job_id = ? WHERE id = ?`, jobs[0], delivery)
	return err
}

// deliveryIn returns the delivery if it is in the state.
func deliveryIn(ctx context.Context, tx *sql.Tx, id string, want bridge.DeliveryState) (bridge.Delivery, error) {
	d, err := scanDelivery(tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = ?`, id))
	if err == nil && d.State != want {
		err = &bridge.StateError{ID: id, State: d.State, Want: want}
	}
	return d, err
}
