package rules

import (
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// condition is a compiled Condition.
type condition struct {
	field    field
	is, not  valueSet
	presence Presence
}

// holds says whether r meets the condition, and in a person's words why or why not.
func (c condition) holds(r *bridge.Report) (bool, string) {
	values := c.field.values(r)
	if len(values) == 0 {
		return c.withoutValue()
	}
	shown := c.field.path + " is " + c.field.showAll(values)
	if c.presence == Missing {
		return false, shown + "; wanted it missing"
	}
	for _, value := range values {
		if excluded, how := c.not.has(c.field, value); excluded {
			return false, c.field.path + " is " + c.field.show(value) + how + "; wanted not " + c.not.words
		}
	}
	if c.is.none() {
		return true, shown + c.asked()
	}
	for _, value := range values {
		if wanted, how := c.is.has(c.field, value); wanted {
			return true, c.field.path + " is " + c.field.show(value) + how
		}
	}
	return false, shown + "; wanted " + c.is.words
}

// withoutValue is holds for a report without the field.
func (c condition) withoutValue() (bool, string) {
	missing := c.field.path + " is missing"
	excluded, _ := c.not.has(c.field, "")
	wanted, _ := c.is.has(c.field, "")
	switch {
	case c.presence == Present:
		return false, missing + "; wanted any value"
	case excluded:
		return false, missing + "; wanted not " + c.not.words
	case !c.is.none() && !wanted:
		return false, missing + "; wanted " + c.is.words
	}
	return true, missing
}

// asked says what a condition without wanted values wanted.
func (c condition) asked() string {
	if c.not.none() {
		return ""
	}
	return ", not " + c.not.words
}

// valueSet is what Condition.Values or Condition.Not name.
type valueSet struct {
	exact   []string
	regexps []*regexp.Regexp
	words   string // for the trace
}

func (s valueSet) none() bool { return len(s.exact) == 0 && len(s.regexps) == 0 }

// has says whether the field's value, or "" for none, is in s, and which regular expression it was. Those need a value.
func (s valueSet) has(f field, value string) (in bool, how string) {
	for _, want := range s.exact {
		if value == want || f.fold && strings.EqualFold(value, want) {
			return true, ""
		}
	}
	if value == "" {
		return false, ""
	}
	for _, re := range s.regexps {
		if re.MatchString(value) {
			return true, ", which matches /" + re.String() + "/"
		}
	}
	return false, ""
}

func compileCondition(in Condition, found *findings) condition {
	out := condition{presence: in.Present}
	var problem string
	if values, is := containers[in.Field]; is && in.Present != Either && len(in.Values)+len(in.Not) == 0 {
		out.field = field{path: in.Field, values: values}
	} else if out.field, problem = fieldOf(in.Field); problem != "" {
		found.add(in.At, "%s", problem)
	}
	if len(in.Values) == 0 && len(in.Not) == 0 && in.Present == Either {
		found.form(in.At, "no value to compare %s with", in.Field)
	}
	out.is = compileValues(in.Values, out.field, in.At, found)
	out.not = compileValues(in.Not, out.field, in.At, found)
	return out
}

func compileValues(values []string, f field, at string, found *findings) valueSet {
	out := valueSet{}
	words := make([]string, 0, len(values))
	for _, value := range values {
		pattern, isRegexp := regexpIn(value)
		if !isRegexp {
			out.exact = append(out.exact, value)
			words = append(words, f.show(value))
			continue
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			found.list = append(found.list, Finding{At: at, Value: value, Message: "regular expression " + value + ": " + regexpProblem(err)})
			continue
		}
		out.regexps = append(out.regexps, re)
		words = append(words, value)
	}
	out.words = strings.Join(words, " or ")
	return out
}
