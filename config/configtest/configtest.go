// Package configtest holds the cases of mistakes in a configuration, for the tests of the loader and of the whole check: each
// of config/testdata/bad has one mistake and says what is found.
package configtest

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Main and Project are the smallest configuration that loads without findings.
const (
	Main = `webhooks: [{path: /hook, token: "${HOOK_TOKEN}"}]
trackers:
  github: {type: github, token: "${GITHUB_TOKEN}"}
  jira: {type: jira, base_url: https://acme.atlassian.net, email: bot@acme.example, token: "${JIRA_TOKEN}"}
`
	Project = `project: "*"
destinations:
  web: {tracker: github, repo: acme/web}
rules: [{to: web}]
`
)

// Variables are the environment variables that tests and examples name.
var Variables = map[string]string{
	"HOOK_TOKEN": "hook-secret-1", "GITHUB_TOKEN": "github-secret-2", "JIRA_TOKEN": "jira-secret-3",
	"BUGFERRY_TOKEN": "url-secret-4", "BUGFERRY_KEY": "header-secret-5", "EMPTY": "",
	"WEB_HOOK_TOKEN": "web-secret-6", "MOBILE_HOOK_TOKEN": "mobile-secret-7", "TRIAGE_HOOK_TOKEN": "triage-secret-8",
	"GITHUB_APP_KEY": "-----BEGIN RSA PRIVATE KEY-----\nYXBwLXNlY3JldC05\n-----END RSA PRIVATE KEY-----\n", // looks like one
}

// Lookup finds one of Variables.
func Lookup(name string) (string, bool) {
	value, ok := Variables[name]
	return value, ok
}

// Case is a configuration with a mistake.
type Case struct {
	Name  string            // main-unknown-key
	Own   map[string]string // the files of the case, by their paths
	Files map[string]string // and with them all that make the configuration
	Want  string            // the findings, a line each, paths relative to the configuration's folder
}

// Rules says that the mistake lies in a template, an expression or a condition, which config.Load does not judge.
func (c Case) Rules() bool { return strings.HasPrefix(c.Name, "rules-") }

// Cases reads folder bad:
//
//	main-*.yaml     a bugferry.yaml beside a good project file; its lines "# want: …" are the findings
//	project-*.yaml  a projects/web.yaml beside a good bugferry.yaml; likewise
//	rules-*.yaml    another, whose mistake is pkg/rules' to find
//	a directory     files beside and in place of good ones; its file "want" holds the findings
func Cases(t testing.TB, folder string) []Case {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for _, entry := range entries {
		c := Case{Name: strings.TrimSuffix(entry.Name(), ".yaml"), Files: map[string]string{"bugferry.yaml": Main, "projects/web.yaml": Project}}
		c.read(t, filepath.Join(folder, entry.Name()))
		maps.Copy(c.Files, c.Own)
		cases = append(cases, c)
	}
	return cases
}

func (c *Case) read(t testing.TB, path string) {
	t.Helper()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		c.Own = tree(t, path)
		c.Want = strings.TrimSpace(c.Own["want"])
		delete(c.Own, "want")
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(content)) {
		if expected, ok := strings.CutPrefix(line, "# want: "); ok {
			lines = append(lines, strings.TrimSpace(expected))
		}
	}
	name := "projects/web.yaml"
	if strings.HasPrefix(c.Name, "main-") {
		name = "bugferry.yaml"
	}
	c.Own, c.Want = map[string]string{name: string(content)}, strings.Join(lines, "\n")
}

// tree reads all files below dir.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Write makes a folder with files, and returns it.
func Write(t testing.TB, files map[string]string) string {
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

// Examples returns the files of each complete configuration below folder, which is examples/: its bugferry.yaml first, then those of
// its projects. It finds them by itself, so that a new one is tested as well.
func Examples(t testing.TB, folder string) [][]string {
	t.Helper()
	var all [][]string
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Name() != "bugferry.yaml" {
			return err
		}
		projects, err := filepath.Glob(filepath.Join(filepath.Dir(path), "projects", "*.yaml"))
		all = append(all, append([]string{path}, projects...))
		return err
	})
	if err != nil || len(all) < 10 {
		t.Fatalf("only %d examples below %s: %v", len(all), folder, err)
	}
	return all
}
