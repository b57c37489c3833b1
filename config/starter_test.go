package config_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/bugferry/bugferry/config"
)

var (
	repositories = []string{"", "acme/web", "https://github.com/acme/web", "https://acme.ghe.com/acme/web", "https://github.acme.example:8443/acme/web.git"}
	sites        = []string{"", "https://acme.atlassian.net", "https://api.atlassian.com/ex/jira/1234-abcd/", "https://jira.acme.example/jira"}
	named        = regexp.MustCompile(`\$\{([A-Z_]+)\}`)
)

// starts are all combinations of what a starter can be filled in with.
func starts(t *testing.T) map[string]config.Start {
	t.Helper()
	all := map[string]config.Start{}
	for _, repository := range repositories {
		for _, address := range sites {
			for _, email := range []string{"", "bot+b@acme.example"} {
				for _, key := range []string{"WEB", "NULL"} {
					var s config.Start
					if repository != "" {
						r, err := config.ParseRepository(repository)
						if err != nil {
							t.Fatal(err)
						}
						s.GitHub = &r
					}
					if address != "" {
						site, err := config.ParseSite(address)
						if err != nil {
							t.Fatal(err)
						}
						site.Project, site.Email = key, email
						s.Jira = &site
					}
					all[fmt.Sprintf("%s and %s %s %s", repository, address, key, email)] = s
				}
			}
		}
	}
	return all
}

// TestStartersLoad with the environment variables that they name and no others, and say what they were filled in with.
func TestStartersLoad(t *testing.T) {
	for name, start := range starts(t) {
		files := start.Files()
		dir := write(t, files)
		variables := map[string]string{}
		for _, text := range strings.Split(files["bugferry.yaml"], "\n") {
			if strings.HasPrefix(strings.TrimSpace(text), "#") {
				continue
			}
			for _, variable := range named.FindAllStringSubmatch(text, -1) {
				variables[variable[1]] = map[string]string{"JIRA_SITE": "https://acme.atlassian.net"}[variable[1]] + "x"
			}
		}
		c := load(t, dir, config.Options{Lookup: func(name string) (string, bool) { value, ok := variables[name]; return value, ok }})
		var got []string
		for _, d := range c.Projects[0].Destinations {
			tracker, _ := c.Tracker(d.Tracker.Value)
			got = append(got, d.Type+" "+tracker.BaseURL.Value+" "+d.Place().Value)
		}
		if diff := cmp.Diff(wantPlaces(start), got); diff != "" {
			t.Errorf("%s: places (-want +got)\n%s", name, diff)
		}
		if to := config.Values(c.Projects[0].Rules[0].To); len(to) != len(got) || len(c.Projects[0].Rules) != 1 {
			t.Errorf("%s: the rule leads to %v", name, to)
		}
		for file, content := range files {
			if !strings.HasPrefix(content, "# yaml-language-server: $schema=https://") || strings.Count(content, "\n#") < 1 {
				t.Errorf("%s: %s has no first line or no comments:\n%s", name, file, content)
			}
		}
		_, findings := config.Load(filepath.Join(dir, "bugferry.yaml"), config.Options{Lookup: func(string) (string, bool) { return "", false }})
		for variable := range variables {
			if !strings.Contains(report(findings, dir), variable+" is not set") {
				t.Errorf("%s: findings do not name %s", name, variable)
			}
		}
	}
}

func wantPlaces(s config.Start) []string {
	if s.GitHub == nil && s.Jira == nil {
		return []string{"github https://api.github.com/ acme/web"}
	}
	var want []string
	if s.GitHub != nil {
		base := s.GitHub.BaseURL
		if base == "" {
			base = "https://api.github.com/"
		}
		want = append(want, "github "+base+" acme/web")
	}
	if s.Jira != nil {
		want = append(want, "jira "+s.Jira.BaseURL+"/ "+s.Jira.Project)
	}
	return want
}

func TestParseRepository(t *testing.T) {
	for _, test := range []struct{ text, name, base, err string }{
		{text: "acme/web", name: "acme/web"},
		{text: "https://www.github.com/acme/web.git/", name: "acme/web"},
		{text: "https://acme.ghe.com/acme/web", name: "acme/web", base: "https://api.acme.ghe.com/"},
		{text: "https://GitHub.acme.example:8443/acme/web", name: "acme/web", base: "https://github.acme.example:8443/api/v3/"},
		{text: "http://127.0.0.1:8090/acme/web", name: "acme/web", base: "http://127.0.0.1:8090/api/v3/"},
		{text: "acme", err: "is not a repository; expected owner/name"},
		{text: "", err: "is not a repository"},
		{text: "acme/web/issues", err: "is not a repository"},
		{text: "acme/web\nrules: []", err: "is not a repository"},
		{text: "git@github.com:acme/web.git", err: "is not a repository"},
		{text: "http://github.acme.example/acme/web", err: "is http, which sends the token unencrypted; expected https"},
		{text: "ssh://git@github.com/acme/web", err: "has a user name in it"},
		{text: "ftp://github.com/acme/web", err: "is not an address"},
		{text: "https://github.com/acme/web/issues/3", err: "does not end in a repository; expected one such as https://github.com/acme/web"},
		{text: "https://github.com/acme/web?tab=1", err: "has a character"},
		{text: "https://github.com/acme/${TOKEN}", err: "has a character"},
		{text: "https://api.github.com/repos/acme/web", err: "is where programs ask"},
	} {
		got, err := config.ParseRepository(test.text)
		if !says(err, test.err) || err == nil && (got.Name != test.name || got.BaseURL != test.base) {
			t.Errorf("%q: %+v, %v", test.text, got, err)
		}
	}
}

