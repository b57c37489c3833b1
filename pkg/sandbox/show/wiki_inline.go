package show

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	wikiNesting = 8    // marks within marks
	wikiAhead   = 4096 // bytes in which what was opened must be closed, so that hostile text costs no more than its length
)

// wikiTags are the marks, by their delimiter.
var wikiTags = map[byte]string{'*': "strong", '_': "em", '-': "s", '+': "u", '^': "sup", '~': "sub"}

// inline writes the words of a block.
func (w *htmlWriter) inline(s string, depth int) {
	plain := 0 // where the text begins that is not written yet
	for i := 0; i < len(s); {
		n, write := wikiPiece(s, i, depth)
		if n == 0 {
			i++
			continue
		}
		w.text(s[plain:i])
		write(w)
		i += n
		plain = i
	}
	w.text(s[plain:])
}

// wikiPiece is what begins at s[i] and is more than text: how long it is, and what it writes. A length of 0: nothing.
func wikiPiece(s string, i, depth int) (int, func(*htmlWriter)) {
	rest := s[i:]
	switch rest[0] {
	case '\n':
		return 1, func(w *htmlWriter) { w.raw("<br>\n") }
	case '\\':
		return wikiBackslash(rest)
	case '{':
		return wikiMacro(rest, depth)
	case '[':
		return wikiLink(rest, depth)
	case '!':
		return wikiPicture(rest)
	}
	tag, isMark := wikiTags[rest[0]]
	if !isMark || depth >= wikiNesting {
		return 0, nil
	}
	if before, _ := utf8.DecodeLastRuneInString(s[:i]); i > 0 && inWord(before) {
		return 0, nil
	}
	n := markEnd(rest)
	if n < 0 {
		return 0, nil
	}
	return n + 1, func(w *htmlWriter) { w.tag(tag, func() { w.inline(rest[1:n], depth+1) }) }
}

// wikiBackslash is a line break, or the character that it takes its meaning from.
func wikiBackslash(rest string) (int, func(*htmlWriter)) {
	switch {
	case strings.HasPrefix(rest, `\\`):
		return 2, func(w *htmlWriter) { w.raw("<br>") }
	case len(rest) > 1 && strings.IndexByte("*_-+^~?{}[]!|#()@", rest[1]) >= 0:
		return 2, func(w *htmlWriter) { w.text(rest[1:2]) }
	}
	return 0, nil
}

// wikiBraces takes the backslashes from in front of braces, which is where code has them.
var wikiBraces = strings.NewReplacer(`\{`, "{", `\}`, "}")

// wikiMacro is code, a mark within a word, or a colour, which is not shown.
func wikiMacro(rest string, depth int) (int, func(*htmlWriter)) {
	for _, code := range [][2]string{{"{{{}", "{}}}"}, {"{{", "}}"}} {
		if after, is := strings.CutPrefix(rest, code[0]); is {
			n := within(after, code[1])
			for n > 0 && code[1] == "}}" && strings.HasPrefix(after[n+1:], code[1]) { // what closes are the last two of a row
				n++
			}
			if n > 0 {
				return len(code[0]) + n + len(code[1]), func(w *htmlWriter) { w.tag("code", func() { w.text(wikiBraces.Replace(after[:n])) }) }
			}
		}
	}
	if len(rest) > 3 && rest[2] == '}' && depth < wikiNesting {
		if tag := wikiTags[rest[1]]; tag != "" {
			if n := within(rest[3:], rest[:3]); n > 0 {
				return 3 + n + 3, func(w *htmlWriter) { w.tag(tag, func() { w.inline(rest[3:3+n], depth+1) }) }
			}
		}
	}
	if n := within(rest, "}"); strings.HasPrefix(rest, "{color") && n > 0 {
		return n + 1, func(*htmlWriter) {}
	}
	return 0, nil
}

// wikiLink is [text|address] or [address].
func wikiLink(rest string, depth int) (int, func(*htmlWriter)) {
	n := within(rest[1:], "]")
	if n < 0 {
		return 0, nil
	}
	text, to := "", rest[1:1+n]
	if bar := strings.LastIndexByte(to, '|'); bar >= 0 {
		text, to = to[:bar], to[bar+1:]
	}
	if !safeURL(to) || depth >= wikiNesting {
		return 0, nil
	}
	if text == "" {
		text = to
	}
	return n + 2, func(w *htmlWriter) { w.link(to, func() { w.inline(text, wikiNesting-1) }) }
}

// wikiPicture is !address! or !address|properties!.
func wikiPicture(rest string) (int, func(*htmlWriter)) {
	n := pictureEnd(rest[1:])
	if n < 0 {
		return 0, nil
	}
	at, _, _ := strings.Cut(rest[1:1+n], "|")
	if !safeURL(at) {
		return 0, nil
	}
	return n + 2, func(w *htmlWriter) { w.image(at, "") }
}

// pictureEnd is where the address and the properties of a picture end, or below 0.
func pictureEnd(s string) int {
	n := within(s, "!")
	if n <= 0 || s[0] == ' ' {
		return -1
	}
	return n
}

// markEnd is where the mark closes that opens s: behind a character that is no space, before one that is in no word.
func markEnd(s string) int {
	if len(s) < 3 || s[1] == ' ' || s[1] == s[0] {
		return -1
	}
	for i := 1; i < min(len(s), wikiAhead) && s[i] != '\n'; i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == s[0] && i > 1 && s[i-1] != ' ':
			if after, _ := utf8.DecodeRuneInString(s[i+1:]); i+1 == len(s) || !inWord(after) {
				return i
			}
		}
	}
	return -1
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// within is where end stands in the same line, or below 0. A backslash takes its meaning from it, but not from a macro's braces.
func within(s, end string) int {
	s, _, _ = strings.Cut(s[:min(len(s), wikiAhead)], "\n")
	if strings.ContainsAny(end, "{}") {
		return strings.Index(s, end)
	}
	for i := 0; i < len(s); i++ {
		n := strings.IndexAny(s[i:], end+`\`)
		switch {
		case n < 0:
			return -1
		case s[i+n] != '\\':
			return i + n
		}
		i += n + 1
	}
	return -1
}
