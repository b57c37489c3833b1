package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// initFrom writes a project file for the BetterBugs project of an unrouted event.
func (p *program) initFrom(ctx context.Context, id string, start config.Start) error {
	e := &explaining{program: p}
	w, err := e.configuration(p.configPath)
	if err != nil {
		return err
	}
	var event bridge.Event
	waiting := 0
	if err := e.withHistory(ctx, w, func(s *store.Store) error {
		if event, err = s.Event(ctx, id); err != nil {
			return notFound(err, p.withConfig("bugferry events list --state unrouted"))
		}
		if err := p.beginnable(w, event); err != nil {
			return err
		}
		ids, err := s.EventIDs(ctx, bridge.EventUnrouted, event.Report.ProjectID)
		waiting = len(ids)
		return err
	}); err != nil {
		return err
	}
	file := config.ProjectStart{ID: event.Report.ProjectID, Event: event.ID, Conditions: conditionsOf(*event.Report)}
	if err := w.lead(&file, start); err != nil {
		return err
	}
	folder := filepath.Dir(w.cfg.Projects[0].File) // there is one, or the configuration could not be used
	name := freeName(folder, event.Report.ProjectID)
	if err := p.writeNew(folder, map[string]string{name: file.YAML()}); err != nil {
		return err
	}
	p.sayHowItGoesOn(w, file, waiting)
	return nil
}

// beginnable says why no project file can be begun with the event.
func (p *program) beginnable(w *wired, e bridge.Event) error {
	switch {
	case e.State == bridge.EventRefused:
		return hint(fmt.Errorf("event %s was refused: %s", e.ID, printable(e.Reason)), "%s lets it in, and says whether a rule takes it", p.withConfig("bugferry events release "+e.ID))
	case e.Report == nil:
		return hint(fmt.Errorf("event %s is %s and holds no report: %s", e.ID, e.State, printable(e.Reason)), "%s", p.withConfig("bugferry events show "+e.ID))
	case e.State != bridge.EventUnrouted:
		return hint(fmt.Errorf("event %s is %s: a project file takes its project already", e.ID, e.State), "%s says which", p.withConfig("bugferry route "+e.ID))
	case e.Report.ProjectID == "":
		return hint(fmt.Errorf("the report of event %s has no projectId that a file could name", e.ID), `a file with project: "*" takes it: %s`, p.withConfig("bugferry route "+e.ID))
	}
	if project, ok := w.projectOf(e.Report.ProjectID); ok && slices.Contains(config.Values(project.IDs), e.Report.ProjectID) {
		return hint(fmt.Errorf("%s takes project %s already and nothing was written", project.File, short(e.Report.ProjectID, 40)),
			"%s says why none of its rules took the report", p.withConfig("bugferry route "+e.ID))
	}
	return nil
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// freeName returns a name for the project's file that no file in the folder has.
func freeName(folder, projectID string) string {
	base := strings.Trim(notInName.ReplaceAllString(strings.ToLower(projectID), "-"), "-")
	if base = strings.Trim(base[:min(len(base), 40)], "-"); base == "" {
		base = "project"
	}
	name := base + ".yaml"
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(folder, name)); errors.Is(err, fs.ErrNotExist) || err != nil && n > 2 {
			return name
		}
		name = fmt.Sprintf("%s-%d.yaml", base, n)
	}
}

// lead gives the file its destinations: those that start names; else those of the file that takes all other projects; else at each
// tracker that a file leads to the same place, which a person has to look at before it counts.
func (w *wired) lead(file *config.ProjectStart, start config.Start) error {
	if start != (config.Start{}) {
		return w.leadWhereTold(file, start)
	}
	if project, ok := w.projectOf(config.AllProjects); ok && project.Enabled {
		for _, d := range project.Destinations {
			if d.Enabled && !leadsThere(w, file, d) {
				file.Destinations = append(file.Destinations, begun(d, "as in "+project.File))
			}
		}
	}
	if len(file.Destinations) > 0 {
		return nil
	}
	for _, project := range w.cfg.Projects {
		for _, d := range project.Destinations {
			same := func(other config.DestinationStart) bool { return other.Tracker == d.Tracker.Value }
			if !slices.ContainsFunc(file.Destinations, same) && !leadsThere(w, file, d) {
				first := begun(d, "change this, or leave it: it is where "+project.File+" leads")
				first.Name = d.Tracker.Value
				file.Destinations = append(file.Destinations, first)
			}
		}
	}
	file.Off = "take this line out once the destinations are right"
	return nil
}

func begun(d config.Destination, note string) config.DestinationStart {
	return config.DestinationStart{Name: d.Name.Value, Tracker: d.Tracker.Value, Type: d.Type, Place: d.Place().Value, Note: note}
}

