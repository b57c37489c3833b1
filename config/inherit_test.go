package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
)

const defaultsMain = goodMain + `users:
  quinn@example.com: {jira: "5b10"}
  ana@example.com: {github: ana-dev}
defaults:
  labels: [everywhere]
  assign: false
  default_assignee: quinn@example.com
  screenshot: attach
  on_update: comment
  priority: {HIGH: High, LOW: Low}
  fields: {Train: "main", Team: "main"}
  publish_personal: true
`

func TestDefaultsAreInherited(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": defaultsMain, "projects/web.yaml": `project: "*"
defaults:
  labels: [project]
  on_update: ignore
  screenshot: off
  components: [Frontend]
  fields: {Team: "project"}
  label_colors: {Project: d73a4a}
  status: {CLOSED: Done, HOLD: not_planned}
destinations:
  jira: {tracker: jira, project: WEB, priority: {high: Highest}, fields: {Own: "own"}}
  own: {tracker: jira, project: OWN, labels: [], assign: true, on_update: edit, screenshot: link, status: {HOLD: closed}}
  github: {tracker: github, repo: acme/web, label_colors: {project: "000000"}}
rules: [{to: [jira, own, github]}]
`}))
	destinations := load(t, dir, environment(nil)).Projects[0].Destinations
	text := func(values ...string) (list []config.Text) {
		for _, v := range values {
			list = append(list, config.Text{Value: v})
		}
		return list
	}
	pairs := func(values ...string) (list config.Pairs) {
		for i := 0; i < len(values); i += 2 {
			list = append(list, config.Pair{Name: text(values[i])[0], Value: text(values[i+1])[0]})
		}
		return list
	}
	base := func(name, tracker, kind string) config.Destination {
		return config.Destination{
			Name: text(name)[0], Enabled: true, Tracker: text(tracker)[0], Type: kind,
			Labels: text("project"), Screenshot: config.ScreenshotOff, OnUpdate: config.UpdateIgnore,
		}
	}
	jira, own, github := base("jira", "jira", config.Jira), base("own", "jira", config.Jira), base("github", "github", config.GitHub)
	for _, d := range []*config.Destination{&jira, &own} {
		d.IssueType, d.Components, d.DefaultAssignee = text("Bug")[0], text("Frontend"), text("quinn@example.com")[0]
		d.Fields, d.Priority, d.Status = pairs("Team", "project", "Train", "main"), pairs("HIGH", "High", "LOW", "Low"), pairs("CLOSED", "Done")
	}
	jira.Project, jira.Priority = text("WEB")[0], pairs("HIGH", "Highest", "LOW", "Low")
	jira.Fields = append(pairs("Own", "own"), jira.Fields...)
	own.Project, own.Labels, own.Assign, own.OnUpdate, own.Screenshot = text("OWN")[0], nil, true, config.UpdateEdit, config.ScreenshotLink
	own.Status = pairs("HOLD", "closed", "CLOSED", "Done")
	github.Repo, github.PublishPersonal, github.Status = text("acme/web")[0], true, pairs("HOLD", "not_planned")
	github.LabelColors = config.Colors{{Label: text("project")[0], Value: text("000000")[0]}}
	if diff := cmp.Diff([]config.Destination{jira, own, github}, destinations, ignorePlaces); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if at := destinations[0].Labels[0]; at.At.Line != 3 || at.Key != "defaults.labels[0]" {
		t.Errorf("the label stands at %s", at.Where())
	}
}

// A default for attachments is none for GitHub, and a person without an account there is nobody's stand-in.
func TestDefaultsOfTheOtherTrackerAreLeftOut(t *testing.T) {
	dir := write(t, good(map[string]string{"bugferry.yaml": defaultsMain}))
	d := load(t, dir, environment(nil)).Projects[0].Destinations[0]
	if d.Screenshot != config.ScreenshotLink || d.DefaultAssignee.Value != "" || len(d.Priority) > 0 || d.Assign || !d.PublishPersonal {
		t.Errorf("%+v", d)
	}
}
