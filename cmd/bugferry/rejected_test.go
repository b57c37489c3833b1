package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// rejection is a report whose destination wants every field there is, one of which the tracker will not have. Everything
// else must be there in the end.
type rejection struct {
	name string
	to   string            // github, jira or dc
	keys map[string]string // of the destination, in YAML, in place of the usual ones; an empty one is left out
	more map[string]any    // of the report, in place of the usual members
	// rules are the sandbox's where it would not refuse by itself; each must strike.
	rules []map[string]any
	// told matches what is said of the dropped field: its name, a blank, and why. Empty: nothing is dropped, the value was
	// made to fit.
	told  string
	aside bool              // told in the delivery alone
	says  string            // by the body, beside the description
	want  map[string]string // of the issue, in place of the usual
}

// TestRejected has each optional field be wrong in each way there is. It must cost that field alone: the issue is there, once,
// with all the others, and says itself what it lacks.
func TestRejected(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Config{})
	server := judge.Listen(t, box)
	cases := slices.Concat(rejectedByGitHub(), rejectedByJira("jira"), rejectedByJira("dc"))
	h := newHouse(t, server.URL, plan{})
	rejectingHouse(h, cases)
	h.serve()
	filed := 0
	for n, c := range cases {
		bug := fmt.Sprintf("682c1dbb3b574d66%08x", n+1)
		t.Run(c.to+" "+c.name, func(t *testing.T) {
			at := *h
			at.t = t
			if at.filesAll(c, bug, n, box) {
				filed++
			}
		})
	}
	_, _ = fmt.Fprintf(t.Output(), "rejected fields: %d cases: %d of %d issues filed\n", len(cases), filed, len(cases))
	if filed != len(cases) || len(cases) < 30 {
		t.Errorf("%d of %d issues filed, want all of at least 30", filed, len(cases))
	}
}

// rejectingHouse has one BetterBugs project for each case, with its own destination.
func rejectingHouse(h *house, cases []rejection) {
	h.write("bugferry.yaml", fmt.Sprintf(`server: {listen: %q, admin: %q}
delivery: {retry_from: 20ms, retry_to: 100ms, breaker_after: 0}
webhooks: [{path: /hook, token: t}]
screenshots: {hosts: [%q], allow_private: true}
trackers:
  github: {type: github, base_url: %q, token: good, settle: 500ms, timeout: 5s}
  jira: {type: jira, base_url: %q, email: bot@example.com, token: good, settle: 500ms, timeout: 5s}
  dc: {type: jira, base_url: %q, token: good, settle: 500ms, timeout: 5s}
users:
%s`, h.hook, h.admin, strings.TrimPrefix(h.box, "http://"), h.box+"/github/api/v3/", h.box+"/jira-cloud/", h.box+"/jira-dc/", rejectedUsers()))
	for n, c := range cases {
		keys := map[string]string{"tracker": c.to}
		maps.Copy(keys, usualKeys(c.to))
		maps.Copy(keys, c.keys)
		var pairs []string
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if keys[key] != "" {
				pairs = append(pairs, key+": "+keys[key])
			}
		}
		h.write(fmt.Sprintf("projects/p%d.yaml", n), fmt.Sprintf("project: case%d\ndestinations:\n  it: {%s}\nrules:\n  - to: [it]\n", n, strings.Join(pairs, ", ")))
	}
	h.write("projects/web.yaml", "project: none\ndestinations:\n  it: {tracker: github, repo: acme/web}\nrules:\n  - to: [it]\n")
}

// rejectedUsers are people by what their accounts are: NAME@example.com.
func rejectedUsers() string {
	var out strings.Builder
	for _, login := range []string{"bugferry-bot", "ana-dev", "li-dev", "sam-dev", "bo-dev", "cy-dev", "di-dev", "ed-dev", "flo-dev", "gus-dev", "outsider"} {
		fmt.Fprintf(&out, "  %s@example.com: {github: %s}\n", login, login)
	}
	out.WriteString("  quinn@example.com: {github: quinn-dev, jira: 5b10ac8d82e05b22cc7d4ef5, dc: quinn}\n")
	out.WriteString("  unknown@example.com: {github: nobody-dev, jira: 5b10ac8d82e05b22cc7d0000, dc: nobody}\n")
	out.WriteString("  former@example.com: {jira: 5b109f2e9729b51b54dc274d, dc: former}\n")
	out.WriteString("  malformed@example.com: {github: \"-not a login-\", jira: \"no account!\", dc: \"no\\tuser\"}\n")
	return out.String()
}

