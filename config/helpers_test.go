package config_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
)

// goodMain and goodProject are the smallest configuration that loads without findings.
const (
	goodMain = `webhooks: [{path: /hook, token: "${HOOK_TOKEN}"}]
trackers:
  github: {type: github, token: "${GITHUB_TOKEN}"}
  jira: {type: jira, base_url: https://acme.atlassian.net, email: bot@acme.example, token: "${JIRA_TOKEN}"}
`
	goodProject = `project: "*"
destinations:
  web: {tracker: github, repo: acme/web}
rules: [{to: web}]
`
)

// variables are the environment variables that tests and examples name.
var variables = map[string]string{
	"HOOK_TOKEN": "hook-secret-1", "GITHUB_TOKEN": "github-secret-2", "JIRA_TOKEN": "jira-secret-3",
	"BUGFERRY_TOKEN": "url-secret-4", "BUGFERRY_KEY": "header-secret-5", "EMPTY": "",
	"WEB_HOOK_TOKEN": "web-secret-6", "MOBILE_HOOK_TOKEN": "mobile-secret-7", "TRIAGE_HOOK_TOKEN": "triage-secret-8",
	"GITHUB_APP_KEY": "-----BEGIN RSA PRIVATE KEY-----\nYXBwLXNlY3JldC05\n-----END RSA PRIVATE KEY-----\n", // looks like one
}

// environment looks variables up, and those in more before them.
func environment(more map[string]string) config.Options {
	all := maps.Clone(variables)
	maps.Copy(all, more)
	return config.Options{Lookup: func(name string) (string, bool) {
		value, ok := all[name]
		return value, ok
	}}
}

// write makes a directory with files, and returns it.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
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
