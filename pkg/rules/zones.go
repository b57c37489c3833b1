package rules

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
)

// zones are the time zones that were asked for, by name: time.LoadLocation opens a file each time.
var zones sync.Map

// zone is the time zone of that name in the IANA database, of the machine or of the program. One that is another on each machine
// is none, and neither is the empty name, which time.LoadLocation takes for UTC.
func zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil //nolint:forcetypeassert // nothing else is stored
	}
	switch name {
	case "":
		return nil, errors.New(`the time zone is empty; write "UTC", or one such as "Europe/Berlin"`)
	case "Local", "localtime":
		return nil, fmt.Errorf(`the time zone %s is another on each machine; write one such as "Europe/Berlin"`, quote(name))
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf(`there is no time zone %s; write "UTC", or one such as "Europe/Berlin"`, quote(name))
	}
	zones.Store(name, location)
	return location, nil
}

// dateInZone is sprig's, for times alone and without its UTC where there is no such zone: "Mon 15:04" of a time, as clocks in the
// zone show it; of a time that is missing nothing.
func dateInZone(layout string, t time.Time, name string) (string, error) {
	location, err := zone(name)
	if err != nil || t.IsZero() {
		return "", err
	}
	return t.In(location).Format(layout), nil
}

// timezone is the function of that name in expressions.
var timezone = expr.Function("timezone", func(args ...any) (any, error) {
	if len(args) != 1 {
		return nil, errNoText
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, errNoText
	}
	return zone(name)
}, new(func(string) *time.Location))

var errNoText = errors.New("one text is wanted") // the type check at compile time was passed by

// Remedies for what depends on the machine's time zone.
const (
	localInExpression = `Local is the machine's time zone; name one: .In(timezone("Europe/Berlin"))`
	localInTemplate   = `Local is the machine's time zone; name one: {{ dateInZone "15:04" .CreatedAt "Europe/Berlin" }}`
)

// dateFunction is the library's date, which takes a time without a zone as one in UTC and asks zone for the others.
var dateFunction = expr.Function("date", parseDate,
	new(func(string) time.Time), new(func(string, string) time.Time), new(func(string, string, string) time.Time),
	new(func(*time.Location, string) time.Time), new(func(*time.Location, string, string) time.Time))

func parseDate(args ...any) (any, error) {
	if len(args) == 0 {
		return nil, errNoText
	}
	location, rest := time.UTC, args
	if given, ok := args[0].(*time.Location); ok {
		location, rest = given, args[1:]
	}
	if len(rest) == 3 { // text, layout, zone
		name, ok := rest[2].(string)
		if !ok {
			return nil, errNoText
		}
		var err error
		if location, err = zone(name); err != nil {
			return nil, err
		}
		rest = rest[:2]
	}
	for _, arg := range rest {
		if _, ok := arg.(string); !ok {
			return nil, errNoText
		}
	}
	return builtin.Builtins[builtin.Index["date"]].Func(slices.Insert(slices.Clone(rest), 0, any(location))...)
}

// literalMistake says what is wrong with dates, durations and zones in quotes, which a report may come to late, if at all.
func literalMistake(node ast.Node) string {
	switch n := node.(type) {
	case *ast.CallNode:
		args, all := literals(n.Arguments)
		switch {
		case all && len(args) == 1 && calls(n, "timezone"):
			return complaint(zone(fmt.Sprint(args[0])))
		case all && len(args) > 0 && calls(n, "date"):
			return complaint(parseDate(args...))
		case len(n.Arguments) == 3 && calls(n, "date"):
			if name, ok := n.Arguments[2].(*ast.StringNode); ok {
				return complaint(zone(name.Value))
			}
		}
	case *ast.BuiltinNode:
		if args, all := literals(n.Arguments); all && len(args) == 1 && n.Name == "duration" {
			return complaint(builtin.Builtins[builtin.Index["duration"]].Func(args...))
		}
	}
	return ""
}

func calls(n *ast.CallNode, name string) bool {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	return ok && callee.Value == name
}

func complaint(_ any, err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// literals are the values of nodes, if all of them stand in the expression. Whatever zone is asked for, UTC stands for it.
func literals(nodes []ast.Node) (values []any, all bool) {
	for _, node := range nodes {
		switch n := node.(type) {
		case *ast.StringNode:
			values = append(values, n.Value)
		case *ast.CallNode:
			if !calls(n, "timezone") {
				return nil, false
			}
			values = append(values, time.UTC)
		default:
			return nil, false
		}
	}
	return values, true
}
