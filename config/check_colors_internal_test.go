package config

import (
	"strings"
	"testing"
)

// A warning is for what cannot be: whatever a template may come out as, it must not be warned of.
func TestWhatATemplateCanComeOutAs(t *testing.T) {
	for _, c := range []struct {
		template, label string
		want            bool
	}{
		{"bug", "bug", true},
		{"bug", "BUG", true},
		{" Très  Grave ", "très grave", true},
		{"bug", "bugs", false},
		{"a.c", "abc", false},
		{"", "bug", false},
		{"priority:{{ .Priority | lower }}", "priority:high", true},
		{"priority:{{ .Priority | lower }}", "prio:high", false},
		{"{{ .Type }} report", "screenshot report", true},
		{"{{ .Type }} report", "screenshot", false},
		{"{{ .Type }}/{{ .Status }}", "a/b", true},
		{"{{ .Type }}/{{ .Status }}", "ab", false},
		{"{{ .Type }}", "anything", true},
		{"x {{- .Type -}} y", "xAy", true},
		{`{{ printf "}}%s" .Type }}!`, "wow!", true},
		{`{{ printf "}}%s" .Type }}!`, "wow", false},
		{"{{ `}}` }}!", "}}!", true},
		{"{{ `}}` }}!", "}}", false},
		{`{{ "\"}}" }}!`, `"}}!`, true},
		{"{{/* two\nlines */}}bug", "bug", true},
		{"{{ if .Type }}a{{ else }}b{{ end }}", "b", true},
		{"{{with .Type}}a{{end}}", "", true},
		{"{{- range .Assignees}}a{{end}}", "aa", true},
		{"{{ .Type ", "anything", true}, // no template, which is told elsewhere
		{strings.Repeat("x", 1<<16), "bug", false},
	} {
		if got := canBe(c.template, c.label); got != c.want {
			t.Errorf("%.40q can be %q: %v, want %v", c.template, c.label, got, c.want)
		}
	}
}
