package jira_test

import (
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
)

func TestCheckAtDataCenter(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	s := with(t, jira.Config{BaseURL: server.URL + "/jira-dc"})
	for _, c := range []struct {
		accounts []string
		want     string // in the words about assignees
		level    bridge.Level
	}{
		{[]string{"quinn", "ana"}, "all 2 mapped users", bridge.LevelOK},
		{[]string{"quinn", "former", quinn}, "these cannot be assigned in WEB: " + quinn + ", former", bridge.LevelWarning},
	} {
		checks := s.Tracker.Check(t.Context(), s.Place, bridge.Wishes{Assignees: c.accounts})
		asked := false
		for _, check := range checks {
			asked = asked || check.Thing == "assignees"
			switch {
			case check.Thing != "assignees" && check.Level != bridge.LevelOK:
				t.Errorf("%+v", check)
			case check.Thing == "assignees" && (check.Level != c.level || !strings.Contains(check.Text, c.want)):
				t.Errorf("%+v, want %q", check, c.want)
			}
		}
		if !asked {
			t.Errorf("nothing is said of who can be assigned: %+v", checks)
		}
	}
}
