package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
)

// newKey makes the private key of a GitHub App.
func newKey(t *testing.T) (key *rsa.PrivateKey, text string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// loadWith loads a configuration with the trackers, each of which is a destination's, and the files.
func loadWith(t *testing.T, trackers string, files map[string]string) (*wired, config.Findings, string) {
	t.Helper()
	folder := t.TempDir()
	all := map[string]string{
		"bugferry.yaml":     "webhooks: [{path: /hooks, token: t}]\ntrackers:\n" + trackers,
		"projects/web.yaml": "project: \"*\"\ndestinations:\n  a: {tracker: a, repo: acme/web}\nrules: [{to: [a]}]\n",
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, findings := load(filepath.Join(folder, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
	return w, findings, folder
}

func TestTrackersOfOneInstallationAreOneAccount(t *testing.T) {
	_, one := newKey(t)
	_, other := newKey(t)
	w, findings, _ := loadWith(t, `
  a: {type: github, app: {id: 42, installation_id: 77, private_key_file: one.pem}, limits: {per_minute: 0, per_hour: 0, spacing: 0s}}
  other key: {type: github, app: {id: 42, installation_id: 77, private_key_file: other.pem}, limits: {per_minute: 30}}
  other installation: {type: github, app: {id: 42, installation_id: 78, private_key_file: one.pem}}
  other app: {type: github, app: {id: 43, installation_id: 77, private_key_file: one.pem}}
  other host: {type: github, base_url: "https://ghe.acme.example/api/v3", app: {id: 42, installation_id: 77, private_key_file: one.pem}}
  token: {type: github, token: t}
`, map[string]string{"one.pem": one, "other.pem": other})
	if w == nil {
		t.Fatal(findings)
	}
	got := map[string]string{}
	for _, tracker := range w.cfg.Trackers {
		got[tracker.Name.Value], _, _ = w.account(tracker)
	}
	want := map[string]string{
		"a": "a", "other key": "a", "other installation": "other installation", "other app": "other app", "other host": "other host", "token": "token",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if _, limits, _ := w.account(w.cfg.Trackers[0]); limits.PerMinute != 30 {
		t.Errorf("limits %+v, want the strictest", limits)
	}
}

// What only the tracker can see of a key is reported where the key stands.
func TestABrokenKeyIsReportedWhereItStands(t *testing.T) {
	w, findings, folder := loadWith(t, `
  a: {type: github, app: {id: 42, installation_id: 77, private_key_file: app.pem}}
`, map[string]string{"app.pem": "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n"})
	const want = "bugferry.yaml:4:74: trackers.a.app.private_key_file: tracker a: private key of the GitHub App: it is no RSA key in PEM form; " +
		"download one from the App's settings page"
	if w != nil || len(findings) == 0 || strings.TrimPrefix(findings[0].String(), folder+"/") != want {
		t.Errorf("got %v, want %s", findings, want)
	}
}
