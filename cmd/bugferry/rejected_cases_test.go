package main

import "strings"

// refusing is a rule that has the sandbox refuse a request once.
func refusing(tracker, method, path string, status int, body string) map[string]any {
	return map[string]any{"tracker": tracker, "method": method, "path": path, "do": "status", "status": status, "body": body, "count": 1}
}

// assignedTo are the members of a report that is assigned to the people NAME@example.com.
func assignedTo(names ...string) map[string]any {
	people := []map[string]string{}
	for _, name := range names {
		people = append(people, map[string]string{"email": name + "@example.com", "name": name})
	}
	return map[string]any{"assignees": people}
}

func rejectedByGitHub() []rejection {
	const issues, issue = "/repos/*/*/issues", "/repos/*/*/issues/*"
	invalid := func(field string) string {
		return `{"message": "Validation Failed", "errors": [{"resource": "Issue", "field": "` + field + `", "code": "invalid"}]}`
	}
	const inWords = `{"message": "Validation Failed", "errors": "not like this"}`
	everybody := []string{"bugferry-bot", "quinn", "ana-dev", "li-dev", "sam-dev", "bo-dev", "cy-dev", "di-dev", "ed-dev", "flo-dev", "gus-dev"}
	all := []rejection{
		{name: "unassignable login", more: assignedTo("quinn", "outsider"), told: "assignees it cannot be assigned"},
		{name: "unknown login", more: assignedTo("unknown", "quinn"), told: "assignees it cannot be assigned"},
		{name: "malformed login", more: assignedTo("malformed", "quinn"), told: "assignees that is not a GitHub login"},
		{
			name: "11 assignees", more: assignedTo(everybody...), says: "gus-dev", // who is not assigned
			want: map[string]string{"assignees": "ana-dev bo-dev bugferry-bot cy-dev di-dev ed-dev flo-dev li-dev quinn-dev sam-dev"},
		},
		{ // the edit is refused by the sandbox itself
			name: "login refused by the edit", more: assignedTo("quinn", "outsider"), keys: map[string]string{"repo": "acme/api"},
			rules: []map[string]any{{"tracker": "github", "path": "/repos/*/*/assignees/outsider", "do": "status", "status": 204}},
			told:  "assignees outsider cannot be assigned", want: map[string]string{"assignees": ""},
		},
		{name: "label of 51 characters", keys: map[string]string{"labels": "[bug, betterbugs, " + fromReport(strings.Repeat("x", 51)) + "]"}, told: "labels GitHub's labels have at most 50"},
		{name: "label that comes out empty", keys: map[string]string{"labels": `[bug, "{{ .CustomFields.none }}", betterbugs]`}},
		{
			name: "label refused", rules: []map[string]any{refusing("github", "POST", issues, 422,
				`{"message": "Validation Failed", "errors": [{"resource": "Label", "field": "name", "code": "invalid", "value": "bug"}]}`)},
			told: "labels Label name invalid", want: map[string]string{"labels": ""},
		},
		{
			name: "no right to push", keys: map[string]string{"repo": "acme/readonly"}, told: "(labels|assignees|milestone|type) the tracker took it without a word",
			want: map[string]string{"labels": "", "assignees": "", "milestone": "", "type": ""},
		},
		{name: "unknown milestone", keys: map[string]string{"milestone": "someday"}, told: "milestone it is not an open milestone", want: map[string]string{"milestone": ""}},
		{name: "closed milestone", keys: map[string]string{"milestone": `"2026.10"`}, told: "milestone it is not an open milestone", want: map[string]string{"milestone": ""}},
		{
			name: "milestone refused", rules: []map[string]any{refusing("github", "PATCH", issue, 422, invalid("milestone"))},
			told: "milestone Issue milestone invalid", says: "Not set: milestone “2026.11”: Issue milestone invalid", want: map[string]string{"milestone": ""},
		},
		{name: "unknown issue type", keys: map[string]string{"issue_type": "Epic"}, told: "type it is not an issue type", want: map[string]string{"type": ""}},
		{
			name: "issue type refused", rules: []map[string]any{refusing("github", "PATCH", issue, 422, invalid("type"))},
			told: "type Issue type invalid", want: map[string]string{"type": ""},
		},
		{
			name: "issue type in a person's repository", keys: map[string]string{"repo": "quinn-dev/own"},
			told: "type only repositories of an organisation", want: map[string]string{"type": ""},
		},
		{
			name: "status refused", rules: []map[string]any{refusing("github", "PATCH", issue, 422, invalid("state"))},
			told: "status Issue state invalid", aside: true, want: map[string]string{"status": "open"},
		},
		{name: "title too long", more: map[string]any{"title": strings.Repeat("x", 300)}, want: map[string]string{"title": strings.Repeat("x", 249) + "…"}},
		{name: "body too long", more: map[string]any{"description": "<p>badly " + strings.Repeat("x ", 40_000) + "</p>"}},
		{
			name: "create refused in words", rules: []map[string]any{refusing("github", "POST", issues, 422, inWords)},
			told: "labels .*not like this", want: map[string]string{"labels": ""},
		},
		{
			name: "edit refused in words", rules: []map[string]any{refusing("github", "PATCH", issue, 422, inWords)},
			told: "(milestone|type|assignees) .*not like this", want: map[string]string{"milestone": "", "type": "", "assignees": ""},
		},
		{
			name: "status alone refused in words", rules: []map[string]any{refusing("github", "PATCH", issue, 422, inWords)},
			keys: map[string]string{"milestone": "", "issue_type": ""}, more: map[string]any{"assignees": nil},
			told: "status .*not like this", aside: true,
			want: map[string]string{"milestone": "", "type": "", "assignees": "", "status": "open"},
		},
	}
	for i := range all {
		all[i].to = "github"
	}
	return all
}

