package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// viper lower-cases every key and splits it at dots: nothing that people name may pass through it.
func TestPeoplesNamesKeepCaseDotsAndOrder(t *testing.T) {
	c := load(t, write(t, good(map[string]string{
		"bugferry.yaml": `webhooks: [{path: /hook, headers: {X-Bugferry-KEY: [a, b]}}]
trackers:
  Acme.GitHub: {type: github, token: "${GITHUB_TOKEN}"}
  My Jira: {type: jira, base_url: http://localhost:8080/jira, token: "${JIRA_TOKEN}"}
users:
  Quinn.Q@Example.COM: {Acme.GitHub: Quinn-Dev, jira: "5B10:aC"}
`,
		"projects/web.yaml": `project: 1234567890123456789012345e
destinations:
  Web.Jira:
    tracker: My Jira
    project: WEB
    fields: {Release Train: "{{ .CustomFields.Train }}", a.B.c: 1.10, customfield_10021: x}
    priority: {urgent: Highest}
  api: {tracker: Acme.GitHub, repo: Acme/API.v2}
rules:
  - match: {customFields.Release.Train: [2026.10, true], priority: /^U/}
    to: [Web.Jira, api]
`})), environment(nil))

	want := map[string]map[string]string{"quinn.q@example.com": {"Acme.GitHub": "Quinn-Dev", "jira": "5B10:aC"}}
	if diff := cmp.Diff(want, c.Users.Map()); diff != "" {
		t.Error("users:", diff)
	}
	if _, ok := c.Tracker("Acme.GitHub"); !ok || c.Trackers[1].Name.Value != "My Jira" {
		t.Errorf("trackers %+v", c.Trackers)
	}
	if got := c.Webhooks[0].Headers[0]; got.Name.Value != "X-Bugferry-KEY" || got.Values[1].Reveal() != "b" {
		t.Errorf("header %s", got.Name)
	}
	project := c.Projects[0]
	if got := project.IDs[0].Value; got != "1234567890123456789012345e" {
		t.Errorf("project's id %s", got)
	}
	var fields [][2]string
	for _, field := range project.Destinations[0].Fields {
		fields = append(fields, [2]string{field.Name.Value, field.Value.Value})
	}
	wantFields := [][2]string{{"Release Train", "{{ .CustomFields.Train }}"}, {"a.B.c", "1.10"}, {"customfield_10021", "x"}}
	if diff := cmp.Diff(wantFields, fields); diff != "" {
		t.Error("fields:", diff)
	}
	if got := project.Destinations[0].Fields[0].Value.Key; got != `destinations."Web.Jira".fields."Release Train"` {
		t.Errorf("field's key %s", got)
	}
	if diff := cmp.Diff(map[string]string{"URGENT": "Highest"}, project.Destinations[0].Priority.Map()); diff != "" {
		t.Error("priority:", diff)
	}
	match := project.Rules[0].Match
	if match[0].Field.Value != "customFields.Release.Train" || match[0].Values[0].Value != "2026.10" || match[1].Values[0].Value != "/^U/" {
		t.Errorf("match %+v", match)
	}
}
