package betterbugs

import (
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// pair is one name and value of a form, decoded.
type pair struct {
	name, value string
	bare        bool // the name came without "="
}

// entity is how the rest of an unescaped "&nbsp;" begins when a client that does not escape (qs with encode:false) has torn
// it off its value.
var entity = regexp.MustCompile(`^#?[A-Za-z0-9]{1,10};`)

// parseURLEncoded reads a form without net/url, which drops every pair with a semicolon in it.
func parseURLEncoded(body []byte, charset string, warn *warnings) (bridge.Fields, error) {
	segments, err := splitForm(strings.TrimSpace(string(body)))
	if err != nil {
		return nil, err
	}
	pairs := make([]pair, 0, len(segments))
	for _, segment := range segments {
		name, value, found := strings.Cut(segment, "=")
		pairs = append(pairs, pair{name: unescape(name, charset), value: unescape(value, charset), bare: !found})
	}
	if len(pairs) == 1 && pairs[0].value == "" && strings.HasPrefix(pairs[0].name, "{") { // a JSON document, escaped
		return parseJSON([]byte(pairs[0].name))
	}
	return buildDocument(pairs, warn), nil
}

// splitForm cuts a form at its ampersands, but not before an entity. It is linear in the form's length.
func splitForm(form string) ([]string, error) {
	var segments []string
	for start, i := 0, 0; i <= len(form); i++ {
		if i < len(form) && (form[i] != '&' || i > start && entity.MatchString(form[i+1:])) {
			continue
		}
		if i > start {
			segments = append(segments, form[start:i])
		}
		if len(segments) > maxKeys {
			return nil, undecodable("form", "more than %d keys", maxKeys)
		}
		start = i + 1
	}
	return segments, nil
}

// unescape undoes + and %XX; a percent sign that escapes nothing stands for itself.
func unescape(s, charset string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '+' {
			c = ' '
		} else if c == '%' && i+2 < len(s) {
			if escaped, ok := fromHex(s[i+1], s[i+2]); ok {
				c = escaped
				i += 2
			}
		}
		out = append(out, c)
	}
	return string(toUTF8(out, charset))
}

func fromHex(digits ...byte) (c byte, ok bool) {
	for _, d := range digits {
		switch {
		case '0' <= d && d <= '9':
			c = c<<4 | (d - '0')
		case 'a' <= d|0x20 && d|0x20 <= 'f':
			c = c<<4 | (d | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return c, true
}

// buildDocument puts the pairs of a form together.
func buildDocument(pairs []pair, warn *warnings) bridge.Fields {
	var root node
	for _, p := range pairs {
		addPair(&root, p, warn)
	}
	doc, _ := root.resolve().(bridge.Fields)
	return doc
}

// addPair hangs one pair into the tree, or says why it is left out.
func addPair(root *node, p pair, warn *warnings) {
	at, err := parseName(p.name)
	if err != nil {
		warn.add("%s: left out: %v", label(p.name), err)
		return
	}
	if at.reserved() {
		return
	}
	// Browsers and fetch turn line ends into CRLF in form values; JSON would have kept LF.
	text := strings.ReplaceAll(p.value, "\r\n", "\n")
	if isList(at) && text == "" && p.bare { // qs with allowEmptyArrays: metadata[]
		root.at(at.parent()).list = true
		return
	}
	if why := lossOf(at, text); why != "" {
		// An empty bugId is not an absent one: the report is broken, not missing.
		if !strings.EqualFold(at.root(), "bugId") {
			warn.add("%s: absent: %s", label(p.name), why)
			return
		}
		text = ""
	}
	root.at(at).add(valueOf(at, text))
}

// objects is what JavaScript makes of an object, or of an array of them, where a string is wanted.
var objects = regexp.MustCompile(`^\[object \w+\](,\[object \w+\])*$`)

// lossOf tells how the sender's encoding destroyed the value, "" if it did not. Empty is a value within an object, but at the
// top it is what null, [] and {} become.
func lossOf(at path, text string) string {
	switch {
	case objects.MatchString(text):
		return `the sender's encoding made "[object Object]" of it`
	case text == "null", text == "undefined":
		return "the sender's encoding made " + quoted(text) + " of it"
	case text == "" && len(at.steps) == 1:
		return "it came empty"
	}
	return ""
}

// valueOf returns the text, or what it holds as JSON where objects and lists are expected or unknown names may have them.
func valueOf(at path, text string) any {
	if at.json || len(at.steps) == 1 && kindOf(at.root()) != scalar {
		return parsed(text)
	}
	return text
}
