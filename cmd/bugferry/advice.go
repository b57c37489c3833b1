package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// advice says of an unrouted event which file speaks for its project in this configuration, and what to do; zero for any other.
// known is where its bug is.
func (w *wired) advice(e bridge.Event, known bridge.Known) bridge.Advice {
	if e.State != bridge.EventUnrouted || e.Report == nil {
		return bridge.Advice{}
	}
	r := w.routedToday(*e.Report, known)
	switch {
	case r.Project == nil && e.Report.ProjectID == "":
		return bridge.Advice{Text: `no project file takes a report without a projectId; one with project: "*" does`, Next: "bugferry route " + e.ID}
	case r.Project == nil:
		return bridge.Advice{Text: "no project file takes project " + short(e.Report.ProjectID, 40), Next: "bugferry init --from " + e.ID}
	case len(r.Destinations) > 0:
		return bridge.Advice{File: r.Project.File, Text: "would be taken today by " + r.Project.File, Next: "bugferry events rematch " + e.ID}
	}
	return bridge.Advice{File: r.Project.File, Text: r.Project.File + ": " + r.Reason, Next: "bugferry route " + e.ID}
}

// routedToday is routed, but that rules which panic send the report nowhere: that must cost neither a page nor an answer.
func (w *wired) routedToday(report bridge.Report, known bridge.Known) (r routed) {
	defer func() {
		if cause := recover(); cause != nil {
			r = routed{Report: reportLine{ProjectID: report.ProjectID}, Project: w.projectLine(report.ProjectID), Reason: fmt.Sprintf("the rules panicked: %v", cause)}
		}
	}()
	return w.routed(payload{report: report, known: known})
}

// adviceOn is advice with what the store knows of the event's bug.
func (w *wired) adviceOn(ctx context.Context, s *store.Store, e bridge.Event) (bridge.Advice, error) {
	if e.State != bridge.EventUnrouted || e.Report == nil {
		return bridge.Advice{}, nil
	}
	known, err := s.Known(ctx, e.Report.BugID)
	return w.advice(e, known), err
}

// today is the configuration as it can be used without secrets; nil: it cannot, which is told elsewhere.
func (p *program) today() *wired {
	w, _ := load(p.configPath, config.Options{Secretless: true}, slog.New(slog.DiscardHandler))
	return w
}

// takeable says how many unrouted events of a BetterBugs project would be taken now.
type takeable struct {
	Project string `json:"project"` // projectId
	File    string `json:"file"`    // the project file that speaks for it
	Events  int    `json:"events"`
	Next    string `json:"next"` // the command that files them
}

func (t takeable) String() string {
	events := "events"
	if t.Events == 1 {
		events = "event"
	}
	return fmt.Sprintf("%d unrouted %s of project %s would be taken now by %s: %s", t.Events, events, short(t.Project, 40), t.File, t.Next)
}

// mostUnrouted is how many unrouted events are asked about, the newest.
const mostUnrouted = 1000

// takeable counts, by project, the events that no rule took when they came and that a rule would take now; the projects are in the
// order of their oldest events.
func (w *wired) takeable(ctx context.Context, s *store.Store) ([]takeable, error) {
	ids, err := s.EventIDs(ctx, bridge.EventUnrouted, "")
	if err != nil {
		return nil, err
	}
	var list []takeable
	at := map[string]int{}
	for _, id := range ids[max(0, len(ids)-mostUnrouted):] {
		event, err := s.Event(ctx, id)
		if err != nil || event.Report == nil {
			continue // taken meanwhile, or not to be read
		}
		known, err := s.Known(ctx, event.Report.BugID)
		if err != nil {
			return nil, err
		}
		r := w.routedToday(*event.Report, known)
		if len(r.Destinations) == 0 {
			continue
		}
		i, seen := at[r.Report.ProjectID]
		if !seen {
			i = len(list)
			at[r.Report.ProjectID] = i
			list = append(list, takeable{Project: r.Report.ProjectID, File: r.Project.File, Next: rematchAll(r.Report.ProjectID)})
		}
		list[i].Events++
	}
	return list, nil
}

// takeableIn is w's takeable of the store that the configuration names, if it is there and can be read: whoever checks a configuration
// need not have one.
func (p *program) takeableIn(ctx context.Context, w *wired) []takeable {
	s, err := store.Open(ctx, store.Config{URL: w.cfg.Store.URL.Reveal(), ReadOnly: true})
	if err != nil {
		return nil
	}
	defer func() { _ = s.Close() }() // nothing was written
	list, err := w.takeable(ctx, s)
	if err != nil {
		return nil
	}
	for i := range list {
		list[i].Next = p.withConfig(list[i].Next)
	}
	return list
}

// plainID is an id that means nothing to a shell. A projectId is what a stranger says it is.
var plainID = regexp.MustCompile(`^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,63}$`)

// rematchAll is the command that matches the unrouted events of a project again, or all of them where its id does not fit a shell.
func rematchAll(project string) string {
	const all = "bugferry events rematch --unrouted"
	if !plainID.MatchString(project) {
		return all
	}
	return all + " --project " + project
}

// withConfig adds to a command the configuration that p works with, where that is not the usual one.
func (p *program) withConfig(command string) string {
	if p.configPath == config.DefaultPath {
		return command
	}
	path := filepath.ToSlash(p.configPath)
	if strings.ContainsAny(path, " '\"$`\\") {
		path = "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return command + " --config " + path
}
