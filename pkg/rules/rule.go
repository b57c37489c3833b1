package rules

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// rule is a compiled Rule.
type rule struct {
	name     string
	match    []condition
	when     *expression // nil: none
	source   string      // of when
	to       []string
	goOn     bool
	disabled bool
	broken   bool // it did not compile: it matches nothing, and every report says so
}

var errBroken = errors.New("the rule has a mistake that `bugferry check` names")

// try tests r against the rule. An error is a failure of the rule, not of the report.
func (u *rule) try(r *bridge.Report, v *view) (bridge.Trace, error) {
	trace := bridge.Trace{Rule: u.name}
	if u.disabled {
		trace.Why = "disabled"
		return trace, nil
	}
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
