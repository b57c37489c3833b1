package bridge

import (
	"context"
	"sync"
	"time"
)

// DeliveryState is how far a delivery has come.
//
//	pending    waits for its time; dispatch moves it to running
//	running    a worker has it; back to pending with a later time if it has to try again
//	delivered  the tracker's issue says what the report says; final
//	skipped    there was nothing to change; final
//	superseded a newer report of the same bug overtook it; final
//	parked     a person must act, Reason and Hint say how; final until a person releases or redelivers it
type DeliveryState string

// The states of a delivery.
const (
	DeliveryPending    DeliveryState = "pending"
	DeliveryRunning    DeliveryState = "running"
	DeliveryDelivered  DeliveryState = "delivered"
	DeliverySkipped    DeliveryState = "skipped"
	DeliverySuperseded DeliveryState = "superseded"
	DeliveryParked     DeliveryState = "parked"
)

// DeliveryStates are all of them, in the order in which a delivery may come to them.
var DeliveryStates = []DeliveryState{DeliveryPending, DeliveryRunning, DeliveryDelivered, DeliverySkipped, DeliverySuperseded, DeliveryParked}

// Final says that no worker will touch the delivery again by itself.
func (s DeliveryState) Final() bool {
	return s != DeliveryPending && s != DeliveryRunning
}

// Delivery is a report on its way to one destination, because of one event. It names event, rule and destination; the
// issue is composed anew at each attempt from the stored report and today's configuration.
type Delivery struct {
	Seq         int64         `json:"seq"` // the store's order of arrival
	ID          string        `json:"id"`
	EventID     string        `json:"event"`
	BugID       string        `json:"bug"`
	ProjectID   string        `json:"project,omitempty"` // BetterBugs' projectId: destinations are named within a project
	Title       string        `json:"title,omitempty"`
	Rule        string        `json:"rule"`
	Destination string        `json:"destination"`
	State       DeliveryState `json:"state"`
	Reason      string        `json:"reason,omitempty"`   // why it is parked, skipped, superseded, or waits
	Hint        string        `json:"hint,omitempty"`     // what a person can do about it
	Forced      bool          `json:"forced,omitempty"`   // a redelivery: read the issue even if nothing seems to have changed
	Recreate    bool          `json:"recreate,omitempty"` // a person's word: if the issue was deleted, file it again
	Attempts    int           `json:"attempts"`
	NextAt      time.Time     `json:"next_at,omitzero"`
	Claim       time.Time     `json:"-"` // until when the worker that began it has it
	Ref         Ref           `json:"ref,omitzero"`
	Twins       []Ref         `json:"twins,omitempty"` // other issues of the bug at the same place, which should not be there
	CreatedAt   time.Time     `json:"created_at"`
	ChangedAt   time.Time     `json:"changed_at"`
	ReleasedAt  time.Time     `json:"released_at,omitzero"` // when a person last let it go on after it was parked
}

// OpenSince is when the time began after which the delivery is given up.
func (d Delivery) OpenSince() time.Time {
	if d.ReleasedAt.After(d.CreatedAt) {
		return d.ReleasedAt
	}
	return d.CreatedAt
}

// DeliveryJob is the queue's word for a delivery: it carries nothing but the name of the row that is the truth.
type DeliveryJob struct {
	Delivery string `json:"delivery"`
}

// Kind names the job to the queue.
func (DeliveryJob) Kind() string { return "delivery" }

// Attempt is one try of a delivery.
type Attempt struct {
	Delivery  string        `json:"delivery"`
	StartedAt time.Time     `json:"started_at"`
	EndedAt   time.Time     `json:"ended_at"`
	Outcome   DeliveryState `json:"outcome"`           // the state it left the delivery in
	Detail    string        `json:"detail,omitempty"`  // what happened, in a sentence
	Error     string        `json:"error,omitempty"`   // in full, redacted
	Calls     []Call        `json:"calls,omitempty"`   // what was asked of the tracker and what it answered
	Dropped   []Dropped     `json:"dropped,omitempty"` // fields the tracker would not take
}

// Call is one HTTP exchange with a tracker, with nothing secret in it.
type Call struct {
	Method string        `json:"method"`
	URL    string        `json:"url"` // without its query
	Status int           `json:"status,omitempty"`
	Took   time.Duration `json:"took"`
	Error  string        `json:"error,omitempty"`
}

// Calls gathers the calls made under a context. Its methods may be called from several goroutines.
type Calls struct {
	mu   sync.Mutex
	list []Call
}

type callsKey struct{}

// RecordCalls returns a context under which pkg/tracker notes each HTTP exchange in the Calls returned beside it.
func RecordCalls(ctx context.Context) (context.Context, *Calls) {
	c := &Calls{}
	return context.WithValue(ctx, callsKey{}, c), c
}

// NoteCall adds call to the Calls of ctx, if there are any.
func NoteCall(ctx context.Context, call Call) {
	if c, ok := ctx.Value(callsKey{}).(*Calls); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.list = append(c.list, call)
	}
}

// List returns what was noted so far, in order.
func (c *Calls) List() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Call(nil), c.list...)
}
