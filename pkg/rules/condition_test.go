package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func TestNegationAndPresence(t *testing.T) {
	report := bridge.Report{
		BugID: "b1", ProjectID: "p", Priority: "HIGH", Title: "Cart",
		CustomFields: bridge.Fields{{Name: "team", Value: "checkout"}, {Name: "empty", Value: ""}},
		Metadata:     []bridge.Datum{{Title: "env", Value: "staging"}},
		UserID:       "1",
		Assignees:    []bridge.Person{{Email: "ana@example.com", Name: "Ana", ID: "1"}, {Email: "li@example.org"}},
		Extra:        bridge.Fields{{Name: "tags", Value: []any{"cart", "tax"}}},
	}
	not := func(values ...string) rules.Condition { return rules.Condition{Not: values} }
	tests := []struct {
		name, field string
		condition   rules.Condition
		want        bool
		why         string
	}{
		{"not one of them", "priority", not("LOW", "medium"), true, "priority is HIGH, not LOW or medium"},
		{"one of the excluded, case folded", "priority", not("LOW", "high"), false, "priority is HIGH; wanted not LOW or high"},
		{"a missing field has none of them", "customFields.squad", not("web"), true, "customFields.squad is missing"},
		{"missing is excluded by an empty value", "customFields.squad", not(""), false, `customFields.squad is missing; wanted not ""`},
		{"no value of a list may be excluded", "extra.tags", not("tax"), false, `extra.tags is "tax"; wanted not "tax"`},
		{"no assignee may be excluded", "assignees.email", not("/@example.org$/"), false,
			`assignees.email is "li@example.org", which matches /@example.org$/; wanted not /@example.org$/`},
		{"an address in another case", "assignees.email", not("ANA@Example.com"), false, `assignees.email is "ana@example.com"; wanted not "ANA@Example.com"`},
		{"the reporter", "reporter.name", rules.Condition{Values: []string{"Ana"}}, true, `reporter.name is "Ana"`},
		{"the reporter's address", "reporter.email", rules.Condition{Values: []string{"Ana@example.com"}}, true, `reporter.email is "ana@example.com"`},
		{"case counts elsewhere", "reporter.name", rules.Condition{Values: []string{"ana"}}, false, `reporter.name is "Ana"; wanted "ana"`},
		{"anybody", "assignees", rules.Condition{Present: rules.Present}, true, `assignees is "Ana", "li@example.org"`},
		{"any metadata", "metadata", rules.Condition{Present: rules.Present}, true, `metadata is "staging"`},
		{"no custom field", "customFields", rules.Condition{Present: rules.Missing}, false, `customFields is "checkout"; wanted it missing`},
		{"metadata", "metadata.env", not("production"), true, `metadata.env is "staging", not "production"`},
		{"present", "customFields.team", rules.Condition{Present: rules.Present}, true, `customFields.team is "checkout"`},
		{"not present", "customFields.squad", rules.Condition{Present: rules.Present}, false, "customFields.squad is missing; wanted any value"},
		{"empty is missing", "customFields.empty", rules.Condition{Present: rules.Present}, false, "customFields.empty is missing; wanted any value"},
		{"missing as wanted", "sessionUrl", rules.Condition{Present: rules.Missing}, true, "sessionUrl is missing"},
		{"there, and wanted missing", "title", rules.Condition{Present: rules.Missing}, false, `title is "Cart"; wanted it missing`},
		{"present and not", "customFields.squad", rules.Condition{Present: rules.Present, Not: []string{"web"}}, false,
			"customFields.squad is missing; wanted any value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.condition.Field = tt.field
			set := compile(t, rules.Project{
				IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
				Rules: []rules.Rule{{To: []string{"d"}, Match: []rules.Condition{tt.condition}}},
			})
			_, traces, _ := set.Route(report)
			if diff := cmp.Diff(bridge.Trace{Rule: "rule 1", Matched: tt.want, Why: tt.why}, traces[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
