package trackertest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Uses lists what the sources in a folder, without its tests, select of packages and values, by what each selection starts from: "client.Issues.Create" for t.client().Issues.Create(ctx), "gojira.NewClient" for the function of the package
// that is imported as gojira.
func Uses(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var uses []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		uses = append(uses, selections(file)...)
	}
	slices.Sort(uses)
	return slices.Compact(uses)
}

// selections are the chains of names of a file. A part of a chain is in it too, so that nothing hides behind a variable.
func selections(file *ast.File) (found []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, is := n.(*ast.SelectorExpr); is {
			found = append(found, strings.TrimPrefix(chain(s), "t."))
		}
		return true
	})
	return found
}

func chain(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return chain(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return chain(e.Fun)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

// Imports is the name by which the package under test imports a library in all of its sources, without its tests; the test
// fails where a file has another, or a dot.
func Imports(t *testing.T, library, as string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if path, _ := strconv.Unquote(spec.Path.Value); path == library && !strings.HasSuffix(name, "_test.go") {
				found++
				if spec.Name == nil || spec.Name.Name != as {
					t.Errorf("%s imports %s by another name than %s, by which this test knows it", name, library, as)
				}
			}
		}
	}
	if found == 0 {
		t.Errorf("no file imports %s", library)
	}
}
