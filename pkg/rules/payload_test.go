package rules_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// namesOfParts are what docs/payload.md calls the parts of a report: those that stand in code in each column of its table.
type namesOfParts struct{ field, match, when, template []string }

var inCode = regexp.MustCompile("`([^`]+)`")

func documentedNames(t *testing.T) (names namesOfParts, page string) {
	t.Helper()
	content, err := os.ReadFile("../../docs/payload.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "| field |")
	table, _, _ = strings.Cut(table, "\n\n")
	for row := range strings.Lines(table) {
		columns := strings.Split(row, " |")
		if !strings.HasPrefix(row, "| ") || len(columns) < 5 {
			continue
		}
		for i, list := range []*[]string{&names.field, &names.match, &names.when, &names.template} {
			for _, m := range inCode.FindAllStringSubmatch(columns[i], -1) {
				*list = append(*list, m[1])
			}
		}
	}
	return names, string(content)
}

// TestEveryFieldIsDocumented looks for the fields of the sample, of a Report, and of what rules and templates see of one.
func TestEveryFieldIsDocumented(t *testing.T) {
	names, page := documentedNames(t)
	var sample bridge.Fields
	content, err := os.ReadFile("testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(content, &sample); err != nil {
		t.Fatal(err)
	}
	for _, field := range sample {
		if !slices.Contains(names.field, field.Name) {
			t.Errorf("%s of the sample is missing", field.Name)
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[bridge.Report]()) {
		if field.Name == "Warnings" { // of the request, and no part of the bug
			continue
		}
		if !slices.ContainsFunc(names.template, func(s string) bool { return strings.HasPrefix(s, "{{ ."+field.Name) }) {
			t.Errorf("%s of a Report is missing", field.Name)
		}
	}
	for _, name := range rules.MatchNames {
		if !slices.Contains(names.match, name) {
			t.Errorf("match: %s is missing", name)
		}
	}
	for _, name := range rules.ExpressionNames {
		if !slices.ContainsFunc(names.when, func(s string) bool {
			return s == "report."+name || strings.HasPrefix(s, "report."+name+".") || strings.HasPrefix(s, "report."+name+"[")
		}) {
			t.Errorf("when: report.%s is missing", name)
		}
	}
	for _, name := range rules.PersonNames {
		for _, person := range []string{"report.assignees[0].", "report.reporter."} {
			if !slices.Contains(names.when, person+name) {
				t.Errorf("when: %s%s is missing", person, name)
			}
		}
	}
	shown, err := os.ReadFile("../../examples/payloads/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, "\n```json\n"+strings.TrimSpace(string(shown))+"\n```\n") {
		t.Error("the sample is not shown as it is")
	}
}

// TestDocumentedNamesAreThere compiles each name, and finds a value under it in a report that has everything.
func TestDocumentedNamesAreThere(t *testing.T) {
	names, page := documentedNames(t)
	r := load(t, "sample.json")
	r.CustomFields.Set("team", "web")
	r.CustomFields.Set("release.train", "7")
	r.Metadata = []bridge.Datum{{Title: "version", Value: "1"}}
	r.Extra = bridge.Fields{{Name: "tags", Value: "cart"}, {Name: "pageInfo", Value: bridge.Fields{{Name: "url", Value: "/cart"}}}}
	const literal = "release.train"
	for _, match := range append(names.match, "pageInfo.url", "customFields."+literal) {
		routes(t, r, match, rules.Rule{Match: []rules.Condition{{Field: match, Present: rules.Present}}})
	}
	for _, when := range append(names.when, `report.customFields["`+literal+`"]`) {
		if strings.HasSuffix(when, "At") { // a time
			routes(t, r, when, rules.Rule{When: rules.Text{Value: when + ".Year() == 2025"}})
			continue
		}
		routes(t, r, when, rules.Rule{When: rules.Text{Value: when + ` != ""`}})
	}
	for _, template := range append(names.template, `{{ index .CustomFields "`+literal+`" }}`) {
		if field(t, template, r) == "" {
			t.Errorf("%s is empty", template)
		}
		if !strings.Contains(page, template) {
			t.Errorf("%s is not on the page", template)
		}
	}
	if len(names.match) < 18 || len(names.when) < 20 || len(names.template) < 18 {
		t.Errorf("%d, %d and %d names: the table is not read", len(names.match), len(names.when), len(names.template))
	}
}

// routes expects a rule with one destination to take the report.
func routes(t *testing.T, r bridge.Report, what string, rule rules.Rule) {
	t.Helper()
	rule.To = []string{"d"}
	set := compile(t, rules.Project{IDs: []string{"*"}, Name: "Web shop", Destinations: []rules.Destination{destination("d")}, Rules: []rules.Rule{rule}})
	if matches, traces, err := set.Route(r); len(matches) != 1 {
		t.Errorf("%s: %v %v", what, traces, err)
	}
}