// leadsThere says whether the file files at the place of d already: a report has one issue at a place.
func leadsThere(w *wired, file *config.ProjectStart, d config.Destination) bool {
	at := func(tracker, place string) string {
		t, _ := w.cfg.Tracker(tracker)
		return strings.ToLower(t.BaseURL.Value + " " + place)
	}
	return slices.ContainsFunc(file.Destinations, func(other config.DestinationStart) bool {
		return at(other.Tracker, other.Place) == at(d.Tracker.Value, d.Place().Value)
	})
}

// leadWhereTold leads to the places that the flags name, each with the tracker that is there.
func (w *wired) leadWhereTold(file *config.ProjectStart, start config.Start) error {
	if r := start.GitHub; r != nil {
		base := r.BaseURL
		t, ok := w.trackerAt(config.GitHub, base, "https://api.github.com/")
		if !ok {
			return hint(fmt.Errorf("no tracker of %s is the GitHub of %s and nothing was written", w.cfg.Files[0], r.Name), "add it to trackers: bugferry init --github … FOLDER writes one to copy from")
		}
		file.Destinations = append(file.Destinations, config.DestinationStart{Name: t, Tracker: t, Type: config.GitHub, Place: r.Name})
	}
	if site := start.Jira; site != nil {
		t, ok := w.trackerAt(config.Jira, site.BaseURL, "")
		if !ok {
			return hint(fmt.Errorf("no tracker of %s is the Jira at %s and nothing was written", w.cfg.Files[0], site.BaseURL), "add it to trackers: bugferry init --jira … --project … FOLDER writes one to copy from")
		}
		file.Destinations = append(file.Destinations, config.DestinationStart{Name: t, Tracker: t, Type: config.Jira, Place: site.Project})
	}
	return nil
}

// trackerAt names the tracker of that type whose base, or whose pages, are at the address; without one it is the tracker at usual,
// else the first of the type.
func (w *wired) trackerAt(kind, address, usual string) (name string, ok bool) {
	at := func(url, wanted string) bool {
		return strings.EqualFold(strings.TrimRight(url, "/"), strings.TrimRight(wanted, "/"))
	}
	first := ""
	for _, t := range w.cfg.Trackers {
		if t.Type != kind {
			continue
		}
		wanted := address
		if wanted == "" {
			wanted = usual
		}
		if at(t.BaseURL.Value, wanted) || at(t.BrowseURL.Value, wanted) {
			return t.Name.Value, true
		}
		if first == "" {
			first = t.Name.Value
		}
	}
	return first, address == "" && first != ""
}

const (
	mostConditions = 10 // of custom fields, and of metadata
	longestValue   = 60 // characters of a value, and twice as many of a name, that an example shows
)

// conditionsOf are conditions that the report fulfils, one for each field that a rule is likely to ask for. Of metadata they say only
// that they are there: their values are about one person's browser.
func conditionsOf(r bridge.Report) []config.ConditionStart {
	var list []config.ConditionStart
	add := func(field, value string) bool {
		seen := func(c config.ConditionStart) bool { return c.Field == field }
		if utf8.RuneCountInString(field) > 2*longestValue || slices.ContainsFunc(list, seen) {
			return false
		}
		if utf8.RuneCountInString(value) > longestValue || strings.HasPrefix(value, "/") || !utf8.ValidString(value) { // long, or what a rule takes for a regular expression
			value = ""
		}
		list = append(list, config.ConditionStart{Field: field, Value: value})
		return true
	}
	for _, f := range []config.ConditionStart{{Field: "priority", Value: r.Priority}, {Field: "type", Value: r.Type}} {
		if f.Value != "" {
			add(f.Field, f.Value)
		}
	}
	left := mostConditions
	for _, f := range r.CustomFields {
		value := f.Value
		if items, ok := value.([]any); ok && len(items) > 0 {
			value = items[0]
		}
		if text := bridge.TextOf(value); left > 0 && text != "" && f.Name != "" && add("customFields."+f.Name, text) {
			left--
		}
	}
	left = mostConditions
	for _, d := range r.Metadata {
		if left > 0 && d.Title != "" && d.Value != "" && add("metadata."+d.Title, "") {
			left--
		}
	}
	return list
}

// sayHowItGoesOn says what was written, and how to check it and to file what waits.
func (p *program) sayHowItGoesOn(w *wired, file config.ProjectStart, waiting int) {
	for _, d := range file.Destinations {
		p.say("  files at %s %s", d.Tracker, d.Place)
	}
	if project, ok := w.projectOf(config.AllProjects); ok {
		p.say("From now on the project's reports are for this file, and not for %s any more.", project.File)
	}
	if file.Off != "" {
		p.say("It is off. Look at its destinations, take the line enabled: false out, and then:")
	} else {
		p.say("A serve that runs takes it over within seconds. Next:")
	}
	p.say("  %s", p.withConfig("bugferry check"))
	p.say("  %s    # where its report goes, and what each rule says of it", p.withConfig("bugferry route "+file.Event))
	what := "what waits of this project"
	if !plainID.MatchString(file.ID) {
		what = "all that waits, of other projects too; of this one"
	}
	p.say("  %s    # files %s: %d", p.withConfig(rematchAll(file.ID)), what, waiting)
}
