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
	File string `yaml:"-"`
	// The projectId of BetterBugs, a list of them, or `"*"` for all projects without a file of their own.
	IDs []Text `yaml:"project" required:"the projectId of BetterBugs, a list of them, or \"*\"" nonempty:"true" example:"68088dd3077eafee5d46cf86"`
	// A name for people; the file's name by default.
	Name string `yaml:"name" example:"Web shop"`
	// `false`: its reports are kept unrouted, and not given to `"*"` either.
	Enabled bool `yaml:"enabled" default:"true"`
	// What destinations have where they do not say it: any of their keys but `enabled`, `tracker`, `project`, `repo` and
	// `fallback`. Goes before `defaults` in bugferry.yaml. A list or value of the destination replaces the default's, mappings are
	// joined by name; what the tracker's type does not have is left out.
	Defaults Defaults `yaml:"defaults" example:"{labels: [betterbugs], assign: false}"`
	// The places to file issues at, by names of your own.
	Destinations []Destination `yaml:"destinations" form:"named" nonempty:"true" required:"at least one place to file issues at" entries:"web-jira,web-github"`
	// Which report goes where. They are looked at in this order, and the first that matches wins.
	Rules []Rule `yaml:"rules" nonempty:"true" required:"at least one, such as - to: [name of a destination]" entries:"1,2"`
	// Destinations of the reports that no rule matches; they stay unrouted by default.
	Unrouted []Text `yaml:"unrouted" example:"[web-github]"`
	// Where a report goes whose bug has an issue: `stay` is where that is, `add` also where the rules want it today.
	Reroute string `yaml:"reroute" default:"stay" enum:"stay|add"`
	// Reports and where they must go; run by `bugferry check`.
	Tests []Test `yaml:"tests" entries:"1,2"`
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
	At   Pos  `yaml:"-"`
	Name Text `yaml:"-" form:"name"`
	// `false`: gets nothing, not even as a fallback; what is on its way waits until it is true again.
	Enabled bool `yaml:"enabled" default:"true" own:"true"`
	// One of the trackers in bugferry.yaml, by its name.
	Tracker Text   `yaml:"tracker" own:"true" required:"the name of one of the trackers in bugferry.yaml" example:"jira" example2:"github"`
	Type    string `yaml:"-"` // the tracker's type; empty if there is no such tracker
	// Jira, required: the project's key.
	Project Text `yaml:"project" for:"jira" own:"true" check:"jira" example:"WEB" live:"1"`
	// GitHub, required: the repository, as owner/name.
	Repo Text `yaml:"repo" for:"github" own:"true" check:"repo" example2:"acme/web" live:"2"`
	// A template; the report's title by default.
	Title Text `yaml:"title" example:"\"[{{ .Priority }}] {{ .Title }}\""`
	// A template in HTML of what the issue says, in place of the usual; docs/rules.md has its parts. It serves every tracker.
	Body Text `yaml:"body" example:"\"{{ .Links }}<h3>What happened</h3>{{ .Description }}{{ .Screenshot }}{{ .Facts }}\""`
	// Jira: `Bug` by default. GitHub: one of the organisation's issue types; none by default.
	IssueType Text `yaml:"issue_type" example:"Bug" live:"1"`
	// GitHub: a template of an open milestone's title; none by default.
	Milestone Text `yaml:"milestone" for:"github" example2:"\"{{ .CustomFields.train }}\""`
	// Jira: the report's priority -> the name or id of Jira's. What is not here is not sent.
	Priority Pairs `yaml:"priority" form:"named" for:"jira" example:"{URGENT: Highest, HIGH: High, MEDIUM: Medium, LOW: Low}"`
	// Templates; none by default.
	Labels []Text `yaml:"labels" example:"[betterbugs, \"{{ .Type | lower }}\"]" example2:"[bug, betterbugs, \"priority:{{ .Priority | lower }}\"]"`
	// GitHub: of labels that are not there yet, as they come out of the templates: six hex digits; GitHub's grey by default.
	LabelColors Colors `yaml:"label_colors" form:"named" for:"github" example2:"{bug: d73a4a, \"priority:high\": b60205}"`
	// Jira: none by default.
	Components []Text `yaml:"components" for:"jira" example:"[Frontend]"`
	// Jira: a custom field, by name or as customfield_NNNNN -> a template; what comes out empty is not sent. Text, numbers, dates,
	// URLs, people (one of users, or an account id), versions; several of a list with commas, two levels as `Parent > Child`.
	// `Due date` is set here as well. Groups cannot be set.
	Fields Pairs `yaml:"fields" form:"named" for:"jira" example:"{Release train: \"{{ .CustomFields.train }}\"}"`
	// Give the issue to the report's assignees, by `users` in bugferry.yaml.
	Assign bool `yaml:"assign" default:"true"`
	// One of `users`, for reports that nobody is assigned to; none by default.
	DefaultAssignee Text `yaml:"default_assignee" example:"quinn@example.com"`
	// The picture of the report: `attach` it (Jira only, and the default there), `link` it (the default on GitHub) or `off`.
	Screenshot string `yaml:"screenshot" enum:"attach|link|off" example:"attach" example2:"link" live:"12"`
	// What a report that is shared again does to its issue: `edit` brings up to date what no person changed, `comment` tells the
	// news in a comment, `ignore` does nothing.
	OnUpdate string `yaml:"on_update" default:"edit" enum:"edit|comment|ignore"`
	// The report's status -> the status that the issue should reach. What is not here changes nothing. GitHub's are `open`,
	// `closed` (or `completed`), `not_planned` and `duplicate`.
	Status Pairs `yaml:"status" form:"named" example:"{CLOSED: Done, OPEN: To Do}" example2:"{CLOSED: closed, HOLD: not_planned}"`
	// The destination that takes what cannot be filed here; none by default.
	Fallback Text `yaml:"fallback" own:"true" example:"web-github"`
	// Jira: the affected versions, templates; none by default.
	Versions []Text `yaml:"versions" for:"jira" example:"[\"{{ .CustomFields.version }}\"]"`
	// Jira: templates; none by default.
	FixVersions []Text `yaml:"fix_versions" for:"jira" example:"[2026.10]"`
	// Jira: a template, the key of an epic or another parent issue; none by default.
	Parent Text `yaml:"parent" for:"jira" example:"WEB-12"`
	// Jira: a template, a security level's name; the project's own by default.
	SecurityLevel Text `yaml:"security_level" for:"jira" example:"Staff"`
	// Jira: `true` for who reported the bug, by `users` in bugferry.yaml; or one of users. By default whose token it is. The
	// account needs the permission Modify Reporter.
	Reporter Text `yaml:"reporter" for:"jira" example:"true"`
	// GitHub: `true` puts e-mail addresses and metadata into issues of public repositories too, not of private ones alone.
	PublishPersonal bool `yaml:"publish_personal" for:"github" default:"false" example2:"false" live:"2"`
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
	At Pos `yaml:"-"`
	// `rule 1`, `rule 2` … by default.
	Name Text `yaml:"name" example:"urgent goes to Jira" example2:"everything goes to GitHub" live:"12"`
	// `false`: matches nothing.
	Enabled bool `yaml:"enabled" default:"true"`
	// A field of the report -> a value, a list of values, or `/regex/`; all fields must match. Without `match` and `when` a rule
	// takes every report.
	Match []Condition `yaml:"match" form:"named" entries:"type" example:"priority: [URGENT, HIGH]" live:"1"`
	// An expression that must be true as well; none by default.
	When Text `yaml:"when" example:"'report.type == \"screenshot\"'"`
	// The destinations that get the report.
	To []Text `yaml:"to" required:"the destinations that get the report" nonempty:"true" example:"[web-jira]" example2:"[web-github]"`
	// `true`: go on to the next rules all the same.
	Continue bool `yaml:"continue" default:"false"`
}

