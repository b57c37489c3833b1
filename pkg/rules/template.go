package rules

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
	"time"
	"unicode/utf8"
)

// textTemplate is a compiled template.
type textTemplate struct {
	at     string
	fixed  string             // the text, where nothing in it depends on the report
	run    *template.Template // nil: fixed
	broken bool
}

// render returns the template's text for one report, at most maxOutput bytes of it. gaps says that a placeholder in it
// came out empty, so that "priority:{{ .Priority }}" is not worth having.
func (t *textTemplate) render(v *view) (out string, gaps bool, err error) {
	switch {
	case t.broken:
		return "", false, errors.New("the template has a mistake that `bugferry check` names")
	case t.run == nil:
		return t.fixed, false, nil
	}
	w := &boundedWriter{}
	if err := t.run.Execute(w, v); err != nil && !errors.Is(err, errFull) {
		return "", false, errors.New(templateProblem(err))
	}
	return strings.ToValidUTF8(w.String(), ""), w.gaps, nil
}

var errFull = errors.New("the output is full")

// boundedWriter keeps the first limit bytes, maxOutput of them where there is none. text/template makes one Write of each piece of fixed text and of each
// placeholder's value; only a placeholder's can be empty.
type boundedWriter struct {
	strings.Builder
	limit int
	gaps  bool
}

func (w *boundedWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		w.gaps = true
	}
	if room := cmp.Or(w.limit, maxOutput) - w.Len(); len(p) > room {
		for room > 0 && !utf8.RuneStart(p[room]) {
			room--
		}
		_, _ = w.Builder.Write(p[:room]) // a strings.Builder never fails
		return room, errFull
	}
	return w.Builder.Write(p)
}

const templateName = "template"

// compileTemplate compiles a template; wrong is empty if it can be used.
func compileTemplate(source Text) (t *textTemplate, wrong problem) {
	t = &textTemplate{at: source.At, fixed: source.Value}
	if !strings.Contains(source.Value, "{{") {
		return t, problem{}
	}
	t.broken = true
	if len(source.Value) > maxSource {
		return t, problem{text: fmt.Sprintf("the template is longer than %d bytes", maxSource)}
	}
	run, err := template.New(templateName).Funcs(functions).Option("missingkey=zero").Parse(source.Value)
	if err != nil {
		return t, parseProblem(err, source.Value)
	}
	if len(run.Templates()) > 1 {
		return t, problem{text: "a template cannot define others"}
	}
	if run.Tree == nil { // nothing but a comment
		return &textTemplate{at: source.At}, problem{}
	}
	reader := &templateReader{source: source.Value}
	reader.list(run.Root, true)
	if reader.wrong.text != "" {
		return t, reader.wrong
	}
	t.run, t.broken = run, false
	for _, trial := range trials {
		if _, _, err := t.render(trial.view); err != nil {
			t.broken = true
			return t, problem{text: "it fails for " + trial.name + ": " + err.Error()}
		}
	}
	return t, problem{}
}

// templateReader walks a template's tree once after parsing: it ends each placeholder with the printer, refuses calls of
// other templates, and names report fields that do not exist even in branches that the trials do not reach.
type templateReader struct {
	source string
	more   []string // what can be named beside the fields of a report
	wrong  problem
}

// list reads the nodes of l; root says whether the dot is still the report there.
func (x *templateReader) list(l *parse.ListNode, root bool) {
	if l == nil {
		return
	}
	for _, node := range l.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			x.pipe(n.Pipe, root)
			if len(n.Pipe.Decl) == 0 {
				name := parse.NewIdentifier(printer).SetPos(n.Pos)
				n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{name}})
			}
		case *parse.IfNode:
			x.branch(&n.BranchNode, root, root)
		case *parse.WithNode:
			x.branch(&n.BranchNode, root, false)
		case *parse.RangeNode:
			x.branch(&n.BranchNode, root, false)
		case *parse.TemplateNode:
			x.wrong = problem{text: "a template cannot call others"}.offset(x.source, int(n.Pos))
		}
	}
}

