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
	loops  int      // around what is read
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
			if x.loops++; x.loops > maxLoops {
				x.wrong = problem{text: fmt.Sprintf("more than %d loops (range) stand within one another", maxLoops)}.offset(x.source, int(n.Pos))
			}
			x.branch(&n.BranchNode, root, false)
			x.loops--
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
	if len(cmd.Args) > 1 && regexFunction.MatchString(name.Ident) {
		x.regexp(cmd.Args[1])
	}
	if last, ok := cmd.Args[len(cmd.Args)-1].(*parse.StringNode); ok && name.Ident == "dateInZone" && given == 3 && !piped {
		if _, err := zone(last.Text); err != nil {
			x.wrong = problem{text: err.Error()}.offset(x.source, int(last.Pos))
		}
	}
}

var regexFunction = regexp.MustCompile(`^(mustR|r)egex(Match|Find|FindAll|ReplaceAll|ReplaceAllLiteral|Split)$`)

// regexp looks at the first argument of sprig's functions for regular expressions.
func (x *templateReader) regexp(arg parse.Node) {
	pattern, ok := arg.(*parse.StringNode)
	if !ok {
		return
	}
	if _, err := regexp.Compile(pattern.Text); err != nil {
		x.wrong = problem{text: "regular expression " + quote(pattern.Text) + ": " + regexpProblem(err)}.offset(x.source, int(pattern.Pos))
	}
}

func (x *templateReader) argument(node parse.Node, root bool) {
	switch n := node.(type) {
	case *parse.PipeNode:
		x.pipe(n, root)
	case *parse.ChainNode:
		x.argument(n.Node, root)
	case *parse.FieldNode:
		if at := n.Pos; root {
			if len(n.Ident) > 1 { // text/template tells where the second name stands
				at -= parse.Pos(len("." + n.Ident[0]))
			}
			x.field(n.Ident, at)
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) > 1 {
			x.field(n.Ident[1:], n.Pos)
		}
	}
}

// field looks at a path that begins at the report: {{ .Reporter.Email }}.
func (x *templateReader) field(path []string, at parse.Pos) {
	parent := reflect.TypeFor[*view]()
	if slices.Contains(x.more, path[0]) {
		return
	}
	for i, name := range path {
		if parent == reflect.TypeFor[time.Time]() && name == "Local" {
			x.wrong = problem{text: localInTemplate}.offset(x.source, int(at))
			return
		}
		next, known := member(parent, name)
		if !known {
			x.wrong = problem{text: x.unknown(path[:i], parent, name)}.offset(x.source, int(at))
			return
		}
		if parent = next; parent == nil {
			return
		}
	}
}

// member is the type of what a template finds under the name in a value of type t; nil: whatever it is.
func member(t reflect.Type, name string) (_ reflect.Type, known bool) {
	if method, ok := t.MethodByName(name); ok {
		return method.Type.Out(0), true
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		f, ok := t.FieldByName(name)
		return f.Type, ok && f.IsExported()
	case reflect.Map:
		return t.Elem(), true
	case reflect.Interface:
		return nil, true
	}
	return nil, false
}

// unknown says that what stands at path, of type t, has no such field.
func (x *templateReader) unknown(path []string, t reflect.Type, name string) string {
	if len(path) > 0 {
		what := "." + strings.Join(path, ".") + " has no field ." + name
		switch {
		case t == reflect.TypeFor[person]():
			return what + didYouMean(name, []string{"Email", "ID", "Name"})
		case len(path) == 2:
			return what + "; a name with a dot is written " + fmt.Sprintf("index .%s %q", path[0], path[1]+"."+name)
		}
		return what
	}
	names := make([]string, 0, 24)
	for _, name := range x.more {
		names = append(names, "."+name)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[view]()) {
		names = append(names, "."+f.Name)
	}
	hint := didYouMean("."+name, names)
	if hint == "" {
		hint = "; what BetterBugs does not document stands in .Extra"
	}
	return "a report has no field ." + name + hint
}

var (
	templatePrefix = regexp.MustCompile(`^template: ` + templateName + `:(\d+:)*\s*(executing "` + templateName + `" )?`)
	personType     = regexp.MustCompile(`type \*?rules\.person$`)
	noFunction     = regexp.MustCompile(`^function "([^"]+)" not defined$`)
)

// templateProblem puts an error of text/template into one line without the words that mean nothing to a person.
func templateProblem(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	line = templatePrefix.ReplaceAllString(line, "")
	line = strings.ReplaceAll(line, " | "+printer, "")
	line = personType.ReplaceAllString(line, "a person, who has .Email, .ID and .Name")
	if m := noFunction.FindStringSubmatch(line); m != nil {
		line = "there is no function " + m[1] + hintForFunction(m[1])
	}
	return shorten(line, 300)
}

func hintForFunction(name string) string {
	for reason, names := range withheld {
		if slices.Contains(names, name) {
			return "; withheld are those that " + reason
		}
	}
	return didYouMean(name, keys(functions))
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
