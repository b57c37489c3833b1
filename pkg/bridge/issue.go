package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Issue is what to file at one place, in no tracker's dialect. Accounts, priorities, types, components and fields are
// named as the destination's configuration maps them; the adapter resolves and checks them.
type Issue struct {
	Marker   Marker
	Title    string   // not empty, one line; the adapter cuts it to its tracker's limit
	Body     Document // fit for any reader
	Private  Document // Body with what is personal, for a place that strangers cannot see; nil: Body serves there as well
	FullText string   // URL of the session, named where the body had to be cut
	Labels   []string
	Priority string

	LabelColors map[string]string // of those labels that are to have one where the tracker's have colours: six hex digits

	Type       string
	Components []string
	Fields     []IssueField
	Assignees  []string // the tracker's accounts, the first being the most wanted
	Sought     []string // e-mail addresses of others to assign, who have no account in the configuration: the adapter may look for one, and takes whom it found out of the body (Document.Except)
	StandIn    bool     // Assignees are for when none of those Sought is found
	Status     string   // status to reach, empty: leave it
	Milestone  string   // its title; empty: none
	Screenshot string   // URL of a picture to attach, empty: none
	Remote     RemoteLink

	// What only Jira has. Empty is not set.
	Versions    []string // the versions that the bug affects
	FixVersions []string
	Parent      string // key of an epic or another parent issue
	Security    string // security level
	Reporter    string // account, or MailTo
	// Accounts are the tracker's accounts of people, by e-mail or BetterBugs' id in lower case, for fields that hold people.
	Accounts map[string]string
}

const mailTo = "mailto:"

// MailTo stands in place of an account for somebody of whom only the e-mail is known, and whose account the adapter may look for.
func MailTo(email string) string { return mailTo + email }

// MailedTo returns the e-mail that MailTo was given; ok is false for an account, which is returned as it is.
func MailedTo(account string) (email string, ok bool) { return strings.CutPrefix(account, mailTo) }

// IssueField is a custom field by name or by the tracker's id.
type IssueField struct {
	Name  string
	Value string
}

// RemoteLink is a link that trackers with such a thing show beside the issue; it is known by its ID for ever.
type RemoteLink struct {
	ID       string
	URL      string
	Title    string
	Resolved bool // what it leads to is done with
}

// Marker is how an issue of Bugferry's is known again: it is in the create itself, never in a later step.
type Marker struct {
	Installation string // so that two installations can share a place
	Bug          string // the report's bugId, a stranger's text
}

var plainID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Key returns the bugId where it is fit for an HTML comment, a label and a query, else a hash of it.
func (m Marker) Key() string {
	if plainID.MatchString(m.Bug) {
		return m.Bug
	}
	sum := sha256.Sum256([]byte(m.Bug))
	return "x" + hex.EncodeToString(sum[:16])
}
