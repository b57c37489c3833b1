package trackertest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Vocabulary is what a configuration may name at a tracker: things that there are. Generated issues name others too.
type Vocabulary struct {
	Labels, Priorities, Types, Components, Assignees, Statuses, Milestones []string

	Fields  map[string][]string // values that fit, by the field's name
	Picture string              // URL of a picture that may be attached; empty: none is

	Parse func(html string) bridge.Document // pkg/markup's, which this package does not know
}

// Issue draws an issue as rules may compose it from any report: names from v and names of nothing, texts of strangers.
func (v Vocabulary) Issue(t *rapid.T) bridge.Issue {
	issue := bridge.Issue{
		Marker:     bridge.Marker{Installation: "test", Bug: rapid.OneOf(rapid.Just(Marker.Bug), rapid.String()).Draw(t, "bug")},
		Title:      oneLine().Draw(t, "title"),
		Body:       v.Parse(HTML().Draw(t, "body")),
		FullText:   optional("https://app.betterbugs.io/session/1").Draw(t, "full text"),
		Labels:     rapid.SliceOfN(either(v.Labels), 0, 4).Draw(t, "labels"),
		Priority:   orNothing(v.Priorities).Draw(t, "priority"),
		Type:       rapid.SampledFrom(append([]string{""}, v.Types...)).Draw(t, "type"),
		Components: rapid.SliceOfN(either(v.Components), 0, 3).Draw(t, "components"),
		Assignees:  rapid.SliceOfN(either(v.Assignees), 0, 3).Draw(t, "assignees"),
		Sought:     rapid.SliceOfN(rapid.SampledFrom([]string{"quinn@example.com", "nobody@example.com", "not an address"}), 0, 2).Draw(t, "sought"),
		StandIn:    rapid.Bool().Draw(t, "stand-in"),
		Status:     orNothing(v.Statuses).Draw(t, "status"),
		Milestone:  orNothing(v.Milestones).Draw(t, "milestone"),
		Screenshot: optional(v.Picture).Draw(t, "screenshot"),
	}
	if rapid.Bool().Draw(t, "personal") {
		issue.Private = v.Parse(HTML().Draw(t, "private body"))
	}
	if rapid.Bool().Draw(t, "coloured") {
		issue.LabelColors = map[string]string{}
		for _, label := range issue.Labels {
			issue.LabelColors[label] = rapid.StringMatching(`[0-9a-f]{6}`).Draw(t, "colour")
		}
	}
	if rapid.Bool().Draw(t, "linked") {
		issue.Remote = bridge.RemoteLink{ID: rapid.String().Draw(t, "link"), URL: "https://app.betterbugs.io/session/1", Title: rapid.String().Draw(t, "link's title")}
	}
	for _, name := range slices.Sorted(maps.Keys(v.Fields)) {
		if rapid.Bool().Draw(t, name) {
			issue.Fields = append(issue.Fields, bridge.IssueField{Name: name, Value: either(v.Fields[name]).Draw(t, name+" =")})
		}
	}
	return issue
}

// HTML draws a description: elements in elements, known and unknown, with text that is markup somewhere.
func HTML() *rapid.Generator[string] { return htmlOf(4) }

var elements = []string{
	"p", "b", "i", "u", "s", "code", "pre", "h1", "h6", "blockquote", "ul", "ol", "li", "table", "tr", "th", "td", "sub", "sup", "div", "span",
	`a href="https://x.example/?a=b&c"`, `a href="javascript:alert(1)"`, `img src="https://x.example/i.png" alt="i"`, "br", "hr", "script", "x-y",
}

var fragments = []string{
	"text", " ", "\n", "@quinn-dev", "#12", "{code}", "[a|b]", "*b*", "_i_", "```", "<!-- c -->", "&lt;b&gt;", "&#0;", "https://x.example/p", "|", "h1. x", "\u202e", "😀",
	`<ol><li data-list="unchecked">a</li><li data-list="checked">b</li></ol>`,
}

func htmlOf(depth int) *rapid.Generator[string] {
	text := rapid.OneOf(rapid.SampledFrom(fragments), rapid.StringN(0, 20, -1))
	if depth == 0 {
		return text
	}
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 4).Draw(t, "children") {
			if rapid.Bool().Draw(t, "is text") {
				b.WriteString(text.Draw(t, "text"))
				continue
			}
			tag := rapid.SampledFrom(elements).Draw(t, "tag")
			name, _, _ := strings.Cut(tag, " ")
			fmt.Fprintf(&b, "<%s>%s</%s>", tag, htmlOf(depth-1).Draw(t, name), name)
		}
		if depth == 4 && rapid.IntRange(0, 39).Draw(t, "long") == 0 {
			return strings.Repeat("<p>"+b.String()+"x</p>", 70_000/(b.Len()+8))
		}
		return b.String()
	})
}

// oneLine draws a title: one line of any length, in which there is something to read.
func oneLine() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		line := rapid.OneOf(rapid.String(), rapid.StringN(200, 400, -1)).Draw(t, "line")
		return rapid.SampledFrom([]string{"Cart", "a < b", "{x}", "é"}).Draw(t, "begin") + " " + strings.Join(strings.Fields(line), " ")
	})
}

func either(there []string) *rapid.Generator[string] {
	odd := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a b", "  ", strings.Repeat("x", 300), "\x00", `"`, "NaN", "../x"}))
	if len(there) == 0 {
		return odd
	}
	return rapid.OneOf(rapid.SampledFrom(there), rapid.SampledFrom(there), odd)
}

func orNothing(there []string) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), either(there))
}

func optional(text string) *rapid.Generator[string] { return rapid.SampledFrom([]string{"", text}) }

// Bodies files issue with everything that the protocol does for it. A refusal of what is written once the issue is safe
// is no failure here, for the issue may name what there is not; what was sent has been judged all the same.
func Bodies(t *rapid.T, tr bridge.Tracker, place bridge.Place, issue bridge.Issue) {
	ctx := t.Context()
	draft, err := tr.Plan(ctx, place, issue)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	for _, step := range draft.First {
		if err := tr.Do(ctx, place, bridge.Ref{}, step); err != nil {
			t.Errorf("first %s: %v", step.Name, err)
		}
	}
	ref, err := tr.Create(ctx, place, draft)
	if err != nil || ref.ID == "" {
		t.Fatalf("create: %+v, %v", ref, err)
	}
	later := bridge.Change{Fields: map[string]string{}}
	for _, name := range draft.Later {
		later.Fields[name] = draft.Fields[name]
	}
	if len(later.Fields) > 0 {
		_, _ = tr.Write(ctx, place, ref, later)
	}
	again := bridge.Change{Fields: map[string]string{}, SetLabels: true, Labels: draft.Labels}
	for name, value := range draft.Fields {
		if _, late := later.Fields[name]; !late {
			again.Fields[name] = value
		}
	}
	if _, err := tr.Write(ctx, place, ref, again); err != nil {
		t.Errorf("write: %v", err)
	}
	for mark, body := range map[string]string{"draft": draft.Fields[bridge.FieldBody], rapid.String().Draw(t, "mark"): rapid.String().Draw(t, "comment")} {
		if err := tr.Comment(ctx, place, ref, body, mark); err != nil {
			t.Errorf("comment: %v", err)
		}
	}
	for _, step := range draft.Steps {
		if err := tr.Do(ctx, place, ref, step); err != nil {
			t.Errorf("%s: %v", step.Name, err)
		}
	}
}
