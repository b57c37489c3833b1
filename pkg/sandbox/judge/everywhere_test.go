package judge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

const sandboxPath, judgePath = "github.com/bugferry/bugferry/pkg/sandbox", "github.com/bugferry/bugferry/pkg/sandbox/judge"

// unjudged are the functions of tests that make a sandbox without a judge, and why nothing passes it there.
var unjudged = map[string]string{
	"pkg/sandbox/faults_parse_test.go FuzzParseFaults": "it only takes a set of faults: nothing is asked",
}

// TestNoSandboxWithoutAJudge reads all tests of the module: whichever function of theirs makes a sandbox hands it to a judge.
func TestNoSandboxWithoutAJudge(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	made, excused := 0, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, function := range unwatched(file, &made) {
			if key := filepath.ToSlash(name) + " " + function; unjudged[key] != "" {
				excused[key] = true
			} else {
				t.Errorf("%s makes a sandbox without a judge: nothing that is asked of it is held against the vendors' descriptions. "+
					"Hand it to judge.Listen or judge.Watch in the same function", key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range unjudged {
		if !excused[key] {
			t.Errorf("%s needs no excuse: take it from the list", key)
		}
	}
	if made < 20 {
		t.Errorf("found only %d functions that make a sandbox", made)
	}
}

// unwatched names the declarations of a file that make a sandbox and call no judge, and counts in made those that make one.
func unwatched(file *ast.File, made *int) (names []string) {
	for _, declaration := range file.Decls {
		makes, watches := calls(file, declaration, sandboxPath, "New"), calls(file, declaration, judgePath, "Watch", "Listen")
		if !makes {
			continue
		}
		*made++
		if !watches {
			name := "outside of a function"
			if f, is := declaration.(*ast.FuncDecl); is {
				name = f.Name.Name
			}
			names = append(names, name)
		}
	}
	return names
}

// calls says whether in the node there is one of these functions of the package, by whatever name the file imports it. Who
// is in the package itself has them without one.
func calls(file *ast.File, node ast.Node, path string, functions ...string) (found bool) {
	as, own := "", file.Name.Name == filepath.Base(path)
	for _, spec := range file.Imports {
		if strings.Trim(spec.Path.Value, `"`) == path {
			as = filepath.Base(path)
			if spec.Name != nil {
				as = spec.Name.Name
			}
		}
	}
	ast.Inspect(node, func(n ast.Node) bool {
		for _, name := range functions {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				x, is := n.X.(*ast.Ident)
				found = found || is && as != "" && x.Name == as && n.Sel.Name == name
			case *ast.CallExpr:
				f, is := n.Fun.(*ast.Ident)
				found = found || is && (own || as == ".") && f.Name == name
			}
		}
		return true
	})
	return found
}

// TestUnwatched proves that the house test can say no.
func TestUnwatched(t *testing.T) {
	for _, c := range []struct{ name, imports, body, want string }{
		{"a judge", `"` + sandboxPath + `"; "` + judgePath + `"`, `func f() { judge.Watch(nil, sandbox.New(sandbox.Config{})) }`, ""},
		{"none", `"` + sandboxPath + `"`, `func f() { _ = sandbox.New(sandbox.Config{}) }`, "f"},
		{"one in another function", `"` + sandboxPath + `"; "` + judgePath + `"`, `func f() any { return sandbox.New(sandbox.Config{}) }; func g() { judge.Watch(nil, nil) }`, "f"},
		{"another name", `box "` + sandboxPath + `"`, `func f() { _ = box.New(box.Config{}) }`, "f"},
		{"a variable", `"` + sandboxPath + `"`, `var box = sandbox.New(sandbox.Config{})`, "outside of a function"},
		{"the function as a value", `"` + sandboxPath + `"`, `func f() { g(sandbox.New) }`, "f"},
		{"no sandbox of ours", `"example.com/sandbox"`, `func f() { _ = sandbox.New() }`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := parser.ParseFile(token.NewFileSet(), "x_test.go", "package x_test\nimport ("+c.imports+")\n"+c.body, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			made := 0
			if got := strings.Join(unwatched(file, &made), " "); got != c.want {
				t.Errorf("unwatched %q, want %q", got, c.want)
			}
		})
	}
}
