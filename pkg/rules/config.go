package rules

import "github.com/bugferry/bugferry/pkg/bridge"

// Text is an expression or a template as somebody wrote it.
type Text struct {
	Value string
	At    string // where it stands, "projects/web.yaml:12:5: destinations.web-jira.labels[1]"; opaque here, repeated in findings
}

// Config is all that the rules need to know. Compile keeps nothing of it that a caller could change later.
type Config struct {
	Installation string       // part of every issue's marker
	Images       bridge.Hosts // whose images are shown in an issue; those of other hosts are links
	Projects     []Project
	Templates    []Text // judged, though perhaps no destination has them
	Bodies       []Text // likewise
}

// Project is what happens to the reports of one or several BetterBugs projects.
type Project struct {
	IDs          []string // BetterBugs' projectIds; "*" stands for every project that is not named elsewhere
	Name         string   // for people
	At           string
	Disabled     bool // its reports go nowhere
	Destinations []Destination
	Rules        []Rule   // in order: the first that matches wins, unless it says Continue
	Unrouted     []string // the destinations of what no rule matches
	UnroutedAt   string   // where they stand; empty: At
}

// Rule sends the reports it matches to destinations. A rule without conditions matches every report.
type Rule struct {
	Name     string // empty: "rule 2", counted from 1
	Disabled bool   // matches nothing, but is judged
	Match    []Condition
	When     Text // an expression; empty: true
	To       []string
	Continue bool // go on to the next rule even after a match
	At       string
}

// Condition holds when all that it asks does: one of the field's values is one of Values, if there are any; none of them is
// one of Not; the field is there, or is not.
type Condition struct {
	// Field is a name as BetterBugs sends it (priority, sessionUrl, createdAt), customFields.x, metadata.x,
	// assignees.email, assignees.name or assignees.id, the same of reporter, or a field that BetterBugs does not document, by
	// its name or as extra.x. Presence can be asked of assignees, customFields and metadata as a whole.
	Field string
	// Values are exact, without regard to case for priority, status, type and e-mail addresses; "" means that the field is missing. A value
	// between slashes is a regular expression (RE2), unanchored and taken as written.
	Values  []string
	Not     []string // written like Values. A missing field has none of them, so that the condition holds then
	Present Presence
	At      string
}

// Presence says whether a field has to be there.
type Presence int

const (
	// Either way it is well.
	Either Presence = iota
	// Present fields have a value that is not empty.
	Present
	// Missing fields do not stand in the report, or are empty.
	Missing
)

// The kinds of tracker a destination may be at.
const (
	GitHub = "github"
	Jira   = "jira"
)

// What becomes of a report's screenshot.
const (
	ScreenshotAttach = "attach" // shown in the body, and attached where the tracker can
	ScreenshotLink   = "link"   // shown in the body
	ScreenshotOff    = "off"
)

// Destination is how a report becomes an issue at one place.
type Destination struct {
	Name, At        string
	Disabled        bool              // no report goes there, but it is judged and composes
	Kind            string            // GitHub or Jira
	Title           Text              // template, empty: {{ .Title }}
	Body            Text              // HTML template; empty: the usual body
	Labels          []Text            // templates; one with an empty placeholder is left out
	LabelColors     map[string]string // label, as it comes out of its template and without regard to case -> six hex digits
	Components      []Text            // templates, likewise
	Fields          []Field           // templates; empty ones are left out
	IssueType       string            // the tracker's name for it
	Milestone       Text              // template of a milestone's title; one with an empty placeholder is left out
	Priority        map[string]string // report's priority -> tracker's name
	Assign          bool              // assign the report's assignees
	DefaultAssignee string            // e-mail or user id in Accounts, for when none of the report's assignees has an account
	Accounts        map[string]string // e-mail or user id -> this tracker's account
	Screenshot      string            // attach, link or off; empty: attach on Jira, link on GitHub, which takes no files
	Status          map[string]string // report's status -> tracker's status; on GitHub "open", "closed", "not_planned" or "duplicate"
	Versions        []Text            // on Jira: templates, affected versions
	FixVersions     []Text            // on Jira: likewise
	Parent          Text              // on Jira: template, key of an epic or another parent issue
	SecurityLevel   Text              // on Jira: template
	Reporter        string            // on Jira: ReporterAuthor, or an e-mail or user id in Accounts; empty: whose credentials these are
	PublishPersonal bool              // on GitHub: metadata, e-mail addresses and the like in public repositories too; elsewhere they always show
}

// Field is a tracker's field, by its name or id, and the template of its value.
type Field struct {
	Name  string
	Value Text
}

// Finding is a mistake in the configuration.
type Finding struct {
	At           string // the At of the part that is wrong
	Line, Column int    // where in that part, in characters from 1; 0: all of it, or not known
	Value        string // of a condition at At: the one that is wrong
	Form         bool   // it is the form of the configuration that is wrong: who has read it from a file has found that already
	Message      string // what is wrong and, where that can be guessed, what was meant
}
