package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Wishes returns what a destination of a BetterBugs project will ask of its place, as far as no report has a part in it; nothing
// where there is no such destination.
func (s *Set) Wishes(projectID, destination string) bridge.Wishes {
	p, err := s.project(projectID)
	if err != nil || p.destinations[destination] == nil {
		return bridge.Wishes{}
	}
	d := p.destinations[destination]
	w := bridge.Wishes{
		IssueType:  d.issueType,
		Priorities: distinct(maps.Values(d.priority)),
		Milestone:  strings.Join(fixed([]*textTemplate{d.milestone}), ""),
		Labels:     fixed(d.labels),
		Components: fixed(d.components),
		Statuses:   distinct(maps.Values(d.status)),
		Screenshot: d.screenshot != ScreenshotOff,
		Attach:     d.screenshot == ScreenshotAttach,

		Versions:       changing(d.system.versions...),
		FixVersions:    changing(d.system.fixVersions...),
		Parents:        changing(d.system.parent),
		SecurityLevels: changing(d.system.security),

		SeekAssignees: d.assign,
		Reporter:      d.system.reporter != "" || d.system.author && len(d.accounts) > 0,
		SeekReporter:  d.system.author,
	}
	if len(d.fields) > 0 {
		w.Accounts = d.accounts
	}
	for _, f := range d.fields {
		wish := bridge.Wish{Name: f.name}
		if f.value.run == nil && !f.value.broken {
			wish.Value = oneLine(f.value.fixed)
		}
		w.Fields = append(w.Fields, wish)
	}
	if d.assign {
		w.Assignees = distinct(maps.Values(d.accounts))
	}
	return w
}

// fixed returns the texts of the templates that are the same for every report.
func fixed(templates []*textTemplate) (texts []string) {
	for _, t := range templates {
		if text := oneLine(t.fixed); t.run == nil && !t.broken && text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// changing is fixed, with "" for templates that say for each report something else.
func changing(templates ...*textTemplate) []string {
	texts := fixed(templates)
	if slices.ContainsFunc(templates, func(t *textTemplate) bool { return t.run != nil }) {
		texts = append(texts, "")
	}
	return texts
}

func distinct(values func(func(string) bool)) []string {
	return slices.Compact(slices.Sorted(values))
}
