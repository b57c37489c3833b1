// Package storetest makes large stores out of small ones, for tests and benchmarks that ask what a page costs when there is much.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the database

	"github.com/bugferry/bugferry/pkg/bridge"
)

// batch is how many events share a transaction.
const batch = 2000

// Multiply fills the SQLite file with copies of the events that are in it, with their deliveries and attempts, until there are n of
// them, spread evenly from first to last. The copies are of bugs of their own: STRESS-1, STRESS-2 and so on. Nobody may have the store
// open. What is tallied is tallied for the copies as well; links and the queue's jobs are not copied.
func Multiply(ctx context.Context, path string, n int, first, last time.Time) (err error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=synchronous(OFF)&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	m := &multiplier{db: db}
	if err := m.learn(ctx); err != nil {
		return fmt.Errorf("multiply events: %w", err)
	}
	if len(m.events) == 0 {
		return errors.New("multiply events: there are none to be copied")
	}
	made := n - len(m.events)
	step := last.Sub(first) / time.Duration(max(made, 1))
	for at := 0; at < made; at += batch {
		if err := m.copyBatch(ctx, at, min(made, at+batch), func(i int) time.Time { return first.Add(step * time.Duration(i)) }); err != nil {
			return fmt.Errorf("multiply events: %w", err)
		}
	}
	return nil
}

// multiplier knows what is copied.
type multiplier struct {
	db     *sql.DB
	copies map[string]string // by table: INSERT … SELECT of one row, with other values for the columns in changed
	events []original
}

// changed are the columns that a copy does not have from its original, in the order of their values.
var changed = map[string][]string{
	"events":     {"id", "received_at", "bug_id", "title"},
	"deliveries": {"id", "event_id", "bug_id", "title", "ref", "created_at", "changed_at", "job_id"},
	"attempts":   {"delivery_id"},
}

// original is an event that is copied.
type original struct {
	seq                   int64
	state, project, title string
	deliveries            []delivery
}

type delivery struct {
	seq                      int64
	rule, destination, state string
	filed                    bool
	attempts                 []int64
}

func (m *multiplier) learn(ctx context.Context) error {
	m.copies = map[string]string{}
	for table, others := range changed {
		columns, err := list[string](ctx, m.db, `SELECT name FROM pragma_table_info(?) WHERE name <> 'seq'`, table)
		if err != nil {
			return err
		}
		same := slices.DeleteFunc(columns, func(c string) bool { return slices.Contains(others, c) })
		m.copies[table] = fmt.Sprintf(`INSERT INTO %s (%s, %s) SELECT %s?, %s FROM %s WHERE seq = ?`, table, strings.Join(others, ", "), strings.Join(same, ", "),
			strings.Repeat("?, ", len(others)-1), strings.Join(same, ", "), table)
	}
	seqs, err := list[int64](ctx, m.db, `SELECT seq FROM events ORDER BY seq`)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		e := original{seq: seq}
		if err := m.db.QueryRowContext(ctx, `SELECT state, project_id, title FROM events WHERE seq = ?`, seq).Scan(&e.state, &e.project, &e.title); err != nil {
			return err
		}
		deliveries, err := list[int64](ctx, m.db, `SELECT seq FROM deliveries WHERE event_id = (SELECT id FROM events WHERE seq = ?)`, seq)
		if err != nil {
			return err
		}
		for _, seq := range deliveries {
			d := delivery{seq: seq}
			if err := m.db.QueryRowContext(ctx, `SELECT rule, destination, state, ref <> '' FROM deliveries WHERE seq = ?`, seq).Scan(&d.rule, &d.destination, &d.state, &d.filed); err != nil {
				return err
			}
			if d.attempts, err = list[int64](ctx, m.db, `SELECT seq FROM attempts WHERE delivery_id = (SELECT id FROM deliveries WHERE seq = ?)`, seq); err != nil {
				return err
			}
			e.deliveries = append(e.deliveries, d)
		}
		m.events = append(m.events, e)
	}
	return nil
}

func list[T any](ctx context.Context, db *sql.DB, query string, args ...any) (all []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// copyBatch makes the copies from one number to before another.
func (m *multiplier) copyBatch(ctx context.Context, from, to int, at func(int) time.Time) error {
	tx, err := m.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	tallies := map[bridge.Tally]int{}
	for i := from; i < to; i++ {
		if err := m.copyEvent(ctx, tx, i, at(i).UTC(), tallies); err != nil {
			return err
		}
	}
	for t, n := range tallies {
		if _, err := tx.ExecContext(ctx, `INSERT INTO tallies (hour, kind, project, name, outcome, n) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (hour, kind, project, name, outcome) DO UPDATE SET n = tallies.n + excluded.n`,
			t.Hour.UnixMilli(), t.Kind, t.Project, t.Name, t.Outcome, n); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (m *multiplier) copyEvent(ctx context.Context, tx *sql.Tx, i int, at time.Time, tallies map[bridge.Tally]int) error {
	e := m.events[i%len(m.events)]
	id, bug, ms := bridge.NewID("ev", at), fmt.Sprintf("STRESS-%d", i+1), at.UnixMilli()
	title := e.title
	if title != "" {
		title = fmt.Sprintf("%s (case %d)", title, i+1)
	}
	if _, err := tx.ExecContext(ctx, m.copies["events"], id, ms, bug, title, e.seq); err != nil {
		return err
	}
	count := func(kind bridge.TallyKind, project, name, outcome string) {
		tallies[bridge.Tally{Hour: at.Truncate(time.Hour), Kind: kind, Project: project, Name: name, Outcome: outcome}]++
	}
	project := ""
	if e.state == string(bridge.EventAccepted) {
		project = e.project
	}
	count(bridge.TallyEvents, project, "", e.state)
	for _, d := range e.deliveries {
		delivery, ref := bridge.NewID("dl", at), ""
		if d.filed {
			ref = fmt.Sprintf(`{"id":"%d","name":"STRESS-%d","url":"http://127.0.0.1/%d"}`, i+1, i+1, i+1)
		}
		if _, err := tx.ExecContext(ctx, m.copies["deliveries"], delivery, id, bug, title, ref, ms, ms+2000, 0, d.seq); err != nil {
			return err
		}
		for _, attempt := range d.attempts {
			if _, err := tx.ExecContext(ctx, m.copies["attempts"], delivery, attempt); err != nil {
				return err
			}
		}
		count(bridge.TallyRules, project, d.rule, "")
		count(bridge.TallyEnded, project, d.destination, d.state)
		count(bridge.TallyLatency, "", "", bridge.LatencyBucket(2*time.Second))
	}
	return nil
}
