package config

import (
	_ "embed" // the reference and the starter are part of the binary
)

var (
	//go:embed reference.yaml
	referenceMain string
	//go:embed reference-project.yaml
	referenceProject string
	//go:embed starter/bugferry.yaml
	starterMain string
	//go:embed starter/projects/default.yaml
	starterProject string
)

// Reference returns the annotated files that have every key, by the path they would have.
func Reference() map[string]string {
	return map[string]string{"bugferry.yaml": referenceMain, "projects/reference.yaml": referenceProject}
}

// Starter returns the files that `bugferry init` writes, by their path beside each other. They load without findings once
// the environment variables BUGFERRY_TOKEN and GITHUB_TOKEN are set.
func Starter() map[string]string {
	return map[string]string{"bugferry.yaml": starterMain, "projects/default.yaml": starterProject}
}
