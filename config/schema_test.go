package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// schemas compiles the two schemas; the first is for bugferry.yaml, the second for project files.
func schemas(t *testing.T) (main, project *jsonschema.Schema) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiled := map[string]*jsonschema.Schema{}
	for name, text := range config.Schemas() {
		var document struct {
			Schema string `json:"$schema"`
			ID     string `json:"$id"`
		}
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		if document.Schema != "https://json-schema.org/draft/2020-12/schema" || !strings.HasSuffix(document.ID, "/config/"+name) {
			t.Errorf("%s: $schema %q, $id %q", name, document.Schema, document.ID)
		}
		parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(document.ID, parsed); err != nil {
			t.Fatal(err)
		}
		if compiled[name], err = compiler.Compile(document.ID); err != nil {
			t.Fatal(err)
		}
	}
	return compiled["schema.json"], compiled["project.schema.json"]
}

// instance reads YAML as an editor does: by the core schema of YAML 1.2, aliases and merge keys resolved. It is false for
// what is no YAML, or has a key twice, which an editor finds without a schema.
func instance(text string) (value any, ok bool) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil || len(n.Content) == 0 {
		return nil, false
	}
	return jsonOf(n.Content[0])
}

func jsonOf(n *yaml.Node) (value any, ok bool) {
	switch n.Kind {
	case yaml.AliasNode:
		return jsonOf(n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			value, ok := jsonOf(item)
			if !ok {
				return nil, false
			}
			list = append(list, value)
		}
		return list, true
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			value, ok := jsonOf(n.Content[i+1])
			if _, twice := m[name]; twice || !ok || n.Content[i].Kind != yaml.ScalarNode {
				return nil, false
			}
			m[name] = value
		}
		return m, true
	}
	switch n.Tag {
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		if number, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return number, true
		}
	}
	return n.Value, true
}

// TestGoodFilesFitTheSchema validates whatever is a good configuration in this repository.
func TestGoodFilesFitTheSchema(t *testing.T) {
	main, project := schemas(t)
	files := map[string]string{
		"goodMain": goodMain, "projects/goodProject": goodProject, "requiredMain": requiredMain, "projects/requiredProject": requiredProject,
	}
	for name, text := range config.Reference() {
		files["reference/"+name] = text
	}
	for name, start := range starts(t) {
		for file, text := range start.Files() {
			files[strings.ReplaceAll(name, "/", "-")+"/"+file] = text
		}
	}
	for _, paths := range configtest.Examples(t, "../examples") {
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = string(content)
		}
	}
	if len(files) < 20 {
		t.Errorf("only %d files", len(files))
	}
	for name, text := range files {
		value, ok := instance(text)
		if !ok {
			t.Errorf("%s: not YAML", name)
			continue
		}
		schema := main
		if filepath.Base(filepath.Dir(name)) == "projects" {
			schema = project
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSchemaTakesWhatTheLoaderTakes(t *testing.T) {
	main, project := schemas(t)
	for name, text := range map[string]string{
		"variables for every kind": "server: {rate_limit: '${RATE}', insecure: '${OPEN:-false}', duplicates: '${D}', body_limit: '${S}'}\n" + goodMain,
		"in quotes":                "server: {rate_limit: '200', insecure: 'true', duplicates: '0'}\n" + goodMain,
		"zero time":                "server: {duplicates: 0}\n" + goodMain,
		"bytes":                    "server: {body_limit: 1048576}\n" + goodMain,
		"commented out":            "server:\nusers:\nscreenshots: {hosts: }\n" + goodMain,
		"one for a list":           "screenshots: {hosts: cdn.betterbugs.io}\n" + goodMain,
		"a list for one":           "webhooks: [{path: /hook, token: [a, b], headers: {X-A: [c, d], X-B: e}}]\n" + strings.SplitN(goodMain, "\n", 2)[1],
		"digits":                   "installation: 12345\n" + goodMain,
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, good(map[string]string{"bugferry.yaml": text}))
			load(t, dir, environment(map[string]string{"RATE": "7", "D": "3m", "S": "1MiB"}))
			if value, ok := instance(text); !ok || main.Validate(value) != nil {
				t.Errorf("the schema refuses it: %v", main.Validate(value))
			}
		})
	}
	for name, text := range map[string]string{
		"ids":       "project: [1234, a]\n" + strings.SplitN(goodProject, "\n", 2)[1],
		"condition": strings.Replace(goodProject, "{to: web}", "{to: web, match: {priority: HIGH, type: {not: [a, b]}, url: {present: true}, 'customFields.x': [1, true]}}", 1),
		"versions":  "project: '*'\ndestinations: {j: {tracker: jira, project: WEB, fix_versions: [2026.10], reporter: true}}\nrules: [{to: j}]\n",
		"color":     strings.Replace(goodProject, "acme/web", "acme/web, labels: [bug], label_colors: {bug: 123456}", 1),
	} {
		t.Run(name, func(t *testing.T) {
			load(t, write(t, good(map[string]string{"projects/web.yaml": text})), environment(nil))
			if value, ok := instance(text); !ok || project.Validate(value) != nil {
				t.Errorf("the schema refuses it: %v", project.Validate(value))
			}
		})
	}
}

