package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// secretsOnly is an environment that has the secrets which the examples name, and nothing else.
func secretsOnly(name string) (string, bool) {
	return "some-value", strings.HasSuffix(name, "_TOKEN") || strings.HasSuffix(name, "_KEY")
}

// TestExamples loads every complete configuration of examples/, connects its parts and runs its rules' tests.
func TestExamples(t *testing.T) {
	for _, files := range configtest.Examples(t, "../../examples") {
		t.Run(filepath.Base(filepath.Dir(files[0])), func(t *testing.T) {
			w, findings := load(files[0], config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			tests := 0
			for _, project := range w.cfg.Projects {
				for _, test := range project.Tests {
					tests++
					if err := runTest(w.rules, project, test); err != nil {
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
	first := w.cfg.Projects[0]
	test := first.Tests[0]
	test.Expect = []config.Text{test.Expect[0], {Value: "mobile"}}
	const want = `payload ../../payloads/sample.json does not go where it should (- expected, + got)
    - mobile
    + web-github
      web-jira
    rule "`
	if err := runTest(w.rules, first, test); err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), ": match: ") {
		t.Errorf("got %v, want %s…", err, want)
	}
}
