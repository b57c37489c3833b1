package rules

import (
	"errors"
	"fmt"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ErrNoProject says that no project of the configuration takes the report.
var ErrNoProject = errors.New("no configured project takes it")

// ErrNoRule says that the report's project is known, but none of its rules matched.
var ErrNoRule = errors.New("no rule matches")

// Set is a compiled configuration. It never changes: a new configuration is a new Set.
type Set struct {
	installation string
	projects     map[string]*project // by id
}

type project struct {
	name         string
	destinations map[string]*destination
	rules        []*rule
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
// An error does not undo the matches returned beside it. It says why there are none ([ErrNoProject], [ErrNoRule]) or
// which rule's expression failed; a rule that fails does not match, and the others are tried all the same.
func (s *Set) Route(r bridge.Report) ([]bridge.Match, []bridge.Trace, error) {
	p, err := s.project(r.ProjectID)
	if err != nil {
		return nil, nil, err
	}
	var (
		matches []bridge.Match
		traces  = make([]bridge.Trace, 0, len(p.rules))
		errs    []error
		seen    = make(map[string]bool, len(p.destinations))
		view    = newView(r, p.name)
		winner  string
	)
	for _, rule := range p.rules {
		if winner != "" {
			traces = append(traces, bridge.Trace{Rule: rule.name, Why: fmt.Sprintf("not tried: %q took the report", winner)})
			continue
		}
		trace, err := rule.try(&r, view)
		traces = append(traces, trace)
		if err != nil {
			errs = append(errs, fmt.Errorf("rule %q: %w", rule.name, err))
		}
		if !trace.Matched {
			continue
		}
		for _, to := range rule.to {
			if !seen[to] {
				seen[to] = true
				matches = append(matches, bridge.Match{Rule: rule.name, Destination: to})
			}
		}
		if !rule.goOn {
			winner = rule.name
		}
	}
	if len(matches) == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("project %q: %w", p.name, ErrNoRule))
	}
	return matches, traces, errors.Join(errs...)
}
