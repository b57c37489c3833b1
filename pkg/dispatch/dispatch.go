package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Deliveries is the store's side of deliveries.
type Deliveries interface {
	// Begin takes the delivery for at most the claim. It returns false where it is final, not due, or another's.
	Begin(ctx context.Context, id string, at time.Time, claim time.Duration) (bridge.Delivery, bridge.Report, bool, error)
	// Finish writes down how an attempt ended (nil: it was none), and a new delivery for each of next.
	Finish(ctx context.Context, d bridge.Delivery, attempt *bridge.Attempt, next []bridge.Match) error
	// Reconcile gives a job to each open delivery that has none; it returns how many there were.
	Reconcile(ctx context.Context, at time.Time) (int, error)
}

// Links is the store's side of links.
type Links interface {
	// Lease takes the lease for owner; false while another has it.
	Lease(ctx context.Context, bug, place, owner string, length time.Duration) (bridge.Link, bool, error)
	// Save writes the link and renews the lease; an error if owner lost it.
	Save(ctx context.Context, link bridge.Link, owner string, length time.Duration) error
	// Release gives the lease back.
	Release(ctx context.Context, bug, place, owner string) error
}

// Doubts is the store's side of the sweep.
type Doubts interface {
	// Doubtful lists some of the links whose SweepAt has come.
	Doubtful(ctx context.Context, at time.Time) ([]bridge.Link, error)
}

// Directory knows today's destinations. They may be others from one call to the next: an attempt asks once and works with what it
// was told to its end.
type Directory interface {
	// Target returns the destination of that name in a BetterBugs project; the error parks the delivery.
	Target(project, destination string) (Target, error)
	// At returns some destination at the place of that key; false if there is none any more.
	At(place string) (Target, bool)
}

// Queue works the store's jobs.
type Queue interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
}

// UpdatePolicy says what a report that is shared again does to its issue.
type UpdatePolicy string

// The update policies.
const (
	UpdateEdit    UpdatePolicy = "edit"    // write what changed; a person's edits stay
	UpdateComment UpdatePolicy = "comment" // add a comment with the news
	UpdateIgnore  UpdatePolicy = "ignore"  // nothing
)

// Target is a destination ready to deliver to.
type Target struct {
	Tracker bridge.Tracker
	Place   bridge.Place
	Account string        // what is limited and refused together, by a name that outlives its credentials
	Limits  bridge.Limits // of the account
	// Credentials is another word for each credentials that the account has had and each way to reach its tracker. It is compared, and told nobody.
	Credentials string
	OnUpdate    UpdatePolicy  // empty: UpdateEdit
	Settle      time.Duration // the tracker shows a created issue to a look within this time
	Timeout     time.Duration // longest time one request to the tracker may take
	Fallback    string        // destination that gets the report where this one cannot have it; empty: none
	Off         string        // why nothing may be sent there at present; empty: it may. What is on its way waits, without attempts
	Compose     func(report bridge.Report, dropped []bridge.Dropped) (bridge.Issue, error)
}

// Config is what a Dispatcher needs.
type Config struct {
	Deliveries Deliveries
	Links      Links
	Accounts   Accounts
	Budgets    Budgets
	Doubts     Doubts
	Directory  Directory
	Logger     *slog.Logger

	Installation string // part of every marker

	Lease     time.Duration // how long a worker holds a link without a sign of life
	RetryFrom time.Duration // wait after the first failed attempt
	RetryTo   time.Duration // longest wait between attempts
	GiveUp    time.Duration // after this time a delivery that cannot be made is parked
	Reconcile time.Duration // time between two looks for deliveries without a job
	Sweep     time.Duration // after this time an issue created in doubt is looked at again, then after 4 and 96 times as long

	BreakerAfter int           // so many failures in a row open an account's breaker; 0: none does
	BreakerWait  time.Duration // how long it is open before a probe is made

	// Jitter returns a factor for a wait, around 1. Nil: random between 0.8 and 1.2.
	Jitter func() float64
}

// Dispatcher works deliveries.
type Dispatcher struct {
	cfg      Config
	log      *slog.Logger
	breakers breakers
}

// New returns a Dispatcher.
func New(cfg Config) *Dispatcher {
	if cfg.Jitter == nil {
		cfg.Jitter = randomJitter
	}
	d := &Dispatcher{cfg: cfg, log: cfg.Logger}
	d.breakers.cfg = &d.cfg
	return d
}

// JobTimeout is the longest time an attempt may take: the queue ends it then.
func (d *Dispatcher) JobTimeout() time.Duration { return 2 * d.cfg.Lease }

// Workers returns the dispatcher as the queue wants it.
func (d *Dispatcher) Workers() *river.Workers {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{dispatcher: d})
	return workers
}

// stopTime is how long the deliveries under way are given to end by themselves.
const stopTime = 15 * time.Second

// Run works the queue until ctx ends, then gives the deliveries under way 15 seconds to come to an end before it cancels
// them. It returns when all has stopped.
func (d *Dispatcher) Run(ctx context.Context, queue Queue) error {
	d.reconcile(ctx)
	if err := queue.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start queue: %w", err)
	}
	tick := time.NewTicker(d.cfg.Reconcile)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			d.reconcile(ctx)
			d.Sweep(ctx)
		case <-ctx.Done():
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
			defer cancel()
			return queue.Stop(stopping)
		}
	}
}

func (d *Dispatcher) reconcile(ctx context.Context) {
	n, err := d.cfg.Deliveries.Reconcile(ctx, time.Now())
	switch {
	case err != nil:
		d.log.Error("deliveries without a job could not be looked for", "err", err)
	case n > 0:
		d.log.Info("deliveries were given a new job", "count", n)
	}
}

// worker is the Dispatcher as River sees it.
type worker struct {
	river.WorkerDefaults[bridge.DeliveryJob]
	dispatcher *Dispatcher
}

// Work makes one attempt. It answers the queue with a snooze where the delivery must be tried again; an error means
// that the store could not be read or written, and the queue tries again by itself.
func (w *worker) Work(ctx context.Context, job *river.Job[bridge.DeliveryJob]) error {
	wait, err := w.dispatcher.Attempt(ctx, job.Args.Delivery)
	if err != nil {
		return err
	}
	if wait > 0 {
		return river.JobSnooze(wait)
	}
	return nil
}

// NextRetry keeps the queue's own retries, which are for trouble with the store, close together.
func (w *worker) NextRetry(*river.Job[bridge.DeliveryJob]) time.Time {
	return time.Now().Add(w.dispatcher.cfg.RetryFrom)
}
