package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ghMilestone is a milestone of a repository, which issues name by its number.
type ghMilestone struct {
	id     int64
	number int
	title  string
	closed bool
}

// ghTypes are the issue types that GitHub gives every organisation (docs: Managing issue types in an organization).
var ghTypes = []string{"Task", "Bug", "Feature"}

func (r *ghRepo) milestone(number int) *ghMilestone {
	for _, m := range r.milestones {
		if m.number == number && !m.deleted() {
			return m
		}
	}
	return nil
}

// deleted says that the milestone is kept for its number alone, which is not given again.
func (m *ghMilestone) deleted() bool { return m.number < 0 }

func (g *github) newMilestone(r *ghRepo, title string, closed bool) *ghMilestone {
	m := &ghMilestone{id: g.nextID(), number: len(r.milestones) + 1, title: title, closed: closed}
	r.milestones = append(r.milestones, m)
	return m
}

func (m *ghMilestone) wire(c *call, r *ghRepo) object {
	self := fmt.Sprintf("%s/milestones/%d", r.api(c), m.number)
	o := object{
		"id": m.id, "node_id": fmt.Sprintf("MI_%d", m.id), "number": m.number, "title": m.title, "state": "open", "description": nil,
		"url": self, "labels_url": self + "/labels", "html_url": fmt.Sprintf("%s/%s/milestone/%d", c.site, r.fullName(), m.number),
		"creator": nil, "open_issues": 0, "closed_issues": 0, "due_on": nil, "closed_at": nil,
		"created_at": ghTime(seedTime), "updated_at": ghTime(seedTime),
	}
	if m.closed {
		o["state"], o["closed_at"] = "closed", ghTime(seedTime)
	}
	return o
}

func (g *github) listMilestones(c *call, r *ghRepo) answer {
	state := cmp.Or(c.query.Get("state"), "open")
	found := slices.DeleteFunc(slices.Clone(r.milestones), func(m *ghMilestone) bool {
		return m.deleted() || state != "all" && m.closed != (state == "closed")
	})
	return paged(c, found, func(m *ghMilestone) object { return m.wire(c, r) })
}

func (g *github) createMilestone(c *call, r *ghRepo) answer {
	var in struct{ Title, State string }
	if refused := ghDecode(c, &in); refused != nil {
		return *refused
	}
	wrong := object{"resource": "Milestone", "field": "title"}
	switch {
	case !r.push:
		return ghNotFound(c)
	case in.Title == "":
		wrong["code"] = "missing_field"
	case slices.ContainsFunc(r.milestones, func(m *ghMilestone) bool { return !m.deleted() && m.title == in.Title }):
		wrong["code"] = "already_exists"
	default:
		return created(g.newMilestone(r, in.Title, in.State == "closed").wire(c, r))
	}
	return ghInvalid(wrong)
}

// deleteMilestone takes it from the issues that have it, as GitHub does.
func (g *github) deleteMilestone(c *call, r *ghRepo) answer {
	m := r.milestone(number(c.params["milestone"], 0))
	if m == nil || !r.push {
		return ghNotFound(c)
	}
	for _, i := range r.issues {
		if i.milestone == m {
			i.milestone = nil
		}
	}
	m.number = -m.number
	return noContent()
}

// listTypes answers for organisations alone: the owners of repositories that are nobody's account.
func (g *github) listTypes(c *call) answer {
	org := c.params["org"]
	owns := slices.ContainsFunc(g.repos, func(r *ghRepo) bool { return strings.EqualFold(r.owner, org) })
	if !owns || g.user(org) != nil {
		return ghNotFound(c)
	}
	types := []object{}
	for n, name := range ghTypes {
		types = append(types, ghType(n, name))
	}
	return ok(types)
}

func ghType(n int, name string) object {
	return object{
		"id": n + 1, "node_id": fmt.Sprintf("IT_%d", n+1), "name": name, "description": nil, "color": "gray", "is_enabled": true,
		"created_at": ghTime(seedTime), "updated_at": ghTime(seedTime),
	}
}

// typeNamed finds a type without regard to case; -1 is none.
func typeNamed(name string) int {
	return slices.IndexFunc(ghTypes, func(known string) bool { return strings.EqualFold(known, name) })
}

// checkLists refuses a milestone or type that there is not. What GitHub says of a type is not known; these are its usual
// words.
func (g *github) checkLists(r *ghRepo, in ghInput) (wrong []object) {
	if n := in.milestone(); in.Milestone != nil && n != 0 && r.milestone(n) == nil {
		wrong = append(wrong, object{"resource": "Issue", "code": "invalid", "field": "milestone", "value": n})
	}
	if in.Type != nil && *in.Type != "" && typeNamed(*in.Type) < 0 && g.user(r.owner) == nil {
		wrong = append(wrong, object{"resource": "Issue", "code": "invalid", "field": "type", "value": *in.Type})
	}
	return wrong
}

// milestone is the number that was sent; 0 takes the issue out of its milestone.
func (in ghInput) milestone() (n int) {
	_ = json.Unmarshal(in.Milestone, &n) // null is 0, and so is what is no number: GitHub's words for that are not known
	return n
}

// applyLists sets milestone and type; a person's repository has no types, and takes one without a word.
func (g *github) applyLists(r *ghRepo, i *ghIssue, in ghInput) {
	if in.Milestone != nil {
		i.milestone = r.milestone(in.milestone())
	}
	if in.Type != nil && g.user(r.owner) == nil {
		i.kind = ""
		if n := typeNamed(*in.Type); n >= 0 {
			i.kind = ghTypes[n]
		}
	}
}
