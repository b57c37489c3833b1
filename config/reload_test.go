package config_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
)

// with is the good configuration with main's lines behind it, and with more files.
func with(t *testing.T, main string, files map[string]string, env map[string]string) *config.Config {
	t.Helper()
	all := map[string]string{"bugferry.yaml": goodMain + main, "projects/web.yaml": goodProject}
	for name, text := range files {
		all[name] = text
	}
	c, findings := config.Load(write(t, all)+"/bugferry.yaml", environment(env))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	for i := range c.Projects {
		c.Projects[i].File = "web.yaml" // it is another directory each time
	}
	return c
}

func TestKeepWhatOnlyARestartChanges(t *testing.T) {
	running := with(t, "store: {url: 'sqlite:/db/a'}\n", nil, nil)
	next := with(t, `server: {listen: ":1", admin: "127.0.0.1:2", duplicates: 1m, rate_limit: 7, body_limit: 1MiB}
installation: other
store: {url: "sqlite:/db/b", retention: 1d}
delivery: {workers: 1, lease: 61s, timeout: 19s, retry_from: 1s, retry_to: 2s, give_up: 1d, reconcile: 1m, sweep: 1m, breaker_after: 1, breaker_wait: 1s}
screenshots: {allow_private: true}
`, nil, nil)
	waiting, findings := next.Keep(running)
	if len(findings) > 0 {
		t.Error(findings)
	}
	want := "server.listen server.admin server.duplicates installation store.url store.retention delivery.workers delivery.lease delivery.retry_from " +
		"delivery.retry_to delivery.give_up delivery.reconcile delivery.sweep delivery.breaker_after delivery.breaker_wait"
	if diff := cmp.Diff(strings.Fields(want), waiting); diff != "" {
		t.Error(diff)
	}
	if next.Server.Listen != running.Server.Listen || next.Installation != running.Installation || next.Delivery.Lease != running.Delivery.Lease ||
		next.Store.URL.Reveal() != "sqlite:/db/a" {
		t.Error("what waits for a restart was taken over")
	}
	if next.Server.RateLimit != 7 || !next.Screenshots.AllowPrivate || next.Trackers[0].Timeout.Seconds() != 19 {
		t.Error("what needs no restart was not taken over")
	}
}

func TestKeepRefusesATimeoutThatTheLeaseCannotBear(t *testing.T) {
	const store = "store: {url: 'sqlite:/db/a'}\n"
	running := with(t, store, nil, nil)
	next := with(t, store+"delivery: {lease: 5m, timeout: 2m}\n", nil, nil)
	waiting, findings := next.Keep(running)
	if len(waiting) != 1 || findings.Err() == nil || !strings.Contains(findings.Err().Error(), "bugferry.yaml:3:3: trackers.github: its timeout of 2m0s needs a longer delivery.lease") {
		t.Errorf("%v %v", waiting, findings)
	}
}

func TestChanges(t *testing.T) {
	const project = "project: p2\nname: Two\ndestinations: {web: {tracker: github, repo: acme/two}}\nrules: [{to: web}]\n"
	for _, test := range []struct {
		name          string
		main          string
		env           map[string]string
		project, more string
		want          []string
	}{
		{name: "nothing"},
		{name: "lines that say nothing", main: "\n# a comment\nusers: {}\n", project: "# above\n" + goodProject},
		{name: "a rule", project: strings.Replace(goodProject, "[{to: web}]", "[{to: web, continue: true}]", 1), want: []string{"project web (web.yaml) changed"}},
		{name: "another project", project: project, want: []string{"project Two (web.yaml) added", "project web (web.yaml) removed"}},
		{name: "one more project", more: project, want: []string{"project Two (web.yaml) added"}},
		{name: "a token of a tracker", env: map[string]string{"GITHUB_TOKEN": "fresh-secret"}, want: []string{"tracker github changed"}},
		{name: "a token of a webhook", env: map[string]string{"HOOK_TOKEN": "fresh-secret"}, want: []string{"webhook /hook changed"}},
		{name: "a person", main: "users: {q@example.com: {github: q}}\n", want: []string{"users changed"}},
		{name: "settings", main: "server: {rate_limit: 7}\nscreenshots: {hosts: [a.example]}\n", want: []string{"server.rate_limit changed", "screenshots.hosts changed"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{}
			if test.project != "" {
				files["projects/web.yaml"] = test.project
			}
			if test.more != "" {
				files["projects/more.yaml"] = test.more
			}
			const store = "store: {url: 'sqlite:/db/a'}\n"
			got := with(t, store+test.main, files, test.env).Changes(with(t, store, nil, nil))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(strings.Join(got, " "), "secret") {
				t.Error("a secret is told")
			}
		})
	}
}

// TestTheDocumentationNamesWhatNeedsARestart, key by key.
func TestTheDocumentationNamesWhatNeedsARestart(t *testing.T) {
	text, err := os.ReadFile("../docs/reloading.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "These are kept until a restart:")
	list, _, _ = strings.Cut(list, ". Where")
	if diff := cmp.Diff(config.Fixed(), regexp.MustCompile(`[a-z_.]+[a-z_]`).FindAllString(list, -1)); diff != "" {
		t.Error(diff)
	}
}
