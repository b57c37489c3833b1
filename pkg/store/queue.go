package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// QueueConfig says how deliveries are worked.
type QueueConfig struct {
	Workers    *river.Workers
	Concurrent int           // deliveries under way at once
	JobTimeout time.Duration // longest time one attempt may take
}

// Queue works the jobs of the store, from Start until Stop.
type Queue struct {
	client *river.Client[*sql.Tx]
}

// Queue returns a queue over the store's jobs. At most one may be started for a SQLite file.
func (s *Store) Queue(cfg QueueConfig) (*Queue, error) {
	client, err := river.NewClient(riversqlite.New(s.write), &river.Config{
		Logger:               quiet(s.log),
		Workers:              cfg.Workers,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Concurrent}},
		JobTimeout:           cfg.JobTimeout,
		RescueStuckJobsAfter: cfg.JobTimeout + time.Minute, // a job outlives its process; our reconciler is quicker
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &Queue{client: client}, nil
}

// Start begins to work jobs and returns. The context's end stops the queue at once; Stop is the gentle way.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop takes no more jobs and returns when those under way have ended. When ctx ends first they are cancelled.
func (q *Queue) Stop(ctx context.Context) error {
	if err := q.client.Stop(ctx); err == nil {
		return nil
	}
	return q.client.StopAndCancel(context.WithoutCancel(ctx))
}

// quiet lets only what an operator must see of River's own logging through.
func quiet(log *slog.Logger) *slog.Logger {
	return slog.New(levelHandler{log.Handler()})
}

type levelHandler struct{ slog.Handler }

func (h levelHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// resigning is what River says when, on a busy machine, it could not give up its leadership within the second that it allows
// itself. The leadership then ends by itself, and the next process needs no other's: nobody has to be told.
const resigning = "leadership.Elector: Error attempting to resign"

func (h levelHandler) Handle(ctx context.Context, record slog.Record) error {
	if strings.HasPrefix(record.Message, resigning) {
		return nil
	}
	return h.Handler.Handle(ctx, record)
}

func (h levelHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelHandler{h.Handler.WithAttrs(attrs)}
}

func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{h.Handler.WithGroup(name)}
}

// orphans are the open deliveries that nobody will come to: their job is gone or has ended, or its worker did not give
// an answer in the time it had. The open deliveries are few and indexed.
const orphans = `SELECT ` + deliveryColumns + ` FROM deliveries WHERE seq IN (
	SELECT d.seq FROM deliveries d LEFT JOIN river_job j ON j.id = d.job_id
	WHERE d.state IN ('pending', 'running') AND (
		j.id IS NULL
		OR j.state IN ('completed', 'cancelled', 'discarded')
		OR (j.state = 'running' AND d.state = 'running' AND d.claimed_until < ?))
	ORDER BY d.seq LIMIT 1000)`

// Reconcile gives a job to each delivery that is not final and has none that will come to it. It returns how many
// there were.
func (s *Store) Reconcile(ctx context.Context, at time.Time) (int, error) {
	total := 0
	for {
		n, err := s.reconcile(ctx, at)
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
}

func (s *Store) reconcile(ctx context.Context, at time.Time) (int, error) {
	var found []bridge.Delivery
	err := s.inTx(ctx, "reconcile", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, orphans, millis(at))
		if err != nil {
			return err
		}
		if found, err = collect(rows, scanDelivery); err != nil || len(found) == 0 {
			return err
		}
		jobs, err := s.insertJobs(ctx, tx, found)
		if err != nil {
			return err
		}
		for i, d := range found {
			if _, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = 'pending', claimed_until = 0, job_id = ? WHERE id = ?`,
				jobs[i], d.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return len(found), err
}

// TakeOver frees what a process that died had taken: claims of deliveries and leases of links. Only the process that
// holds the SQLite file may call it, before it starts its queue; a request of the dead one that is still under way is
// covered by the deadline of its intent.
func (s *Store) TakeOver(ctx context.Context) error {
	return s.inTx(ctx, "take over", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE deliveries SET claimed_until = 0 WHERE state = 'running'`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE links SET owner = '', lease_until = 0 WHERE owner <> ''`)
		return err
	})
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(row) (T, error)) (_ []T, err error) {
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	list := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}
