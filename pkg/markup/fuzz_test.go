package markup_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

func seed(f *testing.F) {
	f.Helper()
	for _, s := range []string{
		"", "plain < text\nhttps://example.com/", "<p>@a #1 <b>x</b>*y*</p>", "<ul><li data-list=checked>x<ol start=3><li>y</ul>",
		"<table><tr><td colspan=2>a|b<td rowspan=9><ul><li>c</table>", "<pre>```{code}\n{noformat}</pre><code>`|</code>",
		"<blockquote><h1>x<hr><table><tr><th>y</table><details><summary>z</summary></blockquote>",
		"<a href=https://x.example/>a]b|c!</a><img src=https://x.example/ alt=]>", "{a} [^b] !c! :) h1. \\ \\\\ ~~~ $x$ _d_ e_f", "<div>a<li>b",
		"<p>a<b><i>b</i>c</b>d<s>e </s><u> f</u><code>g</code><kbd>h</kbd></p>", "<dl><dt>a<dd>b</dl><img src=/x.png alt=y>",
	} {
		f.Add(s)
	}
}

// FuzzParse: whatever comes, ADF is what Atlassian's schema allows, the others are text, and plain text is kept.
func FuzzParse(f *testing.F) {
	seed(f)
	schema := adfSchema(f)
	f.Fuzz(func(t *testing.T, s string) {
		doc := markup.Parse(s)
		adf := markup.ADF(doc, markup.Options{})
		if len(adf) < 4000 { // the judge needs exponential time for some deep mixtures
			if err := schema.Validate(decode(t, adf)); err != nil {
				t.Errorf("%v\n%s", err, adf)
			}
		}
		for _, out := range []string{markup.GFM(doc, markup.Options{}), markup.Wiki(doc, markup.Options{})} {
			if !utf8.ValidString(out) {
				t.Errorf("not UTF-8: %q", out)
			}
		}
		got := visible(documentText(doc, markup.GFMDialect.HiddenImage))
		plain := dropNonCharacters(visible(strings.ToValidUTF8(s, "\ufffd")))
		page := pageText(strings.ToValidUTF8(s, "\ufffd"))
		switch {
		case !strings.Contains(s, "<") && got != plain:
			t.Errorf("text %q, want %q", got, plain)
		case page != "" && got != plain && sortedLetters(got) != sortedLetters(page):
			t.Errorf("text %q of the page %q", got, page)
		}
	})
}

// dropNonCharacters removes what no tracker takes.
func dropNonCharacters(s string) string {
	return strings.NewReplacer("\ufffe", "", "\uffff", "").Replace(s)
}

// FuzzADF: the visible text of the output is the visible text of the document.
func FuzzADF(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		doc := markup.Parse(s)
		if strings.Contains(s, "check") { // the state of a task can become text
			return
		}
		var got strings.Builder
		walkText(decode(t, markup.ADF(doc, markup.Options{})), func(s string) { got.WriteString(s) })
		if got, want := visible(got.String()), visible(documentText(doc, markup.ADFDialect.HiddenImage)); got != want {
			t.Errorf("text %q, want %q", got, want)
		}
	})
}

// FuzzGFM: a reader of Markdown that none of us wrote sees the visible text of the document, no element that is a
// stranger's, and nothing that GitHub acts upon.
func FuzzGFM(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		doc := markup.Parse(s)
		out := markup.GFM(doc, markup.Options{})
		if got, want := visible(readMarkdown(t, out)), visible(documentText(doc, markup.GFMDialect.HiddenImage)); got != want {
			t.Errorf("%q reads\n%q, want\n%q", out, got, want)
		}
	})
}

// FuzzWiki: the letters and digits of the output are those of the document, and no macro in it is a stranger's.
func FuzzWiki(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		doc := markup.Parse(s)
		out := markup.Wiki(doc, markup.Options{})
		if got, want := readWiki(t, out), letters(documentText(doc, markup.WikiDialect.HiddenImage)); got != want {
			t.Errorf("%q reads %q, want %q", out, got, want)
		}
	})
}

// FuzzStyles: text of whatever style, between others, reads as it was in both markups.
func FuzzStyles(f *testing.F) {
	f.Add("a*b", "_c_ <b>", uint16(3))
	f.Add("@x #1 :tada:", "&amp; $1$ ~~", uint16(8))
	f.Add("# x", "1. y|", uint16(0x300))
	f.Add("h1. x", "[^y] \\", uint16(9))
	f.Add(":) (x)", "!z! |", uint16(0x30))
	f.Fuzz(func(t *testing.T, a, b string, marks uint16) {
		a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, "")
		doc := bridge.Document{para(text(a), bridge.Text{Text: b, Marks: bridge.Marks(marks) & (2*bridge.Small - 1)}, text(a))}
		want := a + b + a
		out := markup.GFM(doc, markup.Options{})
		if got := visible(readMarkdown(t, out)); got != visible(dropNonCharacters(want)) {
			t.Errorf("%q reads %q, want %q", out, got, want)
		}
		out = markup.Wiki(doc, markup.Options{})
		if got := readWiki(t, out); got != letters(want) {
			t.Errorf("%q reads %q, want %q", out, got, want)
		}
	})
}
