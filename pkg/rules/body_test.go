package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/rules"
)

// rows returns the rows that stand open in a body.
func rows(doc bridge.Document) []bridge.Fact {
	for _, block := range doc {
		if facts, ok := block.(bridge.Facts); ok {
			return facts.Rows
		}
	}
	return nil
}

// everyRow returns those that are folded away too.
func everyRow(doc bridge.Document) []bridge.Fact {
	all := slices.Clone(rows(doc))
	for _, block := range doc {
		if details, ok := block.(bridge.Details); ok {
			all = append(all, rows(details.Blocks)...)
		}
	}
	return all
}

func para(in ...bridge.Inline) bridge.Paragraph { return bridge.Paragraph{Content: in} }

func fact(doc bridge.Document, name string) string {
	for _, row := range rows(doc) {
		if row.Name == name {
			return row.Value
		}
	}
	return ""
}

// sampleBody is the body of the sample: the same for both kinds of tracker, whose writers make the difference.
func sampleBody(r bridge.Report) bridge.Document {
	link := func(text, query string, marks bridge.Marks) bridge.Text {
		return bridge.Text{Text: text, Link: session + query, Marks: marks, Trusted: true}
	}
	dot := bridge.Text{Text: " · ", Trusted: true}
	doc := bridge.Document{bridge.Paragraph{Content: []bridge.Inline{
		link("Open session", "", bridge.Strong), dot,
		link("Console", "?openedDevTab=console", 0), dot,
		link("Network", "?openedDevTab=network", 0),
	}}}
	doc = append(doc, markup.Parse(r.Description)...)
	return append(doc,
		bridge.Picture{URL: screenshot, Alt: "Screenshot"},
		bridge.Facts{Rows: []bridge.Fact{
			{Name: "Reported by", Value: "quinn"},
			{Name: "Reported", Value: "2025-05-20 06:14 UTC"},
			{Name: "Status", Value: "OPEN"},
			{Name: "Priority", Value: "HIGH"},
			{Name: "Type", Value: "screenshot"},
			{Name: "field1", Value: "data1"},
			{Name: "field2", Value: "data2"},
		}},
		bridge.Paragraph{Content: []bridge.Inline{bridge.Text{
			Text: "Filed by Bugferry from BetterBugs 682c1dbb3b574d66f3863324", Marks: bridge.Small, Trusted: true,
		}}},
	)
}

func TestDescriptionIsInTheBody(t *testing.T) {
	got := compose(t, destination("d"), load(t, "sample.json"))
	contains(t, "body", fmt.Sprint(got.Body), "Steps to reproduce bug:")
}

func TestLinks(t *testing.T) {
	tests := []struct{ name, url, open, console string }{
		{"plain", session, session, session + "?openedDevTab=console"},
		{"query kept", session + "?a=1&b=%20x", session + "?a=1&b=%20x", session + "?a=1&b=%20x&openedDevTab=console"},
		{"other tab replaced", session + "?openedDevTab=info&a=1", session + "?openedDevTab=info&a=1", session + "?a=1&openedDevTab=console"},
		{"fragment last", session + "#top", session + "#top", session + "?openedDevTab=console#top"},
		{"missing", "", "", ""},
		{"script", "javascript:alert(1)", "", ""},
		{"data", "data:text/html,x", "", ""},
		{"no host", "https:///session", "", ""},
		{"looks like another host", "https://app.betterbugs.io@evil.example/", "", ""},
		{"control character", "https://a.example/\nx", "", ""},
		{"endless", "https://a.example/" + strings.Repeat("x", 3000), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := compose(t, destination("d"), bridge.Report{BugID: "b", SessionURL: tt.url, ScreenshotURL: tt.url})
			if got.FullText != tt.open || got.Remote.URL != tt.open {
				t.Errorf("got %q, %q, want %q", got.FullText, got.Remote.URL, tt.open)
			}
			if tt.open == "" {
				if len(got.Body) != 1 {
					t.Errorf("got %v, want the footer alone", got.Body)
				}
				return
			}
			content := got.Body[0].(bridge.Paragraph).Content
			if link := content[0].(bridge.Text).Link; link != tt.open {
				t.Errorf("session: got %q, want %q", link, tt.open)
			}
			if link := content[2].(bridge.Text).Link; link != tt.console {
				t.Errorf("console: got %q, want %q", link, tt.console)
			}
		})
	}
}

