package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// boundedLists are the kinds of events of which only the newest are kept, so many and of so many bytes together: anybody who
// finds the webhook can make them.
var boundedLists = map[bridge.EventState]struct{ events, bytes int }{
	bridge.EventRefused: {50, 5 << 20},
	bridge.EventIgnored: {200, 5 << 20},
}

// eventRow is an event as the table has it.
type eventRow struct {
	event       bridge.Event // its Report is never nil
	header      []byte
	report      []byte
	trace       []byte
	fingerprint string
}

// size is what the event takes in a bounded list, in bytes.
func (r eventRow) size() int {
	return len(r.event.Body) + len(r.header) + len(r.report) + len(r.trace) + len(r.event.Target)
}

func encodeEvent(event bridge.Event, matches []bridge.Match) (eventRow, error) {
	row := eventRow{event: event}
	var err error
	if row.header, err = bridge.JSON(event.Header); err != nil {
		return row, err
	}
	if row.trace, err = bridge.JSON(event.Trace); err != nil {
		return row, err
	}
	if event.Report == nil {
		row.event.Report = &bridge.Report{}
		return row, nil
	}
	if row.report, err = bridge.JSON(event.Report); err != nil {
		return row, err
	}
	row.fingerprint, err = fingerprint(*event.Report, matches)
	return row, err
}

// fingerprint is equal for two events that say the same and go to the same destinations, however they were encoded.
func fingerprint(report bridge.Report, matches []bridge.Match) (string, error) {
	report.Warnings = nil
	text, err := bridge.JSON(report)
	if err != nil {
		return "", err
	}
	for _, m := range matches {
		text = append(append(text, 0), m.Destination...)
	}
	return bridge.Hash(string(text)), nil
}

// insertEvents stores the events of a batch in its order, so that the second of two equal ones in it is a duplicate, and
// shortens the bounded lists that grew.
func (s *Store) insertEvents(ctx context.Context, tx *sql.Tx, batch []*intake) error {
	stmt, err := tx.PrepareContext(ctx, `INSERT INTO events
		(id, received_at, webhook, source, method, target, header, body, state, reason, bug_id, project_id, title, report, trace, fingerprint)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	grown := map[bridge.EventState]bool{}
	onTheWay := map[string][]string{} // by bug: what this batch has sent where
	for _, in := range batch {
		e := in.event
		kept, err := in.route(ctx, tx, onTheWay[e.Report.BugID], e.ReceivedAt)
		if err == nil {
			err = s.recognise(ctx, tx, in, &kept)
		}
		if err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		for _, d := range in.deliveries {
			onTheWay[d.BugID] = append(onTheWay[d.BugID], d.Destination)
		}
		body := e.Body
		if body == nil {
			body = []byte{}
		}
		if _, err := stmt.ExecContext(ctx, e.ID, millis(e.ReceivedAt), e.Webhook, e.Source, e.Method, e.Target, string(in.header), body,
			in.receipt.State, kept.reason, e.Report.BugID, e.Report.ProjectID, e.Report.Title,
			string(in.report), string(kept.trace), in.fingerprint); err != nil {
			return fmt.Errorf("event %s: %w", e.ID, err)
		}
		grown[in.receipt.State] = true
	}
	return shorten(ctx, tx, grown)
}

// shorten takes the oldest out of the bounded lists that grew.
func shorten(ctx context.Context, tx *sql.Tx, grown map[bridge.EventState]bool) error {
	for state, list := range boundedLists {
		if !grown[state] {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM events WHERE seq IN (SELECT seq FROM (
			SELECT seq, row_number() OVER newest AS place,
				sum(octet_length(body) + octet_length(header) + octet_length(report)
				+ octet_length(trace) + octet_length(target)) OVER newest AS bytes FROM events
			WHERE state = ? WINDOW newest AS (ORDER BY seq DESC)) WHERE place > ? OR bytes > ?)`,
			state, list.events, list.bytes); err != nil {
			return fmt.Errorf("shorten the list of %s events: %w", state, err)
		}
	}
	return nil
}

