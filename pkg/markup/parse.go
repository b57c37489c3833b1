package markup

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Parse reads a description. It is HTML where it contains a tag that HTML knows; else it is plain text, in which
// newlines stay, "<" is a character like any other, and bare URLs become links. Paragraphs that show nothing are left out.
func Parse(description string) bridge.Document {
	text := cleanText(description)
	if !hasKnownTag(text) {
		return plain(text)
	}
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(text), context)
	if err != nil {
		// x/net/html refuses documents that are nested too deeply.
		nodes = flatTree(text)
	}
	var b builder
	for _, n := range nodes {
		b.node(n, scope{})
	}
	return b.finish()
}

// hasKnownTag looks for a start or end tag of an element that HTML knows.
func hasKnownTag(s string) bool {
	closed := strings.LastIndexByte(s, '>')
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 || at+i > closed {
			return false
		}
		at += i
		name := s[at+1 : min(len(s), at+1+len("figcaption")+2)]
		name = strings.TrimPrefix(name, "/")
		end := strings.IndexAny(name, " \t\n/>")
		if end > 0 && knownTag(strings.ToLower(name[:end])) {
			return true
		}
	}
}

func knownTag(name string) bool {
	switch kind(name) {
	case kindBlock, kindHidden, kindMark:
		return true
	}
	switch name {
	case "!doctype", "a", "abbr", "acronym", "bdi", "bdo", "br", "button", "data", "font", "hr", "img", "input", "label", "output", "picture", "q",
		"rb", "rt", "rtc", "ruby", "span", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "wbr":
		return true
	}
	return false
}
