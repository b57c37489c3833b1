package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// zeroWidth is put into text where a dialect has no escape: it cannot be seen, and breaks up what the tracker looks for.
const zeroWidth = "\u200b"

// lineEnds makes newlines of what ends a line, and a space of the form feed, which is one in HTML.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\f", " ")

// cleanText removes what no tracker shows or takes: control characters but newline and tab, noncharacters, byte order marks, marks that
// reverse the direction of what follows (they make text read as what it is not), and bytes that are not UTF-8.
func cleanText(s string) string {
	if clean(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if dropped(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(lineEnds.Replace(s), "\ufffd"))
}

// clean says that cleanText would leave s as it is: nearly always.
func clean(s string) bool {
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if r == utf8.RuneError && size == 1 || r == '\u2028' || r == '\u2029' || dropped(r) {
			return false
		}
		i += size
	}
	return true
}

func dropped(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r >= ' ' && r < 0x7f:
		return false
	case r == '\ufffe' || r == '\uffff' || r == '\ufeff':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return unicode.IsControl(r)
}

// keepSpaces makes no-break spaces of the spaces at the beginning of a line, and of all but the last of several in a row,
// since no tracker shows those. A tab is four.
func keepSpaces(line string) string {
	line = strings.ReplaceAll(line, "\t", "    ")
	if !strings.HasPrefix(line, " ") && !strings.Contains(line, "  ") {
		return line
	}
	var out strings.Builder
	leading := true
	for i := range len(line) {
		leading = leading && line[i] == ' '
		if leading || line[i] == ' ' && i+1 < len(line) && line[i+1] == ' ' {
			out.WriteString("\u00a0")
		} else {
			out.WriteByte(line[i])
		}
	}
	return out.String()
}

// oneLine makes spaces of newlines and tabs.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\n", " "), "\t", " ")
}

// blank says that a reader sees nothing of s.
func blank(s string) bool { return strings.TrimFunc(s, invisible) == "" }

func invisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return true
	}
	return unicode.IsSpace(r)
}

// wordByte says that c belongs to a word as the trackers' patterns see one (\w).
func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// hasFold says that s begins with prefix, which is in lower case, in any case.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// utf16Len counts as the trackers count, which keep their text in UTF-16: never less than the number of characters.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
