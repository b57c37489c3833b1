package config

import (
	_ "embed" // the reference and the starter are part of the binary
)

//go:generate go run ./internal/generate

var (
	//go:embed reference.yaml
	referenceMain string
	//go:embed reference-project.yaml
	referenceProject string
	//go:embed schema.json
	schemaMain string
	//go:embed project.schema.json
	schemaProject string
	//go:embed starter/bugferry.yaml
	starterMain string
	//go:embed starter/projects/default.yaml
	starterProject string
)

// Reference returns the annotated files that have every key, by the path they would have.
func Reference() map[string]string {
	return map[string]string{"bugferry.yaml": referenceMain, "projects/reference.yaml": referenceProject}
}

// Schemas returns the JSON Schemas of bugferry.yaml and of the project files, by the names that the references call them by.
func Schemas() map[string]string {
	return map[string]string{"schema.json": schemaMain, "project.schema.json": schemaProject}
}

// Starter returns the files that `bugferry init` writes, by their path beside each other. They load without findings once
// the environment variables BUGFERRY_TOKEN and GITHUB_TOKEN are set.
func Starter() map[string]string {
	return map[string]string{"bugferry.yaml": starterMain, "projects/default.yaml": starterProject}
}
