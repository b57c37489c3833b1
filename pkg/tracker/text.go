package tracker

import (
	"strings"
	"unicode"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const excerptRunes = 300

// Excerpt cuts a tracker's own words to a line that is fit for a log: HTML error pages and bodies that repeat what was
// sent have no end.
func Excerpt(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
	clean = strings.Join(strings.Fields(clean), " ")
	if strings.HasPrefix(clean, "<") {
		return "an HTML page instead of an answer"
	}
	if runes := []rune(clean); len(runes) > excerptRunes {
		return string(runes[:excerptRunes]) + "…"
	}
	return clean
}

// Plain returns s where it is fit for an HTML comment, a label, a query and a path, else a hash of it: the rule that
// [bridge.Marker.Key] has for bugs, for any other name.
func Plain(s string) string { return bridge.Marker{Bug: s}.Key() }

// Lines gives every line of text the same end, so that what a tracker answers can be compared with what was sent.
func Lines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}
