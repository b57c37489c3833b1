package markup_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

func text(s string) bridge.Text { return bridge.Text{Text: s} }

func para(in ...bridge.Inline) bridge.Paragraph { return bridge.Paragraph{Content: in} }

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     bridge.Document
	}{
		{"nothing", "", nil},
		{"blank paragraphs", "<p></p><p>&nbsp;</p><p><br></p><p>\u200b</p>", nil},
		{"plain text", "value < 3\r\nnext\n\nlast", bridge.Document{
			para(text("value < 3"), bridge.Break{}, text("next")), para(text("last")),
		}},
		{"an unknown tag is text", "List<String> & <T>", bridge.Document{para(text("List<String> & <T>"))}},
		{"a known tag unclosed is text", "a <b c", bridge.Document{para(text("a <b c"))}},
		{"bare URL", "see https://example.com/x.", bridge.Document{
			para(text("see "), bridge.Text{Text: "https://example.com/x", Link: "https://example.com/x"}, text(".")),
		}},
		{"white space folds", "<p> a\n  b <b> c</b> </p>", bridge.Document{
			para(text("a b "), bridge.Text{Text: "c", Marks: bridge.Strong}),
		}},
		{"white space that is kept", `<p style="white-space: pre-wrap">a  b` + "\n" + `c</p>`, bridge.Document{
			para(text("a\u00a0 b"), bridge.Break{}, text("c")),
		}},
		{"two breaks part paragraphs", "<p>a<br>b<br><br>c</p>", bridge.Document{
			para(text("a"), bridge.Break{}, text("b")), para(text("c")),
		}},
		{"indented text", "a:\n\tb  c", bridge.Document{para(text("a:"), bridge.Break{}, text("\u00a0\u00a0\u00a0\u00a0b\u00a0 c"))}},
		{"URL in Japanese", "詳細はhttps://example.com/a。次", bridge.Document{
			para(text("詳細は"), bridge.Text{Text: "https://example.com/a", Link: "https://example.com/a"}, text("。次")),
		}},
		{"text that is the name of an element", "<details>summary</details>", bridge.Document{
			bridge.Details{Blocks: []bridge.Block{para(text("summary"))}},
		}},
		{"pseudo-heading", "<p><strong>Summary:</strong></p>", bridge.Document{
			para(bridge.Text{Text: "Summary:", Marks: bridge.Strong}),
		}},
		{"picture", `<p><img src="https://x.example/a.png" alt=" a  b "></p>`, bridge.Document{
			bridge.Picture{URL: "https://x.example/a.png", Alt: "a b"},
		}},
		{"item outside of a list", "<li>a<li>b", bridge.Document{bridge.List{Start: 1, Items: []bridge.Item{
			{Blocks: []bridge.Block{para(text("a"))}}, {Blocks: []bridge.Block{para(text("b"))}},
		}}}},
		{"list right below a list", "<ul><li>a</li><ul><li>b</li></ul></ul>", bridge.Document{bridge.List{Start: 1, Items: []bridge.Item{
			{Blocks: []bridge.Block{para(text("a")), bridge.List{Start: 1, Items: []bridge.Item{{Blocks: []bridge.Block{para(text("b"))}}}}}},
		}}}},
		{"huge spans", "<table><tr><td rowspan=65534 colspan=1000>x</td></tr><tr><td>y</td></tr></table>", bridge.Document{
			bridge.Table{Rows: []bridge.Row{
				{Cells: []bridge.Cell{{ColSpan: 50, RowSpan: 2, Blocks: []bridge.Block{para(text("x"))}}}},
				{Cells: []bridge.Cell{{ColSpan: 1, RowSpan: 1, Blocks: []bridge.Block{para(text("y"))}}}},
			}},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, markup.Parse(test.in)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What people type in angle brackets is text; what editors write is not.
func TestTellsTextFromHTML(t *testing.T) {
	for text, html := range map[string]bool{
		"cp <source> <target>\nopen <title> and go":     false,
		"The <select> dropdown is empty":                false,
		"<script>alert(1)</script> is shown":            false,
		"<Button> and <Input> do nothing":               false,
		"Promise<Link>, Optional<Data>, <A> and <data>": false,
		"enter <code> then <b>":                         false,
		"a < b > c":                                     false,
		"<div id=\"foo\"":                               false,
		"<b>bold</b>":                                   true,
		"<B>BOLD</B>":                                   true,
		"x<br>y":                                        true,
		"<P>x":                                          true,
		`<a href="https://x.example/">x`:                true,
		`<input type="checkbox" checked> done`:          true,
		`<time datetime="2025-05-20">yesterday</time>`:  true,
		"<!DOCTYPE html>x":                              true,
	} {
		got := documentText(markup.Parse(text), markup.GFMDialect.HiddenImage)
		if isText := visible(got) == visible(text); isText == html {
			t.Errorf("%q reads %q", text, got)
		}
	}
}

// x/net/html refuses to parse beyond 512 levels; all text must arrive all the same, and writers must not be sent deeper
// than they can go.
func TestDeepNesting(t *testing.T) {
	const deep = 10_000
	for _, test := range []struct{ name, open, close string }{
		{"div", "<div>ж", "ß</div>"},
		{"list", "<ul><li>ж", "ß</li></ul>"},
		{"quote", "<blockquote>ж", "ß</blockquote>"},
		{"table", "<table><tr><td>ж", "ß</td></tr></table>"},
		{"marks", "<em><strong>ж", "ß</strong></em>"},
		{"unclosed", "<b>ж", "ß"},
		{"details", "<details><summary>ж</summary>", "ß</details>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			nested := func(n int) bridge.Document {
				return markup.Parse(strings.Repeat(test.open, n) + "x" + strings.Repeat(test.close, n))
			}
			doc := nested(deep)
			for name, out := range map[string]string{
				"GFM":  markup.GFM(doc, markup.Options{}),
				"Wiki": markup.Wiki(doc, markup.Options{}),
				"ADF":  string(markup.ADF(doc, markup.Options{})),
			} {
				for _, letter := range []string{"ж", "ß"} {
					if n := strings.Count(out, letter); n < deep {
						t.Errorf("%s: %d of %d letters %s", name, n, deep, letter)
					}
				}
			}
		})
	}
}

// The validator takes exponential time on some deep documents, so this one is deep in one way only.
func TestDeepADFIsValid(t *testing.T) {
	doc := markup.Parse(strings.Repeat("<ul><li>a", 520))
	if err := adfSchema(t).Validate(decode(t, markup.ADF(doc, markup.Options{}))); err != nil {
		t.Error(err)
	}
}

// Output that is quadratic in the input would make these run out of memory or time.
func TestHostileSizes(t *testing.T) {
	const n = 1 << 20
	for _, test := range []struct{ name, in string }{
		{"specials", "<p>" + strings.Repeat("*_[]", n/4)},
		{"brackets as plain text", strings.Repeat("[", n)},
		{"unclosed tags", "<p>" + strings.Repeat("<b>", n/3)},
		{"URLs", strings.Repeat("http://", n/7)},
		{"blank styles", "<p>x" + strings.Repeat("<b>&nbsp;</b><i>&nbsp;</i>", n/26)},
		{"wide then tall", "<table><tr>" + strings.Repeat("<td rowspan=65534>", n/36) + "</tr>" + strings.Repeat("<tr><td>y", n/18) + "</table>"},
		{"wide spans", "<table>" + strings.Repeat("<tr><td colspan=1000>x", n/22) + "</table>"},
		{"summary in pieces", "<details><summary>" + strings.Repeat("<b>a</b>b", n/9) + "</summary></details>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc := markup.Parse(test.in)
			for name, size := range map[string]int{
				"GFM":  len(markup.GFM(doc, markup.Options{})),
				"Wiki": len(markup.Wiki(doc, markup.Options{})),
				"ADF":  len(markup.ADF(doc, markup.Options{})),
			} {
				if size > 40*len(test.in) {
					t.Errorf("%s: %d bytes of output from %d", name, size, len(test.in))
				}
			}
		})
	}
}
