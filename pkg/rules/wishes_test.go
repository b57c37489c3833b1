package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

// What a live check asks about is what the destination's settings can lead to.
func TestWishes(t *testing.T) {
	accounts := map[string]string{"quinn@example.com": "acc-quinn"}
	for _, c := range []struct {
		name string
		d    rules.Destination
		want bridge.Wishes
	}{
		{"nothing", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotOff}, bridge.Wishes{}},
		{"pictures are attached by default", rules.Destination{Kind: rules.Jira}, bridge.Wishes{Screenshot: true, Attach: true}},
		{"or shown", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotLink}, bridge.Wishes{Screenshot: true}},
		{"GitHub takes none", rules.Destination{Kind: rules.GitHub}, bridge.Wishes{Screenshot: true}},
		{"people", rules.Destination{Kind: rules.GitHub, Screenshot: rules.ScreenshotOff, Assign: true, Accounts: accounts},
			bridge.Wishes{Assignees: []string{"acc-quinn"}, SeekAssignees: true}},
		{"a reporter", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotOff, Reporter: "quinn@example.com", Accounts: accounts},
			bridge.Wishes{Reporter: true}},
		{"the author", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotOff, Reporter: rules.ReporterAuthor, Accounts: accounts},
			bridge.Wishes{Reporter: true, SeekReporter: true}},
		{"the author, where nobody is mapped", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotOff, Reporter: rules.ReporterAuthor},
			bridge.Wishes{SeekReporter: true}},
		{"a security level of the report's", rules.Destination{Kind: rules.Jira, Screenshot: rules.ScreenshotOff,
			SecurityLevel: rules.Text{Value: "{{ .Priority }}"}}, bridge.Wishes{SecurityLevels: []string{""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.d.Name = "d"
			got := compile(t, rules.Project{IDs: []string{"p"}, Destinations: []rules.Destination{c.d}}).Wishes("p", "d")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
