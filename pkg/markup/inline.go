package markup

import (
	"slices"
	"strings"
	"unicode"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// span is a Text, Break or Image, or a style around spans: one mark, or a link.
type span struct {
	leaf bridge.Inline // nil: a style
	mark bridge.Marks
	link string
	kids []span
}

// dialect is what a writer's dialect has a form for.
type dialect struct {
	style func(bridge.Marks) bridge.Marks // leaves out marks, or has others stand for them
	link  func(string) string             // the target of a link, "" if it must not be one
	// hidden is the target of the link that stands for an image that cannot be shown.
	hidden func(string) string
}

// prepare makes inlines ready for a writer: links that must not be are gone, bare URLs are links, marks and images are
// what the dialect has a form for, neighbours of one style are one Text, and white space has only the style of both its
// neighbours, since no dialect takes marks that begin or end with it.
func prepare(in []bridge.Inline, d dialect) []bridge.Inline {
	pieces := make([]bridge.Inline, 0, len(in))
	for _, inline := range in {
		switch v := inline.(type) {
		case bridge.Text:
			v.Text = oneLine(cleanText(v.Text))
			v.Link = d.link(v.Link)
			v.Marks = d.style(v.Marks)
			pieces = linkify(pieces, v)
		case bridge.Image:
			v.Link = d.link(v.Link)
			if url := shownImage(v.URL); url != "" {
				v.URL = url
				pieces = append(pieces, v)
			} else {
				v.URL = d.hidden(v.URL)
				pieces = append(pieces, imageWords(v)...)
			}
		default:
			pieces = append(pieces, inline)
		}
	}
	return freeSpace(joinTexts(pieces))
}

// joinTexts makes one Text of neighbours that look alike, and drops those that are empty.
func joinTexts(in []bridge.Inline) []bridge.Inline {
	if !joinable(in) {
		return in
	}
	out := make([]bridge.Inline, 0, len(in))
	for len(in) > 0 {
		first, ok := in[0].(bridge.Text)
		if !ok {
			out = append(out, in[0])
			in = in[1:]
			continue
		}
		if first.Text == "" {
			in = in[1:]
			continue
		}
		n, size := 1, len(first.Text)
		for ; n < len(in) && joins(first, in[n]); n++ {
			next, _ := in[n].(bridge.Text)
			size += len(next.Text)
		}
		if size > len(first.Text) {
			first.Text = joined(in[:n], size)
		}
		out = append(out, first)
		in = in[n:]
	}
	return out
}

// joinable says that joinTexts has something to do.
func joinable(in []bridge.Inline) bool {
	for i, inline := range in {
		if t, ok := inline.(bridge.Text); ok && (t.Text == "" || i+1 < len(in) && joins(t, in[i+1])) {
			return true
		}
	}
	return false
}

// joins says that next is a Text that can be part of t.
func joins(t bridge.Text, next bridge.Inline) bool {
	n, ok := next.(bridge.Text)
	return ok && (n.Text == "" || n.Marks == t.Marks && n.Link == t.Link && n.Trusted == t.Trusted)
}

func joined(texts []bridge.Inline, size int) string {
	var b strings.Builder
	b.Grow(size)
	for _, inline := range texts {
		t, _ := inline.(bridge.Text)
		b.WriteString(t.Text)
	}
	return b.String()
}

// freeSpace gives white space at the edges of a Text only the style that it shares with the Text on its other side. It
// remains a Text of its own, for nest to leave out where a style begins or ends.
func freeSpace(in []bridge.Inline) []bridge.Inline {
	if !styled(in) {
		return in
	}
	out := make([]bridge.Inline, 0, len(in))
	for _, inline := range in {
		t, ok := inline.(bridge.Text)
		if !ok || t.Marks == 0 && t.Link == "" || t.Marks&bridge.Code != 0 && strings.TrimSpace(t.Text) == "" {
			out = append(out, inline)
			continue
		}
		left := strings.TrimLeftFunc(t.Text, unicode.IsSpace)
		core := strings.TrimRightFunc(left, unicode.IsSpace)
		space := bridge.Text{Link: t.Link, Trusted: t.Trusted}
		out = appendText(out, space, t.Text[:len(t.Text)-len(left)])
		out = appendText(out, t, core)
		out = appendText(out, space, left[len(core):])
	}
	shareStyle(out)
	return out
}

// styled says that a Text has a style or a link.
func styled(in []bridge.Inline) bool {
	return slices.ContainsFunc(in, func(inline bridge.Inline) bool { return marksOf(inline) != 0 || linkOf(inline) != "" })
}

// appendText appends a piece with the style of t.
func appendText(out []bridge.Inline, t bridge.Text, piece string) []bridge.Inline {
	if piece == "" {
		return out
	}
	t.Text = piece
	return append(out, t)
}

// shareStyle gives each white space the style that the texts on both its sides share. Of a link it must have been a part:
// two links to one page, with a space between them, stay two.
func shareStyle(in []bridge.Inline) {
	if !slices.ContainsFunc(in, blankText) {
		return
	}
	after := make([]bridge.Text, len(in)) // per place the text with content that follows
	var near bridge.Text
	for i := len(in) - 1; i >= 0; i-- {
		after[i] = near
		near = contentText(in[i], near)
	}
	near = bridge.Text{}
	for i, inline := range in {
		if t, ok := inline.(bridge.Text); ok && blankText(inline) {
			t.Marks = near.Marks & after[i].Marks &^ bridge.Code
			if t.Link != near.Link || t.Link != after[i].Link {
				t.Link = ""
			}
			in[i] = t
		}
		near = contentText(inline, near)
	}
}

// contentText returns in if it is a text with content, near if it is white space, and an empty text if it is neither.
func contentText(in bridge.Inline, near bridge.Text) bridge.Text {
	if blankText(in) {
		return near
	}
	t, _ := in.(bridge.Text)
	return t
}

// nest puts inlines into the styles that they share, links outermost, then at each place the mark that reaches farthest;
// order decides between equals. No style begins or ends with white space.
func nest(in []bridge.Inline, order []bridge.Marks) []span {
	var out []span
	for len(in) > 0 {
		link := linkOf(in[0])
		n := reach(in, func(i bridge.Inline) bool { return linkOf(i) == link })
		if link == "" || blankText(in[0]) {
			n = 1
			for n < len(in) && (linkOf(in[n]) == "" || blankText(in[n])) {
				n++
			}
			link = ""
		}
		kids := nestMarks(in[:n], order, 0)
		if link != "" {
			kids = []span{{link: link, kids: kids}}
		}
		if n == len(in) && out == nil {
			return kids
		}
		out = append(out, kids...)
		in = in[n:]
	}
	return out
}

// nestMarks is nest within a link and the marks that are open.
func nestMarks(in []bridge.Inline, order []bridge.Marks, open bridge.Marks) []span {
	out := make([]span, 0, len(in))
	for len(in) > 0 {
		var mark bridge.Marks
		far := 0
		for _, m := range order {
			if m&open == 0 && marksOf(in[0])&m != 0 && !blankText(in[0]) {
				if n := reach(in, func(i bridge.Inline) bool { return marksOf(i)&m != 0 }); n > far {
					mark, far = m, n
				}
			}
		}
		if far == 0 {
			out = append(out, span{leaf: in[0]})
			in = in[1:]
			continue
		}
		out = append(out, span{mark: mark, kids: nestMarks(in[:far], order, open|mark)})
		in = in[far:]
	}
	return out
}

// reach counts the inlines at the beginning that have something, without white space after the last of them.
func reach(in []bridge.Inline, has func(bridge.Inline) bool) int {
	n := 0
	for n < len(in) && has(in[n]) {
		n++
	}
	for n > 0 && blankText(in[n-1]) {
		n--
	}
	return n
}

// blankText says that in is white space that is not code.
func blankText(in bridge.Inline) bool {
	t, ok := in.(bridge.Text)
	return ok && t.Marks&bridge.Code == 0 && strings.TrimSpace(t.Text) == ""
}

func linkOf(in bridge.Inline) string {
	switch v := in.(type) {
	case bridge.Text:
		return v.Link
	case bridge.Image:
		return v.Link
	}
	return ""
}

func marksOf(in bridge.Inline) bridge.Marks {
	t, _ := in.(bridge.Text)
	return t.Marks
}

// edge returns the first or last character that the spans show, 0 if they show none.
func edge(spans []span, last bool) rune {
	for len(spans) > 0 {
		s := spans[0]
		if last {
			s = spans[len(spans)-1]
		}
		switch v := s.leaf.(type) {
		case nil:
			spans = s.kids
			continue
		case bridge.Text:
			return edgeRune(v, last)
		case bridge.Break:
			return '\n'
		}
		return '!'
	}
	return 0
}

func edgeRune(t bridge.Text, last bool) rune {
	if t.Marks&bridge.Code != 0 {
		return '`'
	}
	r := []rune(t.Text[:min(4, len(t.Text))])
	if last {
		r = []rune(t.Text[max(0, len(t.Text)-4):])
	}
	switch {
	case len(r) == 0:
		return 0
	case last:
		return r[len(r)-1]
	}
	return r[0]
}
