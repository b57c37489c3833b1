package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ErrNoProject says that no project of the configuration takes the report.
var ErrNoProject = errors.New("no configured project takes it")

// ErrNoRule says that the report's project is known, but none of its rules matched.
var ErrNoRule = errors.New("no rule matches")

// ErrDisabled says that the report's project, or every destination its rules chose, is switched off.
var ErrDisabled = errors.New("disabled")

// UnroutedRule stands in place of a rule's name where a report goes somewhere because no rule matched it.
const UnroutedRule = "unrouted"

// Set is a compiled configuration. It never changes: a new configuration is a new Set.
type Set struct {
	installation string
	projects     map[string]*project // by id
}

type project struct {
	name         string
	disabled     bool
	destinations map[string]*destination
	rules        []*rule
	unrouted     *rule // not among rules: it gets what none of them matched
}

// anyProject is the id of the project that takes what no other names.
const anyProject = "*"

func (s *Set) project(id string) (*project, error) {
	if p, ok := s.projects[id]; ok {
		return p, nil
	}
	if p, ok := s.projects[anyProject]; ok {
		return p, nil
	}
	if id == "" {
		return nil, fmt.Errorf("report without a projectId: %w", ErrNoProject)
	}
	return nil, fmt.Errorf("project %s: %w", quote(id), ErrNoProject)
}

// Route says where r goes and, for every rule of its project in order, why or why not. Each destination is named once,
// under the first rule that chose it.
//
// A rule whose destinations are disabled takes the report all the same: the next one was not meant for it.
//
// An error does not undo the matches returned beside it. It says why there are none ([ErrNoProject], [ErrNoRule],
// [ErrDisabled]) or which rule's expression failed; a rule that fails does not match, and the others are tried all the same.
func (s *Set) Route(r bridge.Report) ([]bridge.Match, []bridge.Trace, error) {
	p, err := s.project(r.ProjectID)
	if err != nil {
		return nil, nil, err
	}
	if p.disabled {
		return nil, nil, fmt.Errorf("project %q is %w in its file", p.name, ErrDisabled)
	}
	route := routing{project: p, seen: make(map[string]bool, len(p.destinations)), traces: make([]bridge.Trace, 0, len(p.rules)+1)}
	route.rules(&r)
	if !route.taken && len(p.unrouted.to) > 0 {
		route.take(p.unrouted, bridge.Trace{Rule: UnroutedRule, Matched: true, Why: "no rule matches"})
	}
	if len(route.matches) == 0 && len(route.errs) == 0 {
		route.errs = append(route.errs, route.nowhere())
	}
	return route.matches, route.traces, errors.Join(route.errs...)
}

// routing is what becomes of one report.
type routing struct {
	*project
	matches []bridge.Match
	traces  []bridge.Trace
	errs    []error
	seen    map[string]bool // destinations
	off     []string        // disabled destinations, each once
	taken   bool            // by a rule
}

// rules tries the project's rules in order.
func (g *routing) rules(r *bridge.Report) {
	view := forExpressions(newView(*r, g.name))
	winner := ""
	for _, rule := range g.project.rules {
		if winner != "" {
			g.traces = append(g.traces, bridge.Trace{Rule: rule.name, Why: fmt.Sprintf("not tried: %q took the report", winner)})
			continue
		}
		trace, err := rule.try(r, view)
		if err != nil {
			g.errs = append(g.errs, fmt.Errorf("rule %q: %w", rule.name, err))
		}
		if !trace.Matched {
			g.traces = append(g.traces, trace)
			continue
		}
		g.take(rule, trace)
		if !rule.goOn {
			winner = rule.name
		}
	}
}

// take sends the report where the rule says.
func (g *routing) take(rule *rule, trace bridge.Trace) {
	g.taken = true
	var off []string
	for _, to := range rule.to {
		if d := g.destinations[to]; d != nil && d.disabled {
			off = append(off, to)
			continue
		}
		if !g.seen[to] {
			g.seen[to] = true
			g.matches = append(g.matches, bridge.Match{Rule: rule.name, Destination: to})
		}
	}
	if len(off) > 0 {
		trace.Why += "; " + leftOut(off)
	}
	for _, to := range off {
		if !slices.Contains(g.off, to) {
			g.off = append(g.off, to)
		}
	}
	g.traces = append(g.traces, trace)
}

// nowhere says why the report goes nowhere.
func (g *routing) nowhere() error {
	if len(g.off) > 0 {
		return fmt.Errorf("project %q: all that the report would go to is %w: %s", g.name, ErrDisabled, strings.Join(g.off, ", "))
	}
	return fmt.Errorf("project %q: %w", g.name, ErrNoRule)
}

// leftOut says in a trace that the destinations do not get the report.
func leftOut(disabled []string) string {
	return "left out, for it is disabled: " + strings.Join(disabled, ", ")
}
