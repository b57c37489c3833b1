package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// At its start serve says which tracker is in trouble, with the remedy and without the token.
func TestCheckLiveSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	folder := t.TempDir()
	files := map[string]string{
		"bugferry.yaml": `
webhooks: [{path: /hooks, token: t}]
trackers:
  good: {type: github, base_url: "` + server.URL + `/github/api/v3/", token: fine}
  wrong: {type: github, base_url: "` + server.URL + `/github/api/v3", token: bad-secret}
`,
		"projects/web.yaml": `
project: "*"
destinations:
  a: {tracker: good, repo: acme/web}
  b: {tracker: wrong, repo: acme/api}
rules: [{to: [a, b]}]
`,
	}
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	w, findings := load(filepath.Join(folder, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, log)
	if w == nil {
		t.Fatal(findings)
	}
	w.checkLive(t.Context(), log)
	for _, want := range []string{
		`msg="tracker answers" tracker=good destination=a place=acme/web`,
		`level=ERROR msg="tracker check failed" tracker=wrong thing=credentials`,
		`next="bugferry check --live"`, "GitHub does not accept the token",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "bad-secret") {
		t.Error("the token is in the log")
	}
}
