package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// linkify appends t with links of the bare http and https URLs in it, unless it is code, a link already or our own words.
func linkify(out []bridge.Inline, t bridge.Text) []bridge.Inline {
	if t.Link != "" || t.Trusted || t.Marks&(bridge.Code|bridge.Keyboard) != 0 || !strings.Contains(t.Text, "://") {
		return append(out, t)
	}
	add := func(text, link string) {
		if text != "" {
			out = append(out, bridge.Text{Text: text, Marks: t.Marks, Link: link})
		}
	}
	rest, done := t.Text, 0
	for at := 0; at < len(rest); {
		n := urlAt(rest, at)
		if n == 0 {
			at++
			continue
		}
		if link := safeLink(rest[at : at+n]); link != "" {
			add(rest[done:at], "")
			add(rest[at:at+n], link)
			done = at + n
		}
		at += n
	}
	add(rest[done:], "")
	return out
}

// urlAt returns the length of the bare URL that begins at s[at:], 0 if none does.
func urlAt(s string, at int) int {
	if s[at]|0x20 != 'h' || at > 0 && wordByte(s[at-1]) {
		return 0
	}
	scheme, rest, ok := cutWebScheme(s[at:])
	if !ok {
		return 0
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return invisible(r) || strings.ContainsRune(urlEnds, r) })
	if end < 0 {
		end = len(rest)
	}
	if end = trimURL(rest[:end]); end == 0 {
		return 0
	}
	return len(scheme) + end
}

// urlEnds are characters that end a bare URL: quotation marks, and the punctuation of scripts that write no spaces.
const urlEnds = "<>\"`|“”„«»。、，！？：；「」『』（）【】《》…"

// trimURL returns the length of s without the punctuation that ends a sentence rather than a URL; a closing bracket
// belongs to the URL if it was opened there.
func trimURL(s string) int {
	round := strings.Count(s, "(") - strings.Count(s, ")")
	square := strings.Count(s, "[") - strings.Count(s, "]")
	for s != "" {
		switch last := s[len(s)-1]; {
		case strings.IndexByte(".,;:!?'*_~}", last) >= 0:
		case last == ')' && round < 0:
			round++
		case last == ']' && square < 0:
			square++
		default:
			return len(s)
		}
		s = s[:len(s)-1]
	}
	return 0
}
