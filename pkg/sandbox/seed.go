package sandbox

import (
	"fmt"
	"strings"
	"time"
)

// seedTime is when all that stands in the seed was made.
var seedTime = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func seedGitHub(cfg Config) github {
	var g github
	for _, u := range []ghUser{
		{login: "bugferry-bot", name: "Bugferry", assignable: true},
		{login: "quinn-dev", name: "Quinn", email: "quinn@example.com", assignable: true},
		{login: "ana-dev", name: "Ana", assignable: true},
		{login: "li-dev", name: "Li", assignable: true},
		{login: "sam-dev", name: "Sam", assignable: true},
		{login: "bo-dev", name: "Bo", assignable: true},
		{login: "cy-dev", name: "Cy", assignable: true},
		{login: "di-dev", name: "Di", assignable: true},
		{login: "ed-dev", name: "Ed", assignable: true},
		{login: "flo-dev", name: "Flo", assignable: true},
		{login: "gus-dev", name: "Gus", assignable: true}, // more of them than an issue can have
		{login: "outsider", name: "Olive Outsider", email: "olive@example.com"},
	} {
		u.id = g.nextID()
		g.users = append(g.users, &u)
	}
	g.tokens = map[string]time.Time{}
	if cfg.App != nil {
		g.app, g.bot = cfg.App, &ghUser{id: g.nextID(), login: cfg.App.Slug + "[bot]", name: cfg.App.Slug, bot: true}
	}
	usual := ghRepo{private: true, hasIssues: true, push: true}
	for _, name := range append([]string{"acme/web", "acme/api", "acme/shop", "acme/mobile", "bugferry/demo"}, cfg.Repos...) {
		if !g.add(name, usual) {
			cfg.Logger.Warn("not a repository's name, or there already", "repo", name)
		}
	}
	g.add("acme/archived", ghRepo{private: true, hasIssues: true, push: true, archived: true})
	g.add("acme/noissues", ghRepo{private: true, push: true})
	g.add("acme/public", ghRepo{hasIssues: true, push: true})
	g.add("quinn-dev/own", ghRepo{private: true, hasIssues: true, push: true})
	g.add("acme/readonly", ghRepo{private: true, hasIssues: true})
	return g
}

// add makes a repository with GitHub's usual first labels, unless the name is no owner/name or is taken.
func (g *github) add(name string, r ghRepo) bool {
	r.owner, r.name, _ = strings.Cut(name, "/")
	if r.owner == "" || r.name == "" || strings.ContainsAny(r.name, "/ ") || g.repo(r.owner, r.name) != nil {
		return false
	}
	r.id, r.made = g.nextID(), seedTime
	g.newLabel(&r, "bug", "d73a4a", "Something isn't working")
	g.newLabel(&r, "enhancement", "a2eeef", "New feature or request")
	g.newMilestone(&r, "2026.10", true)
	g.newMilestone(&r, "2026.11", false)
	g.repos = append(g.repos, &r)
	return true
}

var (
	issueTypes = []option{{"10001", "Bug"}, {"10002", "Task"}, {"10003", "Story"}}
	priorities = []option{{"1", "Highest"}, {"2", "High"}, {"3", "Medium"}, {"4", "Low"}, {"5", "Lowest"}}
	statuses   = []option{{"10100", "To Do"}, {"3", "In Progress"}, {"10101", "Done"}}
	trains     = []option{{"10201", "2026.10"}, {"10202", "2026.11"}, {"10203", "2026.12"}}
)

const defaultPriority = 2 // Medium

type category struct {
	number          int
	id, color, name string
}

var done = category{3, "done", "green", "Done"}

// statusCategories (by the status' name) are Jira's own, with their fixed ids.
var statusCategories = map[string]category{
	"To Do": {2, "new", "blue-gray", "To Do"}, "In Progress": {4, "indeterminate", "yellow", "In Progress"},
	"Done": done, "Rejected": done, "Closed": done,
}

