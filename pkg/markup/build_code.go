package markup

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// code makes a code block of n, keeping every character; elements within that begin lines begin lines of code.
func (b *builder) code(n *html.Node) {
	var text lineWriter
	if hasClass(n, quillCode) {
		quillLines(n, &text)
	} else {
		codeText(n, &text)
	}
	if s := strings.TrimRight(text.String(), "\n"); !blank(s) {
		b.add(bridge.CodeBlock{Language: language(n), Text: s})
	}
}

// quillCode is the class of Quill's code blocks, in which each line is an element and the space between them nothing.
const quillCode = "ql-code-block-container"

func quillLines(n *html.Node, out *lineWriter) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if hasClass(child, "ql-code-block") {
			codeText(child, out)
			out.endLine()
		}
	}
}

// lineWriter is a Builder that knows whether it is at the beginning of a line.
type lineWriter struct {
	strings.Builder
	mid bool
}

func (w *lineWriter) write(s string) {
	if s != "" {
		w.WriteString(s)
		w.mid = s[len(s)-1] != '\n'
	}
}

func (w *lineWriter) endLine() {
	if w.mid {
		w.write("\n")
	}
}

func codeText(n *html.Node, out *lineWriter) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch {
		case child.Type == html.TextNode:
			out.write(cleanText(child.Data))
		case child.Type != html.ElementNode || kind(child.Data) == kindHidden || hasClass(child, "ql-ui") || styleOf(child).hidden:
		case child.Data == "br":
			// Quill's empty line is a line that holds a br.
			out.write("\n")
		case kind(child.Data) == kindBlock:
			out.endLine()
			codeText(child, out)
			out.endLine()
		default:
			codeText(child, out)
		}
	}
}

// language finds the language of a code block where editors put it: language-x or lang-x among the classes of pre or
// code, data-language at Quill's container, its lines and at pre.
func language(n *html.Node) string {
	candidates := []*html.Node{n}
	for child := n.FirstChild; child != nil && len(candidates) < 8; child = child.NextSibling {
		if child.Type == html.ElementNode {
			candidates = append(candidates, child)
		}
	}
	for _, c := range candidates {
		for class := range strings.FieldsSeq(attr(c, "class")) {
			for _, prefix := range [...]string{"language-", "lang-", "highlight-source-"} {
				if rest, ok := strings.CutPrefix(class, prefix); ok {
					return languageName(rest)
				}
			}
		}
		if name := attr(c, "data-language"); name != "" {
			return languageName(name)
		}
	}
	return ""
}

// languageName keeps what names of languages are made of, so that a name is inert in every dialect.
func languageName(s string) string {
	s = strings.ToLower(s)
	for i := range len(s) {
		if !wordByte(s[i]) && strings.IndexByte("+#-.", s[i]) < 0 || i > 30 {
			return ""
		}
	}
	switch s {
	case "plain", "plaintext", "text", "none":
		return ""
	}
	return s
}
