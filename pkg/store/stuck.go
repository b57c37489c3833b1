package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// stuckReach is how many deliveries of a state are looked through for what they wait for.
const stuckReach = 1000

// Stuck groups the newest thousand deliveries that are parked, and those that wait after a failure, by destination and reason: those with
// most first.
func (s *Store) Stuck(ctx context.Context) ([]bridge.Stuck, error) {
	type key struct{ project, destination, state, reason string }
	groups := map[key]*bridge.Stuck{}
	var order []*bridge.Stuck
	for _, state := range []bridge.DeliveryState{bridge.DeliveryParked, bridge.DeliveryPending} {
		rows, err := s.read.QueryContext(ctx, `SELECT project_id, destination, reason, hint, changed_at, id FROM deliveries WHERE state = ? ORDER BY seq DESC LIMIT ?`, state, stuckReach+1)
		if err != nil {
			return nil, fmt.Errorf("stuck deliveries: %w", err)
		}
		list, err := collect(rows, func(r row) (one bridge.Stuck, err error) {
			one = bridge.Stuck{State: state, N: 1}
			var changed int64
			err = r.Scan(&one.Project, &one.Destination, &one.Reason, &one.Hint, &changed, &one.Example)
			one.Newest = fromMillis(changed)
			return one, err
		})
		if err != nil {
			return nil, fmt.Errorf("stuck deliveries: %w", err)
		}
		more := len(list) > stuckReach
		for _, one := range list[:min(len(list), stuckReach)] {
			if one.Reason == "" {
				continue // its first attempt is to come
			}
			k := key{one.Project, one.Destination, string(state), one.Reason}
			if g := groups[k]; g != nil {
				g.N++
				continue
			}
			one.More = more
			groups[k] = &one
			order = append(order, &one)
		}
	}
	slices.SortStableFunc(order, func(a, b *bridge.Stuck) int { return b.N - a.N })
	all := make([]bridge.Stuck, len(order))
	for i, g := range order {
		all[i] = *g
	}
	return all, nil
}

// Oldest returns since when the oldest delivery in the state is there; the zero time if none is.
func (s *Store) Oldest(ctx context.Context, state bridge.DeliveryState) (time.Time, error) {
	var created int64
	err := s.read.QueryRowContext(ctx, `SELECT created_at FROM deliveries WHERE state = ? ORDER BY seq LIMIT 1`, state).Scan(&created)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("oldest delivery: %w", err)
	}
	return fromMillis(created), nil
}

// Used says how many issues and comments the account has made in the last minute and in the last hour.
func (s *Store) Used(ctx context.Context, account string, now time.Time) (inMinute, inHour int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(sum(at > ?), 0), count(*) FROM slots WHERE account = ? AND at > ? AND holder = '' AND kind > 0`,
		millis(now)-minute, account, millis(now)-hour).Scan(&inMinute, &inHour)
	if err != nil {
		return 0, 0, fmt.Errorf("budget of %s: %w", account, err)
	}
	return inMinute, inHour, nil
}
