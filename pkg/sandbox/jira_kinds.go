package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"time"
)

var (
	browsers = []option{{"10211", "Chrome"}, {"10212", "Firefox"}, {"10213", "Safari, mobile"}}
	areas    = []option{{"10221", "Shop"}, {"10222", "Account"}}
	subAreas = map[string][]option{"10221": {{"10231", "Cart"}, {"10232", "Checkout"}}, "10222": {{"10233", "Login"}}}
	levels   = []option{{"10301", "Staff"}, {"10302", "Reporters"}}
)

// versions are those that every project has.
func (p *jiraProject) versions() []option {
	return []option{{fmt.Sprintf("%d1", p.id), "1.0"}, {fmt.Sprintf("%d2", p.id), "1.1"}, {fmt.Sprintf("%d3", p.id), "2.0"}}
}

// kind is a field with a schema that is neither plain text nor a plain select list.
type kind struct {
	id, name string
	schema   object
	judge    func(j *jira, d *jiraIssue, v any, adf bool) string
	show     func(j *jira, c *call, v any) any
	allow    func(j *jira, c *call, p *jiraProject) []object
}

// seedKinds are the fields of the kinds that Jira has beside text, numbers and select lists, and the system's own that are
// rarely set.
func seedKinds() []*jiraField {
	widget := func(kind, items, widget string) object {
		s := object{"type": kind, "custom": "com.atlassian.jira.plugin.system.customfieldtypes:" + widget}
		if items != "" {
			s["items"] = items
		}
		return s
	}
	system := func(kind, items, id string) object {
		s := object{"type": kind, "system": id}
		if items != "" {
			s["items"] = items
		}
		return s
	}
	epicLink := object{"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link"}
	var fields []*jiraField
	for _, k := range []kind{
		{id: "versions", name: "Affects versions", schema: system("array", "version", "versions"), judge: isVersions, show: showVersions, allow: allowVersions},
		{id: "fixVersions", name: "Fix versions", schema: system("array", "version", "fixVersions"), judge: isVersions, show: showVersions, allow: allowVersions},
		{id: "parent", name: "Parent", schema: system("issuelink", "", "parent"), judge: isParent, show: showParent},
		{id: "security", name: "Security Level", schema: system("securitylevel", "", "security"), judge: isLevel, show: showLevel, allow: allowLevels},
		{id: "duedate", name: "Due date", schema: system("date", "", "duedate"), judge: isDay},
		{id: "customfield_10015", name: "Browsers", schema: widget("array", "option", "multiselect"), judge: isBrowsers, show: showBrowsers, allow: allowBrowsers},
		{id: "customfield_10016", name: "Tester", schema: widget("user", "", "userpicker"), judge: isUser, show: showUser},
		{id: "customfield_10017", name: "Reviewers", schema: widget("array", "user", "multiuserpicker"), judge: isUsers, show: showUsers},
		{id: "customfield_10018", name: "Seen on", schema: widget("date", "", "datepicker"), judge: isDay},
		{id: "customfield_10019", name: "Seen at", schema: widget("datetime", "", "datetime"), judge: isMoment},
		{id: "customfield_10020", name: "Area", schema: widget("option-with-child", "", "cascadingselect"), judge: isArea, show: showArea, allow: allowAreas},
		{id: "customfield_10021", name: "Tags", schema: widget("array", "string", "labels"), judge: isTags},
		{id: "customfield_10022", name: "Page", schema: widget("string", "", "url"), judge: isPage},
		{id: "customfield_10023", name: "Found in", schema: widget("array", "version", "multiversion"), judge: isVersions, show: showVersions, allow: allowVersions},
		{id: "customfield_10024", name: "Owners", schema: widget("group", "", "grouppicker"), judge: isGroup},
		{id: "customfield_10025", name: "Epic Link", schema: epicLink, judge: isEpic},
	} {
		fields = append(fields, &jiraField{id: k.id, name: k.name, schema: k.schema, set: k.set, show: k.show, allow: k.allow})
	}
	return fields
}

func (k kind) set(j *jira, d *jiraIssue, v any, adf bool) string {
	if list, isList := v.([]any); v == nil || isList && len(list) == 0 {
		delete(d.custom, k.id) // the draft has its own map
		return ""
	}
	if why := k.judge(j, d, v, adf); why != "" {
		return why
	}
	d.custom[k.id] = v
	return ""
}

// each judges the members of a list.
func each(v any, judge func(one any) string) string {
	list, isList := v.([]any)
	if !isList {
		return "data was not an array"
	}
	for _, one := range list {
		if why := judge(one); why != "" {
			return why
		}
	}
	return ""
}

// chosen shows the options that a list names, in full.
func chosen(v any, from []option, nameKey string, wire func(option) object) []object {
	list, _ := v.([]any)
	out := []object{}
	for _, one := range list {
		if o := named(from, one, nameKey); o != nil {
			out = append(out, wire(*o))
		}
	}
	return out
}

func wireVersion(c *call, o option) object {
	return object{"self": c.rest() + "/version/" + o.id, "id": o.id, "name": o.name, "archived": false, "released": false}
}

func isVersions(_ *jira, d *jiraIssue, v any, _ bool) string {
	return each(v, func(one any) string {
		if d.project != nil && named(d.project.versions(), one, "name") == nil {
			o, _ := one.(object)
			return fmt.Sprintf("Version name '%v' is not valid", o["name"])
		}
		return ""
	})
}

