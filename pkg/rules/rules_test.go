package rules_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

const project = "68088dd3077eafee5d46cf86"

func load(t testing.TB, name string) bridge.Report {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var r bridge.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// compile compiles one project and insists that nothing is wrong with it.
func compile(t testing.TB, p rules.Project) *rules.Set {
	t.Helper()
	set, found := rules.Compile(rules.Config{Installation: "test", Images: bridge.Hosts{"cdn.betterbugs.io"}, Projects: []rules.Project{p}})
	for _, f := range found {
		t.Errorf("finding at %q: %s", f.At, f.Message)
	}
	return set
}

func destination(name string) rules.Destination {
	return rules.Destination{Name: name, Kind: rules.GitHub}
}

func texts(values ...string) []rules.Text {
	list := make([]rules.Text, len(values))
	for i, v := range values {
		list[i] = rules.Text{Value: v}
	}
	return list
}

// webShop is the configuration that the design shows.
func webShop() rules.Project {
	accounts := map[string]string{"Quinn@example.com": "quinn-dev", "ana+qa@example.com": "ana-dev"}
	return rules.Project{
		IDs: []string{project}, Name: "Web shop", At: "projects/web.yaml:1:1: project",
		Destinations: []rules.Destination{
			{
				Name: "web-jira", Kind: rules.Jira, IssueType: "Bug",
				Labels: texts("betterbugs", "{{ .Type | lower }}"), Components: texts("Frontend"),
				Fields:   []rules.Field{{Name: "Release train", Value: rules.Text{Value: "{{ .CustomFields.train }}"}}},
				Priority: map[string]string{"urgent": "Highest", "HIGH": "High"},
				Status:   map[string]string{"CLOSED": "Done"},
				Assign:   true, Accounts: map[string]string{"quinn@example.com": "5b10ac8d"},
				Screenshot: rules.ScreenshotAttach,
			},
			{
				Name: "web-github", Kind: rules.GitHub, Assign: true, Accounts: accounts,
				Labels: texts("bug", "priority:{{ .Priority | lower }}", "betterbugs"),
			},
		},
		Rules: []rules.Rule{
			{
				Name: "urgent goes to Jira", To: []string{"web-jira"}, Continue: true,
				Match: []rules.Condition{{Field: "priority", Values: []string{"URGENT", "HIGH"}}},
				When:  rules.Text{Value: `report.customFields.team == "checkout"`},
			},
			{Name: "all others", To: []string{"web-github"}},
		},
	}
}

func contains(t *testing.T, what, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("%s: got %q, want it to contain %q", what, got, want)
	}
}
