package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// destination is a compiled Destination.
type destination struct {
	name       string
	disabled   bool
	github     bool
	title      *textTemplate
	layout     *layout // nil: the usual body
	labels     []*textTemplate
	colors     map[string]string // by label, lower case
	components []*textTemplate
	fields     []fieldTemplate
	issueType  string
	milestone  *textTemplate
	priority   map[string]string // by the report's, upper case
	status     map[string]string // likewise
	assign     bool
	fallback   string            // the account of the default assignee
	accounts   map[string]string // by e-mail or user id, lower case
	screenshot string
	images     bridge.Hosts // whose images are shown
	system     system
	personal   bool // metadata, e-mail addresses and the like may stand in the body whoever sees it
}

type fieldTemplate struct {
	name  string
	value *textTemplate
}

func compileDestination(in Destination, found *findings) *destination {
	d := &destination{
		name: in.Name, disabled: in.Disabled, github: in.Kind == GitHub, issueType: in.IssueType, assign: in.Assign, screenshot: in.Screenshot,
		accounts:   foldKeys(in.Accounts, strings.ToLower),
		priority:   foldKeys(in.Priority, strings.ToUpper),
		status:     foldKeys(in.Status, strings.ToUpper),
		colors:     foldKeys(in.LabelColors, strings.ToLower),
		labels:     compileTemplates(in.Labels, found),
		components: compileTemplates(in.Components, found),
	}
	d.personal = !d.github || in.PublishPersonal
	if in.Title.Value == "" {
		in.Title.Value = "{{ .Title }}"
	}
	d.title = compileTemplates([]Text{in.Title}, found)[0]
	d.layout = compileLayout(in.Body, found)
	d.milestone = compileTemplates([]Text{in.Milestone}, found)[0]
	for _, f := range in.Fields {
		if f.Name == "" {
			found.form(f.Value.At, "the field has no name")
		}
		d.fields = append(d.fields, fieldTemplate{f.Name, compileTemplates([]Text{f.Value}, found)[0]})
	}
	if d.screenshot == "" {
		d.screenshot = ScreenshotAttach
		if d.github {
			d.screenshot = ScreenshotLink
		}
	}
	d.system = compileSystem(in, d.accounts, found)
	d.fallback = d.accounts[accountKey(in.DefaultAssignee)]
	checkDestination(in, d, found)
	return d
}

func checkDestination(in Destination, d *destination, found *findings) {
	if in.Name == "" {
		found.form(in.At, "the destination has no name")
	}
	kinds := []string{GitHub, Jira}
	if !slices.Contains(kinds, in.Kind) {
		found.form(in.At, "destination %q: unknown kind of tracker %q%s", in.Name, in.Kind, didYouMean(in.Kind, kinds))
	}
	choices := []string{ScreenshotAttach, ScreenshotLink, ScreenshotOff}
	if !slices.Contains(choices, d.screenshot) {
		found.form(in.At, "screenshot: %q is not one of %s%s", in.Screenshot, strings.Join(choices, ", "),
			didYouMean(in.Screenshot, choices))
	}
	checkWords(in, d, found)
	if in.DefaultAssignee != "" && d.fallback == "" {
		found.form(in.At, "default_assignee: %s has no account at this tracker%s", in.DefaultAssignee,
			didYouMean(in.DefaultAssignee, keys(in.Accounts)))
	}
	if !d.github {
		return
	}
	states := []string{"open", "closed", "completed", "not_planned", "duplicate"}
	for _, from := range keys(in.Status) {
		if to := in.Status[from]; !slices.Contains(states, to) {
			found.form(in.At, "status: %s: a GitHub issue is open, closed (or completed), not_planned or duplicate, not %q%s", from, to, didYouMean(to, states))
		}
	}
}

func compileTemplates(sources []Text, found *findings) []*textTemplate {
	compiled := make([]*textTemplate, 0, len(sources))
	for _, source := range sources {
		t, wrong := compileTemplate(source)
		if wrong.text != "" {
			found.within(source.At, wrong)
		}
		compiled = append(compiled, t)
	}
	return compiled
}

// foldKeys copies m under folded keys; where two become one, the last in order stands.
func foldKeys(m map[string]string, fold func(string) string) map[string]string {
	folded := make(map[string]string, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		folded[fold(strings.TrimSpace(key))] = m[key]
	}
	return folded
}
