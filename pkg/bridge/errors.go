package bridge

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind says what to do about an error. The zero Kind, and any error that is not an [Error], means [Retry].
type Kind int

const (
	// Retry: try again later. After a write: nobody knows whether it happened, unless Nothing is set.
	Retry Kind = iota
	// Later: the tracker said when to come back; the attempt does not count.
	Later
	// Permanent: it will not work however often it is tried; a person must act.
	Permanent
)

// Error is an error that says what to do about it.
type Error struct {
	Kind    Kind
	Nothing bool              // the tracker certainly did nothing: never sent, or refused with a definite 4xx
	Gone    bool              // the issue existed and does not any more
	Refused bool              // the tracker refuses the credentials: waiting helps, attempts do not count
	Until   time.Time         // for Later: not before this time
	Account bool              // for Later: the limit is on all that the account does, not on this issue alone
	Status  int               // the HTTP status, 0 if there was none
	Fields  map[string]string // fields the tracker would not take, with its words
	Hint    string            // what a person can do about it
	Err     error             // the cause, with nothing secret in it
}

func (e *Error) Error() string { return e.Err.Error() }

// Down says that it is the tracker or the account that fails, and not this one report: no answer, a server's error,
// credentials that are not taken.
func (e *Error) Down() bool {
	return e.Kind == Retry && (e.Status == 0 || e.Status >= 500 || e.Status == http.StatusUnauthorized)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Retry
}

// CertainlyNothing says that the tracker did not do what the failed call asked for.
func CertainlyNothing(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Nothing
}

// Hint returns what a person can do about err: all the hints on the way to its cause.
func Hint(err error) string {
	var hints []string
	for e, ok := errors.AsType[*Error](err); ok; e, ok = errors.AsType[*Error](e.Err) {
		if e.Hint != "" {
			hints = append(hints, e.Hint)
		}
	}
	return strings.Join(hints, "; ")
}

// Park returns an error that parks the delivery, with a hint for the person who must act.
func Park(err error, hint string) error {
	return &Error{Kind: Permanent, Nothing: true, Hint: hint, Err: err}
}

// ErrNotFound says that no event, delivery or link of that name is stored.
var ErrNotFound = errors.New("not found")

// StateError says that a delivery is not in a state in which it can be done what was asked for.
type StateError struct {
	ID    string
	State DeliveryState
	Want  DeliveryState
}

func (e *StateError) Error() string {
	return fmt.Sprintf("delivery %s is %s, not %s", e.ID, e.State, e.Want)
}
