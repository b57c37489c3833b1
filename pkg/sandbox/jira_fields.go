package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Jira's limits. Lengths are counted as Java counts them, in UTF-16 units.
const (
	maxSummary  = 255
	maxRichText = 32_767 // jira.text.field.character.limit, the default
	maxLine     = 255    // a single-line text field, and each label
)

// jiraField is a field that can be set: how it is described, and what it takes.
type jiraField struct {
	id       string
	name     string
	required bool
	schema   object
	options  []option // of a select list
	// set puts the value into the draft, or returns Jira's word against it. The draft is a copy: what set puts there
	// replaces what was, it never changes it in place.
	set func(j *jira, d *jiraIssue, v any, adf bool) string
	// show is how Jira shows what was set; nil: as it was sent, an option in full.
	show func(j *jira, c *call, v any) any
	// allow lists the values of a field whose choice is not in options.
	allow func(j *jira, c *call, p *jiraProject) []object
}

// option is a value one can choose: of a select list, a priority, a type, a component, a status.
type option struct{ id, name string }

// named finds the option that {"id": …} or, under nameKey, {"name": …} means; nil if there is none.
func named(in []option, v any, nameKey string) *option {
	o, _ := v.(object)
	id, byID := o["id"]
	for i := range in {
		if byID && in[i].id == fmt.Sprint(id) || !byID && in[i].name == o[nameKey] {
			return &in[i]
		}
	}
	return nil
}

func (f *jiraField) custom() bool { return strings.HasPrefix(f.id, "customfield_") }

func (j *jira) field(id string) *jiraField {
	for _, f := range j.fields {
		if f.id == id {
			return f
		}
	}
	return nil
}

// fill sets fields of the draft and returns Jira's words against them, by field.
func (j *jira) fill(d *jiraIssue, fields object, adf bool) map[string]string {
	wrong := map[string]string{}
	for _, f := range j.fields { // in their order: the project first, because others depend on it
		v, sent := fields[f.id]
		if !sent {
			continue
		}
		if why := f.set(j, d, v, adf); why != "" {
			wrong[f.id] = why
		}
	}
	for id := range fields {
		if j.field(id) == nil {
			wrong[id] = notOnScreen(id)
		}
	}
	return wrong
}

