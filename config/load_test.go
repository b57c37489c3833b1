package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

func TestMissingFileNamesInit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bugferry.yaml")
	loaded, findings := config.Load(path, environment(nil))
	if want := path + ": no such file; write a first one with: bugferry init"; len(findings) != 1 || findings[0].String() != want {
		t.Errorf("findings %v, want %s", findings, want)
	}
	if loaded == nil || findings.Err() == nil {
		t.Error("want a Config to go on with, and an error")
	}
}

func TestMinimalConfigurationHasTheDefaults(t *testing.T) {
	dir := write(t, good(nil))
	c := load(t, dir, environment(nil))

	wantServer := config.Server{Listen: ":8080", Admin: "127.0.0.1:8081", BodyLimit: 5 << 20, RateLimit: 200, Concurrent: 128, Duplicates: 5 * time.Minute}
	if diff := cmp.Diff(wantServer, c.Server); diff != "" {
		t.Error("server:", diff)
	}
	wantDelivery := config.Delivery{
		Workers: 8, Lease: time.Minute, Timeout: 20 * time.Second,
		RetryFrom: 5 * time.Second, RetryTo: time.Hour, GiveUp: 7 * 24 * time.Hour, Reconcile: 5 * time.Minute,
		Sweep: 15 * time.Minute, BreakerAfter: 5, BreakerWait: 30 * time.Second,
	}
	if diff := cmp.Diff(wantDelivery, c.Delivery); diff != "" {
		t.Error("delivery:", diff)
	}
	if got, want := c.Store.URL.Reveal(), "sqlite:"+filepath.Join(dir, "bugferry.db"); got != want {
		t.Errorf("store %s, want %s", got, want)
	}
	github, jira := c.Trackers[0], c.Trackers[1]
	if github.BaseURL.Value != "https://api.github.com/" || github.Settle != 30*time.Second || github.Timeout != 20*time.Second {
		t.Errorf("github %+v", github)
	}
	if want := (config.Limits{PerMinute: 80, PerHour: 500, Spacing: time.Second}); github.Limits != want || jira.Limits != (config.Limits{}) {
		t.Errorf("limits of github %+v, of jira %+v", github.Limits, jira.Limits)
	}
	if jira.BaseURL.Value != "https://acme.atlassian.net/" || jira.Settle != time.Minute {
		t.Errorf("jira %+v", jira)
	}
	if got := config.Values(c.Webhooks[0].Projects); !cmp.Equal(got, []string{"*"}) {
		t.Errorf("webhook's projects %v", got)
	}
}

