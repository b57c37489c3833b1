package jira

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// Jira's limits in characters. The summary's is 255, "must be less than 255" in older words; the description's is the
// default of jira.text.field.character.limit and counts what was converted.
const (
	maxSummary     = 254
	maxDescription = 32767
	maxLabel       = 255
)

// planner writes a draft from an issue, as far as the screen has fields for it.
type planner struct {
	draft   *bridge.Draft
	screen  screen
	issue   bridge.Issue
	flavour *flavour
	project string // its key
}

// Plan says how issue would stand in the project. It reads the create metadata; without it there is no plan.
func (t *Tracker) Plan(ctx context.Context, place bridge.Place, issue bridge.Issue) (bridge.Draft, error) {
	project, err := projectKey(place.Name)
	if err != nil {
		return bridge.Draft{}, err
	}
	f, err := t.flavour(ctx)
	if err != nil {
		return bridge.Draft{}, err
	}
	s, err := t.screen(ctx, project, issue.Type)
	if err != nil {
		return bridge.Draft{}, err
	}
	if _, ok := s.field("labels"); !ok {
		return bridge.Draft{}, bridge.Park(fmt.Errorf("plan issue in %s: issues of type %s have no labels, by which they would be known again", project, s.kind.Name),
			fmt.Sprintf("add the field Labels to the create screen of %s in %s", s.kind.Name, project))
	}
	p := planner{draft: &bridge.Draft{Marker: issue.Marker, Fields: map[string]string{}}, screen: s, issue: issue, project: project, flavour: f}
	p.set(bridge.FieldTitle, markup.Title(issue.Title, maxSummary))
	p.code(bridge.FieldType, map[string]any{"id": s.kind.ID}, s.kind.Name)
	p.priority()
	p.choices(bridge.FieldComponents, "component", issue.Components)
	p.labels()
	p.custom(ctx, t)
	p.body(p.assignee(ctx, t))
	if err := p.system(ctx, t); err != nil {
		return bridge.Draft{}, err
	}
	p.later(bridge.FieldStatus, strings.TrimSpace(issue.Status))
	if err := p.steps(t); err != nil {
		return bridge.Draft{}, err
	}
	return *p.draft, nil
}

func (p planner) set(name, value string) {
	if value != "" {
		p.draft.Fields[name] = value
	}
}

// code sets a field whose value only Jira's own pages put into words: these.
func (p planner) code(name string, value any, words string) {
	p.set(name, encode(reduce(value)))
	p.said(name, "", words)
}

// said notes what people call a field and its value.
func (p planner) said(name, field, value string) {
	if p.draft.Said == nil {
		p.draft.Said = map[string]bridge.Said{}
	}
	p.draft.Said[name] = bridge.Said{Field: field, Value: value}
}

// later sets a field that the create leaves out: a refusal of it must not cost the issue.
func (p planner) later(name, value string) {
	if value != "" {
		p.draft.Fields[name] = value
		p.draft.Later = append(p.draft.Later, name)
	}
}

func (p planner) drop(field, value, format string, args ...any) {
	p.draft.Dropped = append(p.draft.Dropped, bridge.Dropped{Field: field, Value: value, Why: fmt.Sprintf(format, args...)})
}

func (p planner) missing(field, value string) {
	p.drop(field, value, "it is not on the create screen of %s", p.screen.kind.Name)
}

// body plans the description, which does not name those who were found by their e-mail and are assigned.
func (p planner) body(found []string) {
	if _, ok := p.screen.field("description"); !ok {
		p.missing(bridge.FieldBody, "")
		return
	}
	p.set(bridge.FieldBody, whole(p.flavour.rich(p.issue.Body.Except(found), markup.Options{Limit: maxDescription, FullText: p.issue.FullText})))
}

func (p planner) priority() {
	wanted := strings.TrimSpace(p.issue.Priority)
	if wanted == "" {
		return
	}
	f, ok := p.screen.field("priority")
	if !ok {
		p.missing(bridge.FieldPriority, wanted)
		return
	}
	values, known := f.allowed()
	value, found := pick(values, wanted)
	switch {
	case found:
		p.code(bridge.FieldPriority, map[string]any{"id": value.ID}, wanted)
	case known:
		p.drop(bridge.FieldPriority, wanted, "there is no such priority; there are: %s", labels(values))
	default:
		p.code(bridge.FieldPriority, map[string]any{"name": wanted}, wanted)
	}
}

// labels are without spaces in Jira. The marker is one of them, always.
func (p planner) labels() {
	for _, label := range p.issue.Labels {
		label = plainLabel(label)
		switch {
		case label == "" || slices.Contains(p.draft.Labels, label):
		case longLabel(label): // Jira refuses all of them for one
			p.drop(bridge.FieldLabels, label, "Jira's labels have at most %d characters", maxLabel)
		default:
			p.draft.Labels = append(p.draft.Labels, label)
		}
	}
	p.draft.Labels = withMarker(p.draft.Labels, p.issue.Marker)
}

// longLabel counts as Java does.
func longLabel(label string) bool { return len(utf16.Encode([]rune(label))) > maxLabel }

func plainLabel(label string) string { return strings.Join(strings.Fields(label), "-") }

func markerLabel(m bridge.Marker) string { return "bb-" + m.Key() }

func withMarker(labels []string, m bridge.Marker) []string {
	if own := markerLabel(m); !slices.Contains(labels, own) {
		return append(slices.Clip(labels), own)
	}
	return labels
}