// Reopen gives a stored event another state, reason, report and trace, and a delivery for each match: it was refused,
// unrouted or undecodable before and has been looked at again, now. The receipt says where it goes. [bridge.ErrNotFound] if it is not in the state from any more:
// somebody else was quicker, or the list is bounded.
func (s *Store) Reopen(
	ctx context.Context, from bridge.EventState, event bridge.Event, routing bridge.Routing, now time.Time,
) (bridge.Receipt, error) {
	in, err := encodeIntake(event, routing)
	if err != nil {
		return bridge.Receipt{}, fmt.Errorf("reopen event %s: %w", event.ID, err)
	}
	err = s.inTx(ctx, "reopen event "+event.ID, func(tx *sql.Tx) error {
		kept, err := in.route(ctx, tx, nil, now)
		if err != nil {
			return err
		}
		report := in.event.Report
		result, err := tx.ExecContext(ctx, `UPDATE events SET state = ?, reason = ?, bug_id = ?, project_id = ?, title = ?,
			report = ?, trace = ?, fingerprint = ? WHERE id = ? AND state = ?`,
			in.receipt.State, kept.reason, report.BugID, report.ProjectID, report.Title,
			string(in.report), string(kept.trace), in.fingerprint, event.ID, from)
		if held, err := changedOne(result, err); err != nil || !held {
			return cmp.Or(err, bridge.ErrNotFound)
		}
		if err := s.insertDeliveries(ctx, tx, in.deliveries); err != nil {
			return err
		}
		more := act("reopen")
		more.rules(in.deliveries)
		return more.write(ctx, tx, now)
	})
	return in.receipt, err
}

// eventColumns are what scanEvent reads, in its order.
const eventColumns = `id, received_at, webhook, source, method, target, header, body, state, reason, report, trace`

// Events lists events; ignored ones only where the filter asks for them.
func (s *Store) Events(ctx context.Context, f bridge.Search) ([]bridge.Event, error) {
	clause, args := where(f, map[string]string{"state": f.State, "bug_id": f.Bug}, "state <> 'ignored'")
	rows, err := s.read.QueryContext(ctx, `SELECT `+eventColumns+` FROM events`+clause, args...) //nolint:gosec // our own constants; values are arguments
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return collect(rows, scanEvent)
}

// EventIDs lists the ids of the events in a state, oldest first: of one BetterBugs project, or if project is empty of all.
func (s *Store) EventIDs(ctx context.Context, state bridge.EventState, project string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id FROM events WHERE state = ?1 AND (?2 = '' OR project_id = ?2) ORDER BY seq`, state, project)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return collect(rows, func(r row) (id string, err error) {
		err = r.Scan(&id)
		return id, err
	})
}

// Event returns one event. [bridge.ErrNotFound] if there is none of that id.
func (s *Store) Event(ctx context.Context, id string) (bridge.Event, error) {
	e, err := scanEvent(s.read.QueryRowContext(ctx, `SELECT `+eventColumns+` FROM events WHERE id = ?`, id))
	if err != nil {
		return e, fmt.Errorf("event %s: %w", id, err)
	}
	return e, nil
}

func scanEvent(r row) (bridge.Event, error) {
	var e bridge.Event
	var received int64
	var header, report, trace string
	err := r.Scan(&e.ID, &received, &e.Webhook, &e.Source, &e.Method, &e.Target, &header, &e.Body, &e.State, &e.Reason, &report, &trace)
	if errors.Is(err, sql.ErrNoRows) {
		return e, bridge.ErrNotFound
	}
	if err != nil {
		return e, err
	}
	e.ReceivedAt = fromMillis(received)
	if report != "" {
		e.Report = &bridge.Report{}
		if err := json.Unmarshal([]byte(report), e.Report); err != nil {
			// One unreadable report must not hide the others.
			e.Report, e.Reason = nil, fmt.Sprintf("the stored report cannot be read: %v", err)
		}
	}
	return e, errors.Join(decodeIf(header, &e.Header), decodeIf(trace, &e.Trace))
}