// Condition holds if what it says of the report's field is true: one of the values, none of not, present or missing.
type Condition struct {
	Field  Text   `yaml:"-" form:"name"`
	Values []Text `yaml:"-" form:"value"` // the field has one of them
	// None of these, written likewise; a report without the field has none of them.
	Not []Text `yaml:"not" nonempty:"true" example:"screenRecording"`
	// `true`: there, with whatever value; `false`: missing or empty.
	Present Text `yaml:"present" enum:"true|false" example:"true"`
}

// Empty says that the condition asks nothing.
func (c Condition) Empty() bool {
	return len(c.Values) == 0 && len(c.Not) == 0 && c.Present.Value == ""
}

// Test says where a report goes: one of a file, or one that stands here.
type Test struct {
	At Pos `yaml:"-"`
	// A file with a report as BetterBugs sends it; relative to this file.
	Payload Text   `yaml:"payload" example:"sample.json" live:"1"`
	Path    string `yaml:"-"` // Payload, resolved
	// In place of a file: the fields of a report, by BetterBugs' names.
	Report Inline `yaml:"report" example2:"{priority: LOW}" live:"2"`
	// The destinations it must go to, in any order; `[]` for none.
	Expect []Text `yaml:"expect" required:"the destinations, or [] for none" example:"[web-jira]" example2:"[web-github]"`
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
