package config_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The file is found beside bugferry.yaml, and is one of those whose change is seen.
func TestCAFile(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	one := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	bundle := "# acme\n" + one + one
	dir := write(t, good(map[string]string{
		"bugferry.yaml": strings.Replace(goodMain, "type: jira,", "type: jira, ca_file: certificates/acme.pem,", 1), "certificates/acme.pem": bundle,
	}))
	c := load(t, dir, environment(nil))
	jira, _ := c.Tracker("jira")
	github, _ := c.Tracker("github")
	if string(jira.CA) != bundle || github.CA != nil {
		t.Errorf("jira trusts %q, github %q", jira.CA, github.CA)
	}
	if path := filepath.Join(dir, "certificates", "acme.pem"); !slices.Contains(c.Files, path) {
		t.Errorf("%v does not have %s", c.Files, path)
	}
}
