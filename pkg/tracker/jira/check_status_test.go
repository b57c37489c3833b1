package jira_test

import (
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// Jira tells transitions of issues alone: what the project's issues tell is said, and no more.
func TestTransitionsAreThoseOfTheIssuesThatThereAre(t *testing.T) {
	const before = "note transitions cannot be told before the first issue of type Bug in "
	for _, c := range []struct {
		name, project string
		issues        [][]string // the statuses that each is brought to in turn
		kind          string     // of the issues; empty: Bug
		wanted        string
		want          []string
	}{
		{"no issue", "STEPS", nil, "", "Done", []string{"ok status Done", before + "STEPS"}},
		{"an issue of another type", "STEPS", [][]string{{}}, "10002", "Done", []string{before + "STEPS"}},
		{"one that leads there", "STEPS", [][]string{{"In Progress"}}, "", "Done", []string{`ok transitions "Done" is reached from "In Progress"`}},
		{"none that leads there", "STEPS", [][]string{{}}, "", "Done", []string{
			`warning transitions no transition leads from "To Do" to "Done"; from there one reaches: In Progress (seen at STEPS-1)`,
			"warning transitions add a transition to the workflow",
		}},
		{"from one status and not from another", "STEPS", [][]string{{}, {"In Progress"}}, "", "Done", []string{
			`note transitions "Done" is reached from "In Progress"; no transition leads from "To Do" to "Done"`}},
		{"only from where issues end", "STEPS", [][]string{{"In Progress", "Done"}}, "", "In Progress", []string{
			`note transitions no transition leads from "Done" to "In Progress"`}},
		{"all are there", "STEPS", [][]string{{}}, "", "To Do", []string{`note transitions were looked at are in "To Do"`}},
		{"one that asks for a field", "FLOW", [][]string{{}}, "", "Done", []string{
			`warning transitions from "To Do" to "Done" asks for what Bugferry does not fill in: Resolution`}},
		{"from everywhere", "WEB", [][]string{{}, {}, {"In Progress"}}, "", "Done", []string{`ok transitions reached from "In Progress", "To Do"`}},
		{"no such status", "WEB", [][]string{{}}, "", "Gone", []string{`warning status no status "Gone"`}},
	} {
		for _, flavour := range []string{"/jira-cloud", "/jira-dc"} {
			t.Run(c.name+flavour, func(t *testing.T) {
				s := with(t, jira.Config{BaseURL: judge.Listen(t, sandbox.New(sandbox.Config{})).URL + flavour})
				s.Place.Name = c.project
				kind := c.kind
				if kind == "" {
					kind = "10001"
				}
				for _, statuses := range c.issues {
					ref, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{
						Marker: trackertest.Marker, Fields: map[string]string{"title": "T", "type": `{"id":"` + kind + `"}`}})
					if err != nil {
						t.Fatal(err)
					}
					for _, to := range statuses {
						if _, err := s.Tracker.Write(t.Context(), s.Place, ref, status(to)); err != nil {
							t.Fatal(err)
						}
					}
				}
				trackertest.Told(t, s.Tracker.Check(t.Context(), s.Place, bridge.Wishes{Statuses: []string{c.wanted}}), c.want)
			})
		}
	}
}

// Who may not move issues is told that, and not that no transition leads anywhere.
func TestTransitionsAreNotAskedForWithoutThePermission(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	tr, err := jira.New(jira.Config{Name: "jira", BaseURL: server.URL + "/jira-cloud", Email: "bot@example.com", Token: "no-TRANSITION_ISSUES"})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("WEB")
	if err != nil {
		t.Fatal(err)
	}
	found := tr.Check(t.Context(), place, bridge.Wishes{Statuses: []string{"Done"}})
	trackertest.Told(t, found, []string{"warning permissions the status of issues does not follow"})
	for _, f := range found {
		if f.Thing == "transitions" {
			t.Errorf("%+v", f)
		}
	}
}
