package markup_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bugferry/bugferry/pkg/markup"
)

var update = flag.Bool("update", false, "write the out files of the golden tests anew")

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	schema := adfSchema(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(bytes.TrimSpace(archive.Comment)) == 0 {
				t.Error("the comment must say why the file exists")
			}
			got := outputs(t, archive)
			if err := schema.Validate(decode(t, []byte(got["out.adf.json"]))); err != nil {
				t.Errorf("ADF does not validate: %v", err)
			}
			if *update {
				rewrite(t, file, archive, got)
				return
			}
			want := map[string]string{}
			for _, f := range archive.Files[1:] {
				want[f.Name] = string(f.Data)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func outputs(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	if len(archive.Files) == 0 || archive.Files[0].Name != "in.html" {
		t.Fatal("the first file must be in.html")
	}
	doc := markup.Parse(string(archive.Files[0].Data))
	var adf bytes.Buffer
	if err := json.Indent(&adf, markup.ADF(doc, markup.Options{}), "", " "); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"out.md":       markup.GFM(doc, markup.Options{}) + "\n",
		"out.wiki":     markup.Wiki(doc, markup.Options{}) + "\n",
		"out.adf.json": adf.String() + "\n",
	}
}

func rewrite(t *testing.T, file string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	archive.Files = archive.Files[:1]
	for _, name := range []string{"out.md", "out.wiki", "out.adf.json"} {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// adfSchema compiles Atlassian's schema, which is written in draft 4 and says so.
func adfSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/adf-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func decode(t testing.TB, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("ADF is not JSON: %v\n%s", err, data)
	}
	return v
}
