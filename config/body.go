package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// FindingWithin returns an error finding about a place within the text: line and column in characters, from 1. Where the
// file has the text in another form than its value, with escapes or folded, the finding stands at the whole and says the
// place; so it does for line 0, which is no place.
func (t Text) FindingWithin(line, column int, message string) Finding {
	switch {
	case line < 1:
		return t.Finding(message)
	case t.Body.Line == 0:
		return t.Finding(fmt.Sprintf("%d:%d: %s", line, column, message))
	}
	f := t.Finding(message)
	f.At = Pos{File: t.Body.File, Line: t.Body.Line + line - 1, Column: t.Body.Column + column - 1}
	return f
}

// body finds where the value of node n stands in the file as it is: on one line, or as a literal block (|). Where it does
// not, it is the zero Pos.
func (d *decoder) body(n *yaml.Node, value string) Pos {
	if value == "" || n.Value != value { // a variable was replaced
		return Pos{}
	}
	if n.Style&yaml.LiteralStyle != 0 {
		return d.blockBody(n, value)
	}
	column := n.Column
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		column++
	}
	if line := []rune(d.line(n.Line)); column-1 <= len(line) && strings.HasPrefix(string(line[column-1:]), value) {
		return Pos{File: d.file, Line: n.Line, Column: column}
	}
	return Pos{}
}

// blockBody is body for a literal block: its lines follow that of the |, all indented alike.
func (d *decoder) blockBody(n *yaml.Node, value string) Pos {
	first, indent := n.Line+1, -1
	for i, line := range strings.Split(strings.TrimRight(value, "\n"), "\n") {
		before, same := strings.CutSuffix(d.line(first+i), line)
		switch {
		case line == "":
		case !same || strings.Trim(before, " ") != "" || indent >= 0 && utf8.RuneCountInString(before) != indent:
			return Pos{}
		default:
			indent = utf8.RuneCountInString(before)
		}
	}
	return Pos{File: d.file, Line: first, Column: indent + 1}
}

// line returns a line of the file, without its end; lines count from 1.
func (d *decoder) line(n int) string {
	if n < 1 || n > len(d.source) {
		return ""
	}
	return strings.TrimSuffix(d.source[n-1], "\r")
}
