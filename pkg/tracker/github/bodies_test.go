package github_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// TestEveryBodyIsAsDescribed: whatever a configuration and a report make of an issue, GitHub's own description allows what is sent.
func TestEveryBodyIsAsDescribed(t *testing.T) {
	words := trackertest.Vocabulary{
		Labels: []string{"bug", "new one", "a/b"}, Types: []string{"Bug", "bug", "None"}, Assignees: []string{"quinn-dev", "Ana-Dev", "outsider"},
		Statuses: []string{"open", "closed", "not_planned"}, Milestones: []string{"2026.10", "2026.11"}, Parse: markup.Parse,
	}
	var judged judge.Figures
	issues := 0
	rapid.Check(t, func(rt *rapid.T) {
		j := judge.Watch(rt, sandbox.New(sandbox.Config{}))
		tr, err := github.New(github.Config{
			Name: "github", BaseURL: "https://api.example/github/api/v3", Token: token, Pause: time.Millisecond,
			FindUsers: rapid.Bool().Draw(rt, "find users"), Transport: &direct{Handler: j},
		})
		if err != nil {
			rt.Fatal(err)
		}
		place, err := tr.Place(rapid.SampledFrom([]string{"acme/web", "quinn-dev/own"}).Draw(rt, "place"))
		if err != nil {
			rt.Fatal(err)
		}
		trackertest.Bodies(rt, tr, place, words.Issue(rt))
		judged.Add(j.Figures())
		issues++
	})
	t.Logf("%d issues: %s: %v", issues, judged, judged.Exchanges)
}
