package markup

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// gfmPlace is where a line of inlines stands.
type gfmPlace int

const (
	gfmParagraph gfmPlace = iota
	gfmHeading            // on one line
	gfmCell               // on one line, where | ends the cell
)

var gfmDialect = dialect{style: func(m bridge.Marks) bridge.Marks { return m }, link: safeLink, hidden: safeImage}

// gfmOrder is the order of marks from the outside in.
var gfmOrder = []bridge.Marks{bridge.Small, bridge.Strong, bridge.Emphasis, bridge.Strike, bridge.Underline, bridge.Highlight,
	bridge.Superscript, bridge.Subscript, bridge.Keyboard}

// gfmMarks has the delimiter of a mark, if Markdown has one, and the HTML element that GitHub lets pass.
var gfmMarks = map[bridge.Marks]struct{ delimiter, element string }{
	bridge.Strong:      {"**", "strong"},
	bridge.Emphasis:    {"_", "em"},
	bridge.Strike:      {"~~", "del"},
	bridge.Underline:   {"", "ins"},
	bridge.Highlight:   {"", "mark"},
	bridge.Superscript: {"", "sup"},
	bridge.Subscript:   {"", "sub"},
	bridge.Keyboard:    {"", "kbd"},
	bridge.Small:       {"", "sub"},
}

// gfmWriter writes the inlines of one block.
type gfmWriter struct {
	out   strings.Builder
	place gfmPlace
	last  rune // written last, 0 at the beginning
	start bool // nothing but white space since the beginning of the line
	link  bool // inside a link, where GitHub does not look for references
	math  bool // dollar signs in the line may pair
}

// gfmLine writes the inlines of a block, without white space around them.
func gfmLine(in []bridge.Inline, place gfmPlace) string {
	pieces := prepare(in, gfmDialect)
	w := gfmWriter{place: place, start: true, math: slices.ContainsFunc(pieces, hasDollar) && gfmMath(apart(pieces))}
	w.out.Grow(weighInlines(pieces)*9/8 + 16)
	w.spans(nest(pieces, gfmOrder), 0)
	return strings.Trim(w.out.String(), " \n")
}

// apart joins the words of a line so that what is written apart does not touch.
func apart(pieces []bridge.Inline) string {
	var out strings.Builder
	for _, inline := range pieces {
		if t, ok := inline.(bridge.Text); ok {
			out.WriteString("\x00" + t.Text)
		} else {
			out.WriteByte(' ')
		}
	}
	return out.String()
}

func hasDollar(in bridge.Inline) bool {
	t, ok := in.(bridge.Text)
	return ok && strings.IndexByte(t.Text, '$') >= 0
}

// spans writes spans; next is the character that follows them.
func (w *gfmWriter) spans(spans []span, next rune) {
	for i, s := range spans {
		after := next
		if i+1 < len(spans) {
			after = edge(spans[i+1:], false)
		}
		switch v := s.leaf.(type) {
		case bridge.Text:
			w.text(v, after)
		case bridge.Break:
			w.lineBreak()
		case bridge.Image:
			w.out.WriteString("![")
			gfmEscape(&w.out, v.Alt, gfmContext{cell: w.place == gfmCell, inert: true})
			w.raw("](" + gfmURL(v.URL) + ")")
		case nil:
			if s.link != "" {
				w.linkTo(s)
			} else {
				w.mark(s, after)
			}
		}
	}
}

func (w *gfmWriter) raw(s string) {
	if s != "" {
		w.out.WriteString(s)
		w.wrote()
	}
}

// wrote looks at what was written last.
func (w *gfmWriter) wrote() {
	w.last, _ = utf8.DecodeLastRuneInString(w.out.String())
	w.start = false
}

func (w *gfmWriter) text(t bridge.Text, next rune) {
	if t.Marks&bridge.Code != 0 {
		w.raw(gfmCode(t.Text, w.place == gfmCell))
		return
	}
	gfmEscape(&w.out, t.Text, gfmContext{
		start: w.start, next: next, cell: w.place == gfmCell, math: w.math, inert: w.link || t.Trusted,
	})
	w.wrote()
	if blank(t.Text) {
		w.start = w.last == 0 || w.last == '\n'
	}
}

func (w *gfmWriter) lineBreak() {
	switch w.place {
	case gfmParagraph:
		w.raw("\n")
		w.start = true
	case gfmHeading:
		w.raw(" ")
	case gfmCell:
		w.raw("<br>")
	}
}

// mark writes delimiters where Markdown is sure to read them as such, and elements elsewhere.
func (w *gfmWriter) mark(s span, next rune) {
	form := gfmMarks[s.mark]
	first, last := innerEdge(s.kids[0], false), innerEdge(s.kids[len(s.kids)-1], true)
	if form.delimiter != "" && flanks(w.last, first, form.delimiter) && flanks(next, last, form.delimiter) {
		w.raw(form.delimiter)
		w.spans(s.kids, rune(form.delimiter[0]))
		w.raw(form.delimiter)
		return
	}
	w.raw("<" + form.element + ">")
	w.spans(s.kids, '<')
	w.raw("</" + form.element + ">")
}

// innerEdge is the first or last character that is written for a span: of a style the punctuation that writes it.
func innerEdge(s span, last bool) rune {
	if s.leaf == nil {
		return '<'
	}
	return edge([]span{s}, last)
}

// flanks says whether a delimiter between the characters outside and inside opens (or closes, seen from the other side):
// CommonMark's rules for delimiter runs, on the safe side where its versions differ.
func flanks(outside, inside rune, delimiter string) bool {
	d := rune(delimiter[0])
	if outside == d || inside == d || inside == 0 || unicode.IsSpace(inside) {
		return false
	}
	free := outside == 0 || unicode.IsSpace(outside) || unicode.IsPunct(outside) || outside < 0x80 && unicode.IsSymbol(outside)
	if outside == '$' || outside == '~' { // before the one a zero-width space may stand, the other cmark-gfm looks past
		free = false
	}
	if d == '_' {
		return free
	}
	return free || !unicode.IsPunct(inside) && !unicode.IsSymbol(inside)
}

func (w *gfmWriter) linkTo(s span) {
	if len(s.kids) == 1 {
		if t, ok := s.kids[0].leaf.(bridge.Text); ok && t.Marks == 0 && t.Text == s.link && gfmAutolink(s.link) {
			w.raw("<" + s.link + ">")
			return
		}
	}
	w.raw("[")
	w.link = !gfmEmbeds(s.link)
	w.spans(s.kids, ']')
	w.link = false
	w.raw("](" + gfmURL(gfmReference(s.link)) + ")")
}

// gfmSummary writes the summary of details, where GitHub reads HTML but no Markdown.
func gfmSummary(in []bridge.Inline) string {
	text := plainText(in)
	return html.EscapeString(strings.TrimSpace(gfmNeutral(text, gfmMath(apart(in)))))
}
