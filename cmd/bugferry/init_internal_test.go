package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// hostile is a report whose sender knows YAML, and our rules.
var hostile = bridge.Report{
	BugID: "b", ProjectID: "p\nrules: []\n# ", Priority: "HIGH", Type: "- screenshot: [",
	CustomFields: bridge.Fields{
		{Name: "plain", Value: "checkout"},
		{Name: "a\ndestinations: {evil: {tracker: hub, repo: evil/evil}}", Value: "x"},
		{Name: "}\u2028rules:\u0085", Value: "}\n  - to: [evil]"},
		{Name: `"`, Value: `\" # `},
		{Name: "{{ .Title }}", Value: "{{ .Title }}"},
		{Name: "<<", Value: "*all"},
		{Name: ".dots..", Value: []any{"null", "second"}},
		{Name: "/regexp/", Value: "/a(/"},
		{Name: "long value", Value: strings.Repeat("v", 10_000)},
		{Name: strings.Repeat("long name", 1000), Value: "x"},
		{Name: "\x1b[2J\u202e", Value: "\x00"},
		{Name: "empty", Value: ""},
		{Name: "", Value: "no name"},
		{Name: "one too many", Value: "x"},
	},
	Metadata: []bridge.Datum{{Title: "env\n- x", Value: "somebody's"}, {Title: "env\n- x", Value: "again"}},
}

// TestAProjectFileIsSafeFromItsReport: the file that is begun has one rule whatever the report holds, and each of the examples in
// it is one that the report fulfils.
func TestAProjectFileIsSafeFromItsReport(t *testing.T) {
	conditions := conditionsOf(hostile)
	if len(conditions) != 13 { // priority, type, ten custom fields, one of the metadata
		t.Errorf("%d conditions: %q", len(conditions), conditions)
	}
	file := config.ProjectStart{ID: hostile.ProjectID, Event: "ev_1", Conditions: conditions, Destinations: []config.DestinationStart{
		{Name: "hub", Tracker: "hub", Type: config.GitHub, Place: "acme/web"},
	}}
	main := fmt.Sprintf(twoTrackers, "good")
	w := loadFrom(t, t.TempDir(), nil, main, file.YAML())
	if p := w.cfg.Projects[0]; len(p.Rules) != 1 || len(p.Destinations) != 1 || p.IDs[0].Value != hostile.ProjectID || !p.Enabled {
		t.Errorf("%+v of\n%s", p, file.YAML())
	}
	if strings.Contains(file.YAML(), "somebody") {
		t.Errorf("metadata's values are in\n%s", file.YAML())
	}
	for i := range conditions { // the i-th alone
		one := file
		one.Conditions = conditions[i : i+1]
		text := regexp.MustCompile(`(?m)^  # (- match|  to)`).ReplaceAllString(one.YAML(), "  $1")
		w := loadFrom(t, t.TempDir(), nil, main, text)
		matches, traces, err := w.Route(hostile)
		if err != nil || len(w.cfg.Projects[0].Rules) != 2 || len(matches) != 1 || matches[0].Rule != "rule 1" {
			t.Errorf("%v %+v, %v of\n%s", matches, traces, err, text)
		}
	}
}

func TestFreeName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"default.yaml", "default-2.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	want := map[string]string{
		"68088dd3077eafee5d46cf86": "68088dd3077eafee5d46cf86.yaml", "Default": "default-3.yaml", "../../etc/passwd": "etc-passwd.yaml",
		"..": "project.yaml", "*": "project.yaml", "é\x00": "project.yaml", strings.Repeat("a/", 50): strings.Repeat("a-", 19) + "a.yaml",
	}
	for id := range want {
		got[id] = freeName(dir, id)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRematchAllIsSafeToPaste: a projectId is what its sender says.
func TestRematchAllIsSafeToPaste(t *testing.T) {
	const all = "bugferry events rematch --unrouted"
	for id, want := range map[string]string{"68088dd3": all + " --project 68088dd3", "$(reboot)": all, "-x": all, "a\nb": all, "": all} {
		if got := rematchAll(id); got != want {
			t.Errorf("%q: %q", id, got)
		}
	}
}

func TestAdvice(t *testing.T) {
	event := func(project string) bridge.Event {
		return bridge.Event{ID: "ev_1", State: bridge.EventUnrouted, Report: &bridge.Report{BugID: "b", ProjectID: project, Priority: "LOW"}}
	}
	projectFile := "project: p\nname: Shop\ndestinations: {a: {tracker: hub, repo: acme/web}}\nrules: [{match: {priority: %s}, to: [a]}]\n%s"
	for _, test := range []struct{ name, priority, more, project, text, next string }{
		{"no file", "HIGH", "", "q\x1b", "no project file takes project q ", "init --from"},
		{"no projectId", "HIGH", "", "", "no project file takes a report without a projectId; one with project: \"*\" does", "route"},
		{"no rule", "HIGH", "", "p", `FILE: project "Shop": no rule matches`, "route"},
		{"disabled", "LOW", "enabled: false", "p", `FILE: project "Shop" is disabled in its file`, "route"},
		{"today", "LOW", "", "p", "would be taken today by FILE", "events rematch"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			w := loadFrom(t, dir, nil, fmt.Sprintf(twoTrackers, "good"), fmt.Sprintf(projectFile, test.priority, test.more))
			got := w.advice(event(test.project), bridge.Known{})
			text := strings.ReplaceAll(got.Text, filepath.Join(dir, "projects", "web.yaml"), "FILE")
			if text != test.text || got.Next != "bugferry "+test.next+" ev_1" {
				t.Errorf("%+v", got)
			}
		})
	}
	w := &wired{cfg: &config.Config{Projects: []config.Project{{File: "web.yaml", IDs: []config.Text{{Value: "p"}}}}}}
	accepted := event("p")
	accepted.State = bridge.EventAccepted
	if got := w.advice(accepted, bridge.Known{}); got != (bridge.Advice{}) {
		t.Errorf("of an accepted event: %+v", got)
	}
	if got := w.advice(event("p"), bridge.Known{}); !strings.HasPrefix(got.Text, "web.yaml: the rules panicked: ") { // for there are none
		t.Errorf("of rules that panic: %+v", got)
	}
}
