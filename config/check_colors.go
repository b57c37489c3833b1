package config

import (
	"regexp"
	"slices"
	"strings"
)

// colors refuses a label that has two, and warns of one that the destination never gives: it may be misspelt. What it has from
// defaults is for other destinations as well.
func (c *checker) colors(d Destination) {
	seen := map[string]bool{}
	for _, color := range d.LabelColors {
		name := strings.ToLower(color.Label.Value)
		switch {
		case seen[name]:
			c.mistake(color.Label, "stands here a second time; case makes no difference in GitHub's labels")
		case !strings.HasPrefix(color.Label.Key, d.Name.Key+"."): // inherited
		case !slices.ContainsFunc(d.Labels, func(label Text) bool { return canBe(label.Value, color.Label.Value) }):
			c.warn(color.Label, "no label of this destination comes out as %q%s", color.Label, suggest(name, Values(d.Labels)))
		}
		seen[name] = true
	}
}

var (
	// action is what stands between braces in a template, texts with braces of their own included.
	action = regexp.MustCompile("\\{\\{(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^\"`])*?\\}\\}")
	// control begins an action that decides whether the text behind it is there at all.
	control = regexp.MustCompile(`^\{\{-?\s*(if|with|range|else|end|block|define|template|break|continue)\b`)
	spaces  = regexp.MustCompile(`\s+`)
)

// canBe says whether a template can come out as a label, when any text can come out of its actions. Case makes no difference in
// GitHub's labels, and spaces may be gone or be fewer.
func canBe(template, label string) bool {
	var pattern strings.Builder
	pattern.WriteString(`(?is)^\s*`)
	literal := func(text string) {
		for i, word := range spaces.Split(text, -1) {
			if i > 0 {
				pattern.WriteString(`\s*`)
			}
			pattern.WriteString(regexp.QuoteMeta(word))
		}
	}
	rest := template
	for at := action.FindStringIndex(rest); at != nil; at = action.FindStringIndex(rest) {
		if control.MatchString(rest[at[0]:]) {
			return true
		}
		literal(rest[:at[0]])
		pattern.WriteString(`.*`)
		rest = rest[at[1]:]
	}
	if strings.Contains(rest, "{{") { // no template: that is a mistake of its own
		return true
	}
	literal(rest)
	possible, err := regexp.Compile(pattern.String() + `\s*$`)
	return err != nil || possible.MatchString(label) // what is too large to be a pattern may be anything
}
