package markup

import (
	"strings"
	"unicode/utf8"
)

// Title returns title as one line: white space folded, control characters gone, cut with an ellipsis to at most limit
// characters (0: no limit), counted in UTF-16 as the trackers count.
func Title(title string, limit int) string {
	title = strings.Join(strings.Fields(cleanText(title)), " ")
	if limit <= 0 || utf16Len(title) <= limit {
		return title
	}
	used, end := 1, 0 // 1: the ellipsis
	for i, r := range title {
		size := utf16Len(string(r))
		if used+size > limit {
			break
		}
		used += size
		end = i + utf8.RuneLen(r)
	}
	return strings.TrimRight(title[:end], " ") + "…"
}
