package config

import "strings"

// github refuses what only Jira has.
func (c *checker) github(project Project, d Destination) {
	c.belongs(project, d, Jira, map[string]string{
		"project":    "in GitHub a place is named by repo: owner/name",
		"priority":   `in GitHub a priority is a label, such as "priority:{{ .Priority | lower }}"`,
		"components": "in GitHub labels do this",
		"fields":     "GitHub's issues have no custom fields",
	})
	if !c.has(project.File, d.Name.Key+".repo") {
		c.mistake(d.Name, "has no repo; expected owner/name, such as repo: acme/web")
	}
	c.colors(d)
	if d.Screenshot == ScreenshotAttach {
		c.mistake(c.key(project.File, d.Name.Key+".screenshot", d.At),
			"attach belongs to Jira, GitHub takes no attachments; link shows the picture in the issue")
	}
}

// colors refuses a label that has two.
func (c *checker) colors(d Destination) {
	seen := map[string]bool{}
	for _, color := range d.LabelColors {
		name := strings.ToLower(color.Label.Value)
		if seen[name] {
			c.mistake(color.Label, "stands here a second time; case makes no difference in GitHub's labels")
		}
		seen[name] = true
	}
}

// jira refuses what only GitHub has.
func (c *checker) jira(project Project, d Destination) {
	c.belongs(project, d, GitHub, map[string]string{
		"repo":             "in Jira a place is named by project: KEY",
		"label_colors":     "Jira's labels have no colours",
		"milestone":        "in Jira a version is set by fields, such as Fix versions",
		"publish_personal": "it is about public repositories",
	})
	if !c.has(project.File, d.Name.Key+".project") {
		c.mistake(d.Name, "has no project; expected the key of a Jira project, such as project: WEB")
	}
	for _, field := range d.Fields {
		if key, ok := reserved[strings.ToLower(field.Name.Value)]; ok {
			c.mistake(field.Name, "is not a custom field; the key %s was meant", key)
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
}
