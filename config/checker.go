package config

import (
	"fmt"
	"slices"
	"strconv"
)

// checker looks for mistakes between keys and between files, after each value has been looked at by itself.
type checker struct {
	*Config
	findings *Findings
	path     string                    // bugferry.yaml
	given    map[string]map[string]Pos // by file: the keys it has
}

// mistake reports a mistake about a value or a name.
func (c *checker) mistake(text Text, format string, args ...any) {
	c.findings.mistake(text.At, text.Key, format, args...)
}

// warn reports what is probably not meant.
func (c *checker) warn(text Text, format string, args ...any) {
	c.findings.warn(text.At, text.Key, format, args...)
}

// key is the value at key as far as a finding needs it. Where the file does not have it, the finding stands at otherwise.
func (c *checker) key(file, key string, otherwise Pos) Text {
	if at, ok := c.given[file][key]; ok {
		otherwise = at
	}
	return Text{At: otherwise, Key: key}
}

// has says whether a file has key, be its value good or bad.
func (c *checker) has(file, key string) bool {
	_, ok := c.given[file][key]
	return ok
}

// known reports a name that is not among those there are.
func (c *checker) known(name Text, there []string, what string) bool {
	ok := slices.Contains(there, name.Value)
	if !ok {
		c.mistake(name, "%q is not %s%s", name, what, suggest(name.Value, there))
	}
	return ok
}

// trackerNames are the names of all trackers.
func (c *checker) trackerNames() []string {
	names := make([]string, len(c.Trackers))
	for i, tracker := range c.Trackers {
		names[i] = tracker.Name.Value
	}
	return names
}

func destinationNames(project Project) []string {
	names := make([]string, len(project.Destinations))
	for i, destination := range project.Destinations {
		names[i] = destination.Name.Value
	}
	return names
}

// line names the line of at as seen from a finding in the same file.
func line(at Pos) string { return "line " + strconv.Itoa(at.Line) }

// elsewhere names at as seen from another file.
func elsewhere(at Pos) string { return fmt.Sprintf("%s:%d", at.File, at.Line) }
