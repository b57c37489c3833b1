package config

import (
	"regexp"
	"slices"
	"strings"
)

// The keys of destinations that belong to one type of tracker, with what does the same at the other.
var (
	onlyJira = map[string]string{
		"project":    "in GitHub a place is named by repo: owner/name",
		"priority":   `in GitHub a priority is a label, such as "priority:{{ .Priority | lower }}"`,
		"components": "in GitHub labels do this",
		"fields":     "GitHub's issues have no custom fields",

		"versions":       "in GitHub labels do this",
		"fix_versions":   "in GitHub labels do this",
		"parent":         "GitHub's issues are filed without one",
		"security_level": "in GitHub the whole repository is public or private",
		"reporter":       "a GitHub issue is by the account whose token files it",
	}
	onlyGitHub = map[string]string{
		"repo":             "in Jira a place is named by project: KEY",
		"label_colors":     "Jira's labels have no colours",
		"milestone":        "in Jira a version is set by fields, such as Fix versions",
		"publish_personal": "it is about public repositories",
	}
)

// github refuses what only Jira has.
func (c *checker) github(project Project, d Destination) {
	c.belongs(project, d, Jira, onlyJira)
	if !c.has(project.File, d.Name.Key+".repo") {
		c.mistake(d.Name, "has no repo; expected owner/name, such as repo: acme/web")
	}
	c.colors(d)
	for _, status := range d.Status {
		if to := status.Value; to.Value != "" && !slices.Contains(githubStates, to.Value) {
			c.mistake(to, "%q is no state of a GitHub issue; expected one of %s%s", to, list(githubStates), near(to.Value, githubStates))
		}
	}
	if d.Screenshot == ScreenshotAttach {
		c.mistake(c.key(project.File, d.Name.Key+".screenshot", d.At),
			"attach belongs to Jira, GitHub takes no attachments; link shows the picture in the issue")
	}
}

// githubStates are those a GitHub issue can be brought to; completed is closed, by its reason.
var githubStates = []string{"open", "closed", "completed", "not_planned", "duplicate"}

// jira refuses what only GitHub has.
func (c *checker) jira(project Project, d Destination) {
	c.belongs(project, d, GitHub, onlyGitHub)
	if !c.has(project.File, d.Name.Key+".project") {
		c.mistake(d.Name, "has no project; expected the key of a Jira project, such as project: WEB")
	}
	c.parent(d)
	c.reporter(d)
	c.fields(d)
}

func (c *checker) fields(d Destination) {
	for _, field := range d.Fields {
		if key, ok := reserved[strings.ToLower(field.Name.Value)]; ok {
			c.mistake(field.Name, "is not a custom field; the key %s was meant", key)
		}
	}
}

var jiraIssue = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*-[0-9]+$`)

func (c *checker) parent(d Destination) {
	if parent := d.Parent; parent.Value != "" && !strings.Contains(parent.Value, "{{") && !jiraIssue.MatchString(parent.Value) {
		c.mistake(parent, "%q is not the key of an issue; expected one such as WEB-12, or a template", parent)
	}
}

func (c *checker) reporter(d Destination) {
	switch person := d.Reporter; person.Value {
	case "", ReporterAuthor, ReporterNone:
	default:
		if c.account(person, d) == "" {
			c.mistake(person, "users in bugferry.yaml has no account of %q at %s; expected true, for who reported the bug, or one of users", person, d.Tracker)
		}
	}
}

// belongs reports the keys of d that belong to the other tracker type, with what does the same here.
func (c *checker) belongs(project Project, d Destination, other string, keys map[string]string) {
	owner := map[string]string{GitHub: "GitHub", Jira: "Jira"}[other]
	for key, instead := range keys {
		full := d.Name.Key + "." + key
		if c.has(project.File, full) {
			c.mistake(c.key(project.File, full, d.At), "belongs to %s, and %s is a %s tracker; %s", owner, d.Tracker, d.Type, instead)
		}
	}
}

// reserved are the names of Jira's own fields, with the key that sets them.
var reserved = map[string]string{
	"summary":     "title",
	"labels":      "labels",
	"components":  "components",
	"component/s": "components",
	"priority":    "priority",
	"issuetype":   "issue_type",
	"issue type":  "issue_type",
	"assignee":    "default_assignee",
	"project":     "project",
	"status":      "status",
	"attachment":  "screenshot",

	"versions":          "versions",
	"affects versions":  "versions",
	"affects version/s": "versions",
	"fixversions":       "fix_versions",
	"fix versions":      "fix_versions",
	"fix version/s":     "fix_versions",
	"parent":            "parent",
	"security":          "security_level",
	"security level":    "security_level",
	"reporter":          "reporter",
}
