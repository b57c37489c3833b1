package bridge

import "time"

// Search chooses rows of a listing; its zero value chooses all. Listings are newest first.
type Search struct {
	State       string
	Project     string // BetterBugs' projectId
	Bug         string
	Event       string // of deliveries alone
	Destination string // of deliveries alone
	Rule        string // of deliveries alone
	From, To    time.Time
	// Words are what a person types who looks for a report: a bugId, an issue's name (acme/web#12, WEB-12), an id of ours, or words
	// that its title has, in any case.
	Words  string
	Before int64 // only rows of the store's order before this one, as a page's Older says; 0: from the newest on
	Limit  int   // 0: 50
}

// DeliveryPage is a page of deliveries, newest first.
type DeliveryPage struct {
	Rows  []Delivery
	Older int64 // Search.Before of the next page; 0: there is none
}

// EventLine is an event as a listing shows it, without what may be large.
type EventLine struct {
	Seq        int64      `json:"seq"` // the store's order of arrival
	ID         string     `json:"id"`
	ReceivedAt time.Time  `json:"received_at"`
	Webhook    string     `json:"webhook"`
	Source     string     `json:"source"`
	State      EventState `json:"state"`
	Reason     string     `json:"reason,omitempty"`
	BugID      string     `json:"bug,omitempty"`
	ProjectID  string     `json:"project,omitempty"`
	Title      string     `json:"title,omitempty"`
}

// EventPage is a page of events, newest first.
type EventPage struct {
	Rows  []EventLine
	Older int64 // Search.Before of the next page; 0: there is none
}

// Counts says how many rows there are in each state. A count of [CountedTo] means that many or more.
type Counts struct {
	Events     map[EventState]int    `json:"events"`
	Deliveries map[DeliveryState]int `json:"deliveries"`
}

// CountedTo is how far rows are counted: beyond it nobody needs the figure, and counting would take longer the more there are.
const CountedTo = 1000

// TallyKind is what a [Tally] counts.
type TallyKind string

// What is tallied. Project and Name are empty where they do not say of what.
const (
	TallyEvents  TallyKind = "event"   // Outcome: the state; Project: of accepted ones
	TallyRules   TallyKind = "rule"    // deliveries, by Project and rule (Name)
	TallyEnded   TallyKind = "ended"   // attempts, by Project, destination (Name) and the state they left the delivery in (Outcome)
	TallyDropped TallyKind = "dropped" // fields (Outcome) that a tracker would not take, by Project and destination (Name)
	TallyLatency TallyKind = "latency" // deliveries, by the time from request to issue: LatencyBucket (Outcome)
	TallyActs    TallyKind = "act"     // what a person did to deliveries and events (Outcome)
)

// Tally is how often something happened within an hour.
type Tally struct {
	Hour    time.Time `json:"hour"`
	Kind    TallyKind `json:"kind"`
	Project string    `json:"project,omitempty"`
	Name    string    `json:"name,omitempty"`
	Outcome string    `json:"outcome,omitempty"`
	N       int       `json:"n"`
}

// Deed is what an operator did, for the record.
type Deed struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`  // as they were authenticated; empty: nobody asked, on this machine
	From   string    `json:"from"` // their address
	What   string    `json:"what"` // "redeliver", "park", "release", "rematch", "sign in refused"
	On     string    `json:"on"`   // the id of what it was done to
	Detail string    `json:"detail,omitempty"`
}
