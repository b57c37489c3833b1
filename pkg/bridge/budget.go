package bridge

import "time"

// Limits are how fast an account may write at its tracker. A zero member is no limit.
type Limits struct {
	PerMinute int           // issues and comments made in any 60 s
	PerHour   int           // and in any hour
	Apart     time.Duration // between two writes of any kind
}

// WriteKind is how a write counts against an account's limits.
type WriteKind int

// The kinds of writes, from the one that waits for all others to the one that goes first.
const (
	WriteEdit    WriteKind = iota // of an issue that is there: kept apart from other writes, and counted nowhere
	WriteComment                  // counted like a new issue
	WriteCreate                   // a new issue
)

// Slot is the right of somebody to write once.
type Slot struct {
	Account string // whose limits they are
	Holder  string // who asks; it holds one slot of a kind at most, and gets the same one when it asks again
	Kind    WriteKind
	Limits  Limits
}
