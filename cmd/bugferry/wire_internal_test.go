package main

import (
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// Trackers behind a CA of their own are asked where the configuration has its certificate, and not otherwise.
func TestTrackersTrustTheirCAFile(t *testing.T) {
	server := httptest.NewUnstartedServer(judge.Watch(t, sandbox.New(sandbox.Config{})))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // of the handshakes that have to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "projects"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"acme.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})),
		"bugferry.yaml": fmt.Sprintf(`
webhooks: [{path: /hooks, token: t}]
trackers:
  hub: {type: github, base_url: %[1]q, token: good, ca_file: acme.pem}
  cloud: {type: jira, base_url: %[2]q, email: bot@example.com, token: good, ca_file: acme.pem}
  strange-hub: {type: github, base_url: %[1]q, token: good}
  strange-cloud: {type: jira, base_url: %[2]q, email: bot@example.com, token: good}
`, server.URL+"/github/api/v3/", server.URL+"/jira-cloud/"),
		"projects/web.yaml": "project: '*'\ndestinations: {a: {tracker: hub, repo: acme/web}}\nrules: [{to: a}]\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, findings := load(filepath.Join(folder, "bugferry.yaml"), config.Options{}, slog.New(slog.DiscardHandler))
	if w == nil {
		t.Fatal(findings)
	}
	for name, trusted := range map[string]bool{"hub": true, "cloud": true, "strange-hub": false, "strange-cloud": false} {
		if err := w.trackers[name].Probe(t.Context()); (err == nil) != trusted {
			t.Errorf("%s: %v, want trusted %v", name, err, trusted)
		}
	}
}

func TestADisabledDestinationIsNoFallback(t *testing.T) {
	named := func(name, next string, enabled bool) config.Destination {
		return config.Destination{Name: config.Text{Value: name}, Fallback: config.Text{Value: next}, Enabled: enabled}
	}
	p := config.Project{Destinations: []config.Destination{
		named("a", "b", true), named("b", "c", false), named("c", "", true), named("d", "e", true), named("e", "", false),
	}}
	for i, want := range []string{"c", "c", "", "", ""} {
		if got := fallback(p, p.Destinations[i]); got != want {
			t.Errorf("%s falls back to %q, want %q", p.Destinations[i].Name, got, want)
		}
	}
}
