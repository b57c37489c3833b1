package rules_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// FuzzCompile: whatever stands in an expression, a template or a condition, Compile answers; what it finds no mistake in
// runs for any report without a panic and within its bounds.
func FuzzCompile(f *testing.F) {
	f.Add(`report.priority == "HIGH" and any(report.assignees, .email contains "@")`, "priority:{{ .Priority | lower }}", "title", "/x+/")
	f.Add(`report.assignees[0].name in ["a"]`, "{{ range $k, $v := .CustomFields }}{{ $k }}={{ $v }}{{ else }}-{{ end }}", "customFields.a.b", "")
	f.Add(`let x = report.createdAt; x > date("2026-01-01") ? true : false`, "{{ with .Type }}{{ . | repeat 3 }}{{ end }}", "priorty", "//")
	f.Add(`len(filter(split(report.title, ","), # != "")) > 1`, "{{ coalesce .Title .Type }}{{/* c */}}", "extra.", "/(/")
	f.Fuzz(func(t *testing.T, when, template, field, value string) {
		set, found := rules.Compile(rules.Config{Projects: []rules.Project{{
			IDs:          []string{"*"},
			Destinations: []rules.Destination{{Name: "d", Kind: rules.Jira, Title: rules.Text{Value: template}}},
			Rules: []rules.Rule{
				{Name: "when", When: rules.Text{Value: when}, To: []string{"d"}, Continue: true},
				{Name: "match", Match: []rules.Condition{{Field: field, Values: []string{value}}}, To: []string{"d"}},
			},
		}}})
		for _, finding := range found {
			if finding.Message == "" || strings.Contains(finding.Message, "\n") {
				t.Errorf("finding %q", finding.Message)
			}
		}
		r := bridge.Report{Title: value, CustomFields: bridge.Fields{{Name: field, Value: value}}}
		if _, traces, _ := set.Route(r); len(traces) != 2 {
			t.Errorf("got %d traces", len(traces))
		}
		issue, err := set.Compose(r, "d", nil)
		if err == nil && (issue.Title == "" || strings.ContainsAny(issue.Title, "\r\n") || !utf8.ValidString(issue.Title)) {
			t.Errorf("title %q", issue.Title)
		}
	})
}
