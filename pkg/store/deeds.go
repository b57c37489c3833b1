package store

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Note writes down what an operator did.
func (s *Store) Note(ctx context.Context, deed bridge.Deed) error {
	_, err := s.write.ExecContext(ctx, `INSERT INTO deeds (at, who, source, what, target, detail) VALUES (?, ?, ?, ?, ?, ?)`,
		millis(deed.At), deed.Who, deed.From, deed.What, deed.On, deed.Detail)
	if err != nil {
		return fmt.Errorf("note what was done: %w", err)
	}
	return nil
}

// Deeds lists what operators did, newest first: of f its Before and Limit count, and Words, the id of what it was done to.
func (s *Store) Deeds(ctx context.Context, f bridge.Search) ([]bridge.Deed, error) {
	before := cmp.Or(f.Before, math.MaxInt64)
	rows, err := s.read.QueryContext(ctx, `SELECT seq, at, who, source, what, target, detail FROM deeds WHERE seq < ? AND (? = '' OR target = ?) ORDER BY seq DESC LIMIT ?`,
		before, f.Words, f.Words, cmp.Or(max(f.Limit, 0), defaultLimit))
	if err != nil {
		return nil, fmt.Errorf("list deeds: %w", err)
	}
	return collect(rows, func(r row) (d bridge.Deed, err error) {
		var at int64
		err = r.Scan(&d.Seq, &at, &d.Who, &d.From, &d.What, &d.On, &d.Detail)
		d.At = fromMillis(at)
		return d, err
	})
}
