package rules

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Bounds of what somebody can write as one expression or template. They are far beyond what people do and keep a mistake
// from hanging the process.
const (
	maxSource = 8 << 10 // bytes
	maxNodes  = 500     // of an expression's tree
	maxLoops  = 2       // one within the other
)

// Bounds of what an expression sees and makes of a report, which a stranger wrote, and of the steps it takes at most: a node counts
// once, in a loop over people maxItems times, in two ten thousand times. What is longer is cut, so that a rule does not fail for it.
const (
	maxText  = 64 << 10 // bytes of one text
	maxItems = 100      // people, and parts of a split text
	maxSteps = 2 * maxNodes * maxItems
)

// environment is all that an expression can name.
type environment struct {
	Report *view `expr:"report"`
}

// expression is a compiled `when`.
type expression struct {
	program *vm.Program
	fields  []field // the parts of the report it reads, for the trace
}

// holds evaluates the expression for one report.
func (e *expression) holds(v *view) (bool, error) {
	out, err := expr.Run(e.program, environment{v})
	if err != nil {
		return false, exprProblem(err)
	}
	holds, ok := out.(bool)
	if !ok {
		return false, fmt.Errorf("the answer is %T, not true or false", out)
	}
	return holds, nil
}

// values shows what the expression read: `: report.customFields.team is "web"`.
func (e *expression) values(r *bridge.Report) string {
	var b strings.Builder
	for i, f := range e.fields {
		b.WriteString([]string{": ", ", "}[min(i, 1)])
		b.WriteString("report." + f.path)
		if values := f.values(r); len(values) > 0 {
			b.WriteString(" is " + f.showAll(values))
		} else {
			b.WriteString(" is missing")
		}
	}
	return b.String()
}

// compileExpression compiles source; a nil expression comes with what is wrong.
func compileExpression(source string) (e *expression, wrong problem) {
	if len(source) > maxSource {
		return nil, problem{text: fmt.Sprintf("the expression is longer than %d bytes", maxSource)}
	}
	defer func() {
		if r := recover(); r != nil { // a panic of the expression library must not end the process
			e, wrong = nil, problem{text: fmt.Sprintf("the expression cannot be compiled: %v", r)}
		}
	}()
	reader := &exprReader{}
	program, err := expr.Compile(source,
		expr.Env(environment{}), expr.AsBool(), expr.WarnOnAny(), expr.Optimize(false), expr.MaxNodes(maxNodes),
		expr.Function(personAt, callAtIndex, atIndex[person]),
		expr.Function("split", splitText, new(func(string, string) []string)),
		expr.Function("joinTexts", joinTexts, new(func(string, string) string)), expr.Operator("+", "joinTexts"),
		timezone, dateFunction, withoutGrowth, expr.Patch(reader))
	if err != nil {
		return nil, exprProblem(err)
	}
	if reader.problem == "" {
		reader.bound(program.Node())
	}
	if reader.problem != "" {
		return nil, problem{text: reader.problem}
	}
	e = &expression{program: program, fields: reader.fields}
	for _, trial := range trials {
		if _, err := e.holds(trial.view); err != nil {
			return nil, problem{text: "it fails for " + trial.name + ": " + err.Error()}
		}
	}
	return e, problem{}
}

// personAt is the function that stands for report.assignees[i]: beyond the end of the list it gives nobody.
const personAt = "personAt"

func callAtIndex(args ...any) (any, error) {
	if len(args) == 2 {
		i, isInt := args[1].(int)
		switch list := args[0].(type) {
		case []person:
			if isInt {
				return atIndex(list, i), nil
			}
		case []any: // what sortBy makes of it
			if isInt {
				p, _ := atIndex(list, i).(person)
				return p, nil
			}
		}
	}
	return nil, fmt.Errorf("%s wants a list and a number", personAt) // the type check at compile time was passed by
}

func atIndex[T any](list []T, i int) (item T) {
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return item
	}
	return list[i]
}

// exprReader walks an expression's tree before it is compiled: it refuses what cannot be bounded, notes which fields are
// read, and makes an index into people harmless.
type exprReader struct {
	problem string
	fields  []field
}

// Visit is called for each node, the children before their parent.
func (x *exprReader) Visit(node *ast.Node) {
	x.problem = cmp.Or(x.problem, literalMistake(*node))
	switch n := (*node).(type) {
	case *ast.BinaryNode:
		if n.Operator == ".." {
			x.problem = "a range of numbers (..) cannot be used here; compare with >= and <="
		}
		if _, literal := n.Right.(*ast.StringNode); n.Operator == "matches" && !literal {
			x.problem = "matches needs a regular expression in quotes, not one out of the report"
		}
	case *ast.PredicateNode:
		var inner loopCounter
		ast.Walk(&n.Node, &inner)
		if inner >= maxLoops {
			x.problem = fmt.Sprintf("more than %d loops (any, all, filter …) stand within one another", maxLoops)
		}
	case *ast.MemberNode:
		if property, ok := n.Property.(*ast.StringNode); ok && property.Value == "Local" && n.Node.Type() == reflect.TypeFor[time.Time]() {
			x.problem = localInExpression
		}
		if n.Node.Type() == reflect.TypeFor[[]person]() && n.Property.Type() == reflect.TypeFor[int]() {
			ast.Patch(node, &ast.CallNode{
				Callee:    &ast.IdentifierNode{Value: personAt},
				Arguments: []ast.Node{n.Node, n.Property},
			})
			return
		}
		x.note(n)
	}
}

func (x *exprReader) note(n *ast.MemberNode) {
	path, ok := memberPath(n)
	if n.Node.Type() == reflect.TypeFor[time.Time]() || path == "project" {
		return // a method; and what the configuration says and not the report
	}
	if !ok || slices.ContainsFunc(x.fields, func(f field) bool { return f.path == path }) {
		return
	}
	if f, problem := fieldOf(path); problem == "" {
		x.fields = append(x.fields, f)
	}
}

// memberPath returns "customFields.team" for report.customFields.team.
func memberPath(n *ast.MemberNode) (string, bool) {
	name, ok := n.Property.(*ast.StringNode)
	if !ok {
		return "", false
	}
	parent := n.Node
	if chain, ok := parent.(*ast.ChainNode); ok {
		parent = chain.Node
	}
	switch parent := parent.(type) {
	case *ast.IdentifierNode:
		return name.Value, parent.Value == "report"
	case *ast.MemberNode:
		path, ok := memberPath(parent)
		return path + "." + name.Value, ok
	}
	return "", false
}

type loopCounter int

// Visit counts the loops below a node.
func (c *loopCounter) Visit(node *ast.Node) {
	if _, ok := (*node).(*ast.PredicateNode); ok {
		*c++
	}
}

var (
	viewTags   = exprNames(reflect.TypeFor[view]())
	personTags = exprNames(reflect.TypeFor[person]())
)

func exprNames(t reflect.Type) []string {
	names := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("expr"))
	}
	return names
}