// usualKeys are those of a destination that asks for all that its tracker has.
func usualKeys(to string) map[string]string {
	if to == "github" {
		return map[string]string{
			"repo": "acme/web", "labels": "[bug, betterbugs]", "milestone": `"2026.11"`, "issue_type": "Bug", "status": "{OPEN: closed}",
		}
	}
	return map[string]string{
		"project": "WEB", "labels": "[betterbugs]", "priority": "{HIGH: High}", "components": "[Frontend]", "status": "{OPEN: In Progress}",
		"fields": usualFields, "screenshot": "attach",
	}
}

const usualFields = `{Environment: prod, Story points: "3", Release train: "2026.11", Steps: click, Found on: "2026-11-26"}`

// field is the usual custom fields with another value for one of them, or with one more.
func field(name, value string) map[string]string {
	usual := regexp.MustCompile(regexp.QuoteMeta(name) + `: [^,}]+`)
	if usual.MatchString(usualFields) {
		return map[string]string{"fields": usual.ReplaceAllLiteralString(usualFields, name+": "+value)}
	}
	return map[string]string{"fields": strings.TrimSuffix(usualFields, "}") + ", " + name + ": " + value + "}"}
}

// usual is what the issue says if nothing is refused.
func usual(to string) map[string]string {
	if to == "github" {
		return map[string]string{
			"title": "It broke", "labels": "bug betterbugs", "assignees": "quinn-dev", "milestone": "2026.11", "type": "Bug", "status": "closed",
		}
	}
	person := map[string]string{"jira": "5b10ac8d82e05b22cc7d4ef5", "dc": "quinn"}[to]
	return map[string]string{
		"title": "It broke", "labels": "betterbugs", "assignees": person, "type": "Bug", "status": "In Progress", "priority": "High",
		"components": "Frontend", "Environment": "prod", "Story points": "3", "Release train": "10202", "Steps": "click", "Found on": "2026-11-26",
		"screenshot": "1", "remote_link": "1",
	}
}

// filesAll shares the bug of the case and says whether it was filed as it should be, once.
func (h *house) filesAll(c rejection, bug string, n int, box *sandbox.Server) bool {
	h.t.Helper()
	h.faults(map[string]any{"rules": c.rules})
	report := map[string]any{"projectId": fmt.Sprintf("case%d", n), "screenshotUrl": h.box + "/_sandbox/screenshot.png"}
	maps.Copy(report, c.more)
	if err := h.share(bug, report); err != nil {
		h.t.Error(err)
		return false
	}
	var d bridge.Delivery
	if !soon(func() bool {
		found := h.deliveries(bug)
		if len(found) == 1 {
			d = found[0]
		}
		return d.State.Final()
	}) {
		h.t.Errorf("no end of it: %+v", d)
		return false
	}
	issues := filedOf(box.State(), bug)
	if d.State != bridge.DeliveryDelivered || len(issues) != 1 {
		h.t.Errorf("%s, %d issues, want 1: %s", d.State, len(issues), d.Reason)
		return false
	}
	for i, struck := range h.struck() {
		if struck == 0 {
			h.t.Errorf("rule %d did not strike", i+1)
		}
	}
	want := usual(c.to)
	maps.Copy(want, c.want)
	for id, name := range jiraNames {
		if strings.HasPrefix(c.told, id) {
			delete(want, name)
		}
	}
	body := issues[0]["body"]
	delete(issues[0], "body")
	maps.DeleteFunc(want, unset)
	maps.DeleteFunc(issues[0], unset)
	if diff := cmp.Diff(want, issues[0]); diff != "" {
		h.t.Errorf("the issue (-want +got):\n%s", diff)
	}
	if !strings.Contains(body, "badly") || !strings.Contains(body, c.says) {
		h.t.Errorf("the description, or %q, is lost: %s", c.says, body)
	}
	h.tells(c, d, body)
	return !h.t.Failed()
}

