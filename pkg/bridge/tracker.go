package bridge

import (
	"context"
	"time"
)

// The names of fields that every tracker may have in a [Draft] and in [Content]. An adapter adds its own beside them
// (customfield_10021).
const (
	FieldTitle      = "title"
	FieldBody       = "body"
	FieldLabels     = "labels" // only in errors and in Dropped: a Draft holds labels apart
	FieldPriority   = "priority"
	FieldType       = "type"
	FieldComponents = "components"
	FieldAssignees  = "assignees"
	FieldStatus     = "status"
	FieldMilestone  = "milestone"
)

// Tracker is the seam between the delivery protocol and a tracker's dialect. One Tracker serves all the places of one
// account; its methods may be called from several goroutines and hold no state that a crash would lose.
//
// The protocol (pkg/dispatch) owns the order, the memory and all repetition; an adapter makes the calls it is told to
// make, once, and says what happened in errors of type *[Error]. Any other error counts as [Retry]: for a call that
// writes that means "nobody knows whether it happened".
type Tracker interface {
	// Plan says how issue would stand at place, in the tracker's own terms, within its limits, with what it cannot say
	// noted in Dropped. It may read the tracker's metadata (names of priorities, fields, users), never write, and gives
	// the same answer for the same issue and metadata.
	Plan(ctx context.Context, place Place, issue Issue) (Draft, error)

	// Find looks for the issues that carry marker at place and were created after since, and returns them oldest first.
	// There should be one at most. A failed look is an error, never "not there".
	Find(ctx context.Context, place Place, marker Marker, since time.Time) ([]Ref, error)

	// Create files draft, marker included, with one request that is never repeated. It sends all fields but
	// those in draft.Later. An error of which [CertainlyNothing] is false leaves the outcome unknown; a 2xx is
	// a success whatever its body holds, with a zero Ref where the body could not be read.
	Create(ctx context.Context, place Place, draft Draft) (Ref, error)

	// Read returns the issue as it stands now. A deleted issue is an error with Gone set; one that cannot be seen because
	// the place cannot be is not.
	Read(ctx context.Context, place Place, ref Ref) (Content, error)

	// Write sets what change names and leaves everything else alone, then returns the issue as it stands. Fields
	// that the tracker refuses are named in the error's Fields; nothing is written then.
	Write(ctx context.Context, place Place, ref Ref, change Change) (Content, error)

	// Comment adds body, marked with mark, as a comment unless one with that mark is there already.
	Comment(ctx context.Context, place Place, ref Ref, body, mark string) error

	// Do carries out one of the draft's steps. Doing it again has no further effect.
	Do(ctx context.Context, place Place, ref Ref, step Step) error

	// CheckAccount asks the tracker who the credentials belong to, how long they are good and what is left of the account's
	// limits. It writes nothing.
	CheckAccount(ctx context.Context) Checks

	// Check asks the tracker whether issues can be filed at place, and as wishes has them. It writes nothing.
	Check(ctx context.Context, place Place, wishes Wishes) Checks

	// Probe asks, with one harmless GET, whether the tracker answers and takes the credentials.
	Probe(ctx context.Context) error
}

// Draft is an issue in a tracker's own terms: exactly what would be sent.
type Draft struct {
	Marker  Marker
	Fields  map[string]string // per field the text or JSON that the tracker takes, in one canonical form; empty is not set
	Said    map[string]Said   // per field of which Fields has a code
	Labels  []string
	Later   []string // names in Fields that the create leaves out: to be written once the issue is safe
	First   []Step   // what is done before the issue or its labels are written, with no Ref or the issue's; nothing hangs on it
	Steps   []Step   // what is done after the issue exists, in this order
	Dropped []Dropped
}

// Step is something done beside an issue, once for each value: an attached picture, a remote link, a label in its colour.
type Step struct {
	Name  string // "screenshot", "remote_link", "label"
	Value string // what the step needs, as the adapter encodes it; a changed value is a new step
}

// Content is an issue as the tracker shows it, its fields in the same canonical form as a Draft's.
type Content struct {
	Ref    Ref // where it is now; it may have moved
	Fields map[string]string
	Labels []string
	// Untouched says that by the tracker's own times nobody has changed the issue since it was created: what it shows is what the
	// create made of it.
	Untouched bool
}

// UntouchedFor is how much later than its creation a tracker may say that an issue was changed last, where nobody did: trackers
// finish what they create, and GitHub counts in seconds.
const UntouchedFor = time.Second

// Untouched is [Content.Untouched] by the times that a tracker gives. Where it gives none nothing is known.
func Untouched(created, updated time.Time) bool {
	return !created.IsZero() && !updated.IsZero() && !updated.After(created.Add(UntouchedFor))
}

// Change names what to write to an issue.
type Change struct {
	Fields    map[string]string
	SetLabels bool
	Labels    []string // the whole set, if SetLabels
}
