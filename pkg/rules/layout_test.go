package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/rules"
)

// laidOut is the Markdown of r at a destination with that body, without the footer.
func laidOut(t *testing.T, d rules.Destination, body string, r bridge.Report) string {
	t.Helper()
	d.Body = rules.Text{Value: body}
	return aboveFooter(t, compose(t, d, r).Body)
}

func aboveFooter(t *testing.T, doc bridge.Document) string {
	t.Helper()
	out := markup.GFM(doc[:len(doc)-1], markup.Options{})
	contains(t, "footer", markup.GFM(doc, markup.Options{}), "Filed by Bugferry")
	return out
}

func TestBody(t *testing.T) {
	r := load(t, "sample.json")
	r.Description = "It <b>broke</b>"
	r.CustomFields.Set("evil", "javascript:alert(1)")
	r.CustomFields.Set("team", "a <i>b</i>\n@quinn")
	for _, c := range []struct{ name, body, want string }{
		{"the description anywhere", "<blockquote>{{ .Description }}</blockquote><p>end</p>", "> It **broke**\n\nend"},
		{"text of a stranger is text", "<p>{{ .CustomFields.team }}</p>", "a &lt;i>b&lt;/i> @\u200bquinn"},
		{"without a tag", "{{ .Title }} &amp; more", "Sample Bug title & more"},
		{"missing", "<p>[{{ .CustomFields.none }}{{ .Metadata.none }}]</p>", `\[\]`},
		{"a date", `<p>{{ date "2 Jan 2006" .CreatedAt }}</p>`, "20 May 2025"},
		{"a tab of the session", `<a href="{{ .Tab "info" }}">info</a>`, "[info](" + session + "?openedDevTab=info)"},
		{"the usual links", "{{ .Links }}", "[**Open session**](" + session + ") · [Console](" + session + "?openedDevTab=console) · [Network](" + session + "?openedDevTab=network)"},
		{"the picture", "{{ .Screenshot }}", "![Screenshot](" + screenshot + ")"},
		{"the people", "<p>{{ range .Assignees }}{{ .Name }} {{ end }}</p>", "quinn"},
		{"a script", "<script>alert({{ .Title }})</script><p>x</p>", "x"},
		{"an address that does something", `<a href="{{ .CustomFields.evil }}">x</a>`, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, laidOut(t, destination("d"), c.body, r)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	facts := laidOut(t, destination("d"), "{{ .Facts }}", r)
	for _, want := range []string{"Priority", "HIGH", "Reported by", "quinn"} {
		contains(t, "facts", facts, want)
	}
}

// TestBodyNamesNobodyWhoWasFound is for whoever was found by e-mail and is assigned: the facts of a layout do not go on naming them,
// as those of the usual body do not. What a description says is left alone.
func TestBodyNamesNobodyWhoWasFound(t *testing.T) {
	r := load(t, "sample.json")
	r.Assignees = []bridge.Person{{Name: "Bo <b>B", Email: "bo@example.com"}, {Name: "Cy", Email: "cy@example.com"}, {Name: "Di", ID: "d1"}}
	r.Description = "<table><tr><th>Assigned to</th><td>Bo, Cy</td></tr></table>"
	r.CustomFields.Set("train", "7")
	for _, body := range []string{
		"", "{{ .Description }}{{ .Facts }}", "{{ .Description }}<blockquote>{{ .Facts }}</blockquote>",
		"<details><summary>S</summary>{{ .Facts }}</details>{{ .Description }}", "<ul><li>x{{ .Facts }}</li></ul>{{ .Description }}{{ .Facts }}",
	} {
		for kind, write := range map[string]func(bridge.Document, markup.Options) string{rules.GitHub: markup.GFM, rules.Jira: markup.Wiki} {
			d := destination("d")
			d.Kind, d.Assign, d.Body = kind, true, rules.Text{Value: body}
			issue := compose(t, d, r)
			for found, want := range map[string]string{"": "B, Cy, Di", "cy@example.com": "B, Di", "bo@example.com": "Cy, Di"} {
				text := write(issue.Body.Except([]string{found}), markup.Options{})
				if !strings.Contains(text, want) || !strings.Contains(text, "Bo, Cy") || strings.Contains(text, "Cy, Di") == (found == "cy@example.com") || strings.Contains(text, "B, Cy") != (found == "") {
					t.Errorf("%s %q, found %q, want %q:\n%s", kind, body, found, want, text)
				}
			}
		}
	}
}

// TestNoDescriptionEndsWhatTheBodyOpens has descriptions that try to, and a body that folds them away.
func TestNoDescriptionEndsWhatTheBodyOpens(t *testing.T) {
	for _, description := range []string{"</details><p>out</p>", "<plaintext>", "<details><summary>x", "a </details> b <b>", "<!--", "<table><tr><td>x"} {
		d := destination("d")
		d.Body = rules.Text{Value: "<details><summary>Text</summary>{{ .Description }}</details><p>END</p>"}
		doc := compose(t, d, bridge.Report{Description: description}).Body
		if _, is := doc[0].(bridge.Details); !is || len(doc) != 3 || markup.GFM(doc[1:2], markup.Options{}) != "END" {
			t.Errorf("%q: %#v", description, doc)
		}
	}
}

func TestBodyInPublic(t *testing.T) {
	r := load(t, "rich.json")
	d := destination("d")
	d.Body = rules.Text{Value: "<p>{{ .Metadata.version }} {{ range .Assignees }}{{ .Email }}{{ end }}</p>{{ .Facts }}<p>END</p>"}
	issue := compose(t, d, r)
	public, private := aboveFooter(t, issue.Body), aboveFooter(t, issue.Private)
	if strings.Contains(public, "12.0-rc.1") || strings.Contains(public, "example.com") || !strings.HasSuffix(public, "END") {
		t.Errorf("in public:\n%s", public)
	}
	contains(t, "in private", private, "12.0-rc.1")
	contains(t, "in private", private, "ana+qa")
}

func TestBodyMistakes(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"field", "{{ .Descripton }}", "a report has no field .Descripton; did you mean .Description?"},
		{"part", "{{ .Fact }}", "did you mean .Facts?"},
		{"syntax", "{{ if .Title }}", "unexpected EOF"},
		{"function", "{{ .Title | uper }}", "there is no function uper; did you mean upper?"},
		{"where no value can stand", `<p {{ .Title }}x="`, "ends in"},
		{"nothing", "{{/* nothing */}} ", "the body shows nothing"},
		{"another template", `{{ define "x" }}{{ end }}<p>`, "cannot define others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := destination("d")
			d.Body = rules.Text{Value: c.body, At: "there"}
			_, found := rules.Compile(rules.Config{Projects: []rules.Project{{
				IDs: []string{"*"}, Destinations: []rules.Destination{d}, Rules: []rules.Rule{{To: []string{"d"}}},
			}}})
			if len(found) != 1 || found[0].At != "there" || !strings.Contains(found[0].Message, c.want) {
				t.Errorf("got %v, want %s", found, c.want)
			}
		})
	}
}
