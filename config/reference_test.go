package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/config"
)

// ignorePlaces compares what was read, not where it stood.
var ignorePlaces = cmp.Options{
	cmpopts.IgnoreTypes(config.Pos{}, config.Snapshot{}),
	cmpopts.IgnoreFields(config.Text{}, "Key"),
	cmpopts.EquateEmpty(),
}

// required are the lines of the reference that have no default; without the others it has to mean the same.
const (
	requiredMain = `webhooks: [{path: /hooks/betterbugs, token: "${BUGFERRY_TOKEN}", headers: {X-Bugferry-Key: "${BUGFERRY_KEY}"}}]
trackers:
  github: {type: github, token: "${GITHUB_TOKEN}"}
  jira: {type: jira, base_url: https://acme.atlassian.net/, email: bot@acme.example, token: "${JIRA_TOKEN}"}
users: {quinn@example.com: {github: quinn-dev, jira: 5b10ac8d82e05b22cc7d4ef5}}
`
	requiredProject = `project: 68088dd3077eafee5d46cf86
destinations:
  web-jira: {tracker: jira, project: WEB}
  web-github: {tracker: github, repo: acme/web}
rules:
  - {name: urgent goes to Jira, match: {priority: [URGENT, HIGH]}, to: [web-jira]}
  - {name: everything goes to GitHub, to: [web-github]}
tests: [{payload: sample.json, expect: [web-jira]}, {report: {priority: LOW}, expect: [web-github]}]
`
)

func TestReferenceIsTheDefaults(t *testing.T) {
	sample, err := os.ReadFile("testdata/sample.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{"bugferry.yaml": "", "projects/sample.json": string(sample)})
	read := func(main, project string) *config.Config {
		for name, content := range map[string]string{"bugferry.yaml": main, "projects/reference.yaml": project} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return load(t, dir, environment(nil))
	}
	files := config.Reference()
	reference := read(files["bugferry.yaml"], files["projects/reference.yaml"])
	if diff := cmp.Diff(read(requiredMain, requiredProject), reference, ignorePlaces); diff != "" {
		t.Errorf("(-defaults +reference)\n%s", diff)
	}
}

// TestReferenceHasEveryKey also counts keys that stand in a comment, where there is nothing that a default could be.
func TestReferenceHasEveryKey(t *testing.T) {
	files := config.Reference()
	for file, keys := range map[string][]string{"bugferry.yaml": config.AllMainKeys(), "projects/reference.yaml": config.AllProjectKeys()} {
		if len(keys) < 15 {
			t.Fatalf("only %d keys: %v", len(keys), keys)
		}
		for _, key := range keys {
			if !regexp.MustCompile(`(?m)^[\s#-]*` + regexp.QuoteMeta(key) + `:.*#|^[\s#-]*` + regexp.QuoteMeta(key) + `:`).MatchString(files[file]) {
				t.Errorf("%s does not have %s", file, key)
			}
		}
	}
}
