package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

var (
	yamlBlock = regexp.MustCompile("(?s)```yaml\n# (\\S+)\n(.*?)```")
	topKey    = regexp.MustCompile(`(?m)^[a-z_]+:`)
)

// TestRecipesAreShownAsTheyAre has docs/recipes.md show each file of examples/recipes but a bugferry.yaml with nothing to tell, and
// show it as it is.
func TestRecipesAreShownAsTheyAre(t *testing.T) {
	page, err := os.ReadFile("../../docs/recipes.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, m := range yamlBlock.FindAllStringSubmatch(string(page), -1) {
		shown[m[1]] = m[2]
	}
	for _, path := range slices.Concat(configtest.Examples(t, "../../examples/recipes")...) {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(string(content), "\n") // an editor's line first
		name := strings.TrimPrefix(path, "../../")
		block, there := shown[name]
		delete(shown, name)
		told := filepath.Base(path) != "bugferry.yaml" || slices.ContainsFunc(topKey.FindAllString(text, -1), func(key string) bool {
			return key != "webhooks:" && key != "trackers:"
		})
		if !there && told {
			t.Errorf("docs/recipes.md does not show %s", name)
		}
		if there && block != text {
			t.Errorf("docs/recipes.md shows another %s (-page +file)\n%s", name, cmp.Diff(block, text))
		}
	}
	for name := range shown {
		t.Errorf("docs/recipes.md shows %s, which is not there", name)
	}
}

// TestRecipesFileWhatTheyPromise looks at the issues that come of recipes, which the tests in their files do not see.
func TestRecipesFileWhatTheyPromise(t *testing.T) {
	const sample, rich = "sample.json", "rich.json"
	late := `{"bugId":"b","projectId":"68088dd3077eafee5d46cf86","title":"x","createdAt":"2026-03-20T23:30:00Z"}`
	labels := func(i bridge.Issue) any { return i.Labels }
	tests := []struct {
		recipe, report, destination string
		what                        func(bridge.Issue) any
		want                        any
	}{
		{"by-priority", sample, "urgent", func(i bridge.Issue) any { return i.Priority }, "High"},
		{"by-priority", sample, "backlog", labels, []string{"priority:high"}},
		{"by-priority", late, "backlog", labels, []string(nil)},
		{"by-team", rich, "web", labels, []string{"team:checkout"}},
		{"triage", sample, "triage", labels, []string{"needs triage"}},
		{"weekend-on-call", late, "web", labels, []string{"bug"}},
		{"weekend-on-call", late, "web-on-call", labels, []string{"bug", "on-call"}},
		{"assign", sample, "web-github", assigned, "quinn-dev"},
		{"assign", rich, "web-github", assigned, "ana-mueller"},
		{"assign", rich, "web-jira", assigned, "5b10ac8d82e05b22cc7d4ef5, for want of ana+qa@example.com, li@example.org"},
		{"own-body", rich, "web-jira", func(i bridge.Issue) any { return i.Title[:10] }, "[checkout]"},
		{"own-body", sample, "web-jira", func(i bridge.Issue) any { return i.Title[:6] }, "Sample"},
		{"close-and-reopen", sample, "web-github", func(i bridge.Issue) any { return i.Status }, "open"},
		{"close-and-reopen", rich, "web-jira", func(i bridge.Issue) any { return i.Status }, "In Progress"},
		{"jira-fields", rich, "web", func(i bridge.Issue) any { return i.Fields }, []bridge.IssueField{
			{Name: "Release train", Value: "2026.11"},
			{Name: "Console log", Value: "https://app.betterbugs.io/session/69bd2da39b22f777f76cdd14?openedDevTab=console"},
			{Name: "Due date", Value: "2026-03-23"},
		}},
		{"jira-fields", rich, "web", func(i bridge.Issue) any { return slices.Concat(i.Components, i.Versions) }, []string{"checkout", "4.12.0-rc.1"}},
	}
	for _, tt := range tests {
		t.Run(tt.recipe+" "+tt.destination, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.what(recipeIssue(t, tt.recipe, tt.report, tt.destination))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func assigned(i bridge.Issue) any {
	who := strings.Join(i.Assignees, ", ")
	if i.StandIn {
		who += ", for want of " + strings.Join(i.Sought, ", ")
	}
	return who
}

// TestASecurityReportTellsOfNobody looks for all that is personal in what the recipe files, as a private repository gets it.
func TestASecurityReportTellsOfNobody(t *testing.T) {
	for _, name := range []string{"sample.json", "rich.json"} {
		issue := recipeIssue(t, "security", name, "security")
		said := fmt.Sprint(issue.Body, issue.Private, issue.Labels, issue.Assignees, issue.Sought, issue.Screenshot)
		for _, personal := range []string{
			"quinn", "Ana Müller", "李 雷", "ana+qa", "li@example.org", "66dea4b99fee48c5dcdc1d2c", "4.12.0", "2026.11", "cdn.betterbugs.io",
		} {
			if strings.Contains(said, personal) {
				t.Errorf("%s: %q is told", name, personal)
			}
		}
		if !strings.Contains(said, "openedDevTab=network") {
			t.Errorf("%s: the session's links are missing", name)
		}
	}
}

// recipeIssue is what a recipe files for a report, a file of examples/payloads or the body of a request.
func recipeIssue(t *testing.T, recipe, report, destination string) bridge.Issue {
	t.Helper()
	w, findings := load("../../examples/recipes/"+recipe+"/bugferry.yaml", config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
	if w == nil {
		t.Fatal(findings)
	}
	body, err := []byte(report), error(nil)
	if strings.HasSuffix(report, ".json") {
		body, err = os.ReadFile("../../examples/payloads/" + report)
	}
	decoded, wrong := betterbugs.Decode(betterbugs.Request{Body: body})
	if err = errors.Join(err, wrong); err != nil {
		t.Fatal(err)
	}
	issue, err := w.rules.Compose(decoded, destination, nil)
	if err != nil {
		t.Fatal(err)
	}
	return issue
}
