package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// plain reads text without markup: empty lines part paragraphs, other newlines stay line breaks.
func plain(text string) bridge.Document {
	var doc bridge.Document
	var lines []bridge.Inline
	end := func() {
		if len(lines) > 0 {
			doc = append(doc, bridge.Paragraph{Content: lines})
		}
		lines = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " "))
		if blank(line) {
			end()
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, bridge.Break{})
		}
		lines = linkify(lines, bridge.Text{Text: line})
	}
	end()
	return doc
}

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
	end := strings.IndexFunc(rest, func(r rune) bool { return invisible(r) || strings.ContainsRune("<>\"`|", r) })
	if end < 0 {
		end = len(rest)
	}
	if end = trimURL(rest[:end]); end == 0 {
		return 0
	}
	return len(scheme) + end
}

// trimURL returns the length of s without the punctuation that ends a sentence rather than a URL; a closing bracket
// belongs to the URL if it was opened there.
func trimURL(s string) int {
	opened := strings.Count(s, "(") - strings.Count(s, ")")
	for s != "" {
		switch last := s[len(s)-1]; {
		case strings.IndexByte(".,;:!?'*_~]}", last) >= 0:
		case last == ')' && opened < 0:
			opened++
		default:
			return len(s)
		}
		s = s[:len(s)-1]
	}
	return 0
}
