package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// deliveryColumns are what scanDelivery reads, in its order.
const deliveryColumns = `seq, id, event_id, bug_id, project_id, title, rule, destination, state, reason, hint,
	forced, recreate, attempts, next_at, ref, created_at, changed_at, released_at`

// early is by how much a delivery may be begun before its time.
const early = time.Second

// Begin takes the delivery for a worker for at most the time given, and returns it with the report it carries. It
// returns false, and the delivery unchanged, where there is nothing to take: the delivery is final, not due yet, or
// another worker has it.
func (s *Store) Begin(ctx context.Context, id string, at time.Time, claim time.Duration) (bridge.Delivery, bridge.Report, bool, error) {
	var d bridge.Delivery
	var report bridge.Report
	taken := false
	err := s.inTx(ctx, "begin delivery "+id, func(tx *sql.Tx) error {
		var err error
		if d, err = scanDelivery(tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = ?`, id)); err != nil {
			return err
		}
		if d.State.Final() || d.NextAt.After(at.Add(early)) {
			return nil
		}
		result, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = ?, changed_at = ?, claimed_until = ?
			WHERE id = ? AND (state = ? OR claimed_until <= ?)`,
			bridge.DeliveryRunning, millis(at), millis(at.Add(claim)), id, bridge.DeliveryPending, millis(at))
		if taken, err = changedOne(result, err); err != nil || !taken {
			return err
		}
		d.State, d.ChangedAt, d.Claim = bridge.DeliveryRunning, at, at.Add(claim)
		if report, err = reportOf(ctx, tx, d.EventID); err != nil {
			taken = false
			return park(ctx, tx, &d, err)
		}
		return nil
	})
	return d, report, taken && err == nil, err
}

// park sets aside a delivery whose stored report cannot be read: trying again would not help.
func park(ctx context.Context, tx *sql.Tx, d *bridge.Delivery, cause error) error {
	d.State, d.Reason = bridge.DeliveryParked, cause.Error()
	d.Hint = "see what came with: bugferry events show " + d.EventID
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = ?, reason = ?, hint = ?, claimed_until = 0 WHERE id = ?`,
		d.State, d.Reason, d.Hint, d.ID)
	return err
}

func reportOf(ctx context.Context, tx *sql.Tx, event string) (bridge.Report, error) {
	var report bridge.Report
	var encoded string
	if err := tx.QueryRowContext(ctx, `SELECT report FROM events WHERE id = ?`, event).Scan(&encoded); err != nil {
		return report, err
	}
	if err := json.Unmarshal([]byte(encoded), &report); err != nil {
		return report, fmt.Errorf("stored report of event %s: %w", event, err)
	}
	return report, nil
}

// Finish writes down how an attempt ended: the attempt (nil: it was none worth a row), and the delivery as it stands
// after it. Each of next becomes a new delivery of the same event. Where another worker has taken the delivery over
// meanwhile, only the attempt is kept.
func (s *Store) Finish(ctx context.Context, d bridge.Delivery, attempt *bridge.Attempt, next []bridge.Match) error {
	ref, err := encodeRef(d.Ref)
	if err != nil {
		return fmt.Errorf("finish delivery %s: %w", d.ID, err)
	}
	return s.inTx(ctx, "finish delivery "+d.ID, func(tx *sql.Tx) error {
		if err := insertAttempt(ctx, tx, attempt); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = ?, reason = ?, hint = ?, attempts = ?, next_at = ?,
			claimed_until = 0, ref = ?, changed_at = ? WHERE id = ? AND claimed_until = ?`,
			d.State, d.Reason, d.Hint, d.Attempts, millis(d.NextAt), ref, millis(d.ChangedAt), d.ID, millis(d.Claim))
		if held, err := changedOne(result, err); err != nil || !held {
			return err
		}
		var more []bridge.Delivery
		for _, m := range next {
			more = append(more, again(d, m, d.ChangedAt))
		}
		if err := s.insertDeliveries(ctx, tx, more); err != nil {
			return err
		}
		return ofAttempt(d, attempt).write(ctx, tx, d.ChangedAt)
	})
}

func insertAttempt(ctx context.Context, tx *sql.Tx, attempt *bridge.Attempt) error {
	if attempt == nil {
		return nil
	}
	encoded, err := bridge.JSON(attempt)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO attempts (delivery_id, attempt) VALUES (?, ?)`, attempt.Delivery, string(encoded))
	return err
}

// again returns a new delivery of the same report, because of m.
func again(d bridge.Delivery, m bridge.Match, now time.Time) bridge.Delivery {
	return bridge.Delivery{
		ID: bridge.NewID("dl", now), EventID: d.EventID, BugID: d.BugID, ProjectID: d.ProjectID, Title: d.Title,
		Rule: m.Rule, Destination: m.Destination, State: bridge.DeliveryPending, CreatedAt: now, ChangedAt: now,
	}
}

// Redeliver makes a new delivery of what the delivery id carried, to the same destination. The new one reads the
// tracker's issue even if nothing seems to have changed; with recreate it files an issue that was deleted again.
func (s *Store) Redeliver(ctx context.Context, id string, recreate bool, now time.Time) (bridge.Delivery, error) {
	var fresh bridge.Delivery
	err := s.inTx(ctx, "redeliver "+id, func(tx *sql.Tx) error {
		old, err := scanDelivery(tx.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = ?`, id))
		if err != nil {
			return err
		}
		fresh = again(old, bridge.Match{Rule: old.Rule, Destination: old.Destination}, now)
		fresh.Forced, fresh.Recreate = true, recreate
		if err := s.insertDeliveries(ctx, tx, []bridge.Delivery{fresh}); err != nil {
			return err
		}
		return act("redeliver").write(ctx, tx, now)
	})
	return fresh, err
}

type row interface{ Scan(dest ...any) error }

func scanDelivery(r row) (bridge.Delivery, error) {
	var d bridge.Delivery
	var next, created, changed, released int64
	var ref string
	err := r.Scan(&d.Seq, &d.ID, &d.EventID, &d.BugID, &d.ProjectID, &d.Title, &d.Rule, &d.Destination, &d.State,
		&d.Reason, &d.Hint, &d.Forced, &d.Recreate, &d.Attempts, &next, &ref, &created, &changed, &released)
	if errors.Is(err, sql.ErrNoRows) {
		return d, bridge.ErrNotFound
	}
	if err != nil {
		return d, err
	}
	d.NextAt, d.CreatedAt, d.ChangedAt, d.ReleasedAt = fromMillis(next), fromMillis(created), fromMillis(changed), fromMillis(released)
	return d, decodeIf(ref, &d.Ref)
}

func encodeRef(ref bridge.Ref) (string, error) {
	if ref == (bridge.Ref{}) {
		return "", nil
	}
	data, err := bridge.JSON(ref)
	return string(data), err
}

// decodeIf decodes a JSON column, which is empty where there is nothing.
func decodeIf(column string, into any) error {
	if column == "" {
		return nil
	}
	return json.Unmarshal([]byte(column), into)
}
