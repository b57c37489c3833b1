package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func (p *program) routeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "route PAYLOAD",
		Short: "Show where a report goes, and what each rule says of it",
		Long: "route says for each rule of the report's project, in order, whether it takes the report and why, and then where the report\n" +
			"goes. The bug of a stored event may be known already: then it says where the report would go if it came again now.\n" +
			"It asks nobody, writes nothing and needs no secrets.\n\n" + explainHelp,
		Example: "  bugferry route report.json\n  bugferry route " + exampleEvent + "\n  bugferry route --against new.yaml --last 200",
	}
	e := &explaining{program: p, view: func(_ *cobra.Command, w *wired, in payload) (explained, error) { return w.routed(in), nil }}
	e.lines = func(_ *cobra.Command, w *wired, in payload) []string { return w.routed(in).lines() }
	e.flags(cmd)
	return cmd
}

// routed is where a report goes and why.
type routed struct {
	From         string         `json:"from"`
	Report       reportLine     `json:"report"`
	Project      *projectLine   `json:"project"` // whose rules were asked; null: none takes it
	Rules        []bridge.Trace `json:"rules"`
	Known        []bridge.Ref   `json:"known,omitempty"` // the issues that the bug has
	Destinations []place        `json:"destinations"`
	Reason       string         `json:"reason,omitempty"`   // why it goes nowhere
	Mistakes     []string       `json:"mistakes,omitempty"` // rules that failed
}

// reportLine is a report in one line.
type reportLine struct {
	BugID     string `json:"bug"`
	ProjectID string `json:"project,omitempty"`
	Title     string `json:"title"`
	Status    string `json:"status,omitempty"`
	Priority  string `json:"priority,omitempty"`
	Type      string `json:"type,omitempty"`
}

type projectLine struct {
	Name string `json:"name"`
	File string `json:"file"`
	off  bool
}

// place is where a report goes.
type place struct {
	Destination string `json:"destination"`
	Rule        string `json:"rule"`
	Tracker     string `json:"tracker"`
	Type        string `json:"type"` // of the tracker
	Name        string `json:"place"`
	key         string // bridge.Place.Key
}

// words name the tracker and the place.
func (p place) words() string { return p.Tracker + " " + p.Name }

// routed asks the rules and, where the bug is known, what that changes.
func (w *wired) routed(in payload) routed {
	r := in.report
	matches, traces, err := w.Route(r)
	out := routed{
		From: in.from, Project: w.projectLine(r.ProjectID), Rules: append([]bridge.Trace{}, traces...), Destinations: []place{},
		Report: reportLine{BugID: r.BugID, ProjectID: r.ProjectID, Title: r.Title, Status: r.Status, Priority: r.Priority, Type: r.Type},
	}
	if err != nil && !routesNowhere(err) {
		out.Mistakes = strings.Split(err.Error(), "\n")
	}
	if len(in.known.Places)+len(in.known.Open) > 0 {
		var again []bridge.Trace
		matches, again = w.Again(r, in.known, matches)
		out.Rules = append(out.Rules, again...)
	}
	for _, link := range in.links {
		if link.Ref != (bridge.Ref{}) {
			out.Known = append(out.Known, link.Ref)
		}
	}
	for _, m := range matches {
		out.Destinations = append(out.Destinations, w.placeOf(r.ProjectID, m))
	}
	switch {
	case len(matches) > 0:
	case err != nil:
		out.Reason = err.Error()
	default:
		out.Reason = "its bug is known, and nothing is left of where it would go"
	}
	return out
}

// routesNowhere says of an error of the rules that they did their work and send the report nowhere.
func routesNowhere(err error) bool {
	return errors.Is(err, rules.ErrNoProject) || errors.Is(err, rules.ErrNoRule) || errors.Is(err, rules.ErrDisabled)
}

// projectOf returns the project whose rules are asked about reports of the BetterBugs project.
func (w *wired) projectOf(id string) (config.Project, bool) {
	for _, wanted := range []string{id, config.AllProjects} {
		for _, p := range w.cfg.Projects {
			if slices.Contains(config.Values(p.IDs), wanted) {
				return p, true
			}
		}
	}
	return config.Project{}, false
}

// projectLine is that project; nil: there is none.
func (w *wired) projectLine(id string) *projectLine {
	if project, ok := w.projectOf(id); ok {
		return &projectLine{Name: project.Name, File: project.File, off: !project.Enabled}
	}
	return nil
}

func (w *wired) placeOf(projectID string, m bridge.Match) place {
	at := place{Destination: m.Destination, Rule: m.Rule}
	project, _ := w.projectOf(projectID)
	if d, ok := project.Destination(m.Destination); ok {
		at.Tracker, at.Type, at.Name = d.Tracker.Value, d.Type, d.Place().Value
		at.key = w.project(projectID).places[m.Destination]
	}
	return at
}

func (r routed) failure() error {
	switch {
	case len(r.Mistakes) > 0:
		return hint(errors.New("a rule failed"), "bugferry check")
	case len(r.Destinations) > 0:
		return nil
	case r.Project == nil && eventID.MatchString(r.From) && r.Report.ProjectID != "":
		return hint(errors.New("the report goes nowhere"), "bugferry init --from %s writes a project file for it", r.From)
	case r.Project != nil && r.Project.off:
		return hint(errors.New("the report goes nowhere"), "it is off: enabled: true in %s switches it on", r.Project.File)
	case r.Project == nil:
		return hint(errors.New("the report goes nowhere"), `write a project file for it, or name "*" in one`)
	}
	return hint(errors.New("the report goes nowhere"), "unrouted: [DESTINATION] in %s takes what no rule matches", r.Project.File)
}

func (r routed) write(to *page) {
	var more []string
	for _, word := range []string{r.Report.Status, r.Report.Priority, r.Report.Type} {
		if word != "" {
			more = append(more, word)
		}
	}
	to.entry("report", "%q, bug %s  %s", r.Report.Title, r.Report.BugID, strings.Join(more, " "))
	to.entry("from", "%s", r.From)
	if r.Project == nil {
		to.entry("project", "%s: no file takes it", r.Report.ProjectID)
	} else {
		to.entry("project", "%s, taken by %q in %s", r.Report.ProjectID, r.Project.Name, r.Project.File)
	}
	for _, ref := range r.Known {
		to.entry("known as", "%s  %s", ref.Name, ref.URL)
	}
	if len(r.Rules) > 0 {
		to.line("")
		to.line("rules")
	}
	for _, t := range r.Rules {
		mark := "✗"
		if t.Matched {
			mark = "✓"
		}
		to.line("  %s %s: %s", mark, t.Rule, t.Why)
	}
	for _, m := range r.Mistakes {
		to.line("mistake: %s", m)
	}
	to.line("")
	if len(r.Destinations) == 0 {
		to.line("goes nowhere: %s", r.Reason)
		return
	}
	to.line("goes to")
	for _, d := range r.Destinations {
		to.line("  %s: %s, by %q", d.Destination, d.words(), d.Rule)
	}
}

// lines are what counts when two configurations are compared.
func (r routed) lines() []string {
	var lines []string
	for _, d := range r.Destinations {
		lines = append(lines, d.Destination+": "+d.words())
	}
	if len(lines) == 0 {
		lines = []string{"nowhere"}
	}
	slices.Sort(lines)
	for _, m := range r.Mistakes {
		lines = append(lines, "mistake: "+printable(m))
	}
	return lines
}
