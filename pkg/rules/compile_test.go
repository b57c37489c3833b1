package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/rules"
)

// judge returns the messages of the findings at "here".
func judge(t *testing.T, change func(p *rules.Project)) []string {
	t.Helper()
	p := webShop()
	change(&p)
	set, found := rules.Compile(rules.Config{Projects: []rules.Project{p}})
	if set == nil {
		t.Fatal("no set")
	}
	var messages []string
	for _, f := range found {
		if f.At != "here" {
			t.Errorf("finding at %q: %s", f.At, f.Message)
		}
		if f.Line > 0 {
			f.Message = fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Message)
		}
		messages = append(messages, f.Message)
	}
	return messages
}

func TestExpressionFindings(t *testing.T) {
	tests := []struct{ name, when, want string }{
		{"unknown field", `report.priorty == "HIGH"`, "1:8: report has no field priorty; did you mean priority?"},
		{"Go's name", `report.sessionURL == ""`, "1:8: report has no field sessionURL; did you mean sessionUrl?"},
		{"bare name", `priority == "HIGH"`, "1:1: unknown name priority; did you mean report.priority?"},
		{"unknown function", `foo(report.title)`, "1:1: unknown name foo"},
		{"field of a person", `any(report.assignees, .mail == "")`, "1:24: report.assignees[…] has no field mail; did you mean email?"},
		{"indexed person", `report.assignees[0].mail == ""`, "1:21: report.assignees[…] has no field mail; did you mean email?"},
		{"field of the list", `report.assignees.email == ""`, "1:18: a list has no fields; name an item, list[0].email, or ask any(list, .email == …)"},
		{"field of text", `report.title.x == ""`, "1:14: string has no field x"},
		{"not a boolean", `report.title`, "expected bool, but got string"},
		{"text and number", `report.customFields.n > 3`, "1:23: invalid operation: > (mismatched types string and int)"},
		{"syntax", `report.title ==`, "1:15: the expression ends too early"},
		{"bad regexp", `report.title matches "("`, "1:14: error parsing regexp: missing closing ): `(`"},
		{"fails without values", `int(report.customFields.n) > 3`, `it fails for a report without values: 1:1: invalid operation: int()`},
		{"range", `any(1..9, # > 3)`, "a range of numbers (..) cannot be used here"},
		{"loops", `any(report.assignees, any(report.assignees, any(report.assignees, true)))`, "more than 2 loops (any, all, filter …) stand within one another"},
		{"number out of text", `float(report.customFields.n) > 3`, `it fails for a report without values: 1:1: invalid operation: float(); ask first whether it is a number: `},
		{"beyond the end", `filter(report.assignees, .email != "")[0].name == "x"`, `it fails for a report without values: 1:39: index out of range: 0 (array length is 0); ask any(list, …)`},
		{"field of nobody", `find(report.assignees, .email == "x").name == ""`, `it fails for a report without values: 1:39: cannot get name from nothing; ask any(list, …)`},
		{"undocumented", `report.tags == ""`, "1:8: report has no field tags; one that BetterBugs does not document is report.extra.tags"},
		{"the report itself", `report`, "expected bool, but got report"},
		{"clock", `report.createdAt < now()`, "1:20: unknown name now"},
		{"too long", strings.Repeat("true && ", 2000) + "true", "the expression is longer than 8192 bytes"},
		{"too many nodes", strings.Repeat("!", 600) + "true", "1:604: compilation failed: expression exceeds maximum allowed nodes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := judge(t, func(p *rules.Project) { p.Rules[0].When = rules.Text{Value: tt.when, At: "here"} })
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestTemplateFindings(t *testing.T) {
	tests := []struct{ name, template, want string }{
		{"unknown field", `{{ .Titel }}`, "1:4: a report has no field .Titel; did you mean .Title?"},
		{"BetterBugs' name", `{{ .sessionUrl }}`, "1:4: a report has no field .sessionUrl; did you mean .SessionURL?"},
		{"in a branch not taken", `{{ if eq .Type "rewind" }}{{ .Titel }}{{ end }}`, "1:30: a report has no field .Titel; did you mean .Title?"},
		{"within with, by $", `{{ with .Type }}{{ $.Titel }}{{ end }}`, "1:21: a report has no field .Titel; did you mean .Title?"},
		{"in parentheses", `{{ (lower (print .Titel)) }}`, "1:18: a report has no field .Titel; did you mean .Title?"},
		{"unknown function", `{{ .Title | lowr }}`, "1:13: there is no function lowr; did you mean lower?"},
		{"syntax", `{{ .Title`, "unclosed action"},
		{"unclosed if", `{{ if .Title }}x`, "unexpected EOF"},
		{"environment", `{{ env "HOME" }}`, "1:4: there is no function env"},
		{"random", `{{ randInt 1 9 }}`, "1:4: there is no function randInt"},
		{"keys", `{{ genPrivateKey "rsa" }}`, "1:4: there is no function genPrivateKey"},
		{"mutation", `{{ set (dict) "a" 1 }}`, "1:4: there is no function set"},
		{"definition", `{{ define "x" }}{{ end }}`, "a template cannot define others"},
		{"recursion", `{{ template "template" . }}`, "1:13: a template cannot call others"},
		{"index beyond", `{{ (index .Assignees 0).Name }}`, "it fails for a report without values: at <index .Assignees 0>: error calling index: reflect: slice index out of range"},
		{"nested text", `{{ .CustomFields.a.b }}`, `1:4: .CustomFields.a has no field .b; a name with a dot is written index .CustomFields "a.b"`},
		{"huge", `{{ repeat 100000000 "x" }}`, "it fails for a report without values: at <repeat 100000000 \"x\">: error calling repeat: the result is longer than 65536 bytes"},
		{"too long", "{{ .Title }}" + strings.Repeat("x", 9000), "the template is longer than 8192 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := judge(t, func(p *rules.Project) { p.Destinations[0].Labels[1] = rules.Text{Value: tt.template, At: "here"} })
			if len(got) != 1 || !strings.HasPrefix(got[0], tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// finding is a change to the web shop's configuration and what Compile says about it.
type finding struct {
	name   string
	change func(*rules.Project)
	want   string
}

func expect(t *testing.T, tests []finding) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, judge(t, tt.change)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConditionFindings(t *testing.T) {
	match := func(field string, values ...string) func(*rules.Project) {
		return func(p *rules.Project) {
			p.Rules[0].Match = []rules.Condition{{Field: field, Values: values, At: "here"}}
		}
	}
	expect(t, []finding{
		{"misspelt field", match("priorty", "HIGH"), "unknown field priorty; did you mean priority? (extra.priorty takes the name as it is)"},
		{"wrong case", match("sessionURL", "x"), "unknown field sessionURL; did you mean sessionUrl? (extra.sessionURL takes the name as it is)"},
		{"misspelt root", match("customField.team", "x"), "unknown field customField.team; did you mean customFields.team?"},
		{"bare container", match("metadata", "x"), "metadata holds many values: name one of them, metadata.x"},
		{"assignees alone", match("assignees", "x"), "assignees is a list of people: compare assignees.email, assignees.name or assignees.id"},
		{"no field", match("", "x"), `the field "" has no name`},
		{"no value", match("type"), "no value to compare type with"},
		{"bad regexp", match("title", "/(/"), "regular expression /(/: missing closing ): `(`"},
	})
}

func TestProjectFindings(t *testing.T) {
	expect(t, []finding{
		{"unknown destination", func(p *rules.Project) { p.Rules[0].At, p.Rules[0].To = "here", []string{"web-jria"} },
			`rule "urgent goes to Jira": unknown destination "web-jria"; did you mean web-jira?`},
		{"no destination", func(p *rules.Project) { p.Rules[1].At, p.Rules[1].To = "here", nil },
			`rule "all others" names no destination`},
		{"rule twice", func(p *rules.Project) { p.Rules[1].At, p.Rules[1].Name = "here", p.Rules[0].Name },
			`rule "urgent goes to Jira" stands twice in the project`},
		{"destination twice", func(p *rules.Project) {
			p.Destinations = append(p.Destinations, rules.Destination{Name: "web-jira", At: "here"})
		}, `destination "web-jira" stands twice in the project`},
		{"project twice", func(p *rules.Project) { p.At, p.IDs = "here", []string{"a", "a"} },
			`project "a" is configured already, as "Web shop"`},
		{"no id", func(p *rules.Project) { p.At, p.IDs = "here", nil },
			`the project names no BetterBugs projectId; "*" takes the reports of all others`},
		{"destination without name", func(p *rules.Project) {
			p.Destinations = append(p.Destinations, rules.Destination{Kind: rules.Jira, At: "here"})
		}, "the destination has no name"},
	})
}

func TestDestinationFindings(t *testing.T) {
	jira := func(change func(*rules.Destination)) func(*rules.Project) {
		return func(p *rules.Project) {
			p.Destinations[0].At = "here"
			change(&p.Destinations[0])
		}
	}
	expect(t, []finding{
		{"kind", jira(func(d *rules.Destination) { d.Kind = "jirra" }),
			`destination "web-jira": unknown kind of tracker "jirra"; did you mean jira?`},
		{"screenshot", jira(func(d *rules.Destination) { d.Screenshot = "atach" }),
			`screenshot: "atach" is not one of attach, link, off; did you mean attach?`},
		{"default assignee", jira(func(d *rules.Destination) { d.DefaultAssignee = "quin@example.com" }),
			`default_assignee: quin@example.com has no account at this tracker; did you mean quinn@example.com?`},
		{"GitHub status", func(p *rules.Project) {
			p.Destinations[1].At, p.Destinations[1].Status = "here", map[string]string{"CLOSED": "close"}
		}, `status: CLOSED: a GitHub issue is open, closed (or completed), not_planned or duplicate, not "close"; did you mean closed?`},
		{"field without name", jira(func(d *rules.Destination) { d.Fields = []rules.Field{{Value: rules.Text{At: "here"}}} }),
			"the field has no name"},
	})
}

func TestAllFindingsAtOnce(t *testing.T) {
	p := webShop()
	p.Rules[0].When = rules.Text{Value: "nonsense", At: "a"}
	p.Rules[0].Match[0] = rules.Condition{Field: "titel", Values: []string{"/(/"}, At: "b"}
	p.Destinations[1].Title = rules.Text{Value: "{{", At: "c"}
	_, found := rules.Compile(rules.Config{Projects: []rules.Project{p}})
	var at []string
	for _, f := range found {
		at = append(at, f.At)
	}
	slices.Sort(at)
	if diff := cmp.Diff([]string{"a", "b", "b", "c"}, at); diff != "" {
		t.Error(diff)
	}
}
