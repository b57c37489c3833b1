package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
)

// secretsOnly is an environment that has the secrets which the examples name, and nothing else.
func secretsOnly(name string) (string, bool) {
	return "some-value", strings.HasSuffix(name, "_TOKEN") || strings.HasSuffix(name, "_KEY")
}

// TestExamples loads every complete configuration of examples/, connects its parts and runs its rules' tests.
func TestExamples(t *testing.T) {
	paths, err := filepath.Glob("../../examples/*/bugferry.yaml")
	if err != nil || len(paths) < 4 {
		t.Fatalf("examples: %v, %v", paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			w, findings := load(path, config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			tests := 0
			for _, project := range w.cfg.Projects {
				for _, test := range project.Tests {
					tests++
					if err := runTest(w.rules, test); err != nil {
						t.Errorf("%s: %v", test.At, err)
					}
				}
			}
			if tests == 0 {
				t.Error("the example has no test")
			}
		})
	}
}

func TestAFailingRuleTestSaysWhatItGot(t *testing.T) {
	w, findings := load("../../examples/both/bugferry.yaml", config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
	if w == nil {
		t.Fatal(findings)
	}
	test := w.cfg.Projects[0].Tests[0]
	test.Expect = test.Expect[:1]
	const want = "payload ../../payloads/sample.json goes to [web-github, web-jira], expected [web-jira]"
	if err := runTest(w.rules, test); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
