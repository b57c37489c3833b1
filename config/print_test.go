package config_test

import (
	"bytes"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// canaries is a configuration with a secret of its own in every place that can hold one, some from files.
func canaries(t *testing.T) string {
	t.Helper()
	key := func(name string) string {
		return "-----BEGIN RSA PRIVATE KEY-----\n" + name + "\n-----END RSA PRIVATE KEY-----\n"
	}
	return write(t, good(map[string]string{
		"bugferry.yaml": `store: {url: "postgres://u:canary-store@db/b"}
console: {users_file: users}
webhooks:
  - path: /a
    token: [canary-token, "${CANARY}"]
    token_file: [one.txt]
    headers: {X-A: [canary-header, "canary-${CANARY}-in"], X-B: canary-b}
    header_files: {X-A: two.txt, X-C: [three.txt]}
trackers:
  github: {type: github, token: canary-github}
  file: {type: github, token_file: four.txt, base_url: https://ghe.acme.example/api/v3/}
  app: {type: github, app: {id: 1, installation_id: 2, private_key: "` + strings.ReplaceAll(key("canarykeyone"), "\n", `\n`) + `"}, base_url: https://api.a.ghe.com/}
  app-file: {type: github, app: {id: 1, installation_id: 2, private_key_file: key.pem}, base_url: https://api.b.ghe.com/}
  jira: {type: jira, base_url: https://acme.atlassian.net, email: bot@acme.example, token: canary-jira}
`,
		"one.txt": "canary-one\n", "two.txt": "canary-two", "three.txt": "canary-three", "four.txt": "canary-four", "key.pem": key("canarypemone"),
		"users": "quinn:$2y$12$canary" + strings.Repeat("a", 53-len("canary")) + "\n",
	}))
}

// secretFields lists the fields of t's structs that can hold a secret.
func secretFields(t reflect.Type, path string) []string {
	switch {
	case t == reflect.TypeFor[config.Secret]():
		return []string{path}
	case t.Kind() == reflect.Slice:
		return secretFields(t.Elem(), path)
	case t.Kind() != reflect.Struct:
		return nil
	}
	var list []string
	for i := range t.NumField() {
		list = append(list, secretFields(t.Field(i).Type, path+"."+t.Field(i).Name)...)
	}
	return list
}

func TestPrintShowsNoSecret(t *testing.T) {
	want := []string{".Console.Users.Hash", ".Store.URL", ".Webhooks.Tokens", ".Webhooks.Headers.Values", ".Trackers.Token", ".Trackers.App.PrivateKey"}
	if diff := cmp.Diff(want, secretFields(reflect.TypeFor[config.Config](), "")); diff != "" {
		t.Fatalf("canaries must have one in each of these: (-want +got)\n%s", diff)
	}
	c, findings := config.Load(filepath.Join(canaries(t), "bugferry.yaml"), environment(map[string]string{"CANARY": "canary-variable"}))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), "redacted") {
		t.Error(out.String())
	}
	for _, line := range []string{
		"url: '***'", "token: ['***', '***']", "X-A: ['***', '***']", "X-B: ['***']", "token_file: four.txt", "private_key: '***'", "private_key_file: key.pem",
	} {
		if !strings.Contains(out.String(), line+"\n") {
			t.Errorf("no line %s in\n%s", line, out.String())
		}
	}
	if strings.Contains(out.String(), "token: '***'\n    token_file") {
		t.Error("shows a token that came from a file")
	}
}

// TestPrintMeansWhatWasRead loads what was printed of every example, of the reference, and of what is hard to print.
func TestPrintMeansWhatWasRead(t *testing.T) {
	var paths []string
	for _, files := range configtest.Examples(t, "../examples") {
		paths = append(paths, files[0])
	}
	for _, files := range []map[string]string{
		{
			"bugferry.yaml":           config.Reference()["bugferry.yaml"],
			"projects/reference.yaml": config.Reference()["projects/reference.yaml"],
			"projects/sample.json":    "{}",
		},
		good(map[string]string{
			"bugferry.yaml": "server: {duplicates: 0, public_url: 'https://x/$${a}'}\ndefaults: {labels: [x], assign: false}\n" + goodMain,
			"projects/web.yaml": strings.Replace(goodProject, "acme/web", "acme/web, title: 'true', label_colors: {bug: '000000'}", 1) +
				"tests: [{report: {priority: LOW, assignees: [{email: a@b}], n: 1.0}, expect: []}]\n",
			"projects/more.yaml": "project: [1234, '0x10']\ndestinations:\n  '1.0': {tracker: jira, project: WEB, status: {CLOSED: 'null'}, reporter: true}\n" +
				"rules: [{to: '1.0', match: {priority: {not: [LOW, '']}, 'customFields.a.b': {present: true}, type: 'yes'}}]\n",
		}),
	} {
		paths = append(paths, filepath.Join(write(t, files), "bugferry.yaml"))
	}
	for _, path := range paths {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) { printAndLoad(t, path) })
	}
}

func printAndLoad(t *testing.T, path string) {
	t.Helper()
	c, findings := config.Load(path, environment(nil))
	if findings.Err() != nil {
		t.Fatal(findings)
	}
	for _, project := range c.Projects { // which are relative to their files
		for i := range project.Tests {
			if project.Tests[i].Payload.Value != "" {
				absolute, err := filepath.Abs(project.Tests[i].Path)
				if err != nil {
					t.Fatal(err)
				}
				project.Tests[i].Payload.Value = absolute
			}
		}
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	documents := regexp.MustCompile(`(?m)^---\n`).Split(out.String(), -1)
	if len(documents) != 1+len(c.Projects) {
		t.Fatalf("%d documents:\n%s", len(documents), out.String())
	}
	files := map[string]string{"bugferry.yaml": strings.Replace(documents[0], "url: '***'", "url: sqlite:x", 1)}
	for i, project := range c.Projects {
		files["projects/"+filepath.Base(project.File)] = documents[i+1]
	}
	again, findings := config.Load(filepath.Join(write(t, files), "bugferry.yaml"), environment(nil))
	if findings.Err() != nil {
		t.Fatalf("%v\n%s", findings, out.String())
	}
	same := cmp.Options{
		ignorePlaces,
		cmp.Comparer(func(a, b config.Secret) bool { return a.IsZero() == b.IsZero() }),
		cmpopts.IgnoreFields(config.Config{}, "Files", "Defaults"),
		cmpopts.IgnoreFields(config.Project{}, "File", "Defaults"),
		cmpopts.IgnoreFields(config.Test{}, "Path"),
	}
	if diff := cmp.Diff(c, again, same); diff != "" {
		t.Errorf("(-read +printed)\n%s\n%s", diff, out.String())
	}
}
