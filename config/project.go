package config

// AllProjects is the id of the project file that takes the projects without a file of their own.
const AllProjects = "*"

// What becomes of a report's screenshot.
const (
	ScreenshotAttach = "attach" // uploaded to the issue; Jira only
	ScreenshotLink   = "link"   // shown or linked from where BetterBugs keeps it
	ScreenshotOff    = "off"
)

// What a report that is shared again does to its issue.
const (
	UpdateEdit    = "edit"    // fields that no person changed are brought up to date
	UpdateComment = "comment" // the news come as a comment
	UpdateIgnore  = "ignore"
)

// Where a report goes whose bug has an issue already.
const (
	RerouteStay = "stay" // to the places where the bug is
	RerouteAdd  = "add"  // there, and where today's rules want it
)

// Who is shown to have reported a Jira issue, if not one of users.
const (
	ReporterAuthor = "true"  // who reported the bug
	ReporterNone   = "false" // whose credentials file it
)

// Project says what becomes of the reports of one or more BetterBugs projects.
type Project struct {
	File         string        `yaml:"-"`
	IDs          []Text        `yaml:"project" required:"the projectId of BetterBugs, a list of them, or \"*\"" nonempty:"true"`
	Name         string        `yaml:"name"`                   // for people; the file's name by default
	Enabled      bool          `yaml:"enabled" default:"true"` // false: its reports are kept unrouted, and not given to "*" either
	Defaults     Defaults      `yaml:"defaults"`               // of this file's destinations, before those of bugferry.yaml
	Destinations []Destination `yaml:"destinations" form:"named" nonempty:"true" required:"at least one place to file issues at"`
	Rules        []Rule        `yaml:"rules" nonempty:"true" required:"at least one, such as - to: [name of a destination]"`
	Unrouted     []Text        `yaml:"unrouted"` // destinations of the reports that no rule matches; by default they stay unrouted
	Reroute      string        `yaml:"reroute" default:"stay" enum:"stay|add"`
	Tests        []Test        `yaml:"tests"`
}

// Destination returns the destination of that name.
func (p Project) Destination(name string) (Destination, bool) {
	for _, destination := range p.Destinations {
		if destination.Name.Value == name {
			return destination, true
		}
	}
	return Destination{}, false
}

// Destination is a named place and how a report is mapped onto its fields. Exactly one of Project and Repo is given.
type Destination struct {
	At              Pos    `yaml:"-"`
	Name            Text   `yaml:"-" form:"name"`
	Enabled         bool   `yaml:"enabled" default:"true" own:"true"` // false: gets nothing, not even as a fallback; what is on its way waits
	Tracker         Text   `yaml:"tracker" own:"true" required:"the name of one of the trackers in bugferry.yaml"`
	Type            string `yaml:"-"`                                 // the tracker's type; empty if there is no such tracker
	Project         Text   `yaml:"project" own:"true" check:"jira"`   // Jira: the project's key
	Repo            Text   `yaml:"repo" own:"true" check:"repo"`      // GitHub: owner/name
	Title           Text   `yaml:"title"`                             // template; empty: the report's title
	IssueType       Text   `yaml:"issue_type"`                        // "Bug" by default on Jira; GitHub: one of the organisation's, none by default
	Milestone       Text   `yaml:"milestone"`                         // GitHub: template of an open milestone's title; none by default
	Priority        Pairs  `yaml:"priority" form:"named"`             // Jira: report's priority, in upper case -> Jira's name or id
	Labels          []Text `yaml:"labels"`                            // templates
	LabelColors     Colors `yaml:"label_colors" form:"named"`         // GitHub: label, as it comes out of its template -> six hex digits
	Components      []Text `yaml:"components"`                        // Jira
	Fields          Pairs  `yaml:"fields" form:"named"`               // Jira: custom field by name or customfield_NNNNN -> template
	Assign          bool   `yaml:"assign" default:"true"`             // give the issue to the report's assignees
	DefaultAssignee Text   `yaml:"default_assignee"`                  // one of users, for reports nobody is assigned to
	Screenshot      string `yaml:"screenshot" enum:"attach|link|off"` // attach by default on Jira, link on GitHub
	OnUpdate        string `yaml:"on_update" default:"edit" enum:"edit|comment|ignore"`
	Status          Pairs  `yaml:"status" form:"named"`              // report's status, in upper case -> status to reach
	Fallback        Text   `yaml:"fallback" own:"true"`              // destination that takes what cannot be filed here
	Versions        []Text `yaml:"versions"`                         // Jira: templates, affected versions
	FixVersions     []Text `yaml:"fix_versions"`                     // Jira: templates
	Parent          Text   `yaml:"parent"`                           // Jira: template, the key of an epic or another parent issue
	SecurityLevel   Text   `yaml:"security_level"`                   // Jira: template, the level's name
	Reporter        Text   `yaml:"reporter"`                         // Jira: true for who reported the bug, or one of users; false by default
	PublishPersonal bool   `yaml:"publish_personal" default:"false"` // GitHub: e-mails and metadata in public repositories, not in private ones alone
}

