package rules_test

import (
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/rules"
)

// No trial comes into the branch in which these mistakes stand.
func TestMistakesThatABranchHides(t *testing.T) {
	const local = "Local is the machine's time zone; name one: "
	tests := []struct{ name, template, want string }{
		{"zone", `{{ dateInZone "Mon" .CreatedAt "Europe/Berln" }}`, `59: there is no time zone "Europe/Berln"`},
		{"the machine's zone", `{{ dateInZone "Mon" .CreatedAt "Local" }}`, `59: the time zone "Local" is another on each machine`},
		{"the machine's zone, by method", `{{ .CreatedAt.Local.Hour }}`, "31: " + local},
		{"through the variable", `{{ $.UpdatedAt.Local.Hour }}`, "32: " + local},
		{"zone forgotten", `{{ dateInZone "Mon" .CreatedAt }}`, "31: dateInZone takes 3 arguments, not 2"},
		{"too many, piped", `{{ .CreatedAt | date "Mon" "UTC" }}`, "44: date takes 2 arguments, not 3"},
		{"too few", `{{ default }}`, "31: default takes at least 1 arguments, not 0"},
		{"of another function's", `{{ upper (date "Mon") }}`, "38: date takes 2 arguments, not 1"},
		{"regular expression", `{{ regexReplaceAll "[" .Title "-" }}`, "47: regular expression \"[\": missing closing ]: `[`"},
		{"text that is to be one", `{{ regexQuoteMeta "[" }}`, ""},
		{"field of a person", `{{ .Reporter.Mail }}`, "31: .Reporter has no field .Mail; did you mean Email?"},
		{"method of a time", `{{ .CreatedAt.Weekday }}{{ $.UpdatedAt.Format "2006" }}{{ .Tab "info" }}`, ""},
		{"no method of a time", `{{ .CreatedAt.Wekday }}`, "31: .CreatedAt has no field .Wekday"},
		{"loops", `{{ range .Assignees }}{{ range $.Assignees }}{{ range $.Assignees }}x{{ end }}{{ end }}{{ end }}`,
			"82: more than 2 loops (range) stand within one another"},
		{"loops one after the other", `{{ range .Assignees }}{{ range $.Assignees }}{{ end }}{{ end }}{{ range .Assignees }}{{ .Name }}{{ end }}`, ""},
		{"withheld", `{{ uuidv4 }}`, "31: there is no function uuidv4; withheld are those that answer differently each time"},
		{"as many as there may be", `{{ list }}{{ list 1 2 | first }}{{ coalesce "" .Title }}{{ printf "%s" .Title }}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := rules.Text{Value: `{{ if eq .Title "nobody" }}` + tt.template + `{{ end }}`, At: "here"}
			for part, change := range map[string]func(d *rules.Destination){
				"field": func(d *rules.Destination) { d.Fields = []rules.Field{{Name: "f", Value: source}} },
				"body":  func(d *rules.Destination) { d.Body = source },
			} {
				got := judge(t, func(p *rules.Project) { change(&p.Destinations[0]) })
				if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], "1:"+tt.want)) {
					t.Errorf("%s: got %q, want 1:%s", part, got, tt.want)
				}
			}
		})
	}
	got := judge(t, func(p *rules.Project) {
		p.Destinations[0].Fields[0].Value = rules.Text{Value: `{{ dateInZone "Mon" .CreatedAt .CustomFields.zone }}`, At: "here"}
	})
	if len(got) != 1 || !strings.Contains(got[0], "it fails for a report without values: ") || !strings.Contains(got[0], "the time zone is empty") {
		t.Errorf("got %q", got)
	}
}
