package config

import (
	_ "embed" // the references are part of the binary
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
)

// Reference returns the annotated files that have every key, by the path they would have.
func Reference() map[string]string {
	return map[string]string{"bugferry.yaml": referenceMain, "projects/reference.yaml": referenceProject}
}

// Schemas returns the JSON Schemas of bugferry.yaml and of the project files, by the names that the references call them by.
func Schemas() map[string]string {
	return map[string]string{"schema.json": schemaMain, "project.schema.json": schemaProject}
}
