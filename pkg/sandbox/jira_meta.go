package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
)

type jiraProject struct {
	id         int64
	key        string
	name       string
	components []option
	ways       []way  // nil: from every status to every other
	demands    string // a custom field without which no issue is created; empty: none
	issues     int    // how many keys were given
}

func (j *jira) project(keyOrID string) *jiraProject {
	for _, p := range j.projects {
		if strings.EqualFold(p.key, keyOrID) || fmt.Sprint(p.id) == keyOrID {
			return p
		}
	}
	return nil
}

func (p *jiraProject) wire(c *call) object {
	return object{
		"self": fmt.Sprintf("%s/project/%d", c.rest(), p.id), "id": fmt.Sprint(p.id), "key": p.key, "name": p.name,
		"projectTypeKey": "software", "simplified": false,
	}
}

func wireType(c *call, t option) object {
	return object{
		"self": c.rest() + "/issuetype/" + t.id, "id": t.id, "name": t.name, "description": "",
		"iconUrl": c.site + "/icon/" + t.id, "subtask": false, "hierarchyLevel": 0,
	}
}

func wirePriority(c *call, p option) object {
	return object{"self": c.rest() + "/priority/" + p.id, "id": p.id, "name": p.name, "iconUrl": c.site + "/priority/" + p.id}
}

func wireComponent(c *call, o option) object {
	return object{"self": c.rest() + "/component/" + o.id, "id": o.id, "name": o.name}
}

func wireOption(c *call, o option) object {
	return object{"self": c.rest() + "/customFieldOption/" + o.id, "id": o.id, "value": o.name}
}

func wireStatus(c *call, s option) object {
	category := statusCategories[s.name]
	return object{
		"self": c.rest() + "/status/" + s.id, "id": s.id, "name": s.name, "description": "", "iconUrl": c.site + "/status/" + s.id,
		"statusCategory": object{"self": c.rest() + "/statuscategory/" + category.id, "id": category.number, "key": category.id, "name": category.name, "colorName": category.color},
	}
}

// sliced cuts a list as startAt and maxResults ask, in Jira's form of a page.
func sliced[T any](c *call, name string, all []T, wire func(T) object) answer {
	from := min(max(number(c.query.Get("startAt"), 0), 0), len(all))
	size := max(number(c.query.Get("maxResults"), 50), 0)
	out := []object{}
	for _, one := range all[from:min(from+size, len(all))] {
		out = append(out, wire(one))
	}
	page := object{"startAt": from, "maxResults": size, "total": len(all), name: out}
	if name == "values" {
		page["isLast"] = from+len(out) == len(all)
	}
	return ok(page)
}

func (j *jira) serverInfo(c *call) answer {
	o := object{
		"baseUrl": c.site, "buildNumber": 100275, "buildDate": jiraTime(seedTime), "serverTime": jiraTime(c.now),
		"scmInfo": "sandbox", "serverTitle": "Jira",
	}
	maps.Copy(o, j.version)
	return ok(o)
}

// myPermissions grants what is asked for, but for what the credentials withhold. At Cloud nothing asked for is an error; Data
// Center always lists all.
func (j *jira) myPermissions(c *call) answer {
	keys := wanted(c.query["permissions"])
	if !j.cloud {
		keys = permissions
	}
	if len(keys) == 0 {
		return jiraError(http.StatusBadRequest, "The 'permissions' query parameter is required.")
	}
	if key := c.query.Get("projectKey"); key != "" && j.project(key) == nil {
		return jiraError(http.StatusNotFound, fmt.Sprintf("No project could be found with key '%s'.", key))
	}
	granted := object{}
	for n, key := range keys {
		granted[key] = object{"id": fmt.Sprint(n + 1), "key": key, "name": key, "type": "PROJECT", "description": "", "havePermission": !lacks(jiraSecret(c), key)}
	}
	return ok(object{"permissions": granted})
}

func (j *jira) listPriorities(c *call) answer {
	out := []object{}
	for _, p := range priorities {
		out = append(out, wirePriority(c, p))
	}
	return ok(out)
}

func (j *jira) searchPriorities(c *call) answer {
	return sliced(c, "values", priorities, func(p option) object { return wirePriority(c, p) })
}

func (j *jira) listFields(*call) answer {
	out := []object{}
	for _, f := range j.fields {
		out = append(out, object{
			"id": f.id, "key": f.id, "name": f.name, "custom": f.custom(), "schema": f.schema,
			"orderable": true, "navigable": true, "searchable": true, "clauseNames": []string{f.id, f.name},
		})
	}
	return ok(out)
}

func (j *jira) getProject(c *call, p *jiraProject) answer {
	o := p.wire(c)
	types, components := []object{}, []object{}
	for _, t := range issueTypes {
		types = append(types, wireType(c, t))
	}
	for _, k := range p.components {
		components = append(components, wireComponent(c, k))
	}
	o["issueTypes"], o["components"], o["versions"] = types, components, []object{}
	o["lead"], o["assigneeType"], o["description"], o["isPrivate"] = j.person(c, j.self), "UNASSIGNED", "", false
	return ok(o)
}

func (j *jira) listComponents(c *call, p *jiraProject) answer {
	out := []object{}
	for _, k := range p.components {
		out = append(out, wireComponent(c, k))
	}
	return ok(out)
}

func (j *jira) createMetaTypes(c *call, _ *jiraProject) answer {
	return sliced(c, j.pageOf("issueTypes"), issueTypes, func(t option) object { return wireType(c, t) })
}

func (j *jira) createMetaFields(c *call, p *jiraProject) answer {
	if named(issueTypes, object{"id": c.params["type"]}, "name") == nil {
		return jiraError(http.StatusNotFound, fmt.Sprintf("The issue type with id '%s' does not exist.", c.params["type"]))
	}
	return sliced(c, j.pageOf("fields"), j.fields, func(f *jiraField) object {
		o := object{
			"fieldId": f.id, "key": f.id, "name": f.name, "required": f.required || f.id == p.demands, "schema": f.schema,
			"hasDefaultValue": f.id == "priority", "operations": []string{"set"},
		}
		if f.id == "labels" || f.id == "components" {
			o["operations"] = []string{"add", "set", "remove"}
		}
		if allowed := j.allowed(c, p, f); allowed != nil {
			o["allowedValues"] = allowed
		}
		return o
	})
}

// allowed lists the values of a field that has a fixed set of them.
func (j *jira) allowed(c *call, p *jiraProject, f *jiraField) (out []object) {
	if f.allow != nil {
		return f.allow(j, c, p)
	}
	from := map[string]struct {
		all  []option
		wire func(*call, option) object
	}{
		"issuetype": {issueTypes, wireType}, "priority": {priorities, wirePriority}, "components": {p.components, wireComponent},
	}[f.id]
	if f.options != nil {
		from.all, from.wire = f.options, wireOption
	}
	for _, o := range from.all {
		out = append(out, from.wire(c, o))
	}
	if f.id == "project" {
		out = append(out, p.wire(c))
	}
	return out
}
