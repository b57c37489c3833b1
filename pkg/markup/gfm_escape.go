package markup

import "strings"

// This file is what keeps a stranger's text text on GitHub. Markdown's own syntax is escaped by backslash or entity.
// Mentions, references, emoji codes and math are looked for by GitHub after Markdown is rendered, where escapes do not
// help: those are broken up by a zero-width space. GitHub does neither in code, and looks for no references in links.

// gfmContext is what surrounds a text.
type gfmContext struct {
	start bool // at the beginning of a line
	next  rune // the character after, 0 if none
	cell  bool // in a cell of a table
	math  bool // dollar signs in the line may pair
	inert bool // our own words, or in a link or an attribute: escape only
}

// gfmEscape writes text so that it shows as it is and does nothing.
func gfmEscape(out *strings.Builder, s string, c gfmContext) {
	if !c.inert {
		s = gfmNeutral(s, c.math)
	}
	start := c.start
	for i := 0; i < len(s); i++ {
		if start && s[i] != ' ' {
			n := gfmLineStart(out, s[i:])
			start = false
			if n > 0 {
				i += n - 1
				continue
			}
		}
		gfmByte(out, s, i, c)
	}
}

// gfmLineStart escapes what begins a block at the beginning of a line, and returns how many bytes it took.
func gfmLineStart(out *strings.Builder, s string) int {
	switch s[0] {
	case ':':
		if !strings.HasPrefix(s, ":-") { // else it may be the line below a table's header
			return 0
		}
		fallthrough
	case '#', '-', '+', '=', '>':
		out.WriteByte('\\')
		out.WriteByte(s[0])
		return 1
	}
	n := 0
	for n < len(s) && n < 10 && digit(s[n]) {
		n++
	}
	if n > 0 && n < len(s) && (s[n] == '.' || s[n] == ')') {
		out.WriteString(s[:n])
		out.WriteByte('\\')
		out.WriteByte(s[n])
		return n + 1
	}
	return 0
}

func gfmByte(out *strings.Builder, s string, i int, c gfmContext) {
	switch b := s[i]; b {
	case '\\', '`', '*', '[', ']', '~', '|':
		out.WriteByte('\\')
		out.WriteByte(b)
	case '_':
		// Between letters it is never a delimiter.
		if i == 0 || i+1 == len(s) || !wordByte(s[i-1]) || !wordByte(s[i+1]) || s[i-1] == '_' || s[i+1] == '_' {
			out.WriteByte('\\')
		}
		out.WriteByte(b)
	case '^':
		if i == 0 { // behind the bracket of a link or image it names a footnote
			out.WriteByte('\\')
		}
		out.WriteByte(b)
	case '!':
		if i+1 == len(s) && c.next != 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(b)
	case '<':
		out.WriteString("&lt;")
	case '&':
		if i+1 == len(s) || s[i+1] == '#' || wordByte(s[i+1]) {
			out.WriteString("&amp;")
		} else {
			out.WriteByte(b)
		}
	default:
		out.WriteByte(b)
	}
}