func notOnScreen(id string) string {
	return fmt.Sprintf("Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", id)
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func setSummary(_ *jira, d *jiraIssue, v any, _ bool) string {
	s, isText := v.(string)
	switch {
	case v != nil && !isText:
		return "Operation value must be a string"
	case strings.TrimSpace(s) == "":
		return "You must specify a summary of the issue."
	case strings.ContainsAny(s, "\n\r"):
		return "The summary is invalid because it contains newline characters."
	case units(s) > maxSummary:
		return "Summary can't exceed 255 characters."
	}
	d.summary = s
	return ""
}

func setDescription(_ *jira, d *jiraIssue, v any, adf bool) string {
	if why := checkRich(v, adf); why != "" {
		return why
	}
	d.description = v
	return ""
}

// checkRich judges rich text: an Atlassian Document in version 3, a string of wiki markup in version 2.
func checkRich(v any, adf bool) string {
	text, isText := v.(string)
	switch {
	case v == nil:
		return ""
	case adf && !isADF(v):
		return "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
	case adf && !validADF(v, 0):
		return "INVALID_INPUT" // Jira says no more than this, wherever the fault lies
	case !adf && !isText:
		return "Operation value must be a string"
	case adf:
		text = adfText(v)
	}
	if units(text) > maxRichText {
		return "The entered text is too long. It exceeds the allowed limit of 32,767 characters."
	}
	return ""
}

func setProject(j *jira, d *jiraIssue, v any, _ bool) string {
	o, _ := v.(object)
	for _, by := range []string{"key", "id"} {
		if s, is := o[by].(string); is {
			d.project = j.project(s)
		}
	}
	if d.project == nil {
		return "valid project is required"
	}
	return ""
}

func setType(_ *jira, d *jiraIssue, v any, _ bool) string {
	t := named(issueTypes, v, "name")
	if t == nil {
		return "Specify a valid issue type"
	}
	d.issueType = *t
	return ""
}

func setPriority(_ *jira, d *jiraIssue, v any, _ bool) string {
	if v == nil {
		d.priority = priorities[defaultPriority]
		return ""
	}
	p := named(priorities, v, "name")
	if p == nil {
		return "The priority selected is invalid."
	}
	d.priority = *p
	return ""
}

func setLabels(_ *jira, d *jiraIssue, v any, _ bool) string {
	list, isList := v.([]any)
	if v != nil && !isList {
		return "data was not an array"
	}
	labels := []string{}
	for _, one := range list {
		l, isText := one.(string)
		switch {
		case !isText:
			return "string expected at index " + strconv.Itoa(len(labels))
		case strings.ContainsAny(l, " \t\r\n"):
			return fmt.Sprintf("The label '%s' contains spaces which is invalid.", l)
		case units(l) > maxLine:
			return fmt.Sprintf("The label '%s' is too long. It exceeds the allowed limit of 255 characters.", l)
		case l != "" && !slices.Contains(labels, l):
			labels = append(labels, l)
		}
	}
	d.labels = labels
	return ""
}

func setComponents(_ *jira, d *jiraIssue, v any, _ bool) string {
	list, isList := v.([]any)
	if v != nil && !isList {
		return "data was not an array"
	}
	if d.project == nil {
		return ""
	}
	chosen := []option{}
	for _, one := range list {
		c := named(d.project.components, one, "name")
		if c == nil {
			o, _ := one.(object)
			return fmt.Sprintf("Component name '%v' is not valid", o["name"])
		}
		if !slices.Contains(chosen, *c) {
			chosen = append(chosen, *c)
		}
	}
	d.components = chosen
	return ""
}

func setAssignee(j *jira, d *jiraIssue, v any, _ bool) string {
	u, why := j.named(v)
	switch {
	case why != "":
		return why
	case u != nil && !u.assignable:
		return fmt.Sprintf("User '%s' cannot be assigned issues.", j.account(u))
	}
	d.assignee = u
	return ""
}

func setReporter(j *jira, d *jiraIssue, v any, _ bool) string {
	u, why := j.named(v)
	if why == "" && u != nil {
		d.reporter = u
	}
	return why
}

// named reads the user that a value means: {"name": …} at Data Center, {"accountId": …} or {"id": …} at Cloud.
func (j *jira) named(v any) (*jiraUser, string) {
	o, isObject := v.(object)
	if v != nil && !isObject {
		return nil, "data was not an object"
	}
	if !j.cloud {
		return j.namedAtDataCenter(v, o)
	}
	for name := range o {
		switch name {
		case "accountId", "id":
		case "name", "key":
			return nil, fmt.Sprintf("'%s' is not supported in GDPR strict mode, use 'accountId'", name)
		default:
			return nil, fmt.Sprintf("Unrecognized field \"%s\"", name)
		}
	}
	id, given := o["accountId"]
	if !given {
		id = o["id"]
	}
	if id == nil {
		return nil, ""
	}
	text, _ := id.(string)
	if u := j.user(text); u != nil {
		return u, ""
	}
	return nil, "Specify a valid value for assignee"
}

// setCustom makes the setter of a custom field from what judges its value.
func setCustom(id string, judge func(v any, adf bool) string) func(*jira, *jiraIssue, any, bool) string {
	return func(_ *jira, d *jiraIssue, v any, adf bool) string {
		if v == nil {
			delete(d.custom, id) // the draft has its own map
			return ""
		}
		if why := judge(v, adf); why != "" {
			return why
		}
		d.custom[id] = v
		return ""
	}
}

func isLine(v any, _ bool) string {
	s, isText := v.(string)
	switch {
	case !isText:
		return "Operation value must be a string"
	case units(s) > maxLine:
		return "The entered text is too long. It exceeds the allowed limit of 255 characters."
	}
	return ""
}

func isNumber(v any, _ bool) string {
	if _, is := v.(json.Number); !is {
		return "Operation value must be a number"
	}
	return ""
}

func isDate(v any, _ bool) string {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "Operation value must be a string in yyyy-MM-dd format"
	}
	return ""
}

func isOption(name string, options []option) func(any, bool) string {
	return func(v any, _ bool) string {
		o, isObject := v.(object)
		switch {
		case !isObject:
			return fmt.Sprintf("Specify a valid 'id' or 'name' for %s", name)
		case named(options, v, "value") == nil && o["value"] != nil:
			return fmt.Sprintf("Option value '%v' is not valid", o["value"])
		case named(options, v, "value") == nil:
			return fmt.Sprintf("Option id '%v' is not valid", o["id"])
		}
		return ""
	}
}
