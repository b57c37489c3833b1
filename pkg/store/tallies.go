package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// tallies gathers what a transaction adds to the counts of its hour.
type tallies map[tallied]int

type tallied struct {
	kind                   bridge.TallyKind
	project, name, outcome string
}

// ofBatch tallies what a batch of events has brought. Only what was accepted is told apart by project: a stranger can make up ids.
func ofBatch(batch []*intake) tallies {
	t := tallies{}
	for _, in := range batch {
		project := ""
		if in.receipt.State == bridge.EventAccepted {
			project = in.event.Report.ProjectID
		}
		t[tallied{bridge.TallyEvents, project, "", string(in.receipt.State)}]++
		t.rules(in.deliveries)
	}
	return t
}

func (t tallies) rules(deliveries []bridge.Delivery) {
	for _, d := range deliveries {
		t[tallied{bridge.TallyRules, d.ProjectID, d.Rule, ""}]++
	}
}

// ofAttempt tallies how an attempt ended.
func ofAttempt(d bridge.Delivery, attempt *bridge.Attempt) tallies {
	if attempt == nil {
		return nil
	}
	t := tallies{{bridge.TallyEnded, d.ProjectID, d.Destination, string(d.State)}: 1}
	for _, dropped := range attempt.Dropped {
		t[tallied{bridge.TallyDropped, d.ProjectID, d.Destination, dropped.Field}]++
	}
	if d.State == bridge.DeliveryDelivered && !d.Forced && d.ReleasedAt.IsZero() {
		t[tallied{bridge.TallyLatency, "", "", bridge.LatencyBucket(attempt.EndedAt.Sub(d.CreatedAt))}]++
	}
	return t
}

// act tallies what a person did.
func act(what string) tallies { return tallies{{bridge.TallyActs, "", "", what}: 1} }

// write adds the tallies to those of the hour of now.
func (t tallies) write(ctx context.Context, tx *sql.Tx, now time.Time) error {
	for of, n := range t {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tallies (hour, kind, project, name, outcome, n) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (hour, kind, project, name, outcome) DO UPDATE SET n = tallies.n + excluded.n`,
			millis(now.Truncate(time.Hour)), of.kind, of.project, of.name, of.outcome, n); err != nil {
			return fmt.Errorf("tally: %w", err)
		}
	}
	return nil
}

// Tallies returns what was counted in the hours from that of since on, oldest first.
func (s *Store) Tallies(ctx context.Context, since time.Time) ([]bridge.Tally, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT hour, kind, project, name, outcome, n FROM tallies WHERE hour >= ? ORDER BY hour, kind, project, name, outcome`,
		millis(since.Truncate(time.Hour)))
	if err != nil {
		return nil, fmt.Errorf("tallies: %w", err)
	}
	return collect(rows, func(r row) (t bridge.Tally, err error) {
		var hour int64
		err = r.Scan(&hour, &t.Kind, &t.Project, &t.Name, &t.Outcome, &t.N)
		t.Hour = fromMillis(hour)
		return t, err
	})
}

// Hits returns how many deliveries each rule has ever made, and in which hour the last: one tally for each project and rule.
func (s *Store) Hits(ctx context.Context) ([]bridge.Tally, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT max(hour), project, name, sum(n) FROM tallies WHERE kind = ? GROUP BY project, name ORDER BY project, name`, bridge.TallyRules)
	if err != nil {
		return nil, fmt.Errorf("hits: %w", err)
	}
	return collect(rows, func(r row) (bridge.Tally, error) {
		t := bridge.Tally{Kind: bridge.TallyRules}
		var hour int64
		err := r.Scan(&hour, &t.Project, &t.Name, &t.N)
		t.Hour = fromMillis(hour)
		return t, err
	})
}

// Changes returns a number that is another whenever events, deliveries or what people did have changed since, but for a delivery that
// was begun.
func (s *Store) Changes(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.QueryRowContext(ctx, `SELECT COALESCE(sum(n), 0) + COALESCE(max(hour), 0) FROM tallies WHERE hour >= (SELECT max(hour) FROM tallies)`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("changes: %w", err)
	}
	return n, nil
}

// Counts says how many events and deliveries there are in each state.
func (s *Store) Counts(ctx context.Context) (bridge.Counts, error) {
	counts := bridge.Counts{Events: map[bridge.EventState]int{}, Deliveries: map[bridge.DeliveryState]int{}}
	count := func(table, state string) (n int, err error) {
		err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+table+` WHERE state = ? LIMIT ?) AS some`, state, bridge.CountedTo).Scan(&n)
		return n, err
	}
	var err error
	for _, state := range bridge.EventStates {
		if counts.Events[state], err = count("events", string(state)); err != nil {
			return counts, fmt.Errorf("count events: %w", err)
		}
	}
	for _, state := range bridge.DeliveryStates {
		if counts.Deliveries[state], err = count("deliveries", string(state)); err != nil {
			return counts, fmt.Errorf("count deliveries: %w", err)
		}
	}
	return counts, nil
}
