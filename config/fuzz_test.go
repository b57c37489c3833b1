package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
)

// FuzzLoad looks for panics, for findings that say nothing, and for broken input that passes as good.
func FuzzLoad(f *testing.F) {
	for _, file := range config.Reference() {
		f.Add(goodMain, file)
		f.Add(file, goodProject)
	}
	bad, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, path := range bad {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(content), string(content))
	}
	f.Add("&a {<<: *a, b: &b [*b]}", "project: &a [*a]\ndestinations: &d {<<: *d, x: *d}\nrules: *d")
	dir := write(f, good(nil))
	f.Fuzz(func(t *testing.T, main, project string) {
		for name, content := range map[string]string{"bugferry.yaml": main, "projects/web.yaml": project} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
		for _, finding := range findings {
			if finding.Message == "" || finding.At.File == "" || strings.Contains(finding.Message, "%!") {
				t.Errorf("says nothing: %+v", finding)
			}
		}
		if findings.Err() == nil && (len(c.Webhooks) == 0 || len(c.Trackers) == 0 || len(c.Projects) == 0 || c.Delivery.Lease <= 0) {
			t.Errorf("passes, with %+v", c)
		}
	})
}