// gfmNeutral puts zero-width spaces into what GitHub looks for in rendered text, one text node at a time; math says that
// dollar signs may pair.
func gfmNeutral(s string, math bool) string {
	var out strings.Builder
	done := 0     // of s is in out
	word := false // the byte before belongs to a word
	mail := false // so does an @ before
	for i := 0; i < len(s); {
		n := gfmSplit(s[i:], word)
		hash := 0
		switch {
		case s[i] == '@' && mail: // a link ends before it
			n = 1
		case s[i] == '$' && math:
			out.WriteString(s[done:i])
			out.WriteString(zeroWidth)
			done = i
		case n > 0 || word:
		case uuid(s[i:]):
			hash = len(uuidForm) // left whole
		default:
			if hash = commitHash(s[i:]); hash > 0 {
				out.WriteString(s[done:i])
				gfmSplitHash(&out, s[i:i+hash])
				done = i + hash
			}
		}
		if n > 0 {
			out.WriteString(s[done : i+n])
			out.WriteString(zeroWidth)
			done = i + n
		}
		mail = s[i] > ' ' && (mail || s[i] == '@')
		i += max(1, n, hash)
		word = wordByte(s[i-1])
	}
	if out.Len() == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// gfmSplit returns after how many bytes of s a zero-width space must stand, 0 if s begins with nothing that GitHub acts
// on. word says that the byte before belongs to a word.
func gfmSplit(s string, word bool) int {
	switch b := s[0]; {
	case b == '@':
		// The @ of a mail address is no mention.
		if !word && (len(s) == 1 || wordByte(s[1])) {
			return 1
		}
	case b == '#':
		// A hash is broken up, and what is left of it may be a number.
		if n := digits(s[1:]); len(s) == 1 || n > 0 && (n+1 == len(s) || !wordByte(s[n+1]) || commitHash(s[1:]) > 0) {
			return 1
		}
	case b == '[':
		if gfmAlert(s) {
			return 2
		}
	case b == ':':
		if emojiCode(s) {
			return 1
		}
	case word:
	case hasFold(s, "gh-") && len(s) > 3 && digit(s[3]):
		return 2
	case hasFold(s, "http://"), hasFold(s, "https://"), hasFold(s, "ftp://"):
		return strings.IndexByte(s, ':') + 1
	case hasFold(s, "www.github.com/"):
		return len("www")
	}
	return 0
}

// gfmAlert says that s begins with what makes an alert of a quote.
func gfmAlert(s string) bool {
	for _, name := range [...]string{"[!note", "[!tip", "[!important", "[!warning", "[!caution"} {
		if hasFold(s, name) {
			return true
		}
	}
	return false
}

// gfmMath says that s has two dollar signs of which the second may end what the first begins: not as in $5 and $6, nor as
// in names such as lambda$checkout$3.
func gfmMath(s string) bool {
	open := false
	for i := range len(s) {
		if s[i] != '$' {
			continue
		}
		if open && s[i-1] != ' ' && (i+1 == len(s) || !wordByte(s[i+1])) {
			return true
		}
		open = open || i == 0 || !wordByte(s[i-1])
	}
	return false
}

// emojiCode says that s begins with a code such as :tada:, not with the time of day nor a part of an IPv6 address.
func emojiCode(s string) bool {
	letters := false
	if addressPart(s[1:]) {
		return false
	}
	for i := 1; i < len(s) && i < 60; i++ {
		switch b := s[i]; {
		case b == ':':
			name := s[1:i]
			return letters || name == "+1" || name == "-1" || name == "100" || name == "1234"
		case b >= 'a' && b <= 'z':
			letters = true
		case !digit(b) && b != '_' && b != '+' && b != '-':
			return false
		}
	}
	return false
}

// addressPart says that s begins with a group of an IPv6 address: up to four hexadecimal digits, with a decimal one and a
// letter among them, before a colon.
func addressPart(s string) bool {
	n := hexDigits(s)
	return n <= 4 && n < len(s) && s[n] == ':' && strings.ContainsAny(s[:n], "0123456789") && digits(s) < n
}

// commitHash returns the length of what may be a commit at the beginning of s, 0 if there is none: 7 to 40 hexadecimal
// digits, at least one of them a letter. A number of digits alone is far more often an order or a time that people want
// to copy, and a link from it tells nobody.
func commitHash(s string) int {
	n := hexDigits(s)
	if n < 7 || n > 40 || n < len(s) && wordByte(s[n]) || digits(s) == n {
		return 0
	}
	return n
}

// gfmSplitHash writes a commit's hash in parts too short to be one.
func gfmSplitHash(out *strings.Builder, hash string) {
	const part = 6
	for ; len(hash) > part; hash = hash[part:] {
		out.WriteString(hash[:part])
		out.WriteString(zeroWidth)
	}
	out.WriteString(hash)
}

const uuidForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// uuid says that s begins with one. People look for them in logs, where they must not be broken up.
func uuid(s string) bool {
	if len(s) < len(uuidForm) || len(s) > len(uuidForm) && wordByte(s[len(uuidForm)]) {
		return false
	}
	for i := range len(uuidForm) {
		if (uuidForm[i] == '-') != (s[i] == '-') || s[i] != '-' && hexDigits(s[i:i+1]) == 0 {
			return false
		}
	}
	return true
}

// digits returns how many decimal digits s begins with, hexDigits how many hexadecimal ones, up to more than a hash has.
func digits(s string) int {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

func hexDigits(s string) int {
	n := 0
	for n < len(s) && n <= 40 && (digit(s[n]) || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'f') {
		n++
	}
	return n
}

// gfmCode writes a code span: a fence longer than any within, and a space where the text has a backtick at an edge.
func gfmCode(s string, cell bool) string {
	if s == "" {
		return ""
	}
	fence := strings.Repeat("`", shortestFence(s))
	if s[0] == '`' || s[len(s)-1] == '`' || s[0] == ' ' && s[len(s)-1] == ' ' && strings.TrimLeft(s, " ") != "" {
		s = " " + s + " "
	}
	if cell {
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	return fence + s + fence
}

// shortestFence returns the least number of backticks of which s has no run of that length.
func shortestFence(s string) int {
	return longestRun(s, '`') + 1
}

// gfmURL writes the target of a link.
func gfmURL(target string) string {
	target = encodeURL(target, "()")
	if strings.Contains(target, ";") { // else nothing in it is an entity
		target = strings.ReplaceAll(target, "&", "&amp;")
	}
	return target
}

// gfmAutolink says that a target may stand between angle brackets: it is one of the web's, no character in it can be an
// entity, and GitHub does not make anything of it that stands alone.
func gfmAutolink(target string) bool {
	entity := strings.Contains(target, "&") && strings.Contains(target, ";")
	return webURL(target) != "" && !entity && !gfmEmbeds(target) && gfmReference(target) == target
}

// gfmReference returns a target that leads to the same page, but is not read as a reference to an issue, pull request,
// discussion or commit, which would leave a trace there: github.com has a host for that, and on others, any of which may
// be a GitHub Enterprise Server, and in relative targets one letter is percent-encoded.
func gfmReference(target string) string {
	scheme, rest, web := cutWebScheme(target)
	if !web && !relative(target) {
		return target
	}
	place, query := cutQuery(rest)
	parts := strings.Split(place, "/")
	for i := range len(parts) - 1 {
		if web && i != 3 || !gfmReferenced(parts[i]) { // host/owner/repository/issues/1
			continue
		}
		if host := strings.ToLower(parts[0]); web && (host == "github.com" || host == "www.github.com") {
			parts[0] = "redirect.github.com"
			break
		}
		parts[i] = "%" + hexOf(parts[i][0]) + parts[i][1:]
	}
	return scheme + strings.Join(parts, "/") + query
}

// gfmEmbeds says that GitHub may make a player of a link to target whose text is its address.
func gfmEmbeds(target string) bool {
	_, rest, _ := cutWebScheme(target)
	host, path, _ := strings.Cut(rest, "/")
	return strings.HasSuffix(strings.ToLower(host), ".githubusercontent.com") || hasFold(path, "user-attachments/")
}

// gfmReferenced says that what follows this part of a path is something that GitHub refers to.
func gfmReferenced(part string) bool {
	switch strings.ToLower(part) {
	case "issues", "pull", "pulls", "discussions", "commit", "commits", "compare", "blob":
		return true
	}
	return false
}

func hexOf(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