func TestPersonal(t *testing.T) {
	r := bridge.Report{
		UserID: "u1",
		Assignees: []bridge.Person{
			{ID: "u1", Email: "quinn@example.com"}, {ID: "u2", Name: "eve@example.com"}, {Name: "Ana"},
		},
		Metadata: []bridge.Datum{
			{Title: "version", Value: "1.2"}, {Title: "user_email", Value: "x"}, {Title: "user_name", Value: "Eve"},
			{Title: "userName", Value: "Eve"}, {Title: "E-Mail", Value: "x"}, {Title: "contact", Value: "a <b@example.org>"},
			{Title: "handle", Value: "@eve"}, {Title: "empty", Value: " "},
		},
		CustomFields: bridge.Fields{{Name: "owner", Value: "b@example.org"}, {Name: "train", Value: "7"}, {Name: "null", Value: nil}},
	}
	names := func(d rules.Destination) []string {
		var list []string
		for _, row := range everyRow(compose(t, d, r).Body) {
			list = append(list, row.Name+"="+row.Value)
		}
		return list
	}
	all := []string{
		"Reported by=quinn@example.com", "Assigned to=quinn@example.com, eve@example.com, Ana", "version=1.2", "user_email=x",
		"user_name=Eve", "userName=Eve", "E-Mail=x", "contact=a <b@example.org>", "handle=@eve", "owner=b@example.org", "train=7",
	}
	public := []string{"Reported by=u1", "Assigned to=u1, u2, Ana", "train=7"}
	if diff := cmp.Diff(all, names(rules.Destination{Kind: rules.Jira})); diff != "" {
		t.Errorf("Jira: %s", diff)
	}
	if diff := cmp.Diff(public, names(rules.Destination{Kind: rules.GitHub})); diff != "" {
		t.Errorf("GitHub: %s", diff)
	}
	folded := slices.Concat(all[:2], all[9:], all[2:9]) // the metadata come last
	if diff := cmp.Diff(folded, names(rules.Destination{Kind: rules.GitHub, PublishPersonal: true})); diff != "" {
		t.Errorf("GitHub, published: %s", diff)
	}
	inside := compose(t, rules.Destination{Kind: rules.GitHub}, r).Private
	if diff := cmp.Diff(compose(t, rules.Destination{Kind: rules.GitHub, PublishPersonal: true}, r).Body, inside); diff != "" {
		t.Errorf("a private repository is shown less than one where it is published: %s", diff)
	}
}

// Only a body that holds something personal has another form, so that nobody has to ask who sees the place.
func TestOneBodyWhereNothingIsPersonal(t *testing.T) {
	email := bridge.Report{UserID: "u1", Assignees: []bridge.Person{{ID: "u1", Email: "quinn@example.com"}}}
	for _, c := range []struct {
		name string
		d    rules.Destination
		r    bridge.Report
		two  bool
	}{
		{"nothing personal", rules.Destination{Kind: rules.GitHub}, bridge.Report{Status: "OPEN"}, false},
		{"an address", rules.Destination{Kind: rules.GitHub}, email, true},
		{"published", rules.Destination{Kind: rules.GitHub, PublishPersonal: true}, email, false},
		{"Jira", rules.Destination{Kind: rules.Jira}, email, false},
	} {
		if got := compose(t, c.d, c.r).Private; (got != nil) != c.two {
			t.Errorf("%s: private body %v", c.name, got)
		}
	}
}

func TestPeopleAreNamedWithoutAnAt(t *testing.T) {
	r := bridge.Report{Assignees: []bridge.Person{{Name: "@quinn"}, {Name: " @ eve"}, {Name: "@", ID: "u3"}}}
	if got := fact(compose(t, destination("d"), r).Body, "Assigned to"); got != "quinn, eve, u3" {
		t.Errorf("got %q", got)
	}
}

func TestMetadataAreFoldedWhereThereAreMany(t *testing.T) {
	r := bridge.Report{Status: "OPEN", CustomFields: bridge.Fields{{Name: "train", Value: "7"}}}
	for i := range 8 {
		r.Metadata = append(r.Metadata, bridge.Datum{Title: fmt.Sprintf("m%d", i), Value: "x"})
	}
	body := compose(t, rules.Destination{Kind: rules.GitHub, PublishPersonal: true}, r).Body
	if got := rows(body); len(got) != 2 || got[1].Name != "train" {
		t.Errorf("open: %v", got)
	}
	more, ok := body[1].(bridge.Details)
	if !ok || more.Summary[0].(bridge.Text).Text != "Metadata" || len(rows(more.Blocks)) != 8 {
		t.Errorf("folded: %v", body[1])
	}
	r.Metadata = r.Metadata[:7]
	if got := rows(compose(t, rules.Destination{Kind: rules.GitHub, PublishPersonal: true}, r).Body); len(got) != 9 || got[1].Name != "m0" {
		t.Errorf("few: %v", got)
	}
}

