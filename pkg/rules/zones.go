package rules

import (
	"errors"
	"fmt"
	"reflect"
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

// zoned has date take its zone from timezone, as in date(timezone(zone), "…", layout), and says what is wrong with dates, durations and
// zones in quotes, which a report may come to late, if at all.
func zoned(node *ast.Node) (wrong string) {
	switch n := (*node).(type) {
	case *ast.CallNode:
		if args, ok := literals(n.Arguments); ok && len(args) == 1 && asksForZone(n) {
			return complaint(zone(fmt.Sprint(args[0])))
		}
	case *ast.BuiltinNode:
		if n.Name != "date" && n.Name != "duration" {
			return ""
		}
		// The first argument of date is expr.Timezone's, even before one of somebody's own.
		if n.Name == "date" && len(n.Arguments) > 1 && n.Arguments[1].Type() == reflect.TypeFor[*time.Location]() {
			n.Arguments = n.Arguments[1:]
		}
		if n.Name == "date" && len(n.Arguments) == 4 {
			name := n.Arguments[3]
			call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "timezone"}, Arguments: []ast.Node{name}}
			n.Arguments = []ast.Node{call, n.Arguments[1], n.Arguments[2]}
			if text, ok := name.(*ast.StringNode); ok {
				wrong = complaint(zone(text.Value))
			}
		}
		if args, ok := literals(n.Arguments); ok && len(args) > 0 && wrong == "" {
			wrong = complaint(builtin.Builtins[builtin.Index[n.Name]].Func(args...))
		}
	}
	return wrong
}

func asksForZone(n *ast.CallNode) bool {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	return ok && callee.Value == "timezone"
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
		case *ast.ConstantNode:
			values = append(values, n.Value)
		case *ast.CallNode:
			if !asksForZone(n) {
				return nil, false
			}
			values = append(values, time.UTC)
		default:
			return nil, false
		}
	}
	return values, true
}
