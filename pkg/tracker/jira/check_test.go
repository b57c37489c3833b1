package jira_test

import (
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

func TestCheck(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	const former = "5b109f2e9729b51b54dc274d"
	for _, c := range []struct {
		name, project, token string
		wishes               bridge.Wishes
		want                 []string // level, thing and a part of text or hint
	}{
		{"well", "WEB", "good", bridge.Wishes{
			IssueType: "Bug", Priorities: []string{"High", "5"}, Components: []string{"Frontend"}, Statuses: []string{"Done"}, Assignees: []string{quinn},
			Fields: []bridge.Wish{{Name: "Release train", Value: "2026.11"}, {Name: "Team"}},
		}, []string{
			"ok credentials Bugferry", "ok permissions all", "ok issue type Bug", "ok required fields fills all", "ok priority High, 5",
			"ok components Frontend", "ok status Done", "note transitions before the first issue of type Bug in WEB", "ok assignees all 1",
		}},
		{"words that Jira does not know", "WEB", "good", bridge.Wishes{
			Priorities: []string{"Urgent"}, Components: []string{"Cellar"}, Statuses: []string{"Gone"}, Assignees: []string{quinn, former},
			Fields: []bridge.Wish{{Name: "Relase train"}, {Name: "Release train", Value: "1999"}},
		}, []string{
			"warning priority there is no Urgent", "warning priority Highest, High", "warning components Cellar", "warning status no status \"Gone\"",
			"warning status To Do", "warning assignees " + former, "warning fields \"Relase train\"", "warning fields cannot be \"1999\"",
		}},
		{"more of an issue", "WEB", "good", bridge.Wishes{
			Versions: []string{"1.0", ""}, FixVersions: []string{""}, SecurityLevels: []string{"Staff"}, Accounts: map[string]string{"quinn@example.com": quinn},
			Fields: []bridge.Wish{{Name: "Tester", Value: "quinn@example.com"}, {Name: "Area", Value: "Shop > Cart"}},
		}, []string{"ok versions 1.0", "ok security level Staff", "ok required fields fills all"}},
		{"more of an issue that is not there", "WEB", "good", bridge.Wishes{
			Versions: []string{"9"}, SecurityLevels: []string{"Top"}, Parents: []string{"WEB-999", ""},
			Fields: []bridge.Wish{{Name: "Tester", Value: "who@example.com"}, {Name: "Area", Value: "Shop > Login"}},
		}, []string{
			"warning versions there is no 9", "warning security level Staff, Reporters", "warning parent WEB-999", "warning fields \"Tester\" cannot be",
			"warning fields no option \"Login\" below Shop",
		}},
		{"no such type", "WEB", "good", bridge.Wishes{IssueType: "Defect"}, []string{"problem issue type issue types of WEB: Bug"}},
		{"no such project", "NONE", "good", bridge.Wishes{}, []string{"problem project check the project's key"}},
		{"a field is demanded", "STRICT", "good", bridge.Wishes{}, []string{"problem required fields Team (customfield_10014)"}},
		{"and filled", "STRICT", "good", bridge.Wishes{Fields: []bridge.Wish{{Name: "Team"}}}, []string{"ok required fields fills all"}},
		{"may not create", "WEB", "no-CREATE_ISSUES", bridge.Wishes{}, []string{"problem permissions Create Issues in WEB"}},
		{"may not link or assign", "WEB", "no-LINK_ISSUES,ASSIGN_ISSUES", bridge.Wishes{Assignees: []string{quinn}}, []string{
			"warning permissions do not link", "warning permissions nobody is assigned", "ok issue type Bug",
		}},
		{"bad token", "WEB", "bad", bridge.Wishes{}, []string{"problem credentials API token"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr, err := jira.New(jira.Config{Name: "jira", BaseURL: server.URL + "/jira-cloud", Email: "bot@example.com", Token: c.token})
			if err != nil {
				t.Fatal(err)
			}
			place, err := tr.Place(c.project)
			if err != nil {
				t.Fatal(err)
			}
			found := append(tr.CheckAccount(t.Context()), tr.Check(t.Context(), place, c.wishes)...)
			trackertest.Told(t, found, c.want)
		})
	}
}