func TestParseSite(t *testing.T) {
	for _, test := range []struct {
		text, base string
		cloud      bool
		err        string
	}{
		{text: "https://acme.atlassian.net/", base: "https://acme.atlassian.net", cloud: true},
		{text: "https://Acme.Atlassian.net", base: "https://Acme.Atlassian.net", cloud: true},
		{text: "https://api.atlassian.com/ex/jira/1234-abcd", base: "https://api.atlassian.com/ex/jira/1234-abcd", cloud: true},
		{text: "https://jira.acme.example/jira/", base: "https://jira.acme.example/jira"},
		{text: "http://localhost:8090/jira-dc", base: "http://localhost:8090/jira-dc"},
		{text: "acme.atlassian.net", err: "is not an address; expected one that begins with https://, such as https://acme.atlassian.net"},
		{text: "http://acme.atlassian.net", err: "is http"},
		{text: "https://me:secret@acme.atlassian.net", err: "has a user name in it"},
		{text: "https://acme.atlassian.net/jira/software/projects/WEB", err: "is a page of Jira; expected the site's address: https://acme.atlassian.net"},
		{text: "https://jira.acme.example/browse/WEB-1", err: "is a page of Jira"},
		{text: "https://api.atlassian.com", err: "names no site"},
		{text: "https://acme.atlassian.net/?a=b", err: "has a character"},
		{text: "https://acme.atlassian.net/\nx: y", err: "is not an address"},
	} {
		got, err := config.ParseSite(test.text)
		if !says(err, test.err) || err == nil && (got.BaseURL != test.base || got.Cloud() != test.cloud) {
			t.Errorf("%q: %+v, %v", test.text, got, err)
		}
	}
	for text, want := range map[string]string{"bot@acme.example": "", "bot": "is not an e-mail", "a@b\nx: y": "is not an e-mail", "${A}@b": "is not an e-mail"} {
		if err := config.CheckEmail(text); !says(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// says whether the error says want; empty: there is none.
func says(err error, want string) bool {
	return err == nil && want == "" || err != nil && want != "" && strings.Contains(err.Error(), want)
}

// TestAStartOfAProjectIsWhatItHolds whatever a stranger has written: each text is a value, or stays in its comment, and what stands
// there as an example is one once the comment signs are gone.
func TestAStartOfAProjectIsWhatItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"a\nproject: evil", "x: y", "a # b", "null", "~", "Yes", "- a", "{a: b}", "[a]", "*a", "&a", "!tag x", "<<", "\u0085rules:", "\u2028rules:",
			"a\r\nrules: []", `"`, `\`, "'", "\x00", "\ufeff", "\u202ea", "[[.ID]]", "{{ .Title }}", "${A}", "", " a ", "@a", "`a`", "%a", "? a", "a:", "\ta",
		}))
		p := config.ProjectStart{
			ID: text.Draw(t, "id"), Event: "ev_1", Off: text.Draw(t, "off"),
			Destinations: []config.DestinationStart{{Name: text.Draw(t, "name"), Tracker: text.Draw(t, "tracker"), Type: config.GitHub, Place: "acme/web", Note: text.Draw(t, "note")}},
			Conditions:   []config.ConditionStart{{Field: "customFields." + text.Draw(t, "field"), Value: text.Draw(t, "value")}},
		}
		var file struct {
			Project      string
			Enabled      *bool
			Destinations map[string]map[string]any
			Rules        []struct {
				Match map[string]any
				To    []string
			}
		}
		decode(t, p.YAML(), &file)
		d := p.Destinations[0]
		if file.Project != p.ID || file.Destinations[d.Name]["tracker"] != any(d.Tracker) || len(file.Rules) != 1 || !slices.Equal(file.Rules[0].To, []string{d.Name}) {
			t.Fatalf("%+v is\n%s", p, p.YAML())
		}
		if (file.Enabled != nil) != (p.Off != "") {
			t.Fatalf("off because of %q:\n%s", p.Off, p.YAML())
		}
		shown := regexp.MustCompile(`(?m)^  # (- match|  to)`).ReplaceAllString(p.YAML(), "  $1")
		decode(t, shown, &file)
		want := any(p.Conditions[0].Value)
		if want == "" {
			want = map[string]any{"present": true}
		}
		if len(file.Rules) != 2 || !cmp.Equal(file.Rules[0].Match, map[string]any{p.Conditions[0].Field: want}) {
			t.Fatalf("%+v is\n%s", p.Conditions, shown)
		}
	})
}

func decode(t *rapid.T, text string, into any) {
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}
