package trackertest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// trap is one of the list, with the tests that it names.
type trap struct {
	words string
	tests []string // folder, test and subtest
}

func traps(t *testing.T) (list []trap, sections []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "traps.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		section, opens := strings.CutPrefix(line, "## ")
		test, indented := strings.CutPrefix(line, "\t")
		switch {
		case opens:
			number, _, _ := strings.Cut(section, " ")
			sections = append(sections, number)
		case line == "" || strings.HasPrefix(line, "#"):
		case !indented:
			list = append(list, trap{words: line})
		case len(list) > 0:
			last := &list[len(list)-1]
			last.tests = append(last.tests, test)
		}
	}
	return list, sections
}

// tests are the names of a folder's tests: of each function, and of each function with a text that stands in it or, for a
// table of the file's own, beside it.
func tests(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, path := range files {
		if !strings.HasSuffix(path, "_test.go") && folder != "trackertest" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if f, is := declaration.(*ast.FuncDecl); is && f.Recv == nil {
				names[f.Name.Name] = true
				for _, text := range texts(f) {
					names[f.Name.Name+"/"+text] = true
				}
			}
		}
	}
	return names
}

// texts are the literals in a node. The beginning of a name that is composed is one, without the colon at its end.
func texts(node ast.Node) (found []string) {
	ast.Inspect(node, func(n ast.Node) bool {
		if literal, is := n.(*ast.BasicLit); is && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, strings.TrimSuffix(text, ": "))
			}
		}
		return true
	})
	return found
}

// TestEveryTrapHasATest looks that the tests that the list names are there, and that the tests of traps are in the list.
func TestEveryTrapHasATest(t *testing.T) {
	list, sections := traps(t)
	if want := []string{"3.1", "3.2", "3.3", "3.4"}; !slices.Equal(sections, want) || len(list) < 70 {
		t.Fatalf("%d traps in the sections %v, want those of %v", len(list), sections, want)
	}
	there, named := map[string]map[string]bool{}, map[string]bool{}
	for _, folder := range []string{".", "github", "jira", "trackertest"} {
		there[folder] = tests(t, folder)
	}
	for _, trap := range list {
		if len(trap.tests) == 0 {
			t.Errorf("%s: no test", trap.words)
		}
		for _, test := range trap.tests {
			folder, name, _ := strings.Cut(test, " ")
			if !there[folder][name] {
				t.Errorf("%s: %s has no test of that name: %s", trap.words, folder, name)
			}
			if suite, _, _ := strings.Cut(name, "/"); folder == "trackertest" && !strings.HasPrefix(suite, "Test") {
				runs(t, suite)
			}
			named[test] = true
		}
	}
	for folder, names := range there {
		for name := range names {
			test, subtest, _ := strings.Cut(name, "/")
			if strings.HasSuffix(test, "Traps") && strings.Contains(subtest, " ") && !named[folder+" "+name] {
				t.Errorf("%s %s is not in the list of traps", folder, name)
			}
		}
	}
}

// runs fails the test unless both adapters run the suite.
func runs(t *testing.T, suite string) {
	t.Helper()
	for _, adapter := range []string{"github", "jira"} {
		files, err := filepath.Glob(filepath.Join("..", adapter, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(path string) bool {
			data, err := os.ReadFile(path)
			return err == nil && strings.Contains(string(data), "trackertest."+suite)
		}) {
			t.Errorf("%s does not run trackertest.%s", adapter, suite)
		}
	}
}
