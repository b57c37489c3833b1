package betterbugs

import (
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// tidyFields returns the document within the caps, with strings that every store takes: valid UTF-8 without NUL, which
// PostgreSQL refuses.
func tidyFields(fields bridge.Fields, depth int, warn *warnings) bridge.Fields {
	if len(fields) > maxKeys {
		warn.add("an object has %d members: those after %d are left out", len(fields), maxKeys)
		fields = fields[:maxKeys]
	}
	out := make(bridge.Fields, 0, len(fields))
	rename := renaming(fields)
	for _, field := range fields {
		out = append(out, bridge.Field{Name: rename(field.Name), Value: tidy(field.Value, depth+1, warn)})
	}
	return out
}

// renaming returns what tidies the names of an object. Two that differ only in what cannot be kept stay two, and neither
// takes the name of a third.
func renaming(fields bridge.Fields) func(string) string {
	taken := map[string]bool{}
	for _, field := range fields {
		if tidyText(field.Name) == field.Name {
			taken[field.Name] = true
		}
	}
	return func(name string) string {
		tidied := tidyText(name)
		if tidied == name {
			return name
		}
		unique := tidied
		for n := 2; taken[unique]; n++ {
			unique = fmt.Sprintf("%s (%d)", tidied, n)
		}
		taken[unique] = true
		return unique
	}
}

func tidy(value any, depth int, warn *warnings) any {
	switch v := value.(type) {
	case string:
		return tidyText(v)
	case bridge.Fields:
		if depth >= maxDepth {
			return flattened(v, warn)
		}
		return tidyFields(v, depth, warn)
	case []any:
		if depth >= maxDepth {
			return flattened(v, warn)
		}
		if len(v) > maxIndex+1 {
			warn.add("a list has %d items: those after %d are left out", len(v), maxIndex+1)
			v = v[:maxIndex+1]
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = tidy(v[i], depth+1, warn)
		}
		return out
	}
	return value
}

// flattened keeps what is nested too deeply as JSON text.
func flattened(value any, warn *warnings) any {
	warn.add("what is nested deeper than %d is kept as text", maxDepth)
	data, err := bridge.JSON(value)
	if err != nil {
		return nil
	}
	return tidyText(string(data))
}

func tidyText(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
}
