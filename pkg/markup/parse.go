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
	// Not cleaned yet: without a control character what is none could become a tag.
	text := strings.ToValidUTF8(description, "\ufffd")
	if !hasKnownTag(text) {
		return plain(cleanText(text))
	}
	var b builder
	for _, n := range nodesOf(text) {
		b.node(n, scope{})
	}
	return b.finish()
}

// nodesOf reads HTML, however deeply it is nested.
func nodesOf(text string) []*html.Node {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(text), context)
	if err != nil {
		return flatTree(text) // x/net/html refuses documents that are nested too deeply
	}
	return nodes
}

// hasKnownTag says that s holds a tag that people do not type for want of another word. An element that shows nothing is
// none where s may be about it (<script>, <select>), since s would lose it, nor is a name in mixed case, as programs have
// them (<Button>). Names that are words too (<data>, <b>) must have an attribute, or an end tag somewhere.
func hasKnownTag(s string) bool {
	closed := strings.LastIndexByte(s, '>')
	ends := map[string]bool{} // what was found of end tags
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 || at+i > closed {
			return false
		}
		at += i
		tag := strings.TrimPrefix(s[at+1:min(len(s), at+1+len("figcaption")+2)], "/")
		end := strings.IndexAny(tag, " \t\n/>")
		if end <= 0 {
			continue
		}
		name := strings.ToLower(tag[:end])
		if tag[:end] != name && tag[:end] != strings.ToUpper(name) || !knownTag(name) {
			continue
		}
		if onlyTag(name) || hasAttribute(s[at+1+end:]) || hasEndTag(s, name, ends) {
			return true
		}
	}
}

// knownTag says that HTML knows an element of the name that shows something, or that nobody writes about.
func knownTag(name string) bool {
	switch kind(name) {
	case kindBlock, kindMark:
		return true
	case kindHidden:
		return name == "style" || name == "iframe" || name == "video" || name == "audio"
	}
	switch name {
	case "!doctype", "a", "abbr", "acronym", "bdi", "bdo", "br", "button", "data", "font", "hr", "img", "input", "label", "output", "picture",
		"q", "rb", "rt", "rtc", "ruby", "span", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "wbr":
		return true
	}
	return false
}

// onlyTag says that nobody writes the name in angle brackets but as a tag.
func onlyTag(name string) bool {
	switch name {
	case "!doctype", "blockquote", "br", "colgroup", "dd", "div", "dl", "dt", "em", "figcaption", "font", "h1", "h2", "h3", "h4", "h5", "h6",
		"hr", "html", "img", "li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "wbr":
		return true
	}
	return false
}

// hasAttribute says that s, behind the name of a tag, begins with an attribute.
func hasAttribute(s string) bool {
	s = strings.TrimLeft(s[:min(len(s), 100)], " \t\n")
	n := 0
	for n < len(s) && (wordByte(s[n]) || s[n] == '-') {
		n++
	}
	return n > 0 && n < len(s) && s[n] == '='
}

// hasEndTag looks for an end tag once for each name.
func hasEndTag(s, name string, known map[string]bool) bool {
	found, ok := known[name]
	if !ok {
		found = strings.Contains(s, "</"+name) || strings.Contains(s, "</"+strings.ToUpper(name))
		known[name] = found
	}
	return found
}
