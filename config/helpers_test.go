package config_test

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

const (
	goodMain    = configtest.Main
	goodProject = configtest.Project
)

// environment looks variables up, and those in more before them.
func environment(more map[string]string) config.Options {
	all := maps.Clone(configtest.Variables)
	maps.Copy(all, more)
	return config.Options{Lookup: func(name string) (string, bool) {
		value, ok := all[name]
		return value, ok
	}}
}

// write makes a directory with files, and returns it.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	return configtest.Write(t, files)
}

// good returns the files of a configuration without mistakes, with others in their place or beside them.
func good(others map[string]string) map[string]string {
	files := map[string]string{"bugferry.yaml": goodMain, "projects/web.yaml": goodProject}
	maps.Copy(files, others)
	return files
}

// load loads the configuration in dir and fails the test if there are findings.
func load(t testing.TB, dir string, opts config.Options) *config.Config {
	t.Helper()
	loaded, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), opts)
	if len(findings) > 0 {
		t.Fatalf("findings:\n%s", report(findings, dir))
	}
	return loaded
}

// report writes findings a line each, paths relative to dir.
func report(findings config.Findings, dir string) string {
	lines := make([]string, len(findings))
	for i, finding := range findings {
		lines[i] = strings.ReplaceAll(finding.String(), dir+string(filepath.Separator), "")
	}
	return strings.Join(lines, "\n")
}
