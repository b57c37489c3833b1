package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxNesting is how deep elements nest in a tree that we build ourselves, and blocks in a Document.
const maxNesting = 60

// flatTree builds a tree from what x/net/html refuses to parse. It knows no more of HTML's rules than that some
// elements close their like; elements nested deeper than maxNesting become empty siblings of their content, so that all
// text stays, and blocks still begin and end lines.
func flatTree(text string) []*html.Node {
	root := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	open := []*html.Node{root}
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return []*html.Node{root}
		case html.TextToken:
			open[len(open)-1].AppendChild(&html.Node{Type: html.TextNode, Data: z.Token().Data})
		case html.StartTagToken, html.SelfClosingTagToken:
			open = openElement(open, z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			open = closeElement(open, string(name))
		}
	}
}

func openElement(open []*html.Node, t html.Token) []*html.Node {
	if last := open[len(open)-1].Data; last == t.Data && closesLike(last) {
		open = open[:len(open)-1]
	}
	n := &html.Node{Type: html.ElementNode, Data: t.Data, DataAtom: t.DataAtom, Attr: t.Attr}
	open[len(open)-1].AppendChild(n)
	if void(t.Data) || len(open) > maxNesting {
		return open
	}
	return append(open, n)
}

func closeElement(open []*html.Node, name string) []*html.Node {
	for i := len(open) - 1; i > 0; i-- {
		if open[i].Data == name {
			return open[:i]
		}
	}
	return open
}

func closesLike(tag string) bool {
	switch tag {
	case "p", "li", "dt", "dd", "option", "tr", "td", "th":
		return true
	}
	return false
}

// isElement says that n is an element of one of the names.
func isElement(n *html.Node, names ...string) bool {
	return n.Type == html.ElementNode && slices.Contains(names, n.Data)
}

// attr returns an attribute of n, "" if it has none of that name.
func attr(n *html.Node, name string) string {
	value, _ := findAttr(n, name)
	return value
}

func findAttr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// hasClass says whether n is of the class.
func hasClass(n *html.Node, class string) bool {
	value := attr(n, "class")
	if !strings.Contains(value, class) {
		return false
	}
	for c := range strings.FieldsSeq(value) {
		if c == class {
			return true
		}
	}
	return false
}
