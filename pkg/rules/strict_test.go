package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/rules"
)

func TestRulesThatCanNeverBeReached(t *testing.T) {
	is := func(field string, values ...string) rules.Condition {
		return rules.Condition{Field: field, Values: values}
	}
	not := func(field string, values ...string) rules.Condition {
		return rules.Condition{Field: field, Not: values}
	}
	there := func(field string) rules.Condition { return rules.Condition{Field: field, Present: rules.Present} }
	rule := func(match ...rules.Condition) rules.Rule { return rules.Rule{To: []string{"d"}, Match: match} }
	when := func(source string, u rules.Rule) rules.Rule { u.When.Value = source; return u }
	goOn := func(u rules.Rule) rules.Rule { u.Continue = true; return u }
	off := func(u rules.Rule) rules.Rule { u.Disabled = true; return u }
	tests := []struct {
		name           string
		earlier, later rules.Rule
		dead           bool
	}{
		{"after a rule without conditions", rule(), rule(is("priority", "HIGH")), true},
		{"after one that goes on", goOn(rule()), rule(), false},
		{"after one that is disabled", off(rule()), rule(), false},
		{"a disabled one is no mistake", rule(), off(rule()), false},
		{"the same match", rule(is("priority", "HIGH")), rule(is("priority", "high")), true},
		{"fewer values", rule(is("priority", "HIGH", "URGENT")), rule(is("priority", "URGENT")), true},
		{"more values", rule(is("priority", "URGENT")), rule(is("priority", "HIGH", "URGENT")), false},
		{"more conditions", rule(is("priority", "HIGH")), rule(is("priority", "HIGH"), is("type", "rewind")), true},
		{"fewer conditions", rule(is("priority", "HIGH"), is("type", "rewind")), rule(is("priority", "HIGH")), false},
		{"another field", rule(is("metadata.a", "x")), rule(is("metadata.b", "x")), false},
		{"case matters in text", rule(is("title", "x")), rule(is("title", "X")), false},
		{"a value the expression takes", rule(is("title", "/^Cart/")), rule(is("title", "Cart is empty")), true},
		{"another expression", rule(is("title", "/^Cart/")), rule(is("title", "/^Cart is/")), false},
		{"the same expression", rule(is("title", "/^Cart/")), rule(is("title", "/^Cart/", "Cart")), true},
		{"any value, after presence", rule(there("title")), rule(is("title", "/x/")), true},
		{"perhaps missing, after presence", rule(there("title")), rule(is("title", "", "x")), false},
		{"what is excluded anyhow", rule(not("priority", "LOW")), rule(is("priority", "HIGH")), true},
		{"one of several values may be excluded", rule(not("assignees.email", "a")), rule(is("assignees.email", "b")), false},
		{"more is excluded", rule(not("priority", "LOW")), rule(not("priority", "LOW", "HIGH")), true},
		{"less is excluded", rule(not("priority", "LOW", "HIGH")), rule(not("priority", "LOW")), false},
		{"the same expression and no more", when(`report.title == "x"`, rule()), when(` report.title == "x" `, rule(is("priority", "LOW"))), true},
		{"another when", when(`report.title == "x"`, rule()), when(`report.title == "y"`, rule()), false},
		{"a when, after none", rule(is("priority", "LOW")), when(`report.title == "y"`, rule(is("priority", "LOW"))), true},
		{"a when before", when(`report.title == "x"`, rule()), rule(), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.earlier.Name, tt.later.Name, tt.later.At = "first", "second", "here"
			_, found := rules.Compile(rules.Config{Projects: []rules.Project{{
				IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")}, Rules: []rules.Rule{tt.earlier, tt.later},
			}}})
			var want []rules.Finding
			if tt.dead {
				want = []rules.Finding{{At: "here", Message: `rule "second" can never be reached: "first", before it, takes all its reports; ` +
					`put it first, or let that one say continue: true`}}
			}
			if diff := cmp.Diff(want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnroutedThatNothingIsLeftFor(t *testing.T) {
	expect(t, []finding{
		{"last rule", func(p *rules.Project) { p.At, p.Unrouted = "here", []string{"web-jira"} },
			`nothing is left unrouted: rule "all others" takes every report; one of the two was meant`},
	})
	p := webShop()
	p.Rules[1].Disabled, p.Unrouted = true, []string{"web-jira"}
	compile(t, p)
}

func TestWhatIsWrongWithALabelWhateverTheReport(t *testing.T) {
	const spaces, between = "a label in Jira has no spaces; ", "write something else between its words, such as -"
	tests := []struct{ kind, label, want string }{
		{rules.Jira, "needs triage", spaces + "did you mean needs-triage?"},
		{rules.GitHub, "needs triage", ""},
		{rules.Jira, " triage ", ""},
		{rules.Jira, "{{ .Type }}", ""},
		{rules.Jira, "{{ .Type }} bug", spaces + between},
		{rules.Jira, "bug {{ .Type }}", spaces + between},
		{rules.Jira, "{{ .Type -}} bug", ""},
		{rules.Jira, "{{ if .Type }} a {{ else }} b {{ end }}", ""},
		{rules.Jira, "{{ if .Type }}a b{{ end }}", spaces + between},
		{rules.GitHub, strings.Repeat("é", 50), ""},
		{rules.GitHub, strings.Repeat("é", 51), "the label has 51 characters; GitHub takes at most 50"},
		{rules.Jira, strings.Repeat("é", 256), "the label has 256 characters; Jira takes at most 255"},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+shorter(tt.label), func(t *testing.T) {
			d := destination("d")
			d.Kind, d.Labels = tt.kind, []rules.Text{{Value: tt.label, At: "here"}}
			judgeDestination(t, d, tt.want)
		})
	}
}

func TestATitleThatCanBeEmpty(t *testing.T) {
	const empty = `the title can come out empty, and an issue needs one; end it with what is always there: {{ or … .Title "Untitled" }}`
	tests := []struct{ title, want string }{
		{"", ""},
		{"{{ .Title }}", ""},
		{"{{ .CustomFields.summary }}", empty},
		{"{{ if .Priority }}{{ .Title }}{{ end }}", empty},
		{`{{ or .CustomFields.summary .Title "Untitled" }}`, ""},
		{"[web] {{ .CustomFields.summary }}", ""},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			d := destination("d")
			d.Title = rules.Text{Value: tt.title, At: "here"}
			judgeDestination(t, d, tt.want)
		})
	}
}

// judgeDestination expects one finding about the destination, at "here", or none.
func judgeDestination(t *testing.T, d rules.Destination, want string) {
	t.Helper()
	_, found := rules.Compile(rules.Config{Projects: []rules.Project{{IDs: []string{"p"}, Destinations: []rules.Destination{d}}}})
	var list []rules.Finding
	if want != "" {
		list = []rules.Finding{{At: "here", Message: want}}
	}
	if diff := cmp.Diff(list, found); diff != "" {
		t.Error(diff)
	}
}

func shorter(s string) string { return s[:min(len(s), 30)] }
