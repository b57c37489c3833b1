package markup

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// adfNode is a node of the Atlassian Document Format; its members are written in this order.
type adfNode struct {
	Type    string
	Version int
	Attrs   map[string]any // of string or int
	Content []adfNode
	Text    string
	Marks   []adfMark
}

type adfMark struct {
	Type  string
	Attrs map[string]string
}

// json writes the node. It is written by hand since encoding/json needs three times the memory and escapes what need not
// be.
func (n adfNode) json() []byte {
	if n.Type == "doc" && len(n.Content) == 0 {
		return []byte(`{"type":"doc","version":1,"content":[]}`)
	}
	return n.append(nil)
}

// size is the length of what is sent.
func (n adfNode) size() int { return utf16Len(string(n.json())) }

func (n adfNode) append(out []byte) []byte {
	out = append(out, `{"type":"`...)
	out = append(out, n.Type...)
	out = append(out, '"')
	if n.Version > 0 {
		out = strconv.AppendInt(append(out, `,"version":`...), int64(n.Version), 10)
	}
	if len(n.Attrs) > 0 {
		out = appendMembers(append(out, `,"attrs":`...), n.Attrs)
	}
	if len(n.Content) > 0 {
		out = append(out, `,"content":`...)
		for i, child := range n.Content {
			out = child.append(append(out, separator(i)))
		}
		out = append(out, ']')
	}
	if n.Text != "" {
		out = appendString(append(out, `,"text":`...), n.Text)
	}
	if len(n.Marks) > 0 {
		out = append(out, `,"marks":`...)
		for i, mark := range n.Marks {
			out = append(append(out, separator(i)), `{"type":"`...)
			out = append(append(out, mark.Type...), '"')
			if len(mark.Attrs) > 0 {
				out = appendMembers(append(out, `,"attrs":`...), mark.Attrs)
			}
			out = append(out, '}')
		}
		out = append(out, ']')
	}
	return append(out, '}')
}

// separator begins an array, or goes on with it.
func separator(i int) byte {
	if i == 0 {
		return '['
	}
	return ','
}

// appendMembers writes an object, its members sorted by name.
func appendMembers[V any](out []byte, members map[string]V) []byte {
	begin := byte('{')
	for _, name := range slices.Sorted(maps.Keys(members)) {
		out = append(out, begin, '"')
		out = append(append(out, name...), `":`...)
		switch v := any(members[name]).(type) {
		case string:
			out = appendString(out, v)
		case int:
			out = strconv.AppendInt(out, int64(v), 10)
		}
		begin = ','
	}
	return append(out, '}')
}

// appendString writes a JSON string. What is not UTF-8 becomes U+FFFD.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	for i := 0; i < len(s); {
		switch b := s[i]; {
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case b == '\n':
			out = append(out, `\n`...)
		case b < ' ':
			const digits = "0123456789abcdef"
			out = append(out, '\\', 'u', '0', '0', digits[b>>4], digits[b&15])
		case b >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			out = utf8.AppendRune(out, r)
			i += size - 1
		default:
			out = append(out, b)
		}
		i++
	}
	return append(out, '"')
}
