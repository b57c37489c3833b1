package github_test

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

func TestCheck(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	in := func(d time.Duration) string { return "expires-" + time.Now().Add(d).UTC().Format(time.DateOnly) }
	day := 24 * time.Hour
	all := bridge.Wishes{Labels: []string{"bug", "triage"}, Assignees: []string{"quinn-dev", "outsider"}}
	for _, c := range []struct {
		name, repo, token string
		wishes            bridge.Wishes
		want              []string // level, thing and a part of text or hint
	}{
		{"well", "acme/web", token, bridge.Wishes{Labels: []string{"bug"}, Assignees: []string{"ana-dev"}}, []string{
			"ok credentials bugferry-bot", "ok limits 4999 of 5000", "ok repository acme/web", "ok labels all", "ok assignees all 1"}},
		{"labels and people", "acme/web", token, all, []string{"note labels triage", "warning assignees outsider", "warning assignees correct users"}},
		{"milestone and type", "acme/web", token, bridge.Wishes{Milestone: "2026.11", IssueType: "bug"}, []string{
			"ok milestone can be set", "ok issue type can be set"}},
		{"no such milestone and type", "acme/web", token, bridge.Wishes{Milestone: "9", IssueType: "Epic"}, []string{
			"warning milestone there are 2026.11", "warning issue type there are Task, Bug, Feature", "warning milestone name another"}},
		{"a label that would change the path", "acme/web", token, bridge.Wishes{Labels: []string{"a/b?c"}}, []string{"note labels a/b?c"}},
		{"archived", "acme/archived", token, all, []string{"problem repository unarchive it"}},
		{"no issues", "acme/noissues", token, all, []string{"problem repository switch on Issues"}},
		{"no push", "acme/readonly", token, all, []string{"warning access Write role"}},
		{"public", "acme/public", token, bridge.Wishes{Screenshot: true}, []string{"note visibility is public", "warning visibility screenshot: off"}},
		{"missing", "acme/missing", token, all, []string{"problem repository check the repository's name"}},
		{"bad token", "acme/web", "bad-token", all, []string{"problem credentials make a new one"}},
		{"ends in a year", "acme/web", in(365 * day), all, []string{"ok expiry good until"}},
		{"ends soon", "acme/web", in(20 * day), all, []string{"warning expiry in 1", "warning expiry make a new token"}},
		{"has ended", "acme/web", in(-day), all, []string{"problem expiry ended on"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := newTracker(server.URL+"/github/api/v3", c.token)
			if err != nil {
				t.Fatal(err)
			}
			place, err := tr.Place(c.repo)
			if err != nil {
				t.Fatal(err)
			}
			found := append(tr.CheckAccount(t.Context()), tr.Check(t.Context(), place, c.wishes)...)
			trackertest.Told(t, found, c.want)
		})
	}
}
