package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// GitHub's limits, in characters. None of them stands in its documents; the numbers are from error messages that
// users reported. Whether it counts code points is not known; here it does.
const (
	maxTitle     = 256
	maxBodyText  = 65_536
	maxLabel     = 50
	maxAssignees = 10 // "up to 10 people", docs: Assigning issues and pull requests
)

// ghInput is the body of a create or an edit; what is nil was not sent.
type ghInput struct {
	Title       *string   `json:"title"`
	Body        *string   `json:"body"`
	State       *string   `json:"state"`
	StateReason *string   `json:"state_reason"`
	Assignee    *string   `json:"assignee"` // the old, single one
	Assignees   *[]string `json:"assignees"`
	Labels      *ghNames  `json:"labels"`
	Type        *string   `json:"type"`

	Milestone json.RawMessage `json:"milestone"` // a number, or null for none
}

func (in *ghInput) read(c *call) *answer {
	if refused := ghDecode(c, in); refused != nil {
		return refused
	}
	if in.Assignees == nil && in.Assignee != nil {
		one := []string{}
		if *in.Assignee != "" {
			one = append(one, *in.Assignee)
		}
		in.Assignees = &one
	}
	return nil
}

// ghNames is a list of labels, each a name or an object with a name.
type ghNames []string

// UnmarshalJSON takes both forms of a label.
func (n *ghNames) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*n = ghNames{}
	for _, one := range list {
		var name string
		if json.Unmarshal(one, &name) != nil {
			var o struct{ Name string }
			if err := json.Unmarshal(one, &o); err != nil {
				return err
			}
			name = o.Name
		}
		*n = append(*n, name)
	}
	return nil
}

// check returns GitHub's words against a change; there are none if it can be made.
func (g *github) check(r *ghRepo, in ghInput) []object {
	var wrong []object
	if in.Title != nil && *in.Title == "" {
		wrong = append(wrong, object{"resource": "Issue", "code": "missing_field", "field": "title"})
	}
	wrong = append(wrong, tooLong("title", in.Title, maxTitle)...)
	wrong = append(wrong, tooLong("body", in.Body, maxBodyText)...)
	if in.State != nil && *in.State != "open" && *in.State != "closed" {
		wrong = append(wrong, object{"resource": "Issue", "code": "invalid", "field": "state", "value": *in.State})
	}
	if in.StateReason != nil && !slices.Contains(stateReasons, *in.StateReason) {
		wrong = append(wrong, object{"resource": "Issue", "code": "invalid", "field": "state_reason", "value": *in.StateReason})
	}
	if in.Labels != nil && r.push {
		wrong = append(wrong, checkNames(*in.Labels)...)
	}
	if in.Assignees != nil && r.push {
		wrong = append(wrong, g.checkAssignees(*in.Assignees)...)
	}
	if r.push {
		wrong = append(wrong, g.checkLists(r, in)...)
	}
	return wrong
}

// stateReasons are those that an edit takes (docs: Update an issue).
var stateReasons = []string{"completed", "not_planned", "duplicate", "reopened"}

func tooLong(field string, text *string, limit int) []object {
	if text == nil || utf8.RuneCountInString(*text) <= limit {
		return nil
	}
	return []object{{"resource": "Issue", "code": "custom", "field": field, "message": fmt.Sprintf("%s is too long (maximum is %d characters)", field, limit)}}
}

// checkNames refuses labels as the issue endpoints do: with no word about why.
func checkNames(names []string) (wrong []object) {
	for _, name := range names {
		if name == "" || utf8.RuneCountInString(name) > maxLabel {
			wrong = append(wrong, object{"resource": "Label", "code": "invalid", "field": "name", "value": name})
		}
	}
	return wrong
}

func (g *github) checkAssignees(logins []string) (wrong []object) {
	if len(logins) > maxAssignees { // GitHub's wording for it is not known
		return []object{{"resource": "Issue", "code": "custom", "field": "assignees", "message": fmt.Sprintf("assignees are limited to %d", maxAssignees)}}
	}
	for _, login := range logins {
		if u := g.user(login); u == nil || !u.assignable {
			wrong = append(wrong, object{"resource": "Issue", "code": "invalid", "field": "assignees", "value": login, "message": login + " cannot be assigned to this issue"})
		}
	}
	return wrong
}

// apply makes a change that was checked. Labels and assignees replace what is there; without push they are dropped, and so
// are milestone and type.
func (g *github) apply(c *call, r *ghRepo, i *ghIssue, in ghInput) {
	if in.Title != nil {
		i.title = *in.Title
	}
	if in.Body != nil {
		i.body = *in.Body
	}
	if in.Labels != nil && r.push {
		i.labels = nil
		g.label(r, i, *in.Labels)
	}
	if in.Assignees != nil && r.push {
		i.assignees = nil
		g.assign(i, *in.Assignees)
	}
	if r.push {
		g.applyLists(r, i, in)
	}
	if in.State != nil {
		i.turn(*in.State, in.StateReason, c)
	}
	i.updated = c.now
}

func (i *ghIssue) turn(state string, reason *string, c *call) {
	if i.state == state && reason == nil {
		return
	}
	i.state, i.reason = state, "completed"
	if state == "open" {
		i.reason = "reopened"
	} else {
		i.closed = c.now
	}
	if reason != nil {
		i.reason = *reason
	}
}

// label adds labels, making those the repository does not have.
func (g *github) label(r *ghRepo, i *ghIssue, names []string) {
	for _, name := range names {
		l := r.label(name)
		if l == nil {
			l = g.newLabel(r, name, "", "")
		}
		if !slices.Contains(i.labels, l) {
			i.labels = append(i.labels, l)
		}
	}
}

func (g *github) assign(i *ghIssue, logins []string) {
	for _, login := range logins {
		if u := g.user(login); !slices.Contains(i.assignees, u) {
			i.assignees = append(i.assignees, u)
		}
	}
}
