package github

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// GitHub's limits, in characters and pieces. None of them is in its OpenAPI document; they are what its error messages
// say ("is too long (maximum is 256 characters)"), the title's with room to spare because nobody says what it counts.
const (
	maxTitle     = 250
	maxBody      = 65536
	maxLabel     = 50
	maxAssignees = 10 // docs.github.com, Assigning issues and pull requests to other GitHub users
)

// Plan says how issue would stand in the repository. It asks GitHub who can be assigned, and what milestones and issue
// types there are, which labels are missing that have a colour, and whether strangers see the repository. Where that is not to be learnt the issue is planned all the same: a login or type stays and
// [Tracker.Write] decides, a milestone, whose number is not known, is dropped,
// and the repository counts as public.
func (t *Tracker) Plan(ctx context.Context, place bridge.Place, issue bridge.Issue) (bridge.Draft, error) {
	r, err := parseRepo(place.Name)
	if err != nil {
		return bridge.Draft{}, err
	}
	d := bridge.Draft{Marker: issue.Marker, Fields: map[string]string{}}
	d.Fields[bridge.FieldTitle] = markup.Title(issue.Title, maxTitle)
	logins, found := t.wanted(ctx, issue)
	t.planAssignees(ctx, &d, r, logins)
	room := maxBody - utf8.RuneCountInString(mark("", issue.Marker))
	body := issue.Body
	if issue.Private != nil && t.factsOf(ctx, r).hidden { // asked only where it makes a difference
		body = issue.Private
	}
	text := markup.GFM(body.Except(found.assigned(d)), markup.Options{Limit: room, FullText: issue.FullText})
	d.Fields[bridge.FieldBody] = mark(strings.Trim(tracker.Lines(text), "\n"), issue.Marker)
	planLabels(&d, issue.Labels)
	t.planColors(ctx, &d, r, issue.LabelColors)
	planStatus(&d, issue.Status)
	t.planMilestone(ctx, &d, r, issue.Milestone)
	t.planType(ctx, &d, r, issue.Type)
	dropUnknown(&d, issue)
	return d, nil
}

func planLabels(d *bridge.Draft, labels []string) {
	seen := map[string]bool{}
	for _, label := range labels {
		label = strings.Join(strings.Fields(label), " ")
		switch key := strings.ToLower(label); {
		case label == "" || seen[key]:
		case utf8.RuneCountInString(label) > maxLabel:
			drop(d, bridge.FieldLabels, label, fmt.Sprintf("GitHub's labels have at most %d characters", maxLabel))
		default:
			seen[key] = true
			d.Labels = append(d.Labels, label)
		}
	}
}

func (t *Tracker) planAssignees(ctx context.Context, d *bridge.Draft, r repo, logins []string) {
	var good []string
	for _, login := range logins {
		switch login = strings.ToLower(strings.TrimSpace(login)); {
		case login == "" || slices.Contains(good, login):
		case !loginName.MatchString(login):
			drop(d, bridge.FieldAssignees, login, "that is not a GitHub login")
		case len(good) == maxAssignees:
			drop(d, bridge.FieldAssignees, login, fmt.Sprintf("GitHub assigns at most %d people", maxAssignees))
		case t.unassignable(ctx, r, login):
			drop(d, bridge.FieldAssignees, login, "it cannot be assigned to issues of "+r.String())
		default:
			good = append(good, login)
		}
	}
	if len(good) > 0 {
		d.Fields[bridge.FieldAssignees] = joinLogins(good)
		d.Later = append(d.Later, bridge.FieldAssignees) // one bad login in a create is a 422 for the whole of it
	}
}

// unassignable says that GitHub said so; an answer that is not to be had is no such word.
func (t *Tracker) unassignable(ctx context.Context, r repo, login string) bool {
	who := key(r.String(), login)
	if yes, ok := t.known.assignees.get(who); ok {
		return !yes
	}
	yes, err := t.assignable(ctx, r, login)
	if err != nil {
		return false
	}
	t.known.assignees.put(who, yes)
	return !yes
}

func dropUnknown(d *bridge.Draft, issue bridge.Issue) {
	const why = "GitHub has no such field"
	if issue.Priority != "" {
		drop(d, bridge.FieldPriority, issue.Priority, why)
	}
	for _, component := range issue.Components {
		drop(d, bridge.FieldComponents, component, why)
	}
	for _, field := range issue.Fields {
		if field.Value != "" {
			drop(d, field.Name, field.Value, why)
		}
	}
}

func drop(d *bridge.Draft, field, value, why string) {
	d.Dropped = append(d.Dropped, bridge.Dropped{Field: field, Value: value, Why: why})
}

// joinLogins is the canonical form of assignees. GitHub reads logins without regard to case and lists them in an order
// of its own.
func joinLogins(logins []string) string {
	lower := make([]string, len(logins))
	for i, login := range logins {
		lower[i] = strings.ToLower(login)
	}
	slices.Sort(lower)
	return strings.Join(slices.Compact(lower), ",")
}

func splitLogins(joined string) []string {
	return strings.FieldsFunc(joined, func(r rune) bool { return r == ',' || r == ' ' })
}
