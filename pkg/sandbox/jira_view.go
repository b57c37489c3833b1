package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (i *jiraIssue) self(c *call) string { return fmt.Sprintf("%s/issue/%d", c.rest(), i.id) }

func (j *jira) getIssue(c *call, i *jiraIssue) answer {
	return ok(j.view(c, i, orElse(wanted(c.query["fields"]), "*all"), wanted(c.query["properties"])))
}

// wanted reads a parameter that may be given several times and have several names each.
func wanted(given []string) []string {
	return strings.FieldsFunc(strings.Join(given, ","), func(r rune) bool { return r == ',' || r == ' ' })
}

func orElse(names []string, otherwise string) []string {
	if len(names) == 0 {
		return []string{otherwise}
	}
	return names
}

// view is an issue with the fields and properties that were asked for. Asked for nothing but "id", it has only that.
func (j *jira) view(c *call, i *jiraIssue, fields, properties []string) object {
	o := object{"id": fmt.Sprint(i.id)}
	if !slices.Equal(fields, []string{"id"}) {
		o["key"], o["self"] = i.key(), i.self(c)
		o["expand"] = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
		o["fields"] = pick(j.allFields(c, i), fields)
	}
	if len(properties) > 0 {
		shown := object{}
		for name, value := range i.properties {
			if slices.Contains(properties, name) || slices.Contains(properties, "*all") {
				shown[name] = value
			}
		}
		o["properties"] = shown
	}
	return o
}

// pick takes the named fields; *all and *navigable mean all, -name leaves one out of all.
func pick(all object, names []string) object {
	out := object{}
	for n, name := range names {
		without, leave := strings.CutPrefix(name, "-")
		if name == "*all" || name == "*navigable" || leave && n == 0 {
			maps.Copy(out, all)
		}
		if v, has := all[name]; has {
			out[name] = v
		}
		if leave {
			delete(out, without)
		}
	}
	return out
}

func (j *jira) allFields(c *call, i *jiraIssue) object {
	components, comments, files := []object{}, []object{}, []object{}
	for _, o := range i.components {
		components = append(components, wireComponent(c, o))
	}
	for _, m := range i.comments {
		comments = append(comments, j.comment(c, i, m))
	}
	for _, f := range i.files {
		files = append(files, j.fileObject(c, f))
	}
	o := object{
		"summary": i.summary, "description": i.description, "project": i.project.wire(c), "issuetype": wireType(c, i.issueType),
		"priority": wirePriority(c, i.priority), "status": wireStatus(c, i.status), "labels": i.labels, "components": components,
		"assignee": j.person(c, i.assignee), "reporter": j.person(c, i.reporter), "creator": j.person(c, j.self), "attachment": files,
		"comment": object{"comments": comments, "self": i.self(c) + "/comment", "maxResults": len(comments), "total": len(comments), "startAt": 0},
		"created": jiraTime(i.created), "updated": jiraTime(i.updated), "resolution": nil, "resolutiondate": nil, "duedate": nil,
		"fixVersions": []object{}, "versions": []object{}, "issuelinks": []object{}, "subtasks": []object{},
	}
	if i.status.name == "Done" {
		o["resolution"] = object{"id": "10000", "name": "Done", "description": "Work has been completed on this issue."}
		o["resolutiondate"] = jiraTime(i.updated)
	}
	if r := i.resolution; r != nil {
		o["resolution"], o["resolutiondate"] = object{"id": r.id, "name": r.name, "description": ""}, jiraTime(i.updated)
	}
	for _, f := range j.fields {
		v := i.custom[f.id]
		if !f.custom() && v == nil {
			continue // is there already, as nothing
		}
		if chosen := named(f.options, v, "value"); chosen != nil {
			v = wireOption(c, *chosen)
		}
		if f.show != nil && v != nil {
			v = f.show(j, c, v)
		}
		o[f.id] = v
	}
	return o
}
