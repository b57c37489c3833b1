package config

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	reference    = regexp.MustCompile(`\$?\$\{[^}]*\}?`)
	variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// expand replaces ${NAME} and ${NAME:-default} by environment variables, and $${ by ${. A variable that is empty counts
// as not set. The errors name the variable, never a value.
func expand(text string, lookup func(string) (string, bool)) (string, error) {
	var firstErr error
	expanded := reference.ReplaceAllStringFunc(text, func(match string) string {
		if strings.HasPrefix(match, "$$") {
			return match[1:]
		}
		value, err := variable(match, lookup)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		return value
	})
	return expanded, firstErr
}

func variable(match string, lookup func(string) (string, bool)) (string, error) {
	inner, closed := strings.CutSuffix(strings.TrimPrefix(match, "${"), "}")
	name, fallback, hasFallback := strings.Cut(inner, ":-")
	if !closed || !variableName.MatchString(name) {
		return "", fmt.Errorf("has a ${ that names no environment variable; expected ${NAME} or ${NAME:-default}, or $${ for a literal ${")
	}
	if value, ok := lookup(name); ok && value != "" {
		return value, nil
	}
	if hasFallback {
		return fallback, nil
	}
	return "", fmt.Errorf("environment variable %s is not set or is empty; set it, or write ${%s:-default}", name, name)
}
