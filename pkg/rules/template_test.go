package rules_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// field composes r at a destination with one field of that template and returns its value.
func field(t *testing.T, template string, r bridge.Report) string {
	t.Helper()
	d := destination("d")
	d.Fields = []rules.Field{{Name: "f", Value: rules.Text{Value: template}}}
	issue, err := compile(t, rules.Project{IDs: []string{"*"}, Name: "Web shop", Destinations: []rules.Destination{d}}).Compose(r, "d", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(issue.Fields) == 0 {
		return ""
	}
	return issue.Fields[0].Value
}

func TestTemplates(t *testing.T) {
	rich := load(t, "rich.json")
	rich.CustomFields.Set("n", []any{"a", "b"})
	rich.Title = `<no value> & "quotes"`
	tests := []struct{ name, template, want string }{
		{"plain text", "as it is", "as it is"},
		{"text of a stranger stays", "{{ .Title }}", `<no value> & "quotes"`},
		{"missing custom field", "[{{ .CustomFields.nothing }}]", "[]"},
		{"missing in a pipeline", "[{{ .CustomFields.nothing | upper }}]", "[]"},
		{"missing unknown field", "[{{ .Extra.nothing }}]", "[]"},
		{"missing in a map of the template's", `[{{ (dict "a" 1).b }}]`, "[]"},
		{"nothing from a function", `[{{ coalesce "" "" }}{{ first (list) }}]`, "[]"},
		{"null", `[{{ fromJson "null" }}]`, "[]"},
		{"name with a dot", `{{ index .CustomFields "release.train" }}`, "2026.11"},
		{"list", "{{ .CustomFields.n }}", "a, b"},
		{"metadata", "{{ .Metadata.version }}", "4.12.0-rc.1"},
		{"people", "{{ .Assignees }}", "Ana Müller, 李 雷"},
		{"a person's e-mail", "{{ range .Assignees }}{{ .Email }};{{ end }}", "ana+qa@example.com;li@example.org;"},
		{"reporter", "{{ .Reporter }} {{ .Reporter.ID }}", "69bd2da39b22f777f76cdd14 69bd2da39b22f777f76cdd14"},
		{"time", "{{ .CreatedAt }}", "2026-03-20 11:20 UTC"},
		{"date", `{{ date "2006-01-02" .CreatedAt }}`, "2026-03-20"},
		{"method of a time", `{{ .CreatedAt.Format "Jan 2006" }}`, "Mar 2026"},
		{"default", `{{ .CustomFields.train | default "next" }}`, "next"},
		{"variables", `{{ $x := .Type }}{{ $x | lower }}`, "screenrecording"},
		{"project name", "{{ .Project }}", "Web shop"},
		{"lists of words", `{{ splitList "." "a.b" }} {{ list 1 nil "c" }}`, "a, b 1, , c"},
		{"cut between characters", `{{ trunc 2 "éèê" }} {{ trunc -1 "éèê" }} {{ trunc 9 "é" }} {{ substr 1 2 "日本語" }}`, "éè ê é 本"},
		{"cut beyond the end", `[{{ substr 5 9 "abc" }}{{ substr 2 1 "abc" }}{{ substr 9 -1 "abc" }}]`, "[]"},
		{"bounded helpers", `{{ repeat 3 "ab" }}{{ nindent 2 "x" }}{{ indent 1 "y" }}`, "ababab\n  x y"},
	}
	rich.UserID = "69bd2da39b22f777f76cdd14"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, field(t, tt.template, rich)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOutputIsBounded(t *testing.T) {
	long := strings.Repeat("é", 60<<10)
	got := field(t, "x{{ .Title }}{{ .Title }}", bridge.Report{Title: long})
	if len(got) > 64<<10 || len(got) < 64<<10-2 || !utf8.ValidString(got) {
		t.Errorf("got %d bytes, valid %v", len(got), utf8.ValidString(got))
	}
}

func TestLabels(t *testing.T) {
	tests := []struct {
		name   string
		labels []string
		want   []string
	}{
		{"fixed", []string{"bug", "betterbugs"}, []string{"bug", "betterbugs"}},
		{"filled", []string{"type:{{ .Type | lower }}"}, []string{"type:rewind"}},
		{"empty", []string{"{{ .Priority }}", ""}, nil},
		{"referred to nothing", []string{"priority:{{ .Priority | lower }}", "ok"}, []string{"ok"}},
		{"one of two placeholders empty", []string{"{{ .Type }}-{{ .CustomFields.team }}"}, nil},
		{"optional part", []string{"{{ .Type }}{{ with .Priority }}-{{ . }}{{ end }}"}, []string{"rewind"}},
		{"ends in a colon by will", []string{"todo:"}, []string{"todo:"}},
		{"twice", []string{"rewind", "{{ .Type }}"}, []string{"rewind"}},
		{"on one line", []string{"{{ .Title }}"}, []string{"a b"}},
	}
	r := bridge.Report{Type: "rewind", Title: " a\n\x00b\t"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := destination("d")
			d.Labels, d.Components = texts(tt.labels...), texts(tt.labels...)
			set := compile(t, rules.Project{IDs: []string{"*"}, Destinations: []rules.Destination{d}})
			issue, err := set.Compose(r, "d", nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, issue.Labels); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.want, issue.Components); diff != "" {
				t.Error(diff)
			}
		})
	}
}
