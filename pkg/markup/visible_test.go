package markup_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	xhtml "golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// This file reads what a reader of a page sees: of a document, and of what the writers made of it.

// visible drops what no reader sees. Two texts are the same if they differ in white space only.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// letters keeps what no escape and no mark is made of.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			return -1
		}
		return r
	}, s)
}

// documentText joins all texts of a document in reading order, through its JSON so that no kind of block is forgotten.
// For an image stands what image returns.
func documentText(doc bridge.Document, image func(bridge.Image) string) string {
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
			text := func(key string) string { s, _ := v[key].(string); return s }
			if _, ok := v["URL"]; ok {
				out.WriteString(image(bridge.Image{URL: text("URL"), Alt: text("Alt"), Link: text("Link")}))
			}
			out.WriteString(text("Text"))
			for _, key := range []string{"Summary", "Content", "Rows", "Cells", "Items", "Blocks"} {
				walk(v[key])
			}
		}
	}
	walk(tree)
	return out.String()
}

// pageText returns the letters that a browser shows of a page, in the order of the source, "" where an element changes
// what is shown in a way that only a browser knows.
func pageText(s string) string {
	root, err := xhtml.Parse(strings.NewReader(s))
	if err != nil {
		return ""
	}
	var out strings.Builder
	var walk func(n *xhtml.Node) bool
	walk = func(n *xhtml.Node) bool {
		if n.Type == xhtml.TextNode {
			out.WriteString(n.Data)
		}
		if n.Type == xhtml.ElementNode {
			if len(n.Attr) > 0 || n.Namespace != "" || unsure.MatchString(n.Data) {
				return false
			}
		}
		for child := range n.ChildNodes() {
			if !walk(child) {
				return false
			}
		}
		return true
	}
	if !walk(root) {
		return ""
	}
	return letters(out.String())
}

// unsure are elements that show nothing, or something of their own, and those that have no text where tables stand.
var unsure = regexp.MustCompile(`^(script|style|title|template|textarea|select|noscript|noembed|noframes|iframe|object|applet|audio|video|canvas|` +
	`datalist|progress|meter|rp|map|area|frameset|input|col|colgroup|xmp|plaintext|listing)$`)

func sortedLetters(s string) string {
	runes := []rune(letters(s))
	slices.Sort(runes)
	return string(runes)
}

// github reads Markdown as GitHub does, but for mail addresses, at which goldmark overlooks marks that cmark-gfm sees.
var github = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote,
	extension.NewLinkify(extension.WithLinkifyEmailRegexp(regexp.MustCompile(`^$x`)))),
	goldmark.WithRendererOptions(html.WithHardWraps(), html.WithUnsafe()))

// ours are the elements of a page that the GFM writer may have made.
var ours = regexp.MustCompile(`^(html|head|body|p|h[1-6]|ul|ol|li|input|pre|code|blockquote|hr|br|table|thead|tbody|tr|th|td|a|img|em|strong|` +
	`del|ins|mark|sup|sub|kbd|details|summary)$`)

// acts is what GitHub acts upon in the text of a page.
var acts = regexp.MustCompile(`(^|[^\w\x60])@\w|#\d+\b|\b[Gg][Hh]-\d|:[a-z0-9_+-]{0,28}[g-z][a-z0-9_+-]{0,28}:|\bgithub\.com/`)

// readMarkdown returns the visible text of a Markdown page, and reports what must not be on it.
func readMarkdown(t testing.TB, markdown string) string {
	t.Helper()
	var page bytes.Buffer
	if err := github.Convert([]byte(markdown), &page); err != nil {
		t.Fatal(err)
	}
	root, err := xhtml.Parse(&page)
	if err != nil {
		t.Skip("nested too deeply for the reader")
	}
	var out strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case xhtml.TextNode:
			out.WriteString(n.Data)
			if acts.MatchString(n.Data) && !inCode(n) {
				t.Errorf("GitHub acts upon %q", n.Data)
			}
		case xhtml.ElementNode:
			if !ours.MatchString(n.Data) {
				t.Errorf("element %s", n.Data)
			}
		case xhtml.CommentNode:
			t.Errorf("comment %q", n.Data)
		}
	}
	return out.String()
}

// inCode says that n stands where GitHub looks for nothing.
func inCode(n *xhtml.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "code" || n.Data == "pre" || n.Data == "a" {
			return true
		}
	}
	return false
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

// What the wiki writer adds to the words of a document, code blocks aside.
var (
	wikiCode   = regexp.MustCompile(`(?s)\{noformat\}\n(.*?)\n\{noformat\}|\{code:[a-z+]+\}\n(.*?)\n\{code\}`)
	wikiColour = regexp.MustCompile(`\{color:#000000\}\\([\[|])\{color\}`)
	wikiAdds   = regexp.MustCompile(`(?m)^\{quote\}$|^h[1-6]\. |!https?://[^!\s\\]+!|\\\[x\\\] `)
	wikiTarget = regexp.MustCompile(`([^\\])\|(?:(?:https?|mailto|tel|ftp|ircs?|xmpp):|/)[^\]\n]*\]`)
	wikiMacro  = regexp.MustCompile(`(^|[^\\{])\{[A-Za-z]`)
)

// readWiki returns the letters and digits of wiki markup, and reports macros that the writer does not write.
func readWiki(t testing.TB, wiki string) string {
	t.Helper()
	var out strings.Builder
	last := 0
	prose := func(s string) {
		s = wikiTarget.ReplaceAllString(wikiColour.ReplaceAllString(s, "$1"), "$1")
		s = wikiAdds.ReplaceAllString(s, "")
		if wikiMacro.MatchString(s) {
			t.Errorf("macro in %q", s)
		}
		out.WriteString(letters(s))
	}
	for _, at := range wikiCode.FindAllStringSubmatchIndex(wiki, -1) {
		prose(wiki[last:at[0]])
		last = at[1]
		out.WriteString(letters(wiki[max(at[2], at[4]):max(at[3], at[5])]))
	}
	prose(wiki[last:])
	return out.String()
}
