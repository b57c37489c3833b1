package rules_test

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// hostile is a report as large as a webhook takes: text without end and people without number.
func hostile() bridge.Report {
	text := strings.Repeat("<p>aaaaaaaaaa €</p>\n", 5<<20/24)
	people := make([]bridge.Person, 100_000)
	for i := range people {
		people[i] = bridge.Person{Email: fmt.Sprintf("p%d@example.com", i)}
	}
	return bridge.Report{
		BugID: "b", ProjectID: "p", Title: text, Description: text, Assignees: people,
		CustomFields: bridge.Fields{{Name: "team", Value: text}}, Metadata: []bridge.Datum{{Title: "m", Value: text}},
	}
}

// TestExpressionsCannotRunAway has each expression refused, or bounded in what it makes of a hostile report.
func TestExpressionsCannotRunAway(t *testing.T) {
	doubling := `let a0 = report.description; `
	for i := range 40 {
		doubling += fmt.Sprintf("let a%d = a%d + a%d; ", i+1, i, i)
	}
	tests := []struct{ when, refused string }{
		{doubling + `a40 == ""`, ""},
		{`any(split(report.description, ""), any(split(report.title, ""), # == "€€"))`, ""},
		{`any(report.assignees, any(report.assignees, .email == "x"))`, ""},
		{`any(report.assignees, report.description matches "(a+)+$")`, ""},
		{`len(sortBy(filter(report.assignees, .email != ""), .email)) > 3`, ""},
		{`len(map(report.assignees, report.description + .email)) > 3`, ""},
		{`upper(lower(upper(report.description))) == ""`, ""},
		{`any(report.assignees, any(report.assignees, .email + "1" == "x" or .email + "2" == "x" or .name + "3" == "x"))`, "its loops could take"},
		{`report.description matches report.title`, "matches needs a regular expression in quotes"},
		{`report.description matches "(" + report.title + ")"`, "matches needs a regular expression in quotes"},
		{`replace(report.description, "", report.description) == ""`, "replace"},
		{`join(map(report.assignees, report.description)) == ""`, "join"},
		{`repeat(report.description, 1000) == ""`, "repeat"},
		{`toJSON(report.description) == ""`, "toJSON"},
		{`string(map(report.assignees, report.description)) == ""`, "string"},
		{`len(concat(report.assignees, report.assignees)) > 1`, "concat"},
		{`any(keys(report.metadata), # == "x")`, "keys"},
		{`any(1..1000000, # == 0)`, "a range of numbers"},
		{`now() > report.createdAt`, "now"},
	}
	report := hostile()
	for _, tt := range tests {
		t.Run(tt.when[:min(len(tt.when), 40)], func(t *testing.T) {
			set, found := rules.Compile(rules.Config{Projects: []rules.Project{{
				IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
				Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: tt.when}}},
			}}})
			if tt.refused != "" {
				if len(found) != 1 || !strings.Contains(found[0].Message, tt.refused) {
					t.Errorf("findings %v, want one with %q", found, tt.refused)
				}
				return
			}
			if len(found) > 0 {
				t.Fatal(found)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, traces, _ := set.Route(report)
			runtime.ReadMemStats(&after)
			if strings.Contains(traces[0].Why, "failed") {
				t.Error(traces[0].Why)
			}
			const most = 64 << 20
			if made := after.TotalAlloc - before.TotalAlloc; made > most {
				t.Errorf("%d bytes were made, want at most %d", made, most)
			}
		})
	}
}

// What is cut is cut between characters, and short of it nothing changes.
func TestExpressionsSeeTheBeginningOfLongTexts(t *testing.T) {
	for when, want := range map[string]bool{
		`report.description startsWith "<p>aaa" and len(report.description) <= 64 * 1024 and len(report.description) > 50000`: true,
		`len(report.assignees) == 100`:                                                           true,
		`"p3@example.com" in map(report.assignees, .email)`:                                      true,
		`report.customFields.team contains "a €</p>"`:                                            true,
		`sortBy(report.assignees, .email)[0].email == "p0@example.com"`:                          true,
		`sortBy(report.assignees, .email)[200].email == ""`:                                      true,
		`report.title + "x" endsWith "x"`:                                                        false, // it was full already
		`"web" in split("shop,web", ",")`:                                                        true,
		`report.priority + "/" + report.bugId == "/b"`:                                           true,
		`report.createdAt.Hour() == 0 and report.updatedAt - report.createdAt == duration("0s")`: true,
	} {
		set := compile(t, rules.Project{
			IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
			Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: when}}},
		})
		if matches, traces, err := set.Route(hostile()); (len(matches) == 1) != want {
			t.Errorf("%s: %s %v", when, traces[0].Why, err)
		}
	}
}

// TestDocumentedExpressions compiles what docs/rules.md shows.
func TestDocumentedExpressions(t *testing.T) {
	shown := 0
	for line := range strings.Lines(rulesPage(t)) {
		source, ok := strings.CutPrefix(line, "when: ")
		if !ok {
			continue
		}
		shown++
		source, _, _ = strings.Cut(source, "    #")
		compile(t, rules.Project{
			IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
			Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: strings.Trim(strings.TrimSpace(source), "'")}}},
		})
	}
	if shown < 5 {
		t.Errorf("only %d expressions", shown)
	}
}

func rulesPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

var shownTemplate = regexp.MustCompile("`([^`\n]*\\{\\{[^`\n]*)`")

// TestDocumentedTemplates compiles those that stand in the text of docs/rules.md.
func TestDocumentedTemplates(t *testing.T) {
	all := shownTemplate.FindAllStringSubmatch(rulesPage(t), -1)
	for _, m := range all {
		field(t, strings.ReplaceAll(m[1], `\|`, "|"), bridge.Report{})
	}
	if len(all) < 10 {
		t.Errorf("only %d templates", len(all))
	}
}