func seedJira(kind *jiraKind, cfg Config) jira {
	j := jira{jiraKind: kind, lastID: 10_000, fields: seedFields()}
	j.users = []*jiraUser{
		{id: "712020:bot", login: "bugferry", name: "Bugferry", email: "bot@example.com", active: true, assignable: true},
		{id: "5b10ac8d82e05b22cc7d4ef5", login: "quinn", name: "Quinn", email: "quinn@example.com", active: true, assignable: true},
		{id: "5b10a2844c20165700ede21g", login: "ana", name: "Ana", email: "ana+qa@example.com", active: true, assignable: true},
		{id: "5b109f2e9729b51b54dc274d", login: "former", name: "Former Colleague", email: "former@example.com"},
		{id: "5b109f2e9729b51b54dc2001", login: "john", name: "John", email: "john@example.com", active: true, assignable: true},
		{id: "5b109f2e9729b51b54dc2002", login: "johnson", name: "Johnson", email: "john@example.com.example", active: true, assignable: true},
		{id: "5b109f2e9729b51b54dc2003", login: "ivy", name: "Ivy", email: "ivy@example.com", hidden: true, active: true, assignable: true},
	}
	j.self = j.users[0]
	for _, p := range [][2]string{{"WEB", "Web"}, {"API", "API"}, {"SHOP", "Shop"}, {"MOB", "Mobile"}, {"DEMO", "Demo"}} {
		j.add(p[0], p[1])
	}
	for _, key := range cfg.Projects {
		if !j.add(strings.ToUpper(key), key) {
			cfg.Logger.Warn("not a project key, or there already", "project", key)
		}
	}
	if j.add("STRICT", "Strict screen") {
		j.project("STRICT").demands = "customfield_10014"
	}
	if j.add("FLOW", "Strict workflow") {
		j.project("FLOW").ways = strictWays
	}
	if j.add("STEPS", "Stepwise workflow") {
		j.project("STEPS").ways = stepwise
	}
	return j
}

func (j *jira) add(key, name string) bool {
	if key == "" || strings.ContainsAny(key, "-/ ") || j.project(key) != nil {
		return false
	}
	p := &jiraProject{id: j.nextID(), key: key, name: name}
	for _, component := range []string{"Frontend", "Backend", "Checkout"} {
		p.components = append(p.components, option{fmt.Sprint(j.nextID()), component})
	}
	j.projects = append(j.projects, p)
	return true
}

func seedFields() []*jiraField {
	fields := []*jiraField{
		{id: "project", name: "Project", required: true, schema: object{"type": "project"}, set: setProject},
		{id: "issuetype", name: "Issue Type", required: true, schema: object{"type": "issuetype"}, set: setType},
		{id: "summary", name: "Summary", required: true, schema: object{"type": "string"}, set: setSummary},
		{id: "description", name: "Description", schema: object{"type": "string"}, set: setDescription},
		{id: "priority", name: "Priority", schema: object{"type": "priority"}, set: setPriority},
		{id: "labels", name: "Labels", schema: object{"type": "array", "items": "string"}, set: setLabels},
		{id: "components", name: "Components", schema: object{"type": "array", "items": "component"}, set: setComponents},
		{id: "assignee", name: "Assignee", schema: object{"type": "user"}, set: setAssignee},
		{id: "reporter", name: "Reporter", schema: object{"type": "user"}, set: setReporter},
	}
	for _, f := range fields {
		f.schema["system"] = f.id
	}
	custom := func(n int, name, kind, widget string, options []option, judge func(any, bool) string) {
		id := fmt.Sprintf("customfield_%d", n)
		fields = append(fields, &jiraField{
			id: id, name: name, options: options, set: setCustom(id, judge),
			schema: object{"type": kind, "custom": "com.atlassian.jira.plugin.system.customfieldtypes:" + widget, "customId": n},
		})
	}
	custom(10010, "Release train", "option", "select", trains, isOption("Release train", trains))
	custom(10011, "Environment", "string", "textfield", nil, isLine)
	custom(10012, "Story points", "number", "float", nil, isNumber)
	custom(10013, "Steps", "string", "textarea", nil, checkRich)
	custom(10014, "Team", "string", "textfield", nil, isLine)
	custom(10091, "Found on", "date", "datepicker", nil, isDate)
	custom(10092, "Squad", "string", "textfield", nil, isLine) // of one name with the next, as Jira lets fields be
	custom(10093, "Squad", "string", "textfield", nil, isLine)
	return append(fields, seedKinds()...)
}
