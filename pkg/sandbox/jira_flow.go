package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// way is a transition: where it leads, whether its screen demands a resolution, and from where it can be gone.
type way struct {
	id, name string
	to       option
	resolves bool
	from     string // the only status that it leads out of; empty: it is global
}

var (
	rejected    = option{"10102", "Rejected"}
	closed      = option{"10103", "Closed"} // with jira.issue.editable=false, as administrators give it to final statuses
	resolutions = []option{{"10000", "Done"}, {"10001", "Won't Do"}}
)

// strictWays are those of the project FLOW: Done only with a resolution, Rejected with one or without, and Closed, where
// nothing can be edited any more.
var strictWays = []way{
	{"11", "To Do", statuses[0], false, ""}, {"21", "Start progress", statuses[1], false, ""}, {"31", "Resolve", statuses[2], true, ""},
	{"41", "Reject with a reason", rejected, true, ""}, {"51", "Reject", rejected, false, ""}, {"61", "Close for good", closed, false, ""},
}

// stepwise are the ways of the project STEPS, where Done is reached from In Progress alone.
var stepwise = []way{
	{"11", "Start progress", statuses[1], false, statuses[0].name}, {"21", "Resolve", statuses[2], false, statuses[1].name},
	{"31", "Reopen", statuses[0], false, statuses[2].name},
}

// transitions are the project's ways; without any of its own each status is open from every other, with the ids of Jira's
// own template: 11, 21, 31.
func (p *jiraProject) transitions() []way {
	if p.ways != nil {
		return p.ways
	}
	all := make([]way, 0, len(statuses))
	for n, s := range statuses {
		all = append(all, way{id: strconv.Itoa(10*n + 11), name: s.name, to: s})
	}
	return all
}

// ways are the transitions out of the status that the issue is in.
func (i *jiraIssue) ways() []way {
	return slices.DeleteFunc(slices.Clone(i.project.transitions()), func(w way) bool { return w.from != "" && w.from != i.status.name })
}

func (j *jira) listTransitions(c *call, i *jiraIssue) answer {
	out := []object{}
	expand := slices.Contains(strings.Split(c.query.Get("expand"), ","), "transitions.fields")
	for _, w := range i.ways() {
		o := object{
			"id": w.id, "name": w.name, "to": wireStatus(c, w.to), "hasScreen": w.resolves, "isGlobal": w.from == "",
			"isInitial": false, "isAvailable": true, "isConditional": false, "isLooped": false,
		}
		if expand {
			o["fields"] = w.screen()
		}
		out = append(out, o)
	}
	return ok(object{"expand": "transitions", "transitions": out})
}

func (w way) screen() object {
	fields := object{}
	if w.resolves {
		allowed := []object{}
		for _, r := range resolutions {
			allowed = append(allowed, object{"id": r.id, "name": r.name})
		}
		fields["resolution"] = object{
			"required": true, "hasDefaultValue": false, "name": "Resolution", "key": "resolution", "operations": []string{"set"},
			"schema": object{"type": "resolution", "system": "resolution"}, "allowedValues": allowed,
		}
	}
	return fields
}

func (j *jira) doTransition(c *call, i *jiraIssue) answer {
	var in struct {
		Transition struct{ ID any }
		Fields     object
	}
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	ways := i.ways()
	at := slices.IndexFunc(ways, func(w way) bool { return w.id == fmt.Sprint(in.Transition.ID) })
	wrong := map[string]string{}
	var chosen *option
	for id, v := range in.Fields {
		if at < 0 || !ways[at].resolves || id != "resolution" {
			wrong[id] = notOnScreen(id)
		} else if chosen = named(resolutions, v, "name"); chosen == nil {
			wrong[id] = "The resolution selected is invalid."
		}
	}
	if at >= 0 && ways[at].resolves && in.Fields["resolution"] == nil {
		wrong["resolution"] = "Resolution is required."
	}
	switch {
	case len(wrong) > 0:
		return jiraInvalid(wrong)
	case at < 0:
		return jiraError(http.StatusBadRequest, fmt.Sprintf("Transition id '%v' is not valid for this issue.", in.Transition.ID))
	}
	i.status, i.resolution, i.updated = ways[at].to, chosen, c.now
	return noContent()
}

// frozen says that the issue's status lets nothing be edited. Comments and transitions go on as before.
func (i *jiraIssue) frozen() bool { return i.status == closed }

// offScreen refuses every field of an edit: where nothing is editable, nothing is on the screen. In which words Jira says so
// is not documented; these are its words for a field that the edit metadata does not list.
func (i *jiraIssue) offScreen(in jiraInput) map[string]string {
	wrong := map[string]string{}
	for id := range in.Fields {
		wrong[id] = notOnScreen(id)
	}
	for id := range in.Update {
		wrong[id] = notOnScreen(id)
	}
	return wrong
}

// editMeta lists what can be edited: nothing where the status forbids it (docs: Get edit issue metadata).
func (j *jira) editMeta(c *call, i *jiraIssue) answer {
	fields := object{}
	for _, f := range j.fields {
		if i.frozen() || f.id == "project" {
			continue
		}
		o := object{
			"required": f.required, "name": f.name, "key": f.id, "operations": []string{"set"}, "schema": f.schema, "hasDefaultValue": f.id == "priority",
		}
		if allowed := j.allowed(c, i.project, f); allowed != nil {
			o["allowedValues"] = allowed
		}
		fields[f.id] = o
	}
	return ok(object{"fields": fields})
}

// listStatuses lists by type of issue which statuses there are (docs: Get all statuses for project).
func (j *jira) listStatuses(c *call, p *jiraProject) answer {
	all := []object{}
	for _, w := range p.transitions() {
		if !slices.ContainsFunc(all, func(o object) bool { return o["id"] == w.to.id }) {
			all = append(all, wireStatus(c, w.to))
		}
	}
	out := []object{}
	for _, t := range issueTypes {
		o := wireType(c, t)
		out = append(out, object{"self": o["self"], "id": t.id, "name": t.name, "subtask": false, "statuses": all})
	}
	return ok(out)
}
