package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func TestAgain(t *testing.T) {
	placeOf := map[string]string{"web": "gh acme/web", "web-urgent": "gh acme/web", "jira": "j web", "ops": "gh acme/ops"}
	by := func(rule string, destinations ...string) (list []bridge.Match) {
		for _, d := range destinations {
			list = append(list, bridge.Match{Rule: rule, Destination: d})
		}
		return list
	}
	for _, test := range []struct {
		name    string
		known   bridge.Known
		matches []bridge.Match
		add     bool
		want    []bridge.Match
		trace   string
	}{
		{"nowhere yet", bridge.Known{Past: []string{"ops"}}, by("r", "web", "jira"), false, by("r", "web", "jira"), ""},
		{"where the rules want it", bridge.Known{Places: []string{"j web"}}, by("r", "jira"), false, by("r", "jira"), ""},
		{
			"the rules changed their mind", bridge.Known{Places: []string{"j web"}}, by("r", "web"), false, by(rules.SharedAgain, "jira"),
			"its bug is known and goes to jira as before; its bug is known elsewhere: web is left out (reroute: stay)",
		},
		{
			"and may add", bridge.Known{Places: []string{"j web"}}, by("r", "web"), true,
			append(by("r", "web"), by(rules.SharedAgain, "jira")...), "its bug is known and goes to jira as before",
		},
		{"no rule wants it any more", bridge.Known{Places: []string{"j web"}}, nil, false, by(rules.SharedAgain, "jira"), "its bug is known and goes to jira as before"},
		{"on its way", bridge.Known{Open: []string{"jira"}}, by("r", "jira", "web"), false, by("r", "jira"), "its bug is known elsewhere: web is left out (reroute: stay)"},
		{"a place by another name", bridge.Known{Places: []string{"gh acme/web"}, Past: []string{"web"}}, by("r", "web-urgent"), false, by("r", "web-urgent"), ""},
		{"the last of two names", bridge.Known{Places: []string{"gh acme/web"}, Past: []string{"web-urgent", "web"}}, nil, false, by(rules.SharedAgain, "web-urgent"), "its bug is known and goes to web-urgent as before"},
		{"the first by name", bridge.Known{Places: []string{"gh acme/web"}}, nil, false, by(rules.SharedAgain, "web"), "its bug is known and goes to web as before"},
		{"two at one place", bridge.Known{Places: []string{"gh acme/web"}}, by("r", "web", "web-urgent"), false, by("r", "web"), ""},
		{"a place nobody names", bridge.Known{Places: []string{"gh acme/old"}, Open: []string{"gone"}}, by("r", "web"), false, by("r", "web"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, trace := rules.Again(test.known, test.matches, placeOf, test.add)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			why := ""
			if len(trace) == 1 {
				why = trace[0].Why
			}
			if why != test.trace {
				t.Errorf("trace %q, want %q", why, test.trace)
			}
		})
	}
}
