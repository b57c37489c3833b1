package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// where returns the clause for columns that must have a value. Where no state is asked for, otherwise holds.
func where(f bridge.Search, columns map[string]string, otherwise string) (string, []any) {
	var terms []string
	var args []any
	if columns["state"] == "" && otherwise != "" {
		terms = append(terms, otherwise)
	}
	for _, name := range []string{"state", "bug_id", "event_id", "destination"} {
		if value := columns[name]; value != "" {
			terms = append(terms, name+" = ?")
			args = append(args, value)
		}
	}
	clause := ""
	if len(terms) > 0 {
		clause = " WHERE " + strings.Join(terms, " AND ")
	}
	return clause + " ORDER BY seq DESC LIMIT ?", append(args, cmp.Or(max(f.Limit, 0), defaultLimit))
}

// Deliveries lists deliveries.
func (s *Store) Deliveries(ctx context.Context, f bridge.Search) ([]bridge.Delivery, error) {
	clause, args := where(f, map[string]string{
		"state": f.State, "bug_id": f.Bug, "event_id": f.Event, "destination": f.Destination,
	}, "")
	rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries`+clause, args...) //nolint:gosec // our own constants; values are arguments
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	list, err := collect(rows, scanDelivery)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return list, s.addTwins(ctx, list)
}

// addTwins tells of each delivery whose issue has a second one.
func (s *Store) addTwins(ctx context.Context, list []bridge.Delivery) error {
	doubled, err := s.Doubled(ctx)
	if err != nil {
		return err
	}
	for _, link := range doubled {
		for i, d := range list {
			if d.BugID == link.Bug && d.Ref == link.Ref {
				list[i].Twins = link.Twins
			}
		}
	}
	return nil
}

// Delivery returns one delivery with its attempts, oldest first. [bridge.ErrNotFound] if there is none of that id.
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
	one := []bridge.Delivery{d}
	err = errors.Join(err, s.addTwins(ctx, one))
	return one[0], attempts, err
}