// Defaults are what destinations have where they do not say it themselves: any key of theirs but enabled, tracker, project, repo and
// fallback. A list or a value that a destination has replaces the default's; mappings are joined, name by name.
type Defaults Destination

// Colors are the colours of labels that are not there yet.
type Colors []Color

// Color is the colour of one label.
type Color struct {
	Label Text `yaml:"-" form:"name"`
	Value Text `yaml:"-" form:"value" check:"color"`
}

// Map returns the colours by label.
func (c Colors) Map() map[string]string {
	m := make(map[string]string, len(c))
	for _, color := range c {
		m[color.Label.Value] = color.Value.Value
	}
	return m
}

// Place returns the repository or the Jira project's key.
func (d Destination) Place() Text {
	if d.Type == Jira {
		return d.Project
	}
	return d.Repo
}

// Rule sends the reports that fulfil all its conditions to its destinations. A rule without conditions takes every report.
type Rule struct {
	At       Pos         `yaml:"-"`
	Name     Text        `yaml:"name"`                   // "rule N", counted from 1, if not given
	Enabled  bool        `yaml:"enabled" default:"true"` // false: matches nothing
	Match    []Condition `yaml:"match" form:"named"`     // all must hold
	When     Text        `yaml:"when"`                   // expression that must be true; empty: none
	To       []Text      `yaml:"to" required:"the destinations that get the report" nonempty:"true"`
	Continue bool        `yaml:"continue" default:"false"` // look at the next rules too
}

// Condition holds if what it says of the report's field is true: one of the values, none of not, present or missing.
type Condition struct {
	Field   Text   `yaml:"-" form:"name"`
	Values  []Text `yaml:"-" form:"value"`            // a value, a list of values, or /regex/: the field has one of them
	Not     []Text `yaml:"not" nonempty:"true"`       // a value, a list of values, or /regex/: the field has none of them; a missing field has none
	Present Text   `yaml:"present" enum:"true|false"` // true: the report has the field, with whatever value; false: it is missing or empty
}

// Empty says that the condition asks nothing.
func (c Condition) Empty() bool {
	return len(c.Values) == 0 && len(c.Not) == 0 && c.Present.Value == ""
}

// Test says where a report goes: one of a file, or one that stands here.
type Test struct {
	At      Pos    `yaml:"-"`
	Payload Text   `yaml:"payload"`                                            // a file with a report as BetterBugs sends it; relative to this file
	Path    string `yaml:"-"`                                                  // Payload, resolved
	Report  Inline `yaml:"report"`                                             // or the fields of a report, by BetterBugs' names, such as {priority: HIGH}
	Expect  []Text `yaml:"expect" required:"the destinations, or [] for none"` // in any order
}

// What names the test's report for a message.
func (t Test) What() string {
	if t.Payload.Value != "" {
		return "payload " + t.Payload.Value
	}
	return "report " + string(t.Report.JSON)
}

// Inline is a value of any form, as JSON.
type Inline struct {
	JSON []byte
	At   Pos
}