// rejectedByJira are the cases of Cloud (jira) and of Data Center (dc), which refuse alike.
func rejectedByJira(to string) []rejection {
	all := append(jiraFieldsRejected(), jiraStepsRejected()...)
	for i, c := range all {
		all[i].to = to
		for _, rule := range c.rules {
			rule["tracker"] = map[string]string{"jira": "jira-cloud", "dc": "jira-dc"}[to]
		}
	}
	return all
}

const jiraIssues = "/rest/api/*/issue"

// notToday is Jira's refusal of a field on creating an issue.
func notToday(field, why string) []map[string]any {
	return []map[string]any{refusing("", "POST", jiraIssues, 400, `{"errorMessages": [], "errors": {"`+field+`": "`+why+`"}}`)}
}

func jiraFieldsRejected() []rejection {
	const screen = "cannot be set. It is not on the appropriate screen, or unknown."
	without := func(field string) map[string]string { return map[string]string{field: ""} }
	return []rejection{
		{name: "unknown priority", keys: map[string]string{"priority": "{HIGH: Blazing}"}, told: "priority there is no such priority", want: map[string]string{"priority": "Medium"}},
		{name: "priority not on the screen", rules: notToday("priority", "Field 'priority' "+screen), told: "priority .*appropriate screen", want: map[string]string{"priority": "Medium"}},
		{name: "unknown component", keys: map[string]string{"components": "[Frontend, Cellar]"}, told: "components there is no such component"},
		{name: "component refused", rules: notToday("components", "Component name 'Frontend' is not valid"), told: "components .*is not valid", want: without("components")},
		{name: "unknown custom field", keys: field("Mood", "bad"), told: "Mood there is no such custom field"},
		{name: "ambiguous custom field", keys: field("Squad", "red"), told: "Squad 2 fields have that name"},
		{name: "custom field not on the screen", rules: notToday("customfield_10011", "Field 'customfield_10011' "+screen), told: "customfield_10011 .*appropriate screen"},
		{name: "unknown option", keys: field("Release train", `"1999.12"`), told: "customfield_10010 there is no option"},
		{name: "number that is none", keys: field("Story points", "many"), told: "customfield_10012 it is not a number"},
		{name: "number without end", keys: field("Story points", `"1e999"`), told: "customfield_10012 it is not a number"},
		{name: "date that is none", keys: field("Found on", "yesterday"), told: "customfield_10091 it is not a date"},
		{
			name: "line too long", keys: field("Environment", `"{{ .CustomFields.long }}"`), more: map[string]any{"customFields": map[string]string{"long": strings.Repeat("x", 300)}},
			want: map[string]string{"Environment": strings.Repeat("x", 254) + "…"},
		},
		{
			name: "text too long", keys: field("Steps", `"`+strings.Repeat("{{ .CustomFields.long }}", 10)+`"`),
			more: map[string]any{"customFields": map[string]string{"long": strings.Repeat("x", 4000)}}, want: map[string]string{"Steps": "xxx…"},
		},
		{name: "text refused", rules: notToday("customfield_10013", "The entered text is too long."), told: "customfield_10013 .*too long"},
		{name: "label with a space", keys: map[string]string{"labels": "[betterbugs, " + fromReport("two words") + "]"}, want: map[string]string{"labels": "betterbugs two-words"}},
		{name: "label of 256 characters", keys: map[string]string{"labels": "[betterbugs, " + fromReport(strings.Repeat("x", 256)) + "]"}, told: "labels Jira's labels have at most 255"},
		{ // which Java counts as 400
			name: "label of 200 astral characters", keys: map[string]string{"labels": "[betterbugs, " + strings.Repeat("😀", 200) + "]"},
			told: "labels Jira's labels have at most 255",
		},
		{name: "labels refused", rules: notToday("labels", "not today"), told: "labels .*not today", want: without("labels")},
		{
			name: "create refused in words", rules: []map[string]any{refusing("", "POST", jiraIssues, 400, `{"errorMessages": ["INVALID_INPUT"], "errors": {}}`)},
			told: "(priority|components|customfield_100(1[0123]|91)) .*INVALID_INPUT",
			want: map[string]string{
				"priority": "Medium", "components": "", "Environment": "", "Story points": "", "Release train": "", "Steps": "", "Found on": "",
			},
		},
		{name: "unknown account", more: assignedTo("unknown"), told: "assignees .*", want: without("assignees")},
		{name: "account that is none", more: assignedTo("malformed"), told: "assignees that is not ", want: without("assignees")},
		{name: "account that cannot be assigned", more: assignedTo("former"), told: "assignees .*cannot be assigned", want: without("assignees")},
		{
			name: "assignment refused in words", rules: []map[string]any{refusing("", "PUT", jiraIssues+"/*/assignee", 400, `{"errorMessages": ["not them"]}`)},
			told: "assignees .*not them", want: without("assignees"),
		},
		{
			name: "no right to assign", rules: []map[string]any{{
				"method": "PUT", "path": jiraIssues + "/*/assignee", "do": "status", "status": 403, "body": `{"errorMessages": ["may not assign"]}`,
			}},
			told: "assignees .*may not assign", want: without("assignees"),
		},
		{name: "summary with a new line", more: map[string]any{"title": "It broke\nin two"}, want: map[string]string{"title": "It broke in two"}},
		{name: "summary too long", more: map[string]any{"title": strings.Repeat("x", 300)}, want: map[string]string{"title": strings.Repeat("x", 253) + "…"}},
		{name: "summary of 200 astral characters", more: map[string]any{"title": strings.Repeat("😀", 200)}, want: map[string]string{"title": strings.Repeat("😀", 126) + "…"}},
		{name: "description of astral characters", more: map[string]any{"description": "<p>badly " + strings.Repeat("😀", 20_000) + "</p>"}},
		{name: "description too long", more: map[string]any{"description": "<p>badly " + strings.Repeat("x ", 20_000) + "</p>"}},
	}
}

