package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/rules"
)

// compileRules hands what the configuration says of rules, templates and destinations to pkg/rules, which judges it, and
// returns what it found with the places where it stands.
func compileRules(cfg *config.Config) (*rules.Set, ruleFindings) {
	c := converter{cfg: cfg, at: map[string]config.Text{}, values: map[string]config.Text{}}
	in := rules.Config{Installation: cfg.Installation, Images: cfg.Screenshots.Hosts}
	in.Templates = c.templates(config.Destination(cfg.Defaults))
	in.Bodies = append(in.Bodies, c.text(cfg.Defaults.Body))
	for _, p := range cfg.Projects {
		in.Templates = append(in.Templates, c.templates(config.Destination(p.Defaults))...)
		in.Bodies = append(in.Bodies, c.text(p.Defaults.Body))
		in.Projects = append(in.Projects, c.project(p))
	}
	set, found := rules.Compile(in)
	var findings ruleFindings
	for _, f := range found {
		at, ok := c.values[f.At+f.Value]
		if !ok {
			at = c.at[f.At]
		}
		finding := at.FindingWithin(f.Line, f.Column, f.Message)
		if f.Form {
			findings.form = append(findings.form, finding)
		} else {
			findings.sense = append(findings.sense, finding)
		}
	}
	return set, findings
}

// ruleFindings are what pkg/rules found, in the configuration's sense and in its form.
type ruleFindings struct{ sense, form config.Findings }

// besides returns what is to be told besides what was found when the files were read: a mistake of form is told once, at the
// place where it was found first.
func (f ruleFindings) besides(read config.Findings) config.Findings {
	if read.Err() != nil {
		return f.sense
	}
	return append(f.form, f.sense...)
}

// converter turns the configuration's shapes into those of pkg/rules and remembers where each came from.
type converter struct {
	cfg *config.Config
	at  map[string]config.Text // by what pkg/rules is told of the place

	values map[string]config.Text // those of conditions, by the condition's place and themselves
}

// mark returns what pkg/rules is told of the place where t stands.
func (c *converter) mark(t config.Text) string {
	c.at[t.Where()] = t
	return t.Where()
}

func (c *converter) text(t config.Text) rules.Text {
	return rules.Text{Value: t.Value, At: c.mark(t)}
}

func (c *converter) texts(list []config.Text) []rules.Text {
	var out []rules.Text
	for _, t := range list {
		out = append(out, c.text(t))
	}
	return out
}

func (c *converter) project(p config.Project) rules.Project {
	out := rules.Project{IDs: config.Values(p.IDs), Name: p.Name, Disabled: !p.Enabled, Unrouted: config.Values(p.Unrouted)}
	if len(p.IDs) > 0 {
		out.At = c.mark(p.IDs[0])
	}
	for _, d := range p.Destinations {
		out.Destinations = append(out.Destinations, c.destination(d))
	}
	if len(p.Unrouted) > 0 {
		out.UnroutedAt = c.mark(p.Unrouted[0])
	}
	for i, r := range p.Rules {
		out.Rules = append(out.Rules, c.rule(i, r))
	}
	return out
}

func (c *converter) rule(i int, r config.Rule) rules.Rule {
	out := rules.Rule{
		Name: r.Name.Value, Disabled: !r.Enabled, When: c.text(r.When), To: config.Values(r.To), Continue: r.Continue,
		At: c.mark(config.Text{At: r.At, Key: fmt.Sprintf("rules[%d]", i)}),
	}
	for _, condition := range r.Match {
		at := c.mark(condition.Field)
		for _, value := range slices.Concat(condition.Values, condition.Not) {
			c.values[at+value.Value] = value
		}
		out.Match = append(out.Match, rules.Condition{
			Field: condition.Field.Value, Values: config.Values(condition.Values), Not: config.Values(condition.Not),
			Present: presence(condition.Present.Value), At: at,
		})
	}
	return out
}

func presence(written string) rules.Presence {
	return map[string]rules.Presence{"true": rules.Present, "false": rules.Missing}[written]
}

func (c *converter) destination(d config.Destination) rules.Destination {
	out := rules.Destination{
		Name: d.Name.Value, At: c.mark(d.Name), Disabled: !d.Enabled,
		Kind:  cmp.Or(d.Type, config.GitHub), // an unknown tracker is a finding of its own
		Title: c.text(d.Title), Body: c.text(d.Body), Labels: c.texts(d.Labels), LabelColors: d.LabelColors.Map(), Components: c.texts(d.Components),
		IssueType: d.IssueType.Value, Milestone: c.text(d.Milestone), Priority: d.Priority.Map(),
		Assign: d.Assign, DefaultAssignee: d.DefaultAssignee.Value, Accounts: c.accounts(d),
		Screenshot: d.Screenshot, Status: d.Status.Map(), PublishPersonal: d.PublishPersonal,
		Versions: c.texts(d.Versions), FixVersions: c.texts(d.FixVersions), Parent: c.text(d.Parent), SecurityLevel: c.text(d.SecurityLevel),
	}
	if d.Reporter.Value != config.ReporterNone {
		out.Reporter = d.Reporter.Value
	}
	for _, f := range d.Fields {
		out.Fields = append(out.Fields, rules.Field{Name: f.Name.Value, Value: c.text(f.Value)})
	}
	return out
}

// templates are those of defaults, which are judged by themselves: perhaps nobody inherits them.
func (c *converter) templates(d config.Destination) []rules.Text {
	list := slices.Concat([]config.Text{d.Title, d.Milestone, d.Parent, d.SecurityLevel}, d.Labels, d.Components, d.Versions, d.FixVersions)
	for _, f := range d.Fields {
		list = append(list, f.Value)
	}
	return c.texts(list)
}

// accounts returns who has an account at the destination's tracker: named by the tracker, else by its type.
func (c *converter) accounts(d config.Destination) map[string]string {
	accounts := map[string]string{}
	for user, of := range c.cfg.Users.Map() {
		account, ok := of[d.Tracker.Value]
		if !ok {
			account = of[d.Type]
		}
		if account != "" {
			accounts[strings.ToLower(user)] = account
		}
	}
	return accounts
}
