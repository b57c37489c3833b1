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
	text := string(toUTF8(out, charset))
	if isLatin1(charset) {
		return fromEntities(text)
	}
	return text
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
	for _, p := range bracketed(unwrapped(pairs)) {
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
	text := p.value
	if last := &at.steps[len(at.steps)-1]; at.json && len(at.steps) > 1 && last.name != "" && !isJSON(text) {
		last.name += "{}" // somebody's name for a custom field, not axios' suffix
	}
	if isList(at) && text == "" { // qs with allowEmptyArrays: metadata[]; object-to-formdata: metadata[]=
		root.at(at.parent()).list = true
		if p.bare {
			return
		}
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
