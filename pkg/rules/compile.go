package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Compile judges cfg and returns all its mistakes at once, in the order of the configuration. The Set is usable even
// then, never nil: a rule with a mistake matches nothing and says so, a destination with a mistake in a template refuses
// to compose.
func Compile(cfg Config) (*Set, []Finding) {
	found := &findings{}
	set := &Set{installation: cfg.Installation, projects: map[string]*project{}}
	for _, in := range cfg.Projects {
		p := compileProject(in, cfg.Images, found)
		if len(in.IDs) == 0 {
			found.form(in.At, "the project names no BetterBugs projectId; \"*\" takes the reports of all others")
		}
		for _, id := range in.IDs {
			if first, twice := set.projects[id]; twice {
				found.form(in.At, "project %s is configured already, as %q", quote(id), first.name)
				continue
			}
			set.projects[id] = p
		}
	}
	compileTemplates(cfg.Templates, found)
	for _, body := range cfg.Bodies {
		compileLayout(body, found)
	}
	return set, found.list
}

type findings struct{ list []Finding }

func (f *findings) add(at, format string, args ...any) {
	f.list = append(f.list, Finding{At: at, Message: fmt.Sprintf(format, args...)})
}

// problem is what is wrong with an expression or a template, and where in it, in characters from 1. The zero problem is none.
type problem struct {
	text         string
	line, column int
}

// Error says the place, if it is known, and what is wrong.
func (p problem) Error() string {
	if p.line == 0 {
		return p.text
	}
	return fmt.Sprintf("%d:%d: %s", p.line, p.column, p.text)
}

// offset is the place of the byte at offset of source.
func (p problem) offset(source string, offset int) problem {
	before := source[:min(max(offset, 0), len(source))]
	p.line = strings.Count(before, "\n") + 1
	p.column = utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return p
}

// form adds what a strict reader of the configuration has found already.
func (f *findings) form(at, format string, args ...any) {
	f.list = append(f.list, Finding{At: at, Form: true, Message: fmt.Sprintf(format, args...)})
}

// within adds what is wrong within the text at at.
func (f *findings) within(at string, p problem) {
	f.list = append(f.list, Finding{At: at, Line: p.line, Column: p.column, Message: p.text})
}

func compileProject(in Project, images bridge.Hosts, found *findings) *project {
	p := &project{name: in.Name, disabled: in.Disabled, destinations: map[string]*destination{}}
	if p.name == "" {
		p.name = strings.Join(in.IDs, ", ")
	}
	for _, d := range in.Destinations {
		if _, twice := p.destinations[d.Name]; twice {
			found.form(d.At, "destination %q stands twice in the project", d.Name)
			continue
		}
		p.destinations[d.Name] = compileDestination(d, found)
		p.destinations[d.Name].images = images
	}
	names := map[string]bool{}
	for i, in := range in.Rules {
		if in.Name == "" {
			in.Name = fmt.Sprintf("rule %d", i+1)
		}
		if names[in.Name] {
			found.form(in.At, "rule %q stands twice in the project", in.Name)
		}
		names[in.Name] = true
		p.rules = append(p.rules, compileRule(in, p, found))
	}
	p.unrouted = &rule{name: UnroutedRule, to: slices.Clone(in.Unrouted)}
	for _, to := range in.Unrouted {
		if p.destinations[to] == nil {
			found.form(cmp.Or(in.UnroutedAt, in.At), "unrouted: unknown destination %q%s", to, didYouMean(to, keys(p.destinations)))
		}
	}
	checkReach(in, p, found)
	return p
}

func compileRule(in Rule, p *project, found *findings) *rule {
	before := len(found.list)
	out := &rule{name: in.Name, disabled: in.Disabled, goOn: in.Continue, to: slices.Clone(in.To)}
	for _, c := range in.Match {
		out.match = append(out.match, compileCondition(c, found))
	}
	if strings.TrimSpace(in.When.Value) != "" {
		var wrong problem
		out.source = strings.TrimSpace(in.When.Value)
		if out.when, wrong = compileExpression(in.When.Value); wrong.text != "" {
			found.within(in.When.At, wrong)
		}
	}
	out.broken = len(found.list) > before
	if len(in.To) == 0 {
		found.form(in.At, "rule %q names no destination", in.Name)
	}
	for _, to := range in.To {
		if p.destinations[to] == nil {
			found.form(in.At, "rule %q: unknown destination %q%s", in.Name, to, didYouMean(to, keys(p.destinations)))
		}
	}
	return out
}