func unset(_, value string) bool { return value == "" }

// tells says that the delivery and the issue's body tell of what was dropped, and of that alone.
func (h *house) tells(c rejection, d bridge.Delivery, body string) {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	_, attempts, err := s.Delivery(h.t.Context(), d.ID)
	if err != nil || len(attempts) == 0 {
		h.t.Fatal("no attempts: ", err)
	}
	lines := []string{}
	name := ""
	for _, dropped := range attempts[len(attempts)-1].Dropped {
		lines = append(lines, dropped.Field+" "+dropped.Why)
		if field, value := dropped.Words(); name == "" {
			name = field
			if strings.HasPrefix(field, "customfield_") || strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[{") {
				h.t.Errorf("%s %s are not words for people", field, value)
			}
		}
	}
	said := strings.Join(lines, "\n")
	if c.told == "" {
		if said != "" || strings.Contains(body, "Not set") {
			h.t.Errorf("something is said to be dropped: %s\n%s", said, body)
		}
		return
	}
	want := regexp.MustCompile("^" + c.told)
	for _, line := range lines {
		if !want.MatchString(line) {
			h.t.Errorf("dropped as well: %s", line)
		}
	}
	if len(lines) == 0 {
		h.t.Errorf("the delivery does not say that anything was dropped, want %s", c.told)
		return
	}
	if inBody := strings.Contains(body, "Not set: "+name); inBody == c.aside {
		h.t.Errorf("told in the body: %t, want %t\n%s", inBody, !c.aside, body)
	}
}

// filedOf are the issues of the bug at any tracker, by what they say of each field.
func filedOf(state sandbox.State, bug string) (issues []map[string]string) {
	for _, i := range state.GitHub {
		if strings.Contains(i.Body, bug) {
			issues = append(issues, map[string]string{
				"title": i.Title, "body": i.Body, "labels": strings.Join(i.Labels, " "), "assignees": strings.Join(i.Assignees, " "),
				"milestone": i.Milestone, "type": i.Type, "status": i.State,
			})
		}
	}
	for _, i := range state.Jira {
		if slices.Contains(i.Labels, "bb-"+bug) {
			issues = append(issues, jiraSays(i, bug))
		}
	}
	return issues
}

// jiraNames are the sandbox's custom fields.
var jiraNames = map[string]string{
	"customfield_10010": "Release train", "customfield_10011": "Environment", "customfield_10012": "Story points",
	"customfield_10013": "Steps", "customfield_10091": "Found on", "customfield_10092": "Squad", "customfield_10093": "Squad",
}

func jiraSays(i sandbox.JiraIssue, bug string) map[string]string {
	labels := slices.DeleteFunc(i.Labels, func(l string) bool { return l == "bb-"+bug })
	says := map[string]string{
		"title": i.Summary, "body": plainly(i.Description), "labels": strings.Join(labels, " "), "assignees": i.Assignee, "type": i.IssueType,
		"status": i.Status, "priority": i.Priority, "components": strings.Join(i.Components, " "),
		"screenshot": fmt.Sprint(len(i.Attachments)), "remote_link": fmt.Sprint(len(i.RemoteLinks)),
	}
	for id, name := range jiraNames {
		if v, ok := i.Fields[id]; ok {
			says[name] = plainly(v)
			if text := says[name]; len(text) > 30_000 { // its beginning says enough
				says[name] = text[:3] + "…"
			}
		}
	}
	return says
}

// plainly is the text of a value: of a document, of wiki markup without its escapes, or of an option's id.
func plainly(v any) string {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, `\`, "")
	case map[string]any:
		if id, ok := v["id"].(string); ok {
			return id
		}
		if text, ok := v["text"].(string); ok {
			return text
		}
		return plainly(v["content"])
	case []any:
		var out strings.Builder
		for _, one := range v {
			out.WriteString(plainly(one))
		}
		return out.String()
	case nil:
		return ""
	}
	data, _ := json.Marshal(v) // a number
	return string(data)
}