// TestBadFilesAndTheSchema says which mistakes an editor shows while one types. structural are those that lie in the form
// of one file; what is not among them only the loader can find.
func TestBadFilesAndTheSchema(t *testing.T) {
	main, project := schemas(t)
	var refused, passed []string
	for _, c := range configtest.Cases(t, "testdata/bad") {
		good := true
		for name, text := range c.Own {
			schema := main
			if name != "bugferry.yaml" {
				schema = project
			}
			if filepath.Ext(name) == ".yaml" {
				value, ok := instance(text)
				good = good && ok && schema.Validate(value) == nil
			}
		}
		if good {
			passed = append(passed, c.Name)
		} else {
			refused = append(refused, c.Name)
		}
	}
	t.Logf("%d of %d are refused by the schema", len(refused), len(refused)+len(passed))
	want := lines(t, "testdata/only-the-loader-finds")
	for i, name := range want[1:] {
		if name <= want[i] {
			t.Errorf("testdata/only-the-loader-finds: %s stands after %s; it is in the order of the alphabet, each once", name, want[i])
		}
	}
	for _, name := range passed {
		if !slices.Contains(want, name) {
			t.Errorf("the schema lets %s pass; if only the loader can find it, name it in testdata/only-the-loader-finds", name)
		}
	}
	for _, name := range want {
		if !slices.Contains(passed, name) {
			t.Errorf("testdata/only-the-loader-finds names %s, which the schema refuses or which is not there", name)
		}
	}
}

// lines returns the lines of a file but empty ones and comments.
func lines(t *testing.T, path string) []string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// TestFilesNameTheirSchema follows the first line of every configuration file that people copy from.
func TestFilesNameTheirSchema(t *testing.T) {
	const public = "https://raw.githubusercontent.com/bugferry/bugferry/main/config/"
	names := func(t *testing.T, name, text string) string {
		t.Helper()
		line, _, _ := strings.Cut(text, "\n")
		schema, ok := strings.CutPrefix(line, "# yaml-language-server: $schema=")
		if !ok {
			t.Errorf("%s does not begin with its schema: %s", name, line)
		}
		return schema
	}
	for name, want := range map[string]string{"bugferry.yaml": "schema.json", "projects/default.yaml": "project.schema.json"} {
		if got := names(t, "starter/"+name, config.Starter()[name]); got != public+want {
			t.Errorf("starter %s: %s", name, got)
		}
	}
	references, err := filepath.Glob("reference*.yaml")
	if err != nil || len(references) < 2 {
		t.Fatalf("references: %v, %v", references, err)
	}
	for _, path := range slices.Concat(append(configtest.Examples(t, "../examples"), references)...) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := "../config/schema.json"
		if strings.Contains(path, "/projects/") || strings.Contains(path, "project.yaml") {
			want = "../config/project.schema.json"
		}
		got := filepath.Join(filepath.Dir(path), names(t, path, string(content)))
		if !strings.HasPrefix(path, "../") {
			got = filepath.Join("../config", got)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
