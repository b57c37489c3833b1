package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// wikiPlace is where a line of inlines stands.
type wikiPlace int

const (
	wikiText     wikiPlace = iota
	wikiOneLine            // in a heading
	wikiCellText           // in a cell, where | ends the cell
)

var wikiOrder = []bridge.Marks{bridge.Strong, bridge.Emphasis, bridge.Strike, bridge.Underline, bridge.Superscript, bridge.Subscript}

// wikiMarks has the delimiter of each mark.
var wikiMarks = map[bridge.Marks]string{
	bridge.Strong:      "*",
	bridge.Emphasis:    "_",
	bridge.Strike:      "-",
	bridge.Underline:   "+",
	bridge.Superscript: "^",
	bridge.Subscript:   "~",
}

// wikiStyle leaves out the marks that wiki markup has no form for. Code takes no other marks.
func wikiStyle(m bridge.Marks) bridge.Marks {
	if m&(bridge.Code|bridge.Keyboard) != 0 {
		return bridge.Code
	}
	return m &^ (bridge.Highlight | bridge.Small)
}

var wikiDialect = dialect{style: wikiStyle, link: absoluteLink, hidden: wikiHidden}

// wikiHidden returns a target that Atlassian's parser takes for one: of relative targets only those that begin with a
// slash.
func wikiHidden(raw string) string {
	if target := safeImage(raw); !relative(target) || strings.HasPrefix(target, "/") {
		return target
	}
	return ""
}

// wikiLineWriter writes the inlines of one block.
type wikiLineWriter struct {
	out   strings.Builder
	place wikiPlace
	last  rune // written last, 0 at the beginning
	start bool // at the beginning of a line
	depth int  // of marks and links around: each takes one layer of backslashes away
	caret bool // there is a caret in the line
}

func wikiLine(in []bridge.Inline, place wikiPlace) string {
	w := wikiLineWriter{place: place, start: true}
	pieces := prepare(in, wikiDialect)
	w.caret = hasCaret(pieces)
	pieces = breakTexts(pieces, wikiBreaker(pieces, place))
	w.spans(nest(pieces, wikiOrder), 0)
	return strings.Trim(w.out.String(), " \n")
}

// hasCaret says that a caret will be in the line.
func hasCaret(line []bridge.Inline) bool {
	for _, inline := range line {
		if t, ok := inline.(bridge.Text); ok && (t.Marks&bridge.Superscript != 0 || strings.Contains(t.Text, "^")) {
			return true
		}
	}
	return false
}

// wikiBreaker returns for each Text the characters that cannot stand in it, whatever is written before them. In a link
// those are what ends its text, and exclamation marks if there are two; in code within a cell it is the bar.
func wikiBreaker(line []bridge.Inline, place wikiPlace) func(bridge.Text) string {
	bangs := 0
	for _, inline := range line {
		if t, ok := inline.(bridge.Text); ok && t.Link != "" {
			bangs += strings.Count(t.Text, "!")
		}
	}
	return func(t bridge.Text) string {
		switch {
		case t.Link != "" && bangs > 1:
			return "[]|!"
		case t.Link != "":
			return "[]|"
		case t.Marks&bridge.Code != 0 && place == wikiCellText:
			return "|"
		}
		return ""
	}
}

func (w *wikiLineWriter) spans(spans []span, next rune) {
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
		case nil:
			if s.link != "" {
				w.link(s)
			} else {
				w.mark(s, after)
			}
		}
	}
}

func (w *wikiLineWriter) raw(s string, last rune) {
	w.out.WriteString(s)
	w.last, w.start = last, false
}

func (w *wikiLineWriter) text(t bridge.Text, next rune) {
	if t.Marks&bridge.Code != 0 {
		w.raw(wikiCode(t.Text, wikiTight(w.last) || wikiTight(next)), '}')
		return
	}
	start := w.start && blank(t.Text)
	text := wikiEscape(t.Text, wikiContext{
		start: w.start, cell: w.place == wikiCellText, nested: w.depth > 0, caret: w.caret,
	})
	last, _ := utf8.DecodeLastRuneInString(text)
	w.raw(text, last)
	w.start = start
}