func TestManyFacts(t *testing.T) {
	r := bridge.Report{Status: "OPEN"}
	for i := range 11 {
		r.CustomFields.Set(fmt.Sprintf("f%02d", i), "x")
	}
	github := compose(t, rules.Destination{Kind: rules.GitHub}, r).Body
	if got := rows(github); len(got) != 9 || got[8].Name != "f07" {
		t.Errorf("GitHub: got %v", got)
	}
	more, ok := github[1].(bridge.Details)
	if !ok {
		t.Fatalf("got %T, want Details", github[1])
	}
	if diff := cmp.Diff([]bridge.Inline{bridge.Text{Text: "More", Trusted: true}}, more.Summary); diff != "" {
		t.Error(diff)
	}
	if got := rows(more.Blocks); len(got) != 3 || got[0].Name != "f08" {
		t.Errorf("more: got %v", got)
	}
	if got := rows(compose(t, rules.Destination{Kind: rules.Jira}, r).Body); len(got) != 12 {
		t.Errorf("Jira: got %v", got)
	}
}

func TestFooter(t *testing.T) {
	small := func(text string, trusted bool) bridge.Text {
		return bridge.Text{Text: text, Marks: bridge.Small, Trusted: trusted}
	}
	tests := []struct {
		name, bug string
		dropped   []bridge.Dropped
		want      []bridge.Inline
	}{
		{"harmless id", "682c1dbb", nil, []bridge.Inline{small("Filed by Bugferry from BetterBugs 682c1dbb", true)}},
		{"a stranger's id is not trusted", "@everyone\n#1", nil,
			[]bridge.Inline{small("Filed by Bugferry from BetterBugs", true), small(" @everyone #1", false)}},
		{"dropped fields", "b1", []bridge.Dropped{
			{Field: "priority", Value: "Blocker", Why: "unknown priority"}, {Field: "components", Why: "not on\nthe screen"},
		}, []bridge.Inline{
			small("Filed by Bugferry from BetterBugs b1", true),
			bridge.Break{}, small("Not set: priority “Blocker”: unknown priority", false),
			bridge.Break{}, small("Not set: components: not on the screen", false),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := compose(t, destination("d"), bridge.Report{BugID: tt.bug}, tt.dropped...).Body
			if diff := cmp.Diff(bridge.Block(bridge.Paragraph{Content: tt.want}), body[len(body)-1]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNothingOfAStrangerIsTrusted fills every field with one word and looks for it in what writers would not neutralise.
func TestNothingOfAStrangerIsTrusted(t *testing.T) {
	const evil = "@evil"
	r := bridge.Report{
		BugID: evil, UserID: evil, Title: evil, Description: "<p>" + evil + "</p>", Status: evil, Priority: evil, Type: evil,
		Metadata: []bridge.Datum{{Title: evil, Value: evil}}, CustomFields: bridge.Fields{{Name: evil, Value: evil}},
		Assignees: []bridge.Person{{ID: evil, Name: evil}}, SessionURL: "https://a.example/" + evil,
	}
	for i := range 10 {
		r.CustomFields.Set(fmt.Sprint(evil, i), evil)
	}
	body := compose(t, destination("d"), r, bridge.Dropped{Field: evil, Value: evil, Why: evil}).Body
	seen := 0
	var walk func(blocks []bridge.Block)
	walk = func(blocks []bridge.Block) {
		for _, block := range blocks {
			var inlines []bridge.Inline
			switch b := block.(type) {
			case bridge.Paragraph:
				inlines = b.Content
			case bridge.Details:
				inlines = b.Summary
				walk(b.Blocks)
			}
			for _, inline := range inlines {
				if text, ok := inline.(bridge.Text); ok && text.Trusted {
					seen++
					if strings.Contains(text.Text, "evil") {
						t.Errorf("trusted: %q", text.Text)
					}
				}
			}
		}
	}
	walk(body)
	if seen < 7 {
		t.Errorf("saw %d trusted texts: the walk misses some", seen)
	}
}