func jiraStepsRejected() []rejection {
	const below = jiraIssues + "/*/"
	without := func(field string) map[string]string { return map[string]string{field: "0"} }
	return []rejection{
		{name: "status that there is not", keys: map[string]string{"status": "{OPEN: Nowhere}"}, told: "status no transition leads", aside: true, want: map[string]string{"status": "To Do"}},
		{
			name: "status that asks for a resolution", keys: map[string]string{"project": "FLOW", "status": "{OPEN: Done}"},
			told: "status the transition .* asks for", aside: true, want: map[string]string{"status": "To Do"},
		},
		{
			name: "transition refused", rules: []map[string]any{refusing("", "POST", below+"transitions", 400, `{"errors": {"resolution": "not today"}}`)},
			keys: map[string]string{"labels": "[betterbugs]"}, more: map[string]any{"assignees": nil},
			told: "status .*not today", aside: true, want: map[string]string{"status": "To Do", "assignees": ""},
		},
		{
			name: "remote link refused", rules: []map[string]any{refusing("", "POST", below+"remotelink", 400, `{"errors": {"url": "not today"}}`)},
			told: "remote_link .*not today", aside: true, want: without("remote_link"),
		},
		{
			name: "no right to link", rules: []map[string]any{forbidding(below + "remotelink")},
			told: "remote_link .*no right", aside: true, want: without("remote_link"),
		},
		{
			name: "no right to attach", rules: []map[string]any{forbidding(below + "attachments")},
			told: "screenshot .*no right", aside: true, want: without("screenshot"),
		},
		{
			name: "attachment refused", rules: []map[string]any{refusing("", "POST", below+"attachments", 404, `{"errorMessages": ["not today"]}`)},
			told: "screenshot .*not today", aside: true, want: without("screenshot"),
		},
		{
			name: "attachment too large", rules: []map[string]any{refusing("", "POST", below+"attachments", 413, `{"errorMessages": ["too large"]}`)},
			told: "screenshot .*too large", aside: true, want: without("screenshot"),
		},
	}
}

// forbidding is a rule for whoever may not do one thing beside the issue: that is no reason to leave the tracker alone.
func forbidding(path string) map[string]any {
	return map[string]any{"method": "POST", "path": path, "do": "status", "status": 403, "body": `{"errorMessages": ["no right"]}`}
}

// fromReport is a template that comes out as text: written down as it is, check would refuse what a tracker does not take.
func fromReport(text string) string { return `'{{ print "` + text + `" }}'` }
