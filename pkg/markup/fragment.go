package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fragment returns a description as HTML to stand within other HTML: [Parse] reads it there as it would read the
// description alone. Plain text becomes lines, whatever the description leaves open is closed, and what shows nothing is
// left out, so that nothing in it ends an element of the HTML around it.
func Fragment(description string) string {
	text := strings.ToValidUTF8(description, "\ufffd")
	if !hasKnownTag(text) {
		return fragmentOfText(cleanText(text))
	}
	var b strings.Builder
	for _, n := range nodesOf(text) {
		if shown(n) {
			_ = html.Render(&b, n) // fails only for what shown leaves out; a Builder takes everything
		}
	}
	return b.String()
}

// shown removes from the tree of n what shows nothing, and says whether n itself shows something. What is left has no
// content that a parser would read otherwise the second time (scripts, foreign elements, <plaintext>).
func shown(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		return true
	case html.ElementNode:
	default:
		return false
	}
	switch {
	case n.Namespace != "":
		return false
	case isElement(n, "iframe", "video", "audio"): // a link to its film
		n.FirstChild, n.LastChild = nil, nil
		return true
	case kind(n.Data) == kindHidden:
		return false
	case isElement(n, "plaintext", "xmp", "listing"):
		n.Data, n.DataAtom = "pre", atom.Pre
	}
	for child := range children(n) {
		if !shown(child) {
			n.RemoveChild(child)
		}
	}
	return true
}

// children lists the children that n has now.
func children(n *html.Node) func(yield func(*html.Node) bool) {
	return slices.Values(slices.Collect(n.ChildNodes()))
}

// fragmentOfText keeps lines and paragraphs of plain text.
func fragmentOfText(text string) string {
	var b strings.Builder
	between := ""
	for line := range strings.SplitSeq(text, "\n") {
		switch line = keepSpaces(strings.TrimRight(line, " \t")); {
		case !blank(line):
			b.WriteString(between + html.EscapeString(line))
			between = "<br>"
		case between != "":
			between = "</p><p>"
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "<p>" + b.String() + "</p>"
}
