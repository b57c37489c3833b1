package config_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// TestBad loads each of testdata/bad but those that only pkg/rules judges, and compares all findings with what it expects.
func TestBad(t *testing.T) {
	cases := configtest.Cases(t, "testdata/bad")
	if len(cases) < 150 {
		t.Errorf("only %d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			want := c.Want
			if c.Rules() {
				want = ""
			}
			dir := write(t, c.Files)
			_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
			if diff := cmp.Diff(want, report(findings, dir)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAllMistakesAreReportedAtOnceAndInOrder(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": `servr: {}
webhooks: [{path: hook, token: "${NOT_SET}"}]
delivery: {lease: soon, workers: many}
trackers:
  github: {type: gitlab, token: "${GITHUB_TOKEN}"}
`,
		"projects/a.yaml": "project: x\nnonsense: 1\n",
		"projects/b.yaml": "project: [x\n",
	}))
	_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
	want := `bugferry.yaml:1:1: servr: unknown key; did you mean server?
bugferry.yaml:2:19: webhooks[0].path: "hook" is not a path; expected one that begins with /, such as /hooks/betterbugs
bugferry.yaml:2:32: webhooks[0].token: environment variable NOT_SET is not set or is empty; set it, or write ${NOT_SET:-default}
bugferry.yaml:3:19: delivery.lease: "soon" is not a duration; expected one such as 60s, 5m, 1h30m or 7d
bugferry.yaml:3:34: delivery.workers: "many" is not a whole number from 1 to 1000
bugferry.yaml:5:18: trackers.github.type: "gitlab" is not one of github, jira; did you mean github?
projects/a.yaml:1:1: destinations: is missing; expected at least one place to file issues at
projects/a.yaml:1:1: rules: is missing; expected at least one, such as - to: [name of a destination]
projects/a.yaml:2:1: nonsense: unknown key; expected one of project, name, enabled, defaults, destinations, rules, unrouted, reroute, tests
projects/b.yaml:1: not YAML: did not find expected ',' or ']'; look at the lines around this one; between brackets a value with one of ?,[]{} stands in quotes`
	if diff := cmp.Diff(want, report(findings, dir)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := strings.Count(findings.Err().Error(), "\n"); got != len(findings)-1 {
		t.Errorf("the error has %d line breaks for %d mistakes", got, len(findings))
	}
}

func TestWarningsDoNotStandInTheWay(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": strings.Replace(goodMain, `, token: "${HOOK_TOKEN}"`, "", 1)}))
	_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
	if err := findings.Err(); err != nil {
		t.Error("error", err)
	}
	want := "bugferry.yaml:1:12: webhooks: warning: /hook has neither token nor headers; anybody who knows the address can send reports"
	if got := report(findings.Warnings(), dir); got != want {
		t.Errorf("warnings %q, want %q", got, want)
	}
}
