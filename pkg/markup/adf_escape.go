package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ADF carries text as text: nothing in it is read as syntax, and mentions, macros and cards are nodes that this package
// never writes. What is left to keep out is what its schema refuses (empty texts, code with other marks) and targets of
// links, which safeLink decides on.

// adfStyle joins the marks that ADF does not tell apart. Code takes no other marks but a link.
func adfStyle(m bridge.Marks) bridge.Marks {
	if m&(bridge.Code|bridge.Keyboard) != 0 {
		return bridge.Code
	}
	m &^= bridge.Small
	if m&bridge.Superscript != 0 {
		m &^= bridge.Subscript
	}
	return m
}

var adfDialect = dialect{style: adfStyle, link: absoluteLink, hidden: safeImage}

// highlight is the background of marked text.
const highlight = "#f8e6a0"

func adfMarks(t bridge.Text) []adfMark {
	var out []adfMark
	if t.Link != "" {
		out = append(out, adfMark{Type: "link", Attrs: map[string]string{"href": t.Link}})
	}
	for _, m := range [...]struct {
		mark bridge.Marks
		adf  adfMark
	}{
		{bridge.Strong, adfMark{Type: "strong"}},
		{bridge.Emphasis, adfMark{Type: "em"}},
		{bridge.Strike, adfMark{Type: "strike"}},
		{bridge.Underline, adfMark{Type: "underline"}},
		{bridge.Superscript, adfMark{Type: "subsup", Attrs: map[string]string{"type": "sup"}}},
		{bridge.Subscript, adfMark{Type: "subsup", Attrs: map[string]string{"type": "sub"}}},
		{bridge.Highlight, adfMark{Type: "backgroundColor", Attrs: map[string]string{"color": highlight}}},
		{bridge.Code, adfMark{Type: "code"}},
	} {
		if t.Marks&m.mark != 0 {
			out = append(out, m.adf)
		}
	}
	return out
}

// adfInlines writes words; breaks says whether line breaks may stand among them.
func adfInlines(in []bridge.Inline, breaks bool) []adfNode {
	var out []adfNode
	shown := false
	for _, inline := range trimInlines(joinTexts(prepare(in, adfDialect))) {
		switch v := inline.(type) {
		case bridge.Text:
			out = append(out, adfNode{Type: "text", Text: v.Text, Marks: adfMarks(v)})
			shown = shown || !blank(v.Text)
		case bridge.Break:
			if breaks {
				out = append(out, adfNode{Type: "hardBreak"})
			} else {
				out = append(out, adfNode{Type: "text", Text: " "})
			}
		}
	}
	if !shown {
		return nil
	}
	return out
}

// trimInlines removes spaces and line breaks from both ends.
func trimInlines(in []bridge.Inline) []bridge.Inline {
	for len(in) > 0 && emptyInline(in[0]) {
		in = in[1:]
	}
	for len(in) > 0 && emptyInline(in[len(in)-1]) {
		in = in[:len(in)-1]
	}
	if len(in) == 0 {
		return nil
	}
	if t, ok := in[0].(bridge.Text); ok && t.Marks&bridge.Code == 0 {
		t.Text = strings.TrimLeft(t.Text, " ")
		in[0] = t
	}
	if t, ok := in[len(in)-1].(bridge.Text); ok && t.Marks&bridge.Code == 0 {
		t.Text = strings.TrimRight(t.Text, " ")
		in[len(in)-1] = t
	}
	return in
}

func emptyInline(in bridge.Inline) bool {
	switch v := in.(type) {
	case bridge.Text:
		return strings.Trim(v.Text, " ") == ""
	case bridge.Break:
		return true
	}
	return false
}