func TestLimitsFollowTheHost(t *testing.T) {
	own := config.Limits{PerMinute: 80, PerHour: 500, Spacing: time.Second}
	for _, test := range []struct {
		tracker string
		want    config.Limits
	}{
		{`{type: github, token: x}`, own},
		{`{type: github, token: x, base_url: "https://api.acme.ghe.com/"}`, own},
		{`{type: github, token: x, base_url: "https://ghe.acme.example/api/v3/"}`, config.Limits{}},
		{`{type: github, token: x, base_url: "https://api.github.com.example/"}`, config.Limits{}},
		{`{type: github, token: x, base_url: "https://ghe.acme.example/api/v3/", limits: {per_hour: 7}}`, config.Limits{PerHour: 7}},
		{`{type: github, token: x, limits: {per_minute: 0, spacing: 0s}}`, config.Limits{PerHour: 500}},
	} {
		t.Run(test.tracker, func(t *testing.T) {
			c := load(t, write(t, map[string]string{
				"bugferry.yaml":     "webhooks: [{path: /h, token: x}]\ntrackers:\n  github: " + test.tracker + "\n",
				"projects/web.yaml": "project: p\ndestinations: {g: {tracker: github, repo: acme/web}}\nrules: [{to: [g]}]\n",
			}), environment(nil))
			if got := c.Trackers[0].Limits; got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestDestinationDefaultsFollowTheTracker(t *testing.T) {
	c := load(t, write(t, good(map[string]string{"projects/web.yaml": `project: p1
destinations:
  j: {tracker: jira, project: WEB}
  g: {tracker: github, repo: acme/web}
rules: [{to: [j, g]}, {to: j}]
`})), environment(nil))

	project := c.Projects[0]
	j, g := project.Destinations[0], project.Destinations[1]
	if j.Screenshot != config.ScreenshotAttach || j.IssueType.Value != "Bug" || j.Type != config.Jira || j.Place().Value != "WEB" {
		t.Errorf("jira %+v", j)
	}
	if g.Screenshot != config.ScreenshotLink || g.IssueType.Value != "" || g.Type != config.GitHub || g.Place().Value != "acme/web" {
		t.Errorf("github %+v", g)
	}
	if !j.Assign || j.OnUpdate != config.UpdateEdit {
		t.Errorf("assign %v, on_update %s", j.Assign, j.OnUpdate)
	}
	if project.Name != "web" || project.Rules[1].Name.Value != "rule 2" {
		t.Errorf("names %q, %q", project.Name, project.Rules[1].Name)
	}
}

func TestTextsKnowWhereTheyStand(t *testing.T) {
	dir := write(t, good(map[string]string{"projects/web.yaml": `project: "*"
destinations:
  web:
    tracker: github
    repo: acme/web
    labels:
      - bug
      - "{{ .Priorty }}"
rules: [{to: web, when: 'report.x == 1'}]
`}))
	project := load(t, dir, environment(nil)).Projects[0]
	file := filepath.Join(dir, "projects", "web.yaml")
	for where, want := range map[string]string{
		project.Destinations[0].Labels[1].Where(): file + ":8:9: destinations.web.labels[1]",
		project.Rules[0].When.Where():             file + ":9:25: rules[0].when",
		project.Rules[0].To[0].Where():            file + ":9:14: rules[0].to",
		project.Rules[0].At.String():              file + ":9:9",
	} {
		if where != want {
			t.Errorf("stands at %s, want %s", where, want)
		}
	}
}

func TestHeadersComeFromFilesToo(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": "webhooks: [{path: /hook, headers: {X-Key: a}, header_files: {x-key: [one, two], X-Other: one}}]\ntrackers: {github: {type: github, token: t}}\n",
		"one":           "first\n", "two": "second",
	}))
	got := map[string][]string{}
	for _, header := range load(t, dir, environment(nil)).Webhooks[0].Headers {
		for _, value := range header.Values {
			got[header.Name.Value] = append(got[header.Name.Value], value.Reveal())
		}
	}
	if diff := cmp.Diff(map[string][]string{"X-Key": {"a", "first", "second"}, "X-Other": {"first"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAHeaderFromAFileIsASecret(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": "webhooks: [{path: /hook, header_files: {X-Key: sub/one}}]\ntrackers: {github: {type: github, token: t}}\n",
		"sub/one":       "first\r\n",
	}))
	c := load(t, dir, environment(nil))
	if webhook := c.Webhooks[0]; !webhook.HasSecret() || webhook.Headers[0].Values[0].Reveal() != "first" {
		t.Errorf("headers %+v", webhook.Headers)
	}
	if !slices.Contains(c.Files, filepath.Join(dir, "sub", "one")) {
		t.Errorf("files to watch %v", c.Files)
	}
}

func TestWebhookSaysWhoMaySendAndWhatIsNotFiled(t *testing.T) {
	const keys = `, from: [192.0.2.7, "2001:db8::/32", "${OFFICE}"], ignore_bug_ids: sample-1, capture: true}]`
	dir := write(t, good(map[string]string{"bugferry.yaml": strings.Replace(goodMain, "}]", keys, 1)}))
	webhook := load(t, dir, environment(map[string]string{"OFFICE": "10.0.0.0/8"})).Webhooks[0]
	if got := config.Values(webhook.From); !cmp.Equal(got, []string{"192.0.2.7", "2001:db8::/32", "10.0.0.0/8"}) {
		t.Errorf("from %v", got)
	}
	if got := config.Values(webhook.IgnoreBugIDs); !cmp.Equal(got, []string{"sample-1"}) || !webhook.Capture {
		t.Errorf("ignores %v, captures %v", got, webhook.Capture)
	}

	webhook = load(t, write(t, good(nil)), environment(nil)).Webhooks[0]
	if len(webhook.From) > 0 || len(webhook.IgnoreBugIDs) > 0 || webhook.Capture {
		t.Errorf("by default %+v", webhook)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	dir := write(t, good(map[string]string{
		"bugferry.yaml": "webhooks: [{path: /hook, token: a, token_file: [one, sub/two]}]\ntrackers: {github: {type: github, token_file: one}}\n",
		"one":           "first\n", "sub/two": "  second  ",
	}))
	c := load(t, dir, environment(nil))
	var tokens []string
	for _, token := range c.Webhooks[0].Tokens {
		tokens = append(tokens, token.Reveal())
	}
	if diff := cmp.Diff([]string{"a", "first", "second"}, tokens); diff != "" {
		t.Error("webhook's tokens:", diff)
	}
	if got := c.Trackers[0].Token.Reveal(); got != "first" {
		t.Errorf("tracker's token %q", got)
	}
	want := []string{"bugferry.yaml", "one", "sub/two", "one", "projects", "projects/web.yaml"}
	for i := range want {
		want[i] = filepath.Join(dir, want[i])
	}
	if diff := cmp.Diff(want, c.Files); diff != "" {
		t.Error("files:", diff)
	}
}

func TestProjectFilesAreThoseNamedYaml(t *testing.T) {
	c := load(t, write(t, good(map[string]string{
		"projects/.hidden.yaml": "nonsense", "projects/notes.txt": "nonsense", "projects/..data/x.yaml": "nonsense",
		"projects/app.yml": strings.Replace(goodProject, `"*"`, "p2", 1),
	})), environment(nil))
	if len(c.Projects) != 2 || c.Projects[0].Name != "app" || c.Projects[1].Name != "web" {
		t.Errorf("projects %+v", c.Projects)
	}
}

func TestAliasesAndMergeKeys(t *testing.T) {
	c := load(t, write(t, good(map[string]string{"projects/web.yaml": `project: "*"
destinations:
  web: &web {tracker: github, repo: acme/web, labels: &labels [bug]}
  api: {<<: *web, repo: acme/api}
  app: {<<: [*web], repo: acme/app, labels: *labels}
rules: [{to: [web, api, app]}]
`})), environment(nil))
	api := c.Projects[0].Destinations[1]
	if api.Repo.Value != "acme/api" || api.Tracker.Value != "github" || api.Labels[0].Value != "bug" {
		t.Errorf("api %+v", api)
	}
}

func TestAliasesCannotUnfoldWithoutEnd(t *testing.T) {
	const many = 500
	large := "destinations:\n  d0: {tracker: github, repo: acme/web, labels: &l [" + strings.Repeat("x,", many) + "x]}\n"
	for i := range many {
		large += fmt.Sprintf("  x%d: {tracker: github, repo: acme/web, labels: *l}\n", i)
	}
	for name, project := range map[string]string{
		"large":    "project: p\n" + large + "rules: [{to: d0}]\n",
		"circular": "project: p\ndestinations: &d {<<: [" + strings.Repeat("*d,", many) + "*d], d0: {tracker: github, repo: a/b}}\nrules: [{to: d0}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, good(map[string]string{"projects/web.yaml": project}))
			_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), environment(nil))
			if findings.Err() == nil || !strings.Contains(findings.Err().Error(), "aliases make the file too large") {
				t.Errorf("findings:\n%s", report(findings, dir))
			}
		})
	}
}

func TestExamplesLoad(t *testing.T) {
	for _, files := range configtest.Examples(t, "../examples") {
		t.Run(filepath.Base(filepath.Dir(files[0])), func(t *testing.T) {
			c := load(t, filepath.Dir(files[0]), environment(nil))
			if len(c.Projects) == 0 {
				t.Error("no project")
			}
			for _, path := range c.Files {
				if content, err := os.ReadFile(path); err == nil && !strings.HasPrefix(string(content), "# ") {
					t.Errorf("%s does not begin with what it is about", path)
				}
			}
		})
	}
}
