package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

var updateCheck = flag.Bool("update-check", false, "write the example of docs/check.md anew")

// checkable writes a configuration of two files and returns the path of the first.
func checkable(t *testing.T, main, project string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "bugferry.yaml")
	for name, text := range map[string]string{path: main, filepath.Join(folder, "projects", "web.yaml"): project} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// checked runs check, and returns its status and what it wrote with the paths of path's folder as they are from within it.
func checked(t *testing.T, path string, args ...string) (status int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(t.Context(), append([]string{"check", "--config", path}, args...), strings.NewReader(""), &stdout, &stderr)
	near := strings.NewReplacer(filepath.Dir(path)+string(filepath.Separator), "")
	return status, near.Replace(stdout.String()), near.Replace(stderr.String())
}

const (
	checkMain = `
webhooks: [{path: /hooks, token: t}]
trackers:
  hub: {type: github, base_url: "SANDBOX/github/api/v3/", token: fine}
  site: {type: jira, base_url: "SANDBOX/jira-cloud/", email: bot@example.com, token: "JIRATOKEN"}
users: {quinn@example.com: {hub: quinn-dev, site: "5b10ac8d82e05b22cc7d4ef5"}}
`
	checkProject = `
project: "*"
name: Web shop
destinations:
  code: {tracker: hub, repo: acme/web, labels: [bug, triage], label_colors: COLORS}
  desk: {tracker: site, project: WEB, status: {CLOSED: Done}, on_update: comment, reporter: true}
rules: [{to: [code, desk]}]
`
)

func TestTheStatusOfCheckIsForScripts(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	for _, c := range []struct {
		name          string
		token, colors string
		project       string // in place of the usual
		args          []string
		want          int
	}{
		{"good", "fine", "{bug: d73a4a}", "", nil, 0},
		{"good, strictly", "fine", "{bug: d73a4a}", "", []string{"--strict"}, 0},
		{"a warning of the configuration", "fine", "{bugs: d73a4a}", "", nil, 0},
		{"a warning of the configuration, strictly", "fine", "{bugs: d73a4a}", "", []string{"--strict"}, 1},
		{"a mistake", "fine", "{bug: red}", "", nil, 1},
		{"a mistake, and the trackers are to be asked", "fine", "{bug: red}", "", []string{"--live"}, 1},
		{"a failing test", "fine", "{bug: d73a4a}", checkProject + "tests: [{report: {priority: LOW}, expect: [code]}]\n", nil, 1},
		{"notes of the trackers, strictly", "fine", "{bug: d73a4a}", "", []string{"--live", "--strict"}, 0},
		{"a warning of a tracker's", "no-MODIFY_REPORTER", "{bug: d73a4a}", "", []string{"--live"}, 0},
		{"a warning of a tracker's, strictly", "no-MODIFY_REPORTER", "{bug: d73a4a}", "", []string{"--live", "--strict"}, 1},
		{"a problem", "no-CREATE_ISSUES", "{bug: d73a4a}", "", []string{"--live"}, 1},
		{"a problem that is not asked about", "no-CREATE_ISSUES", "{bug: d73a4a}", "", nil, 0},
		{"a problem of a destination that is off", "no-CREATE_ISSUES", "{bug: d73a4a}", strings.Replace(checkProject, "project: WEB,", "project: WEB, enabled: false,", 1), []string{"--live"}, 0},
		{"bad credentials", "bad", "{bug: d73a4a}", "", []string{"--live"}, 1},
		{"no such flag", "fine", "{bug: d73a4a}", "", []string{"--lively"}, 2},
		{"no such form", "fine", "{bug: red}", "", []string{"--output", "xml"}, 2},
		{"no such argument", "fine", "{bug: d73a4a}", "", []string{"bugferry.yaml"}, 2},
	} {
		for _, form := range []string{"text", "json"} {
			t.Run(c.name+" as "+form, func(t *testing.T) {
				project := checkProject
				if c.project != "" {
					project = c.project
				}
				path := checkable(t, strings.NewReplacer("SANDBOX", server.URL, "JIRATOKEN", c.token).Replace(checkMain), strings.Replace(project, "COLORS", c.colors, 1))
				status, out, errs := checked(t, path, append([]string{"--output", form}, c.args...)...)
				if status != c.want {
					t.Errorf("status %d, want %d\n%s%s", status, c.want, out, errs)
				}
				if document := strings.HasPrefix(out, "{\n") && strings.HasSuffix(out, "\n}\n"); form == "json" && c.want < 2 && !document {
					t.Errorf("no document on standard output:\n%s", out)
				}
				if c.want == 2 && strings.Contains(errs, "web.yaml") {
					t.Errorf("the configuration was judged for a command that is not understood:\n%s", errs)
				}
				if strings.Contains(out, "null") {
					t.Errorf("null in\n%s", out)
				}
			})
		}
	}
}

func TestCheckTellsMistakesAsJSON(t *testing.T) {
	path := checkable(t, strings.NewReplacer("SANDBOX", "https://site.example", "JIRATOKEN", "t").Replace(checkMain), strings.Replace(checkProject, "COLORS", "{bug: red, bugs: d73a4a}", 1))
	_, out, _ := checked(t, path, "--live", "--output", "json")
	want := `{
  "configuration": "bugferry.yaml",
  "findings": [
    {
      "level": "mistake",
      "file": "projects/web.yaml",
      "line": 5,
      "column": 83,
      "key": "destinations.code.label_colors.bug",
      "message": "\"red\" is not a colour; expected six hex digits without a #, such as d73a4a"
    },
    {
      "level": "warning",
      "file": "projects/web.yaml",
      "line": 5,
      "column": 88,
      "key": "destinations.code.label_colors.bugs",
      "message": "no label of this destination comes out as \"bugs\"; did you mean bug?"
    }
  ],
  "failed_tests": []
}
`
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The example of the documentation is what the command prints.
func TestTheExampleOfCheckIsTrue(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	path := checkable(t, strings.NewReplacer("SANDBOX", server.URL, "JIRATOKEN", "no-MODIFY_REPORTER").Replace(checkMain), strings.Replace(checkProject, "COLORS", "{bugs: d73a4a}", 1))
	_, out, _ := checked(t, path, "--live", "--output", "json")
	for _, fixed := range [][2]string{
		{regexp.QuoteMeta(server.URL), "http://127.0.0.1:8090"}, {`"at": "[^"]+"`, `"at": "2026-11-26T09:00:00Z"`},
		{`until [0-9:]{5} UTC`, "until 10:00 UTC"}, {`[0-9]+ of 5000`, "4999 of 5000"},
	} {
		out = regexp.MustCompile(fixed[0]).ReplaceAllString(out, fixed[1])
	}
	const doc = "../../docs/check.md"
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "```json\n")
	example, after, found := strings.Cut(rest, "```\n")
	if *updateCheck {
		if err := os.WriteFile(doc, []byte(before+"```json\n"+out+"```\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(example, out); !found || diff != "" {
		t.Errorf("docs/check.md (-there +printed); -update-check writes it anew\n%s", diff)
	}
}
