// Command generate writes what is said of the configuration's keys elsewhere than in Go: the reference files, the JSON
// Schemas and docs/configuration.md. Run it with make generate.
//
// What it knows comes from [config.MainKeys] and [config.ProjectKeys], the explanations from the first paragraph of the
// comments above the fields of config's structs, where they are written once.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// run writes the files, from the sources in folder, which is that of package config.
func run(folder string) error {
	files, err := generate(folder)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil { //nolint:gosec // they are public files of the repository
			return err
		}
	}
	return nil
}

// generate returns what the files should hold, by their paths from folder.
func generate(folder string) (map[string]string, error) {
	says, err := readComments(folder)
	if err != nil {
		return nil, err
	}
	files := map[string]string{
		"reference.yaml":           mainReference(says),
		"reference-project.yaml":   projectReference(says),
		"schema.json":              mainSchema(says),
		"project.schema.json":      projectSchema(says),
		"../docs/configuration.md": document(says),
	}
	return files, says.err()
}
