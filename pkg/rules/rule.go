package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// rule is a compiled Rule.
type rule struct {
	name   string
	match  []condition
	when   *expression // nil: none
	to     []string
	goOn   bool
	broken bool // it did not compile: it matches nothing, and every report says so
}

var errBroken = errors.New("the rule has a mistake that `bugferry check` names")

// try tests r against the rule. An error is a failure of the rule, not of the report.
func (u *rule) try(r *bridge.Report, v *view) (bridge.Trace, error) {
	trace := bridge.Trace{Rule: u.name}
	if u.broken {
		trace.Why = errBroken.Error()
		return trace, errBroken
	}
	whys := make([]string, 0, len(u.match)+1)
	for _, c := range u.match {
		holds, why := c.holds(r)
		if !holds {
			trace.Why = why
			return trace, nil
		}
		whys = append(whys, why)
	}
	if u.when != nil {
		holds, err := u.when.holds(v)
		if err != nil {
			trace.Why = "when failed: " + err.Error()
			return trace, fmt.Errorf("when: %w", err)
		}
		if !holds {
			trace.Why = "when is false" + u.when.values(r)
			return trace, nil
		}
		whys = append(whys, "when is true"+u.when.values(r))
	}
	trace.Matched = true
	trace.Why = strings.Join(whys, "; ")
	if trace.Why == "" {
		trace.Why = "takes every report"
	}
	return trace, nil
}

// condition is a compiled Condition.
type condition struct {
	field  field
	exact  []string
	regexp []*regexp.Regexp
	wanted string // the values in words, for the trace
}

// holds says whether r meets the condition, and in a person's words why or why not.
func (c condition) holds(r *bridge.Report) (bool, string) {
	values := c.field.values(r)
	if len(values) == 0 {
		missing := c.field.path + " is missing"
		if c.equal("") {
			return true, missing
		}
		return false, missing + "; wanted " + c.wanted
	}
	for _, value := range values {
		if c.equal(value) {
			return true, c.field.path + " is " + c.field.show(value)
		}
		for _, re := range c.regexp {
			if re.MatchString(value) {
				return true, c.field.path + " is " + c.field.show(value) + ", which matches /" + re.String() + "/"
			}
		}
	}
	return false, c.field.path + " is " + c.field.showAll(values) + "; wanted " + c.wanted
}

func (c condition) equal(value string) bool {
	for _, want := range c.exact {
		if value == want || c.field.fold && strings.EqualFold(value, want) {
			return true
		}
	}
	return false
}

func compileCondition(in Condition, found *findings) condition {
	out := condition{}
	var problem string
	if out.field, problem = fieldOf(in.Field); problem != "" {
		found.add(in.At, "%s", problem)
	}
	if len(in.Values) == 0 {
		found.add(in.At, "no value to compare %s with", in.Field)
	}
	wanted := make([]string, 0, len(in.Values))
	for _, value := range in.Values {
		pattern, isRegexp := regexpIn(value)
		if !isRegexp {
			out.exact = append(out.exact, value)
			wanted = append(wanted, out.field.show(value))
			continue
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			found.add(in.At, "regular expression %s: %s", value, regexpProblem(err))
			continue
		}
		out.regexp = append(out.regexp, re)
		wanted = append(wanted, value)
	}
	out.wanted = strings.Join(wanted, " or ")
	return out
}

// regexpIn returns what stands between the slashes of "/…/".
func regexpIn(value string) (pattern string, ok bool) {
	if len(value) < 3 || value[0] != '/' || value[len(value)-1] != '/' {
		return "", false
	}
	return value[1 : len(value)-1], true
}

func regexpProblem(err error) string {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return fmt.Sprintf("%s: `%s`", e.Code, e.Expr)
	}
	return err.Error()
}
