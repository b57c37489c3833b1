package config_test

import (
	"path/filepath"
	"testing"

	"github.com/bugferry/bugferry/config"
)

// Who talks to nobody needs no secret to read a configuration, and gets none of the trackers'.
func TestSecretless(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": `
webhooks:
  - {path: /a, token: "${UNSET}"}
  - {path: /b, token_file: unset.txt, headers: {X-Key: "${UNSET}"}}
trackers:
  github: {type: github, app: {id: 1, installation_id: 2, private_key_file: unset.pem}}
  jira: {type: jira, base_url: "https://jira.example", token: "${SET}"}
  other: {type: jira, base_url: "https://jira.example", token_file: unset.txt}
users: {quinn@example.com: {github: quinn-dev, jira: quinn}}
`}))
	path := filepath.Join(dir, "bugferry.yaml")
	opts := config.Options{Lookup: func(name string) (string, bool) { return "the-real-one", name == "SET" }}
	if _, findings := config.Load(path, opts); findings.Err() == nil {
		t.Fatal("the secrets are missed by nobody")
	}
	opts.Secretless = true
	c, findings := config.Load(path, opts)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	for _, tracker := range c.Trackers {
		if token := tracker.Token.Reveal(); token == "" || token == "the-real-one" || !tracker.App.IsZero() {
			t.Errorf("%s has the token %q", tracker.Name, token)
		}
	}
}

// What is no secret is missed all the same.
func TestSecretlessMissesAll(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": "store: {url: \"${UNSET}\"}\n" + goodMain}))
	opts := environment(nil)
	opts.Secretless = true
	if _, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), opts); findings.Err() == nil {
		t.Error("a store without a place is taken")
	}
}
