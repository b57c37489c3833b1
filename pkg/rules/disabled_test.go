package rules_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// triage is a project with destinations a and b, a rule for each priority, and where the rest goes.
func triage() rules.Project {
	rule := func(name, priority, to string) rules.Rule {
		return rules.Rule{Name: name, To: []string{to}, Match: []rules.Condition{{Field: "priority", Values: []string{priority}}}}
	}
	return rules.Project{
		IDs: []string{"p"}, Name: "web", Destinations: []rules.Destination{destination("a"), destination("b")},
		Rules: []rules.Rule{rule("high", "HIGH", "a"), rule("low", "LOW", "b")},
	}
}

func TestDisabledAndUnrouted(t *testing.T) {
	tests := []struct {
		name     string
		change   func(*rules.Project)
		priority string
		want     []bridge.Match
		err      error
		traces   []bridge.Trace
	}{
		{"a disabled rule matches nothing", func(p *rules.Project) { p.Rules[0].Disabled = true }, "HIGH", nil, rules.ErrNoRule, []bridge.Trace{
			{Rule: "high", Why: "disabled"},
			{Rule: "low", Why: "priority is HIGH; wanted LOW"},
		}},
		{"a disabled destination gets nothing, and no other rule its report", func(p *rules.Project) {
			p.Destinations[0].Disabled, p.Unrouted = true, []string{"b"}
		}, "HIGH", nil, rules.ErrDisabled, []bridge.Trace{
			{Rule: "high", Matched: true, Why: "priority is HIGH; left out, for it is disabled: a"},
			{Rule: "low", Why: `not tried: "high" took the report`},
		}},
		{"the other destinations of the rule get it", func(p *rules.Project) {
			p.Destinations[0].Disabled, p.Rules[0].To = true, []string{"a", "b"}
		}, "HIGH", []bridge.Match{{Rule: "high", Destination: "b"}}, nil, []bridge.Trace{
			{Rule: "high", Matched: true, Why: "priority is HIGH; left out, for it is disabled: a"},
			{Rule: "low", Why: `not tried: "high" took the report`},
		}},
		{"a disabled project", func(p *rules.Project) { p.Disabled = true }, "HIGH", nil, rules.ErrDisabled, nil},
		{"unrouted takes what no rule matches", func(p *rules.Project) { p.Unrouted = []string{"a", "b"} }, "MEDIUM", []bridge.Match{
			{Rule: rules.UnroutedRule, Destination: "a"}, {Rule: rules.UnroutedRule, Destination: "b"},
		}, nil, []bridge.Trace{
			{Rule: "high", Why: "priority is MEDIUM; wanted HIGH"},
			{Rule: "low", Why: "priority is MEDIUM; wanted LOW"},
			{Rule: "unrouted", Matched: true, Why: "no rule matches"},
		}},
		{"unrouted takes nothing else", func(p *rules.Project) { p.Unrouted = []string{"b"} }, "HIGH", []bridge.Match{{Rule: "high", Destination: "a"}}, nil, []bridge.Trace{
			{Rule: "high", Matched: true, Why: "priority is HIGH"},
			{Rule: "low", Why: `not tried: "high" took the report`},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := triage()
			tt.change(&p)
			star := rules.Project{IDs: []string{"*"}, Destinations: []rules.Destination{destination("a")}, Rules: []rules.Rule{{To: []string{"a"}}}}
			set, found := rules.Compile(rules.Config{Projects: []rules.Project{p, star}})
			if len(found) > 0 {
				t.Fatal(found)
			}
			matches, traces, err := set.Route(bridge.Report{BugID: "1", ProjectID: "p", Priority: tt.priority})
			if !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if diff := cmp.Diff(tt.want, matches); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.traces, traces); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASharedAgainReportStaysOutOfWhatIsDisabled(t *testing.T) {
	p := triage()
	p.Destinations[0].Disabled = true
	set := compile(t, p)
	matches := []bridge.Match{{Rule: rules.SharedAgain, Destination: "a"}, {Rule: rules.SharedAgain, Destination: "b"}}
	kept, traces := set.Enabled(bridge.Report{ProjectID: "p"}, matches)
	if diff := cmp.Diff(matches[1:], kept); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]bridge.Trace{{Rule: rules.SharedAgain, Why: "left out, for it is disabled: a"}}, traces); diff != "" {
		t.Error(diff)
	}
}

func TestDisabledThingsAreJudged(t *testing.T) {
	expect(t, []finding{
		{"rule", func(p *rules.Project) {
			p.Rules[0].Disabled, p.Rules[0].Match[0] = true, rules.Condition{Field: "titel", Values: []string{"x"}, At: "here"}
		}, "unknown field titel; did you mean title? (extra.titel takes the name as it is)"},
		{"destination", func(p *rules.Project) {
			p.Destinations[0].Disabled, p.Destinations[0].Title = true, rules.Text{Value: "{{ .Titel }}", At: "here"}
		}, "1:4: a report has no field .Titel; did you mean .Title?"},
		{"unrouted", func(p *rules.Project) { p.Rules[1].Disabled, p.At, p.Unrouted = true, "here", []string{"web-jria"} },
			`unrouted: unknown destination "web-jria"; did you mean web-jira?`},
	})
}