func (w *wikiLineWriter) lineBreak() {
	switch w.place {
	case wikiText:
		w.raw("\n", '\n')
		w.start = true
	case wikiOneLine:
		w.raw(" ", ' ')
	case wikiCellText:
		w.raw(` \\ `, ' ')
		w.start = true
	}
}

// mark writes delimiters, in braces where letters touch them. Where neither form is read as a mark the words go without.
func (w *wikiLineWriter) mark(s span, next rune) {
	delimiter := wikiMarks[s.mark]
	opening, closing := delimiter, delimiter
	guarded := w.depth > 0 && next != 0 && strings.ContainsRune("*_-+^~?|", next) // a zero-width space will stand before it
	link := w.last == '[' && (delimiter == "~" || delimiter == "^")               // else it is read as a mention or an attachment
	if wikiTight(w.last) || wikiTight(next) || w.last == rune(delimiter[0]) || next == rune(delimiter[0]) || guarded || link {
		if holds(s.kids, delimiter) {
			// What stands beside it was judged alone.
			w.raw(zeroWidth, '\u200b')
			w.spans(s.kids, '\u200b')
			w.raw(zeroWidth, '\u200b')
			return
		}
		opening, closing = "{"+delimiter+"}", "{"+delimiter+"}"
	}
	w.raw(opening, rune(delimiter[0]))
	w.start = true // Atlassian's parser reads what a mark holds as if it began a line
	w.depth++
	w.spans(s.kids, anyMark)
	w.depth--
	w.raw(closing, rune(opening[len(opening)-1]))
}

// anyMark stands for the end of a mark where the character after something is asked for.
const anyMark = '\x01'

// wikiTight says that a delimiter next to r is not read as one: letters, digits and all that is not ASCII.
func wikiTight(r rune) bool {
	return r != '\u00a0' && (r > unicode.MaxASCII || unicode.IsLetter(r) || unicode.IsDigit(r))
}

// holds says that a text within spans contains s.
func holds(spans []span, s string) bool {
	for _, span := range spans {
		if t, ok := span.leaf.(bridge.Text); ok && strings.Contains(t.Text, s) || holds(span.kids, s) {
			return true
		}
	}
	return false
}

// wikiBare says that a URL that is its own text can be written once, with nothing in it escaped.
func wikiBare(s span) bool {
	if len(s.kids) != 1 {
		return false
	}
	t, ok := s.kids[0].leaf.(bridge.Text)
	if !ok || t.Marks != 0 || t.Text != s.link || webURL(s.link) == "" || strings.ContainsAny(s.link, "*+^~{}|[]()!\\&@#") || strings.Contains(s.link, "??") {
		return false
	}
	for i := range len(s.link) {
		if (s.link[i] == '_' || s.link[i] == '-') && !wordBetween(s.link, i) {
			return false
		}
	}
	return true
}

func (w *wikiLineWriter) link(s span) {
	if wikiBare(s) {
		w.raw("["+s.link+"]", ']')
		return
	}
	w.raw("[", '[')
	w.start = true
	w.depth++
	w.spans(s.kids, anyMark)
	w.depth--
	w.raw("|"+wikiURL(s.link)+"]", ']')
}

// breakTexts takes the characters of the set that belongs to a Text out of its link and marks, which they would end: what
// stands before and after them keeps both. A bare URL leads only as far as it is whole.
func breakTexts(in []bridge.Inline, set func(bridge.Text) string) []bridge.Inline {
	var out []bridge.Inline
	for _, inline := range in {
		t, ok := inline.(bridge.Text)
		if !ok || !strings.ContainsAny(t.Text, set(t)) {
			out = append(out, inline)
			continue
		}
		enders := set(t)
		bare := t.Link != "" && safeLink(t.Text) == t.Link
		for rest := t.Text; rest != ""; {
			piece := t
			n := strings.IndexAny(rest, enders)
			switch {
			case n < 0:
				n = len(rest)
			case n == 0:
				n = 1
				piece.Link, piece.Marks = "", 0
			}
			piece.Text = rest[:n]
			if bare && piece.Link != "" {
				piece.Link, t.Link = absoluteLink(piece.Text), ""
			}
			rest = rest[n:]
			out = append(out, piece)
		}
	}
	return freeSpace(joinTexts(out))
}
