package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
)

// TestBad loads each of testdata/bad, which has one mistake, and compares all findings with what it expects:
//
//	main-*.yaml     a bugferry.yaml beside a good project file; its lines "# want: …" are the findings
//	project-*.yaml  a projects/web.yaml beside a good bugferry.yaml; likewise
//	a directory     files beside and in place of good ones; its file "want" holds the findings
func TestBad(t *testing.T) {
	entries, err := os.ReadDir("testdata/bad")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		t.Run(strings.TrimSuffix(entry.Name(), ".yaml"), func(t *testing.T) {
			others, want := bad(t, filepath.Join("testdata/bad", entry.Name()))
			dir := write(t, good(others))
			_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
			if diff := cmp.Diff(want, report(findings, dir)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// bad reads one case.
func bad(t *testing.T, path string) (files map[string]string, want string) {
	t.Helper()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		files = tree(t, path)
		want = files["want"]
		delete(files, "want")
		return files, strings.TrimSpace(want)
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
	name := "bugferry.yaml"
	if strings.HasPrefix(filepath.Base(path), "project-") {
		name = "projects/web.yaml"
	}
	return map[string]string{name: string(content)}, strings.Join(lines, "\n")
}

// tree reads all files below dir.
func tree(t *testing.T, dir string) map[string]string {
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

func TestAllMistakesAreReportedAtOnceAndInOrder(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": `servr: {}
webhooks: [{path: hook, token: "${NOT_SET}"}]
delivery: {lease: soon, workers: many}
trackers:
  github: {type: gitlab, token: "${GITHUB_TOKEN}"}
`,
		"projects/a.yaml": "project: x\nnonsense: 1\n",
		"projects/b.yaml": "project: [x\n",
	}))
	_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
	want := `bugferry.yaml:1:1: servr: unknown key; did you mean server?
bugferry.yaml:2:19: webhooks[0].path: "hook" is not a path; expected one that begins with /, such as /hooks/betterbugs
bugferry.yaml:2:32: webhooks[0].token: environment variable NOT_SET is not set or is empty; set it, or write ${NOT_SET:-default}
bugferry.yaml:3:19: delivery.lease: "soon" is not a duration; expected one such as 60s, 5m, 1h30m or 7d
bugferry.yaml:3:34: delivery.workers: "many" is not a whole number from 1 to 1000
bugferry.yaml:5:18: trackers.github.type: "gitlab" is not one of github, jira; did you mean github?
projects/a.yaml:1:1: destinations: is missing; expected at least one place to file issues at
projects/a.yaml:1:1: rules: is missing; expected at least one, such as - to: [name of a destination]
projects/a.yaml:2:1: nonsense: unknown key; expected one of project, name, enabled, defaults, destinations, rules, unrouted, reroute, tests
projects/b.yaml:1: not YAML: did not find expected ',' or ']'; look at the lines around this one`
	if diff := cmp.Diff(want, report(findings, dir)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := strings.Count(findings.Err().Error(), "\n"); got != len(findings)-1 {
		t.Errorf("the error has %d line breaks for %d mistakes", got, len(findings))
	}
}

func TestWarningsDoNotStandInTheWay(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": strings.Replace(goodMain, `, token: "${HOOK_TOKEN}"`, "", 1)}))
	_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
	if err := findings.Err(); err != nil {
		t.Error("error", err)
	}
	want := "bugferry.yaml:1:12: webhooks: warning: /hook has neither token nor headers; anybody who knows the address can send reports"
	if got := report(findings.Warnings(), dir); got != want {
		t.Errorf("warnings %q, want %q", got, want)
	}
}
