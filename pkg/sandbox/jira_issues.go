package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

type jiraIssue struct {
	id          int64
	number      int
	project     *jiraProject
	summary     string
	description any
	issueType   option
	priority    option
	status      option
	resolution  *option // what a transition that asks for one was given
	labels      []string
	components  []option
	custom      map[string]any // by field id, as sent; of the system's fields those in seedKinds
	assignee    *jiraUser
	reporter    *jiraUser
	comments    []*jiraComment
	files       []*jiraFile
	links       []*RemoteLink
	properties  map[string]json.RawMessage
	created     time.Time
	updated     time.Time
}

func (i *jiraIssue) key() string { return fmt.Sprintf("%s-%d", i.project.key, i.number) }

func (i *jiraIssue) page(site string) string { return site + "/browse/" + i.key() }

// issue finds by key, a former one too, or id.
func (j *jira) issue(keyOrID string) *jiraIssue {
	id, _ := strconv.ParseInt(keyOrID, 10, 64)
	key, number, _ := strings.Cut(keyOrID, "-")
	n, _ := strconv.Atoi(number)
	for _, i := range j.issues {
		if i.id == id || i.number == n && strings.EqualFold(i.project.key, key) {
			return i
		}
	}
	return j.former[strings.ToUpper(keyOrID)]
}

// draft is a copy that setters may work on.
func (i *jiraIssue) draft() jiraIssue {
	d := *i
	d.custom, d.properties = maps.Clone(i.custom), maps.Clone(i.properties)
	return d
}

func (i *jiraIssue) public(kind *jiraKind, base string) JiraIssue {
	site := base + kind.site
	p := JiraIssue{
		Tracker: kind.name, Key: i.key(), Project: i.project.key, Summary: i.summary, Description: i.description, IssueType: i.issueType.name,
		Priority: i.priority.name, Labels: append([]string{}, i.labels...), Components: []string{}, Fields: maps.Clone(i.custom),
		Status: i.status.name, Comments: []Comment{}, Attachments: []Attachment{}, RemoteLinks: []RemoteLink{}, URL: i.page(site),
	}
	if i.assignee != nil {
		p.Assignee = kind.account(i.assignee)
	}
	for _, c := range i.components {
		p.Components = append(p.Components, c.name)
	}
	for _, m := range i.comments {
		p.Comments = append(p.Comments, Comment{ID: m.id, Author: kind.account(m.author), Body: m.body, At: m.at})
	}
	for _, f := range i.files {
		p.Attachments = append(p.Attachments, f.public(site))
	}
	for _, l := range i.links {
		p.RemoteLinks = append(p.RemoteLinks, *l)
	}
	return p
}

// jiraInput is the body of a create or an edit.
type jiraInput struct {
	Fields     object              `json:"fields"`
	Update     map[string][]object `json:"update"`
	Properties []jiraProperty      `json:"properties"`
}

func jiraDecode(c *call, into any) *answer {
	if err := c.decode(into); err != nil {
		a := jiraError(http.StatusBadRequest, "There was an error parsing JSON. Check that your request body is valid.")
		return &a
	}
	return nil
}

func (j *jira) createIssue(c *call) answer {
	var in jiraInput
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	d := jiraIssue{
		priority: priorities[defaultPriority], status: statuses[0], labels: []string{}, custom: map[string]any{},
		properties: map[string]json.RawMessage{}, reporter: j.self, created: c.now,
	}
	wrong := j.fill(&d, in.Fields, c.adf())
	if len(wrong) == 0 {
		wrong = j.update(c, &d, in.Update)
	}
	for _, f := range j.fields {
		if _, sent := in.Fields[f.id]; f.required && !sent {
			wrong[f.id] = requiredFields[f.id]
		}
	}
	if d.project != nil && d.project.demands != "" {
		if v, sent := in.Fields[d.project.demands]; !sent || v == nil {
			wrong[d.project.demands] = j.field(d.project.demands).name + " is required."
		}
	}
	for _, p := range in.Properties {
		if why := d.setProperty(p.Key, p.Value); why != "" {
			wrong["properties"] = why
		}
	}
	if len(wrong) > 0 {
		return jiraInvalid(wrong)
	}
	d.project.issues++
	d.id, d.number = j.nextID(), d.project.issues
	j.keep(c, &d, d)
	j.issues = append(j.issues, &d)
	return created(object{"id": fmt.Sprint(d.id), "key": d.key(), "self": d.self(c)})
}

