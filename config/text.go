package config

import (
	"fmt"
	"regexp"
	"strconv"
)

// Pos is a place in a file. Line and Column count from 1; a Line of 0 means the file as a whole, or something that is no
// file (File is then "environment" or "flag").
type Pos struct {
	File   string
	Line   int
	Column int
}

// String returns file:line:column, without the parts that are not known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Text is a value that a later stage will judge, with the place it stands at. A value that was not given is the zero Text,
// or has the default as Value and no place.
type Text struct {
	Value string
	At    Pos
	Body  Pos    // of its first character, if the file has the value as it is; see FindingWithin
	Key   string // its path in the file: destinations.web-jira.labels[1]
}

// String returns the value.
func (t Text) String() string { return t.Value }

// Where returns "file:line:column: key", the beginning of a message about the text.
func (t Text) Where() string { return t.At.String() + ": " + t.Key }

// Finding returns an error finding about the text.
func (t Text) Finding(message string) Finding {
	return Finding{At: t.At, Key: t.Key, Message: message}
}

// Pair is one entry of a mapping whose keys are people's or BetterBugs' own names; case and dots are kept.
type Pair struct {
	Name  Text `yaml:"-" form:"name"`
	Value Text `yaml:"-" form:"value"`
}

// Pairs is such a mapping in the order of the file.
type Pairs []Pair

// Map returns the values by name.
func (p Pairs) Map() map[string]string {
	m := make(map[string]string, len(p))
	for _, pair := range p {
		m[pair.Name.Value] = pair.Value.Value
	}
	return m
}

// Values returns the plain values of texts.
func Values(texts []Text) []string {
	values := make([]string, len(texts))
	for i, text := range texts {
		values[i] = text.Value
	}
	return values
}

var plainKey = regexp.MustCompile(`^[\p{L}\p{N}_*-]+$`)

// join extends a key by a name; names that would not read as one word are quoted.
func join(key, name string) string {
	if !plainKey.MatchString(name) {
		name = strconv.Quote(name)
	}
	if key == "" {
		return name
	}
	return key + "." + name
}

func index(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }
