package rehearsal

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Jira returns a tape for the Jira at base. Through next, if it is not nil, Jira itself is asked what it has; otherwise it has every
// type, priority, component, version and field that is asked for, each with its name for an id, and custom fields are lines of text.
func Jira(base string, cloud bool, next http.RoundTripper) (*Tape, error) {
	t, err := newTape(base, next)
	if err == nil {
		t.standIn = &jira{wish: &t.wish, cloud: cloud, issues: map[string]object{}}
	}
	return t, err
}

type jira struct {
	*wish
	cloud  bool
	issues map[string]object // as they stand now, by key: those that were written to
}

var (
	jiraPath  = regexp.MustCompile(`^rest/api/[23]/(.*)$`)
	jiraIssue = regexp.MustCompile(`^issue/([A-Za-z][A-Za-z0-9_]*-[0-9]+)(?:/(.*))?$`)
	jiraTypes = regexp.MustCompile(`^issue/createmeta/[^/]+/issuetypes$`)
	jiraType  = regexp.MustCompile(`^issue/createmeta/[^/]+/issuetypes/[^/]+$`)
	newKey    = regexp.MustCompile(`/issue/[A-Za-z][A-Za-z0-9_]*-0(/|$)`) // Jira counts from 1
)

func (j *jira) read(path string) (a answer, own bool) {
	below := ""
	if found := jiraPath.FindStringSubmatch(path); found != nil {
		below = found[1]
	}
	if at := jiraIssue.FindStringSubmatch(below); at != nil {
		return j.readIssue(at[1], at[2])
	}
	switch {
	case below == "serverInfo" && j.cloud:
		return answer{http.StatusOK, object{"deploymentType": "Cloud"}}, false
	case below == "serverInfo":
		return answer{http.StatusOK, object{"deploymentType": "Server"}}, false
	case jiraTypes.MatchString(below):
		return answer{http.StatusOK, object{"total": 1, "issueTypes": chosen(j.kind())}}, false
	case jiraType.MatchString(below):
		fields := j.fields()
		return answer{http.StatusOK, object{"total": len(fields), "fields": fields}}, false
	case below == "user/assignable/search":
		return answer{http.StatusOK, []object{}}, false
	case strings.HasPrefix(below, "search"):
		return answer{http.StatusOK, object{"issues": []object{}, "total": 0, "isLast": true}}, false
	}
	return answer{http.StatusNotFound, object{"errorMessages": []string{"Not Found"}}}, false
}

func (j *jira) readIssue(key, below string) (a answer, own bool) {
	issue, written := j.issues[key]
	own = written && (below == "" || strings.HasSuffix(key, "-0"))
	switch {
	case written && below == "":
		return answer{http.StatusOK, issue}, own
	case below == "": // the parent of another
		return answer{http.StatusOK, object{"id": key, "key": key, "fields": object{}}}, own
	case below == "transitions":
		to := j.expected().Status
		return answer{http.StatusOK, object{"transitions": []object{{"id": to, "to": object{"id": to, "name": to}}}}}, own
	}
	return answer{http.StatusOK, object{"comments": []object{}, "total": 0}}, own
}

// kind is the name of the issue's type.
func (j *jira) kind() string {
	if kind := strings.TrimSpace(j.expected().Type); kind != "" {
		return kind
	}
	return "Bug"
}

// chosen lists values that can be chosen, with names for ids.
func chosen(names ...string) []object {
	values := []object{}
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			values = append(values, object{"id": name, "name": name})
		}
	}
	return values
}

// systemNames are Jira's names of those of its fields that a destination sets under its own fields.
var systemNames = map[string]string{"duedate": "Due date", "environment": "Environment"}

var customField = regexp.MustCompile(`^customfield_[0-9]+$`)

// fields are those of the create screen.
func (j *jira) fields() []object {
	issue := j.expected()
	list := func(id, items string, names ...string) object {
		return object{"fieldId": id, "name": id, "schema": object{"type": "array", "items": items}, "allowedValues": chosen(names...)}
	}
	fields := []object{
		list("components", "component", issue.Components...), list("versions", "version", issue.Versions...),
		list("fixVersions", "version", issue.FixVersions...), list("priority", "", issue.Priority), list("security", "", issue.Security),
	}
	for _, id := range []string{"summary", "description", "issuetype", "project", "labels", "assignee", "reporter", "parent"} {
		fields = append(fields, object{"fieldId": id, "name": id})
	}
	for id, name := range systemNames {
		kind := map[string]string{"duedate": "date", "environment": "string"}[id]
		fields = append(fields, object{"fieldId": id, "name": name, "schema": object{"type": kind}})
	}
	for id, name := range CustomFields(issue) {
		fields = append(fields, object{"fieldId": id, "name": name, "schema": object{"type": "string", "custom": "textfield"}})
	}
	slices.SortFunc(fields, func(a, b object) int { return strings.Compare(fmt.Sprint(a["fieldId"]), fmt.Sprint(b["fieldId"])) })
	return fields
}

// CustomFields returns the names of an issue's custom fields by the ids that a stand-in Jira gives them: its own where the
// configuration has it, else customfield_1 and so on, in their order.
func CustomFields(issue bridge.Issue) map[string]string {
	names := map[string]string{}
	for n, field := range issue.Fields {
		name := strings.TrimSpace(field.Name)
		own := func(id string) bool { return name == id || strings.EqualFold(name, systemNames[id]) }
		switch {
		case slices.ContainsFunc(slices.Collect(maps.Keys(systemNames)), own):
		case customField.MatchString(name):
			names[name] = name
		default:
			names[fmt.Sprintf("customfield_%d", n+1)] = name
		}
	}
	return names
}

func (j *jira) write(req *http.Request, path string, body object, now func(string) object) answer {
	root, below := "", ""
	if found := jiraPath.FindStringSubmatch(path); found != nil {
		root, below = strings.TrimSuffix(path, found[1]), found[1]
	}
	if req.Method == http.MethodPost && below == "issue" {
		fields, _ := body["fields"].(object)
		project, _ := fields["project"].(object)
		key := fmt.Sprintf("%v-0", project["key"])
		j.issues[key] = object{"id": "0", "key": key, "fields": maps.Clone(fields)}
		return answer{http.StatusCreated, object{"id": "0", "key": key}}
	}
	at := jiraIssue.FindStringSubmatch(below)
	if at == nil {
		return answer{http.StatusOK, object{}}
	}
	changed := changes(at[2], body)
	if changed == nil {
		return answer{http.StatusCreated, object{}}
	}
	issue, known := j.issues[at[1]]
	if !known {
		if issue = now(root + "issue/" + url.PathEscape(at[1]) + "?fields=*all"); issue == nil {
			return answer{http.StatusNotFound, object{"errorMessages": []string{"Issue does not exist"}}}
		}
		j.issues[at[1]] = issue
	}
	fields, _ := issue["fields"].(object)
	maps.Copy(fields, changed)
	return answer{status: http.StatusNoContent}
}

// changes are the fields of an issue that a write sets, in the form in which Jira shows them; nil: none.
func changes(below string, body object) object {
	switch below {
	case "":
		fields, _ := body["fields"].(object)
		return fields
	case "assignee":
		return object{"assignee": body}
	case "transitions":
		transition, _ := body["transition"].(object)
		return object{"status": object{"name": transition["id"]}}
	}
	return nil
}

func (*jira) public(url string) string { return newKey.ReplaceAllString(url, "/issue/{key}$1") }
