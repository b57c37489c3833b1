package rules

import (
	"fmt"
	"slices"
	"strings"

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
			found.add(in.At, "the project names no BetterBugs projectId; \"*\" takes the reports of all others")
		}
		for _, id := range in.IDs {
			if first, twice := set.projects[id]; twice {
				found.add(in.At, "project %s is configured already, as %q", quote(id), first.name)
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

func compileProject(in Project, images bridge.Hosts, found *findings) *project {
	p := &project{name: in.Name, disabled: in.Disabled, destinations: map[string]*destination{}}
	if p.name == "" {
		p.name = strings.Join(in.IDs, ", ")
	}
	for _, d := range in.Destinations {
		if _, twice := p.destinations[d.Name]; twice {
			found.add(d.At, "destination %q stands twice in the project", d.Name)
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
			found.add(in.At, "rule %q stands twice in the project", in.Name)
		}
		names[in.Name] = true
		p.rules = append(p.rules, compileRule(in, p, found))
	}
	p.unrouted = &rule{name: UnroutedRule, to: slices.Clone(in.Unrouted)}
	for _, to := range in.Unrouted {
		if p.destinations[to] == nil {
			found.add(in.At, "unrouted: unknown destination %q%s", to, didYouMean(to, keys(p.destinations)))
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
		var problem string
		out.source = strings.TrimSpace(in.When.Value)
		if out.when, problem = compileExpression(in.When.Value); problem != "" {
			found.add(in.When.At, "%s", problem)
		}
	}
	out.broken = len(found.list) > before
	if len(in.To) == 0 {
		found.add(in.At, "rule %q names no destination", in.Name)
	}
	for _, to := range in.To {
		if p.destinations[to] == nil {
			found.add(in.At, "rule %q: unknown destination %q%s", in.Name, to, didYouMean(to, keys(p.destinations)))
		}
	}
	return out
}
