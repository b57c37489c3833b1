package bridge

import (
	"encoding/json"
	"net/http"
	"time"
)

// EventState is what became of a webhook request.
type EventState string

const (
	// EventAccepted: decoded, matched by a rule, its deliveries stored.
	EventAccepted EventState = "accepted"
	// EventDuplicate: the same report came within the last minutes; its first event stands for it.
	EventDuplicate EventState = "duplicate"
	// EventUnrouted: decoded, but no project or no rule takes it. Stored, so that it can be matched again.
	EventUnrouted EventState = "unrouted"
	// EventUndecodable: authenticated and not empty, but not to be read as a report. Stored byte for byte.
	EventUndecodable EventState = "undecodable"
	// EventRefused: a report whose secret, project or address was wrong. It was answered so and waits in quarantine, a bounded
	// list: a person can release it, to be decoded and matched after all.
	EventRefused EventState = "refused"
	// EventIgnored: a verify request or a ping. Answered without effect, kept in a bounded list.
	EventIgnored EventState = "ignored"
)

// EventStates are all of them.
var EventStates = []EventState{EventAccepted, EventDuplicate, EventUnrouted, EventUndecodable, EventRefused, EventIgnored}

// Event is one webhook request, kept byte for byte.
type Event struct {
	ID         string      `json:"id"`
	ReceivedAt time.Time   `json:"received_at"`
	Webhook    string      `json:"webhook"` // the configured path it came in at
	Source     string      `json:"source"`  // the sender's address, as far as trusted proxies tell
	Method     string      `json:"method"`
	Target     string      `json:"target"` // path and query, secrets redacted
	Header     http.Header `json:"header"` // Host and Transfer-Encoding among them, secrets redacted
	Body       []byte      `json:"-"`      // as it came, still content-encoded
	State      EventState  `json:"state"`
	Reason     string      `json:"reason,omitempty"` // why it is in this state, where that needs a word
	Report     *Report     `json:"report,omitempty"` // nil where undecodable
	Trace      []Trace     `json:"trace,omitempty"`
}

// Advice is what an operator can do about an event, by today's configuration.
type Advice struct {
	File string `json:"file,omitempty"` // the project file that speaks for the event's project; empty: none does
	Text string `json:"text"`           // how things are: "no project file takes project 42"
	Next string `json:"next"`           // the command to try
}

// Receipt says what the store made of an event once it was durable.
type Receipt struct {
	Event        string     `json:"event"` // the event that stands for the request: of a duplicate, the first one
	State        EventState `json:"state"`
	Destinations []string   `json:"destinations"` // where the report goes
}

// Match says that a rule sends a report to a destination.
type Match struct {
	Rule        string `json:"rule"`
	Destination string `json:"destination"`
}

// Routing is where a report goes.
type Routing struct {
	Matches []Match // by the rules

	// Again, unless nil, has the last word where the report's bug is known already. The store asks it in the transaction that
	// keeps the event, perhaps more than once, so that of two reports at the same time the second knows of the first.
	Again func(Known) ([]Match, []Trace)
}

// Known is where a bug is already, or on its way to.
type Known struct {
	Places []string // where it has an issue: Place.Key
	Open   []string // the destinations it is on its way to, or would be if a person let it go on
	Past   []string // the destinations it ever went to, the latest first
}

// FallbackRule names, in place of a rule, why a report goes to the fallback of a destination.
func FallbackRule(destination string) string { return "fallback of " + destination }

// Trace tells for one rule why it matched or did not.
type Trace struct {
	Rule    string `json:"rule"`
	Matched bool   `json:"matched"`
	Why     string `json:"why"` // "priority is HIGH", "when: report.customFields.team is \"web\""
}

// JSON encodes v for the store and for listings, leaving <, > and & as they are.
func JSON(v any) (json.RawMessage, error) {
	return encode(v)
}