func (x *templateReader) branch(n *parse.BranchNode, root, inner bool) {
	x.pipe(n.Pipe, root)
	x.list(n.List, inner)
	x.list(n.ElseList, root)
}

func (x *templateReader) pipe(p *parse.PipeNode, root bool) {
	for i, cmd := range p.Cmds {
		x.call(cmd, i > 0)
		for _, arg := range cmd.Args {
			x.argument(arg, root)
		}
	}
}

// call looks at a call of a function, which a branch may hide from the trials: has it as many arguments as it takes, and a time zone?
func (x *templateReader) call(cmd *parse.CommandNode, piped bool) {
	name, ok := cmd.Args[0].(*parse.IdentifierNode)
	if !ok || functions[name.Ident] == nil {
		return
	}
	given := len(cmd.Args) - 1
	if piped {
		given++
	}
	takes := reflect.TypeOf(functions[name.Ident])
	if most := takes.NumIn(); !takes.IsVariadic() && given != most {
		x.wrong = problem{text: fmt.Sprintf("%s takes %d arguments, not %d", name.Ident, most, given)}.offset(x.source, int(name.Pos))
	} else if takes.IsVariadic() && given < most-1 {
		x.wrong = problem{text: fmt.Sprintf("%s takes at least %d arguments, not %d", name.Ident, most-1, given)}.offset(x.source, int(name.Pos))
	}
	if last, ok := cmd.Args[len(cmd.Args)-1].(*parse.StringNode); ok && name.Ident == "dateInZone" && given == 3 && !piped {
		if _, err := zone(last.Text); err != nil {
			x.wrong = problem{text: err.Error()}.offset(x.source, int(last.Pos))
		}
	}
}

func (x *templateReader) argument(node parse.Node, root bool) {
	switch n := node.(type) {
	case *parse.PipeNode:
		x.pipe(n, root)
	case *parse.ChainNode:
		x.argument(n.Node, root)
	case *parse.FieldNode:
		if root {
			x.field(n.Ident, n.Pos)
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			x.field(n.Ident[1:], n.Pos)
		}
	}
}

func (x *templateReader) field(path []string, at parse.Pos) {
	name := path[0]
	field, isField := reflect.TypeFor[view]().FieldByName(name)
	if isField && field.Type == reflect.TypeFor[time.Time]() && slices.Contains(path, "Local") {
		x.wrong = problem{text: localInTemplate}.offset(x.source, int(at))
	}
	_, isMethod := reflect.TypeFor[*view]().MethodByName(name)
	if isField || isMethod || slices.Contains(x.more, name) {
		return
	}
	names := make([]string, 0, 24)
	for _, name := range x.more {
		names = append(names, "."+name)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[view]()) {
		names = append(names, "."+f.Name)
	}
	x.wrong = problem{text: "a report has no field ." + name + didYouMean("."+name, names)}.offset(x.source, int(at))
}

var (
	templatePrefix = regexp.MustCompile(`^template: ` + templateName + `:(\d+:)*\s*(executing "` + templateName + `" )?`)
	noFunction     = regexp.MustCompile(`^function "([^"]+)" not defined$`)
)

// templateProblem puts an error of text/template into one line without the words that mean nothing to a person.
func templateProblem(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line = templatePrefix.ReplaceAllString(line, "")
	line = strings.ReplaceAll(line, " | "+printer, "")
	if m := noFunction.FindStringSubmatch(line); m != nil {
		line = "there is no function " + m[1] + didYouMean(m[1], keys(functions))
	}
	return shorten(line, 300)
}

// parseProblem is templateProblem for a template that cannot be parsed; text/template tells the line of its mistakes and not
// the column, so the place is known where a function that does not exist is named once.
func parseProblem(err error, source string) problem {
	p := problem{text: templateProblem(err)}
	line, _, _ := strings.Cut(err.Error(), "\n")
	m := noFunction.FindStringSubmatch(templatePrefix.ReplaceAllString(line, ""))
	if m == nil {
		return p
	}
	if all := regexp.MustCompile(`\b`+regexp.QuoteMeta(m[1])+`\b`).FindAllStringIndex(source, -1); len(all) == 1 {
		return p.offset(source, all[0][0])
	}
	return p
}
