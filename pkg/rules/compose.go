package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// untitled is the title of a report without one: no tracker takes an issue without a title.
const untitled = "Untitled bug report"

// closed is BetterBugs' status of a bug that is done with.
const closed = "CLOSED"

// Compose says what the issue of r at the destination says. The destination is looked up in the report's project;
// dropped are the fields that its tracker refused, which the body's footer names.
//
// At GitHub the body holds nothing personal, unless the destination publishes that; the issue's Private does, for the
// adapter knows who sees the repository.
//
// Every error is Permanent with a hint: the project or destination is not configured (any more), or a template failed.
func (s *Set) Compose(r bridge.Report, destination string, dropped []bridge.Dropped) (bridge.Issue, error) {
	p, err := s.project(r.ProjectID)
	if err != nil {
		return bridge.Issue{}, bridge.Park(fmt.Errorf("compose issue: %w", err),
			"add a project file for it, or \"*\" to one, then redeliver")
	}
	d := p.destinations[destination]
	if d == nil {
		return bridge.Issue{}, bridge.Park(fmt.Errorf("compose issue: project %q has no destination %q", p.name, destination),
			"configure the destination again, or rematch the event to use today's rules")
	}
	v := newView(r, p.name)
	issue, err := d.compose(r, v)
	if err != nil {
		return bridge.Issue{}, err
	}
	issue.Marker = bridge.Marker{Installation: s.installation, Bug: r.BugID}
	var others []bridge.Person
	issue.Assignees, others = d.assignees(r.Assignees)
	if issue.Sought = d.sought(r.Assignees); len(issue.Assignees) == 0 && d.assign && d.fallback != "" {
		issue.Assignees, issue.StandIn = []string{d.fallback}, len(issue.Sought) > 0
	}
	if issue.Body, err = d.body(r, v, others, dropped); err != nil || d.personal {
		return issue, err
	}
	inside := *d // who sees the place is not known here
	inside.personal = true
	private, err := inside.body(r, v, others, dropped)
	if !reflect.DeepEqual(private, issue.Body) {
		issue.Private = private
	}
	return issue, err
}

// compose fills in all but the marker, the assignees and the body.
func (d *destination) compose(r bridge.Report, v *view) (bridge.Issue, error) {
	issue := bridge.Issue{
		Type:     d.issueType,
		Priority: d.priority[strings.ToUpper(r.Priority)],
		Status:   d.status[strings.ToUpper(r.Status)],
	}
	if session := webURL(r.SessionURL); session != nil {
		issue.FullText = session.String()
	}
	if picture := webURL(r.ScreenshotURL); picture != nil && d.screenshot == ScreenshotAttach {
		issue.Screenshot = picture.String()
	}
	title, _, err := d.title.render(v)
	if err != nil {
		return issue, d.failed("title", d.title.at, err)
	}
	if issue.Title = oneLine(title); issue.Title == "" {
		issue.Title = untitled
	}
	if issue.FullText != "" {
		issue.Remote = bridge.RemoteLink{
			ID: r.BugID, URL: issue.FullText, Title: "BetterBugs session " + shorten(oneLine(r.BugID), 64),
			Resolved: strings.EqualFold(r.Status, closed),
		}
	}
	if issue.Labels, err = d.words("label", d.labels, v); err != nil {
		return issue, err
	}
	for _, label := range issue.Labels {
		if color, ok := d.colors[strings.ToLower(label)]; ok {
			if issue.LabelColors == nil {
				issue.LabelColors = map[string]string{}
			}
			issue.LabelColors[label] = color
		}
	}
	if issue.Components, err = d.words("component", d.components, v); err != nil {
		return issue, err
	}
	if err := d.composeSystem(&issue, r, v); err != nil {
		return issue, err
	}
	milestone, err := d.words("milestone", []*textTemplate{d.milestone}, v)
	if err != nil {
		return issue, err
	}
	issue.Milestone = strings.Join(milestone, "")
	for _, f := range d.fields {
		value, _, err := f.value.render(v)
		if err != nil {
			return issue, d.failed("field "+f.name, f.value.at, err)
		}
		if value = strings.TrimSpace(value); value != "" {
			issue.Fields = append(issue.Fields, bridge.IssueField{Name: f.name, Value: value})
		}
	}
	return issue, nil
}

// words renders labels and the like: each on one line and once, without those that are empty or have a gap.
func (d *destination) words(what string, templates []*textTemplate, v *view) ([]string, error) {
	var words []string
	for _, t := range templates {
		word, gaps, err := t.render(v)
		if err != nil {
			return nil, d.failed(what, t.at, err)
		}
		if word = oneLine(word); word != "" && !gaps && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words, nil
}

func (d *destination) failed(what, where string, err error) error {
	if where == "" {
		where = "the configuration"
	}
	return bridge.Park(fmt.Errorf("compose issue: destination %q: %s: %w", d.name, what, err),
		"correct the template in "+where+" (`bugferry check` judges it), then redeliver")
}
