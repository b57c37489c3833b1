package markup_test

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
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
	} {
		f.Add(s)
	}
}

// FuzzParse: whatever comes, all writers write; ADF is what Atlassian's schema allows; plain text keeps its letters.
func FuzzParse(f *testing.F) {
	seed(f)
	schema := adfSchema(f)
	f.Fuzz(func(t *testing.T, s string) {
		doc := markup.Parse(s)
		adf := markup.ADF(doc, markup.Options{})
		if err := schema.Validate(decode(t, adf)); err != nil {
			t.Errorf("%v\n%s", err, adf)
		}
		for _, out := range []string{markup.GFM(doc, markup.Options{}), markup.Wiki(doc, markup.Options{})} {
			if !utf8.ValidString(out) {
				t.Errorf("not UTF-8: %q", out)
			}
		}
		if !strings.Contains(s, "<") {
			if got, want := letters(documentText(doc)), letters(strings.ToValidUTF8(s, "")); got != want {
				t.Errorf("text %q, want %q", got, want)
			}
		}
	})
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
		if want := letters(documentText(doc)); letters(got.String()) != want {
			t.Errorf("text %q, want %q", letters(got.String()), want)
		}
	})
}

var ownTag = regexp.MustCompile(`</?(?:strong|em|del|ins|mark|sup|sub|kbd)>`)

// FuzzGFM: text that GFM writes reads as it was, whatever marks it has and whatever stands beside it, and no tag in it is
// a stranger's.
func FuzzGFM(f *testing.F) {
	f.Add("a*b", "_c_ <b>", uint16(3))
	f.Add("@x #1 :tada:", "&amp; $1$ ~~", uint16(8))
	f.Add("# x", "1. y|", uint16(0x300))
	f.Fuzz(func(t *testing.T, a, b string, marks uint16) {
		if strings.Contains(a+b, "://") {
			return
		}
		doc := bridge.Document{para(text(a), bridge.Text{Text: b, Marks: bridge.Marks(marks) &^ bridge.Code}, text(a))}
		out := markup.GFM(doc, markup.Options{})
		bare := ownTag.ReplaceAllString(out, "")
		if strings.Contains(bare, "<") {
			t.Errorf("raw HTML in %q", out)
		}
		if got, want := letters(html.UnescapeString(bare)), letters(valid(a)+valid(b)+valid(a)); got != want {
			t.Errorf("%q reads %q, want %q", out, got, want)
		}
	})
}

// FuzzWiki is FuzzGFM for wiki markup, whose marks are all punctuation; its one macro in text is the colour of a bar.
func FuzzWiki(f *testing.F) {
	f.Add("a*b", "_c_ {code}", uint16(3))
	f.Add("h1. x", "[^y] \\", uint16(9))
	f.Add(":) (x)", "!z! |", uint16(0x30))
	macro := regexp.MustCompile(`(^|[^\\])\{[A-Za-z]`)
	f.Fuzz(func(t *testing.T, a, b string, marks uint16) {
		if strings.Contains(a+b, "://") {
			return
		}
		doc := bridge.Document{para(text(a), bridge.Text{Text: b, Marks: bridge.Marks(marks) &^ (bridge.Code | bridge.Keyboard)}, text(a))}
		out := markup.Wiki(doc, markup.Options{})
		if macro.MatchString(out) {
			t.Errorf("macro in %q", out)
		}
		if got, want := letters(out), letters(valid(a)+valid(b)+valid(a)); got != want {
			t.Errorf("%q reads %q, want %q", out, got, want)
		}
	})
}

func valid(s string) string { return strings.ToValidUTF8(s, "") }

// letters keeps what no escape and no mark is made of.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return r
	}, s)
}

// walkText calls f with each text and title in a decoded ADF document, in reading order.
func walkText(node any, f func(string)) {
	m, _ := node.(map[string]any)
	if s, ok := m["text"].(string); ok {
		f(s)
	}
	if attrs, ok := m["attrs"].(map[string]any); ok {
		if s, ok := attrs["title"].(string); ok {
			f(s)
		}
	}
	content, _ := m["content"].([]any)
	for _, child := range content {
		walkText(child, f)
	}
}

// documentText joins all texts of a document in reading order, through its JSON so that no kind of block is forgotten.
func documentText(doc bridge.Document) string {
	data, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	var tree []any
	if err := json.Unmarshal(data, &tree); err != nil {
		panic(err)
	}
	var out strings.Builder
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if s, ok := v["Text"].(string); ok {
				out.WriteString(s)
			}
			for _, key := range []string{"Summary", "Content", "Rows", "Cells", "Items", "Blocks"} {
				walk(v[key])
			}
		}
	}
	walk(tree)
	return out.String()
}
