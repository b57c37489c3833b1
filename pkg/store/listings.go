package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Filter chooses rows of a listing; its zero value chooses all. Listings are newest first.
type Filter struct {
	State       string
	Bug         string
	Event       string
	Destination string
	Limit       int // 0: 50
}

func (f Filter) where(columns map[string]string) (string, []any) {
	var terms []string
	var args []any
	for _, name := range []string{"state", "bug_id", "event_id", "destination"} {
		if value := columns[name]; value != "" {
			terms = append(terms, name+" = ?")
			args = append(args, value)
		}
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	clause := ""
	if len(terms) > 0 {
		clause = " WHERE " + strings.Join(terms, " AND ")
	}
	return clause + " ORDER BY seq DESC LIMIT ?", append(args, limit)
}

// Deliveries lists deliveries.
func (s *Store) Deliveries(ctx context.Context, f Filter) ([]bridge.Delivery, error) {
	clause, args := f.where(map[string]string{
		"state": f.State, "bug_id": f.Bug, "event_id": f.Event, "destination": f.Destination,
	})
	rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries`+clause, args...) //nolint:gosec // our own constants; values are arguments
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return collect(rows, scanDelivery)
}

// Delivery returns one delivery with its attempts, oldest first. [ErrNotFound] if there is none of that id.
func (s *Store) Delivery(ctx context.Context, id string) (bridge.Delivery, []bridge.Attempt, error) {
	d, err := scanDelivery(s.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = ?`, id))
	if err != nil {
		return d, nil, fmt.Errorf("delivery %s: %w", id, err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT attempt FROM attempts WHERE delivery_id = ? ORDER BY seq`, id)
	if err != nil {
		return d, nil, fmt.Errorf("delivery %s: %w", id, err)
	}
	attempts, err := collect(rows, func(r row) (a bridge.Attempt, err error) {
		var encoded string
		if err := r.Scan(&encoded); err != nil {
			return a, err
		}
		return a, json.Unmarshal([]byte(encoded), &a)
	})
	return d, attempts, err
}

// eventColumns are what scanEvent reads, in its order.
const eventColumns = `id, received_at, webhook, header, body, state, reason, report, trace`

// Events lists events.
func (s *Store) Events(ctx context.Context, f Filter) ([]bridge.Event, error) {
	clause, args := f.where(map[string]string{"state": f.State, "bug_id": f.Bug})
	rows, err := s.read.QueryContext(ctx, `SELECT `+eventColumns+` FROM events`+clause, args...) //nolint:gosec // our own constants; values are arguments
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return collect(rows, scanEvent)
}

// Event returns one event. [ErrNotFound] if there is none of that id.
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
	err := r.Scan(&e.ID, &received, &e.Webhook, &header, &e.Body, &e.State, &e.Reason, &report, &trace)
	if errors.Is(err, sql.ErrNoRows) {
		return e, ErrNotFound
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