func showVersions(j *jira, c *call, v any) any {
	var all []option
	for _, p := range j.projects {
		all = append(all, p.versions()...)
	}
	return chosen(v, all, "name", func(o option) object { return wireVersion(c, o) })
}

func allowVersions(_ *jira, c *call, p *jiraProject) (out []object) {
	for _, o := range p.versions() {
		out = append(out, wireVersion(c, o))
	}
	return out
}

// parentOf finds the issue that {"id": …} or {"key": …} means.
func (j *jira) parentOf(v any) *jiraIssue {
	o, _ := v.(object)
	for _, by := range []string{"id", "key"} {
		if s, isText := o[by].(string); isText {
			return j.issue(s)
		}
	}
	return nil
}

func isParent(j *jira, _ *jiraIssue, v any, _ bool) string {
	if j.parentOf(v) == nil {
		return "Could not find issue by id or key."
	}
	return ""
}

func showParent(j *jira, c *call, v any) any {
	i := j.parentOf(v)
	if i == nil {
		return nil
	}
	return object{"id": fmt.Sprint(i.id), "key": i.key(), "self": i.self(c), "fields": object{
		"summary": i.summary, "status": wireStatus(c, i.status), "priority": wirePriority(c, i.priority), "issuetype": wireType(c, i.issueType),
	}}
}

func isEpic(j *jira, _ *jiraIssue, v any, _ bool) string {
	key, isText := v.(string)
	if !isText || j.issue(key) == nil {
		return fmt.Sprintf("Issue '%v' does not exist or you do not have permission to see it.", v)
	}
	return ""
}

func wireLevel(c *call, o option) object {
	return object{"self": c.rest() + "/securitylevel/" + o.id, "id": o.id, "name": o.name, "description": ""}
}

func isLevel(_ *jira, _ *jiraIssue, v any, _ bool) string {
	if named(levels, v, "name") == nil {
		return "The security level is invalid."
	}
	return ""
}

func showLevel(_ *jira, c *call, v any) any {
	if o := named(levels, v, "name"); o != nil {
		return wireLevel(c, *o)
	}
	return nil
}

func allowLevels(_ *jira, c *call, _ *jiraProject) (out []object) {
	for _, o := range levels {
		out = append(out, wireLevel(c, o))
	}
	return out
}

func isDay(_ *jira, _ *jiraIssue, v any, _ bool) string {
	s, _ := v.(string)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "Error parsing date string: " + fmt.Sprint(v)
	}
	return ""
}

func isMoment(_ *jira, _ *jiraIssue, v any, _ bool) string {
	s, _ := v.(string)
	if _, err := time.Parse("2006-01-02T15:04:05.000-0700", s); err != nil {
		return "Operation value must be a string in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ"
	}
	return ""
}

func isBrowsers(_ *jira, _ *jiraIssue, v any, adf bool) string {
	return each(v, func(one any) string { return isOption("Browsers", browsers)(one, adf) })
}

func showBrowsers(_ *jira, c *call, v any) any {
	return chosen(v, browsers, "value", func(o option) object { return wireOption(c, o) })
}

func allowBrowsers(_ *jira, c *call, _ *jiraProject) (out []object) {
	for _, o := range browsers {
		out = append(out, wireOption(c, o))
	}
	return out
}

func isUser(j *jira, _ *jiraIssue, v any, _ bool) string {
	u, why := j.named(v)
	if why == "" && u == nil {
		why = "data was not an object"
	}
	return why
}

func isUsers(j *jira, d *jiraIssue, v any, adf bool) string {
	return each(v, func(one any) string { return isUser(j, d, one, adf) })
}

func showUser(j *jira, c *call, v any) any {
	u, _ := j.named(v)
	return j.person(c, u)
}

func showUsers(j *jira, c *call, v any) any {
	list, _ := v.([]any)
	out := []any{}
	for _, one := range list {
		out = append(out, showUser(j, c, one))
	}
	return out
}

func isArea(_ *jira, _ *jiraIssue, v any, adf bool) string {
	if why := isOption("Area", areas)(v, adf); why != "" {
		return why
	}
	o, _ := v.(object)
	child, given := o["child"]
	if parent := named(areas, v, "value"); given && named(subAreas[parent.id], child, "value") == nil {
		return fmt.Sprintf("Option '%v' is not valid for parent '%s'", child, parent.name)
	}
	return ""
}

func showArea(_ *jira, c *call, v any) any {
	parent := named(areas, v, "value")
	if parent == nil {
		return nil
	}
	shown := wireOption(c, *parent)
	o, _ := v.(object)
	if child := named(subAreas[parent.id], o["child"], "value"); child != nil {
		shown["child"] = wireOption(c, *child)
	}
	return shown
}

func allowAreas(_ *jira, c *call, _ *jiraProject) (out []object) {
	for _, o := range areas {
		shown, children := wireOption(c, o), []object{}
		for _, child := range subAreas[o.id] {
			children = append(children, wireOption(c, child))
		}
		shown["children"] = children
		out = append(out, shown)
	}
	return out
}

func isTags(j *jira, _ *jiraIssue, v any, adf bool) string {
	var scratch jiraIssue
	return setLabels(j, &scratch, v, adf)
}

func isPage(_ *jira, _ *jiraIssue, v any, adf bool) string {
	s, _ := v.(string)
	if u, err := url.Parse(s); err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Host == "" {
		return "Not a valid URL"
	}
	return isLine(v, adf)
}

func isGroup(_ *jira, _ *jiraIssue, _ any, _ bool) string { return "Could not find group" }
