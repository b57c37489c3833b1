package markup

import (
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// This file is what keeps a stranger's text text in Jira's wiki markup. A backslash escapes most characters, but
// Atlassian's parser takes one layer of backslashes away for each mark around a text, and nothing escapes emoticons,
// headings or a backslash: there stands a zero-width space, which also stops marks, since they may not follow what is
// not ASCII.

// wikiContext is what surrounds a text.
type wikiContext struct {
	start  bool // at the beginning of a line
	cell   bool // in a cell of a table
	nested bool // within a mark or a link
	caret  bool // in a line with a caret
}

// wikiEscape writes text so that it shows as it is and does nothing.
func wikiEscape(s string, c wikiContext) string {
	var out strings.Builder
	out.Grow(len(s) + len(s)/8)
	start := c.start
	for i := range len(s) {
		if start && s[i] != ' ' {
			if wikiLineStart(s[i:]) {
				out.WriteString(zeroWidth)
			}
			start = false
		}
		wikiByte(&out, s, i, c)
	}
	return out.String()
}

// wikiLineStart says that s begins with a heading or quote, which no backslash stops, or a numbered list.
func wikiLineStart(s string) bool {
	return s[0] == '#' || strings.HasPrefix(s, "bq.") || len(s) > 2 && s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.'
}

// wikiByte writes s[i], and what must stand before or after it.
func wikiByte(out *strings.Builder, s string, i int, c wikiContext) {
	b := s[i]
	switch b {
	case '*', '_', '-', '+', '^', '~', '?':
		if wordBetween(s, i) {
			break
		}
		if c.nested {
			out.WriteString(zeroWidth)
		}
		out.WriteByte('\\')
	case '{', '}', ']', '!':
		out.WriteByte('\\')
	case '[':
		if c.nested && c.caret {
			// A mark takes the backslash away, and with the caret the bracket would name an attachment.
			out.WriteString(wikiGuarded('['))
			return
		}
		out.WriteByte('\\')
	case '|':
		if c.nested {
			out.WriteString(zeroWidth)
		}
		if c.cell {
			out.WriteString(wikiGuarded('|')) // nothing else keeps it from ending the cell
			return
		}
		out.WriteByte('\\')
		out.WriteByte(b)
		return
	}
	out.WriteByte(b)
	if wikiGuard(s, i, c.nested) {
		out.WriteString(zeroWidth)
	}
}

// wikiGuard says that a zero-width space must stand behind s[i].
func wikiGuard(s string, i int, nested bool) bool {
	switch rest := s[i:]; s[i] {
	case '*', '_', '-', '+', '^', '~', '?':
		// Where backslashes are taken away, what follows keeps it from closing a mark.
		return nested && !wordBetween(s, i)
	case '{':
		return len(rest) == 1 || nested || wikiMacro(rest)
	case '[', '!':
		return nested
	case '\\':
		return len(rest) == 1 || rest[1] == '_' || !wordByte(rest[1]) && rest[1] != ' '
	case '(', ';':
		return emoticon(rest)
	case ':':
		return emoticon(rest) || foreignScheme(s, i)
	case '&':
		return entity(rest)
	}
	return false
}

// entity says that s begins with what looks like an HTML entity, which Data Center leaves to the browser.
func entity(s string) bool {
	for i := 1; i < min(len(s), 12); i++ {
		if s[i] == ';' {
			return i > 1
		}
		if !wordByte(s[i]) && (i > 1 || s[i] != '#') {
			return false
		}
	}
	return false
}

// wikiGuarded writes a character in a colour of its own, which Atlassian's parser looks into last of all.
func wikiGuarded(b byte) string { return `{color:#000000}\` + string(b) + `{color}` }

// wordBetween says that s[i] stands between letters or digits, where no mark begins or ends.
func wordBetween(s string, i int) bool {
	return i > 0 && i+1 < len(s) && wordByte(s[i-1]) && wordByte(s[i+1]) && s[i-1] != '_' && s[i+1] != '_'
}

// wikiMacro says that s begins with a macro that Atlassian's parser knows: it looks for them even behind a backslash.
func wikiMacro(s string) bool {
	for _, name := range [...]string{"{adf", "{anchor", "{code", "{color", "{loremipsum", "{noformat", "{panel", "{quote"} {
		if hasFold(s, name) {
			return true
		}
	}
	return false
}

// emoticon says that s begins with one of Jira's, behind whose first character a zero-width space must stand.
func emoticon(s string) bool {
	switch s[0] {
	case '(':
		end := strings.IndexByte(s[:min(len(s), len("(flagoff)"))], ')')
		if end < 0 {
			return false
		}
		switch s[1:end] {
		case "y", "n", "i", "/", "x", "!", "+", "-", "?", "on", "off", "*", "*y", "*r", "*g", "*b", "flag", "flagoff":
			return true
		}
	case ':', ';':
		rest := strings.TrimPrefix(s[1:], "-")
		if rest == "" || strings.IndexByte(")(PpDO|", rest[0]) < 0 {
			return false
		}
		return !wordByte(rest[0]) || len(rest) == 1 || !wordByte(rest[1])
	}
	return false
}

// foreignScheme says that s[i] is the colon of a URL that must not become a link (Jira links ftp, irc and others), or of
// a mailto, which Jira hides.
func foreignScheme(s string, i int) bool {
	before := strings.ToLower(s[max(0, i-6):i])
	if strings.HasPrefix(s[i:], "://") {
		return !strings.HasSuffix(before, "http") && !strings.HasSuffix(before, "https")
	}
	return before == "mailto"
}

// wikiCode writes monospaced text, in braces where letters touch it. In it Cloud still reads backslashes and braces, and
// Data Center all that it reads in other text.
func wikiCode(s string, tight bool) string {
	var out strings.Builder
	opening, closing := "{{", "}}"
	if tight {
		opening, closing = "{{{}", "{}}}"
	}
	out.WriteString(opening)
	if strings.HasPrefix(s, " ") {
		out.WriteString(zeroWidth)
	}
	for i := range len(s) {
		if wikiCodeEscaped(s, i) {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
		if wikiCodeGuard(s, i) {
			out.WriteString(zeroWidth)
		}
	}
	if strings.HasSuffix(s, " ") || strings.HasSuffix(s, "{") {
		out.WriteString(zeroWidth)
	}
	out.WriteString(closing)
	return out.String()
}

// wikiCodeEscaped says that a backslash must stand before s[i] in code.
func wikiCodeEscaped(s string, i int) bool {
	switch s[i] {
	case '{', '}', '[', ']', '!', '|':
		return true
	case '*', '_', '-', '+', '^', '~', '?':
		return !wordBetween(s, i)
	case '(':
		return emoticon(s[i:]) || i > 0 && emoticon(s[i-1:])
	case ')':
		return i > 0 && emoticon(s[i-1:]) || i > 1 && s[i-1] == '-' && emoticon(s[i-2:])
	}
	return false
}

// wikiCodeGuard says that a zero-width space must stand behind s[i] in code.
func wikiCodeGuard(s string, i int) bool {
	switch s[i] {
	case '\\', '&':
		return wikiGuard(s, i, true)
	case ':':
		return emoticon(s[i:]) && strings.IndexByte("PpDO", s[i+1]) >= 0
	}
	return false
}

// wikiLanguages are the languages that both Cloud and Data Center name alike; Data Center shows an error for others.
var wikiLanguages = []string{"actionscript", "ada", "c", "c++", "css", "erlang", "go", "groovy", "haskell", "html", "java", "javascript",
	"json", "lua", "perl", "php", "python", "r", "ruby", "scala", "sql", "swift", "xml"}

var wikiAliases = map[string]string{"js": "javascript", "py": "python", "rb": "ruby", "golang": "go", "cpp": "c++", "htm": "html"}

// wikiCodeBlock writes code in the macro that it cannot end: text that would end both has a zero-width space in one, and
// in a quote what would end that.
func wikiCodeBlock(code bridge.CodeBlock, quoted bool) string {
	text := strings.Trim(cleanText(code.Text), "\n")
	if quoted {
		text = splitFold(text, "{quote")
	}
	language := code.Language
	if name, ok := wikiAliases[language]; ok {
		language = name
	}
	lower := strings.ToLower(text)
	if slices.Contains(wikiLanguages, language) && !strings.Contains(lower, "{code") {
		return "{code:" + language + "}\n" + text + "\n{code}"
	}
	if strings.Contains(lower, "{noformat") && !strings.Contains(lower, "{code") {
		return "{code:none}\n" + text + "\n{code}"
	}
	return "{noformat}\n" + splitFold(text, "{noformat") + "\n{noformat}"
}

// splitFold puts a zero-width space behind the first byte of each occurrence of what, in any case.
func splitFold(s, what string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteByte(s[i])
		if hasFold(s[i:], what) {
			out.WriteString(zeroWidth)
		}
	}
	return out.String()
}

// wikiImage writes an image that can be shown, for a line of its own, and "" for anything else.
func wikiImage(in bridge.Inline) string {
	img, ok := in.(bridge.Image)
	if !ok {
		return ""
	}
	url := shownImage(img.URL)
	if url == "" {
		return ""
	}
	return "!" + wikiURL(url) + "!"
}

// wikiURL writes a target without what Jira takes for its own syntax in one.
func wikiURL(target string) string { return encodeURL(target, "[]!*~{}") }
