package betterbugs

import (
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// entity is how the rest of an unescaped "&nbsp;" begins when a client that does not escape has torn it off its value.
var entity = regexp.MustCompile(`^#?[A-Za-z0-9]{1,10};`)

// raw is what no encoder leaves in a value: whoever sends it has escaped nothing (qs with encode:false), or only what
// would tear the form. So + and %XX stand for themselves and an ampersand may belong to the value.
var raw = regexp.MustCompile(`[\x00-\x20"<>]`)

// semicolons is a form whose pairs are separated by semicolons, as the HTML standard once recommended.
var semicolons = regexp.MustCompile(`(?i);bugId=|^bugId=[^;=]*;[^;=]+=`)

// parseURLEncoded reads a form without net/url, which drops every pair with a semicolon in it.
func parseURLEncoded(body []byte, charset string, warn *warnings) (bridge.Fields, error) {
	form := strings.TrimPrefix(strings.TrimSpace(string(body)), "?")
	if !strings.Contains(form, "&") && semicolons.MatchString(form) {
		form = strings.ReplaceAll(form, ";", "&")
	}
	rawNames, rawValues := unescapedParts(form)
	segments, err := splitForm(form, rawValues, warn)
	if err != nil {
		return nil, err
	}
	undo := newUnescaper(form, charset)
	pairs := make([]pair, 0, len(segments))
	for _, segment := range segments {
		name, value, found := cutPair(segment)
		pairs = append(pairs, pair{name: undo.text(name, rawNames), value: undo.text(value, rawValues), bare: !found})
	}
	if len(pairs) == 1 && pairs[0].value == "" && strings.HasPrefix(pairs[0].name, "{") { // a JSON document, escaped
		return parseJSON([]byte(pairs[0].name))
	}
	return buildDocument(pairs, warn), nil
}

// unescapedParts tells whether the form's names and its values came unescaped; qs can leave alone the names only
// (encodeValuesOnly).
func unescapedParts(form string) (names, values bool) {
	for segment := range strings.SplitSeq(form, "&") {
		if name, value, found := cutPair(segment); found {
			names = names || raw.MatchString(name)
			values = values || raw.MatchString(value)
		}
	}
	return names, values
}

var (
	// bare is a percent sign that escapes nothing: its sender does not escape percent signs.
	bare = regexp.MustCompile(`%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)`)
	// proof is an escape that stands in no text as such: a percent sign, or a character in UTF-8.
	proof = regexp.MustCompile(`%25|%[C-Fc-f][0-9A-Fa-f]%[89ABab]`)
	// whole is a value that came escaped beside others that did not, as in a form put together by hand.
	whole = regexp.MustCompile(`^(?:[\w.!~*'()+-]*%[0-9A-Fa-f]{2})+[\w.!~*'()+-]*$`)
	// least is what a sender has to escape, if nothing else.
	least = strings.NewReplacer("%26", "&", "%3D", "=", "%3d", "=")
)

// unescaper undoes the escapes of names and values, each as far as it came escaped at all.
type unescaper struct {
	charset string
	percent bool // percent signs escape also in what is raw
}

func newUnescaper(form, charset string) unescaper {
	return unescaper{charset: charset, percent: proof.MatchString(form) && !bare.MatchString(form)}
}

func (u unescaper) text(s string, isRaw bool) string {
	switch {
	case !isRaw, whole.MatchString(s):
		return unescape(s, u.charset)
	case u.percent:
		return unescape(strings.ReplaceAll(s, "+", "%2B"), u.charset)
	}
	return least.Replace(s)
}

// cutPair cuts name=value. An equals sign within a bracket that is still open belongs to an unescaped name.
func cutPair(segment string) (name, value string, found bool) {
	name, value, found = strings.Cut(segment, "=")
	if found && open(name) {
		if end := strings.Index(segment, "]="); end >= 0 {
			return segment[:end+1], segment[end+2:], true
		}
	}
	return name, value, found
}

// open says that the name's last bracket is not closed.
func open(name string) bool {
	return strings.LastIndexByte(name, '[') > strings.LastIndexByte(name, ']')
}

// splitForm cuts a form at the ampersands that separate its pairs. It is linear in the form's length.
func splitForm(form string, rawValues bool, warn *warnings) ([]string, error) {
	var segments []string
	var s segment
	start := 0
	for i := 0; i <= len(form); i++ {
		if i < len(form) && (form[i] != '&' || i > start && !s.endsBefore(form[i+1:], rawValues)) {
			s.read(form[i])
			continue
		}
		if i > start {
			segments = append(segments, form[start:i])
		}
		if len(segments) > maxKeys {
			return nil, undecodable("form", "more than %d keys", maxKeys)
		}
		if s.doubtful {
			name, _, _ := cutPair(form[start:i])
			warn.add("%s: the form came unescaped: it may hold the fields that followed", label(name))
		}
		start, s = i+1, segment{}
	}
	return segments, nil
}

// segment is what is known of a pair while its end is sought.
type segment struct {
	bracket  bool // the name has an open bracket
	value    bool // the value has begun
	query    bool // the value's last word has a question mark: it may be a URL
	doubtful bool // what looked like the next field was taken for a part of that URL
}

func (s *segment) read(c byte) {
	switch {
	case s.value:
		s.query = (s.query || c == '?') && c > ' ' && c != '"' && c != '<'
	case c == '=' && !s.bracket:
		s.value = true
	case c == '[' || c == ']':
		s.bracket = c == '['
	}
}

// fieldStart is how a field begins that BetterBugs does not document.
var fieldStart = regexp.MustCompile(`^[\pL_][\pL\d_-]{0,63}((?:\[[^&=]*\])*)(?:\{\})?=`)

// endsBefore says that the ampersand before rest ends the pair. It does not within a name's bracket or before an entity.
// Where values came unescaped it does only if rest begins like a field: known names always do, others not within a URL.
func (s *segment) endsBefore(rest string, rawValues bool) bool {
	if s.bracket && !s.value {
		if i := strings.IndexAny(rest, "&[]"); i >= 0 && strings.HasPrefix(rest[i:], "]=") {
			return false
		}
	}
	if entity.MatchString(rest) {
		return false
	}
	if !rawValues {
		return true
	}
	end := strings.IndexAny(rest, `&=[.{ "<`)
	if end < 0 {
		end = len(rest)
	}
	if _, known := canonical(rest[:end]); known {
		return end == len(rest) || strings.IndexByte("&=[.{", rest[end]) >= 0
	}
	if end == len(rest) || rest[end] == '&' {
		return false
	}
	match := fieldStart.FindStringSubmatch(rest)
	if match != nil && match[1] == "" && s.query {
		s.doubtful = true
		return false
	}
	return match != nil
}
