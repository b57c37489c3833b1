package main

import (
	"strconv"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/rules"
)

// ruleBook is what the console shows of today's rules.
func (s *serving) ruleBook() []console.ProjectRules {
	cfg := s.now.Load().cfg
	list := make([]console.ProjectRules, 0, len(cfg.Projects))
	for _, p := range cfg.Projects {
		list = append(list, rulesOf(p))
	}
	return list
}

func rulesOf(p config.Project) console.ProjectRules {
	out := console.ProjectRules{
		Name: p.Name, File: p.File, IDs: config.Values(p.IDs), Enabled: p.Enabled, Adds: p.Reroute == config.RerouteAdd,
	}
	for _, r := range p.Rules {
		rule := console.Rule{
			Name: r.Name.Value, Enabled: r.Enabled, When: r.When.Value, To: config.Values(r.To), Continue: r.Continue,
		}
		for _, c := range r.Match {
			rule.Match = append(rule.Match, console.Condition{
				Field: c.Field.Value, Values: config.Values(c.Values), Not: config.Values(c.Not), Present: c.Present.Value,
			})
		}
		out.Rules = append(out.Rules, rule)
	}
	if len(p.Unrouted) > 0 {
		out.Rules = append(out.Rules, console.Rule{Name: rules.UnroutedRule, CatchAll: true, Enabled: true, To: config.Values(p.Unrouted)})
	}
	for _, d := range p.Destinations {
		out.Destinations = append(out.Destinations, console.Destination{
			Name: d.Name.Value, Tracker: d.Tracker.Value, Type: d.Type, Place: d.Place().Value, Enabled: d.Enabled, Settings: settingsOf(d),
		})
	}
	return out
}

// settingsOf lists what a destination sets, by the keys of the file and in their order there. What it leaves alone is not among them.
func settingsOf(d config.Destination) (list []console.Setting) {
	add := func(key string, values ...string) {
		var given []string
		for _, v := range values {
			if v != "" {
				given = append(given, v)
			}
		}
		if len(given) > 0 {
			list = append(list, console.Setting{Key: key, Values: given})
		}
	}
	add("title", d.Title.Value)
	add("body", d.Body.Value)
	add("issue_type", d.IssueType.Value)
	add("milestone", d.Milestone.Value)
	add("priority", mapped(d.Priority)...)
	add("labels", config.Values(d.Labels)...)
	add("label_colors", colored(d.LabelColors)...)
	add("components", config.Values(d.Components)...)
	add("fields", mapped(d.Fields)...)
	add("assign", strconv.FormatBool(d.Assign))
	add("default_assignee", d.DefaultAssignee.Value)
	add("screenshot", d.Screenshot)
	add("on_update", d.OnUpdate)
	add("status", mapped(d.Status)...)
	add("fallback", d.Fallback.Value)
	add("versions", config.Values(d.Versions)...)
	add("fix_versions", config.Values(d.FixVersions)...)
	add("parent", d.Parent.Value)
	add("security_level", d.SecurityLevel.Value)
	add("reporter", d.Reporter.Value)
	if d.Type == config.GitHub {
		add("publish_personal", strconv.FormatBool(d.PublishPersonal))
	}
	return list
}

// mapped writes each pair as what is found and what it becomes.
func mapped(pairs config.Pairs) (list []string) {
	for _, p := range pairs {
		list = append(list, p.Name.Value+" → "+p.Value.Value)
	}
	return list
}

func colored(colors config.Colors) (list []string) {
	for _, c := range colors {
		list = append(list, c.Label.Value+" → "+c.Value.Value)
	}
	return list
}
