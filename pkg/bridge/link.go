package bridge

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Place is a repository or Jira project at a tracker's API base.
type Place struct {
	Tracker string `json:"tracker"` // the configured tracker's name, for people
	Base    string `json:"base"`    // the tracker's API base URL
	Name    string `json:"name"`    // "acme/web", "WEB"
}

// Key identifies the place whatever the configuration calls its tracker. Trackers read names without regard to case.
func (p Place) Key() string {
	return strings.TrimSuffix(strings.ToLower(p.Base), "/") + " " + strings.ToLower(p.Name)
}

// Ref is an issue in a tracker. The zero Ref is none.
type Ref struct {
	ID   string `json:"id"`   // what the tracker's API wants: "12", "WEB-12"
	Name string `json:"name"` // what people say: "acme/web#12", "WEB-12"
	URL  string `json:"url"`  // where people look
}

// Link ties a bug to its one issue at a place, for ever. It is the memory of the delivery protocol, written only by the
// worker that holds its lease.
type Link struct {
	Bug   string
	Place string // Place.Key
	Ref   Ref    // zero until a create was answered or a look found the issue

	Intent   Intent            // the create whose outcome is not known; zero if there is none
	Fields   Confirmed         // per field what was sent and what the tracker answered
	Labels   []string          // the labels that Bugferry put there
	Steps    map[string]string // per step done the hash of its value
	Tries    map[string]int    // per step not done how often it failed
	Dropped  []Dropped         // fields the tracker would not take, so that they are not tried again and again
	Applied  Version           // the newest report that went into the issue
	Recorded time.Time         // when Ref was first known

	Doubt   time.Time // when the first create was intended whose outcome was not known; zero: there was none
	SweepAt time.Time // when to look whether the bug has a second issue; zero: not any more
	Swept   int       // how often that was looked for
	Twins   []Ref     // the other issues of the bug that a look found
}

// Intent is the word given before a create: without one on disk no create is sent, and while one stands, none is sent
// before a look.
type Intent struct {
	At       time.Time `json:"at,omitzero"`
	Created  bool      `json:"created,omitempty"` // the tracker said that it was created, but not as what
	Deadline time.Time `json:"deadline,omitzero"` // the request cannot be under way after it
}

// Version orders the reports of one bug: by updatedAt where both have it, then by arrival.
type Version struct {
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	Seq       int64     `json:"seq"`
}

// Before says that v is older than w. Of equal updatedAt the later arrival is the newer.
func (v Version) Before(w Version) bool {
	if !v.UpdatedAt.IsZero() && !w.UpdatedAt.IsZero() && !v.UpdatedAt.Equal(w.UpdatedAt) {
		return v.UpdatedAt.Before(w.UpdatedAt)
	}
	return v.Seq < w.Seq
}

// Confirmed remembers fields by name.
type Confirmed map[string]FieldState

// FieldState remembers one field by hash: Sent is what Bugferry last sent or was about to send, Answered what the
// tracker showed after it. A field whose value has neither hash was changed by a person. Sent counts as confirmed only
// when Open is false.
type FieldState struct {
	Sent     string `json:"sent,omitempty"`
	Answered string `json:"answered,omitempty"`
	Open     bool   `json:"open,omitempty"` // Sent is on its way, or its answer was lost: the tracker may show either
}

// Ours says whether value, as the tracker shows it now, is what Bugferry put there.
func (f FieldState) Ours(value string) bool {
	h := Hash(value)
	return h == f.Answered || h == f.Sent
}

// Hash is the fingerprint under which values are remembered; line ends count alike.
func Hash(value string) string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(value, "\r\n", "\n")))
	return hex.EncodeToString(sum[:12])
}

// Dropped is a field that the tracker would not take, with its reason.
type Dropped struct {
	Field string `json:"field"`
	Value string `json:"value,omitempty"` // what was refused: another value is tried again
	Why   string `json:"why"`
	Said  Said   `json:"said,omitzero"`
}

// Said is what people call a field, and its value, where a tracker has codes for them. Empty: as they stand.
type Said struct {
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
}

// Words are the field and its value as people say them.
func (d Dropped) Words() (field, value string) {
	return cmp.Or(d.Said.Field, d.Field), cmp.Or(d.Said.Value, d.Value)
}