// requiredFields says what Jira answers where a required field was not sent.
var requiredFields = map[string]string{
	"project":   "valid project is required",
	"summary":   "You must specify a summary of the issue.",
	"issuetype": "Specify an issue type",
}

func (j *jira) editIssue(c *call, i *jiraIssue) answer {
	var in jiraInput
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	if len(in.Fields) == 0 && len(in.Update) == 0 && len(in.Properties) == 0 {
		return jiraError(http.StatusBadRequest, "one of 'fields' or 'update' required")
	}
	d := i.draft()
	wrong := j.fill(&d, in.Fields, c.adf())
	if i.frozen() {
		wrong = i.offScreen(in)
	}
	maps.Copy(wrong, j.update(c, &d, in.Update))
	if _, moved := in.Fields["project"]; moved && d.project != i.project {
		wrong["project"] = notOnScreen("project")
	}
	for _, p := range in.Properties {
		if why := d.setProperty(p.Key, p.Value); why != "" {
			wrong["properties"] = why
		}
	}
	if len(wrong) > 0 {
		return jiraInvalid(wrong)
	}
	j.keep(c, i, d)
	return noContent()
}

func (j *jira) keep(c *call, i *jiraIssue, d jiraIssue) {
	d.updated = c.now
	*i = d
}

// update does the verbs set, add and remove: on labels and components item by item, comments can be added, anything
// else only set.
func (j *jira) update(c *call, d *jiraIssue, verbs map[string][]object) map[string]string {
	wrong := map[string]string{}
	for id, steps := range verbs {
		for _, step := range steps {
			for verb, v := range step {
				if why := j.updateOne(c, d, id, verb, v); why != "" {
					wrong[id] = why
				}
			}
		}
	}
	return wrong
}

func (j *jira) updateOne(c *call, d *jiraIssue, id, verb string, v any) string {
	f := j.field(id)
	switch {
	case id == "comment" && verb == "add":
		o, _ := v.(object)
		m, why := j.newComment(c, o)
		if why == "" {
			d.comments = append(slices.Clip(d.comments), m)
		}
		return why
	case f == nil:
		return notOnScreen(id)
	case verb == "set":
		return f.set(j, d, v, c.adf())
	case id == "labels" && (verb == "add" || verb == "remove"):
		return setLabels(j, d, edited(anys(d.labels), v, verb), c.adf())
	case id == "components" && (verb == "add" || verb == "remove"):
		have := []any{}
		for _, o := range d.components {
			have = append(have, object{"name": o.name})
		}
		return setComponents(j, d, edited(have, v, verb), c.adf())
	}
	return fmt.Sprintf("Field '%s' does not support update '%s'", id, verb)
}

// edited is the list with v added or removed.
func edited(list []any, v any, verb string) []any {
	if verb == "add" {
		return append(list, v)
	}
	return slices.DeleteFunc(list, func(one any) bool { return fmt.Sprint(one) == fmt.Sprint(v) })
}

func anys(list []string) []any {
	out := []any{}
	for _, s := range list {
		out = append(out, s)
	}
	return out
}

func (j *jira) putAssignee(c *call, i *jiraIssue) answer {
	var in object
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	d := i.draft()
	if in[j.userKey] == "-1" { // the project's default, which is nobody here
		in[j.userKey] = nil
	}
	why := setAssignee(j, &d, in, c.adf())
	if i.frozen() {
		why = notOnScreen("assignee")
	}
	if why != "" {
		return jiraInvalid(map[string]string{"assignee": why})
	}
	j.keep(c, i, d)
	return noContent()
}
