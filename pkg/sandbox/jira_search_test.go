package sandbox_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	jira "github.com/andygrunwald/go-jira"
)

// searchable is a sandbox with WEB-1 to WEB-3 and API-1.
func searchable(t *testing.T) box {
	t.Helper()
	b := start(t)
	for n := range 3 {
		b.must(201, "POST", api3+"/issue", bug(object{"summary": fmt.Sprint("Number ", n+1), "labels": []string{"all", fmt.Sprint("bb-", n+1)}}))
	}
	b.must(201, "POST", api3+"/issue", bug(object{"project": object{"key": "API"}, "labels": []string{"bb-1"}}))
	b.must(204, "POST", api3+"/issue/WEB-2/transitions", object{"transition": object{"id": "31"}})
	return b
}

func TestJQL(t *testing.T) {
	b := searchable(t)
	for _, tt := range []struct{ jql, want string }{
		{`labels = "bb-1"`, "API-1 WEB-1"},
		{`project = "WEB" AND labels = "bb-1"`, "WEB-1"},
		{`LABELS=bb-1 and Project = web order by created ASC`, "WEB-1"},
		{`project = WEB ORDER BY key`, "WEB-1 WEB-2 WEB-3"},
		{`project = WEB order by updated desc`, "WEB-2 WEB-3 WEB-1"},
		{`key = WEB-2`, "WEB-2"},
		{`key in (WEB-2, "API-1") order by id desc`, "API-1 WEB-2"},
		{`labels not in (bb-1) and labels != 'bb-3'`, "WEB-2"},
		{`labels = "a \"b\""`, ""},
		{`status = Done`, "WEB-2"},
		{`statusCategory != Done and project = WEB`, "WEB-3 WEB-1"},
		{`summary ~ "number 3"`, "WEB-3"},
		{`created >= -1d and project = API`, "API-1"},
		{`created < "2026-10-01 12:02"`, "WEB-1"},
	} {
		t.Run(tt.jql, func(t *testing.T) {
			r := b.must(200, "GET", api3+"/search/jql?fields=key&jql="+url.QueryEscape(tt.jql), nil)
			var keys []string
			for _, i := range r.get("issues").([]any) {
				keys = append(keys, i.(object)["key"].(string))
			}
			if got := strings.Join(keys, " "); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestJQLRefused(t *testing.T) {
	b := searchable(t)
	for _, tt := range []struct{ name, jql, want string }{
		{"empty", "", "Unbounded JQL"},
		{"only an order", "order by created desc", "Unbounded JQL"},
		{"open quote", `labels = "x`, "quoted string has not been completed"},
		{"no operator", "labels", "Expecting operator"},
		{"no value", "labels =", "Expecting either a value"},
		{"value is an operator", "labels = =", "Expecting either a value"},
		{"unknown field", "colour = red", "Field 'colour' does not exist"},
		{"unknown project", "project = NONE", "The value 'NONE' does not exist for the field 'project'."},
		{"unknown key", "key = WEB-99", "An issue with key 'WEB-99' does not exist for field 'key'."},
		{"no and", "project = WEB labels = x", "Expecting 'AND'"},
		{"open list", "key in (WEB-1", "Expecting ',' or ')'"},
		{"list without brackets", "key in WEB-1", "Expecting '('"},
		{"bad date", "created > yesterday", "Date value 'yesterday' is invalid"},
		{"bad order", "project = WEB order by colour", "Not able to sort using field 'colour'"},
		{"more after the order", "project = WEB order by key desc nulls", "Expecting the end"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.jql == "" {
				b.breaks("POST", api3+"/search/jql")
			}
			r := b.must(400, "POST", api3+"/search/jql", object{"jql": tt.jql})
			if list, _ := r.get("errorMessages").([]any); len(list) != 1 || !strings.Contains(list[0].(string), tt.want) {
				t.Errorf("answered %s, want %q", r.Body, tt.want)
			}
		})
	}
}

func TestSearchShape(t *testing.T) {
	b := searchable(t)
	b.must(201, "PUT", api3+"/issue/WEB-1/properties/p", `{"a":1}`)
	plain := b.must(200, "GET", api3+"/search/jql?jql=key=WEB-1", nil)
	id := plain.get("issues").([]any)[0].(object)["id"]
	diff(t, "by default only ids", any(object{"issues": []any{object{"id": id}}, "isLast": true}), plain.JSON)

	full := b.must(200, "POST", api3+"/search/jql", object{"jql": "key = WEB-1", "fields": []string{"summary"}, "properties": []string{"p"}})
	issue := full.get("issues").([]any)[0].(object)
	diff(t, "fields", any(object{"summary": "Number 1"}), issue["fields"])
	diff(t, "properties", any(object{"p": object{"a": 1.0}}), issue["properties"])

	first := b.must(200, "POST", api3+"/search/jql", object{"jql": "project = WEB", "maxResults": 2})
	token, _ := first.get("nextPageToken").(string)
	if first.get("isLast") != false || token == "" || len(first.get("issues").([]any)) != 2 {
		t.Fatalf("first page: %s", first.Body)
	}
	second := b.must(200, "POST", api3+"/search/jql", object{"jql": "project = WEB", "maxResults": 2, "nextPageToken": token})
	if second.get("isLast") != true || second.get("nextPageToken") != nil || len(second.get("issues").([]any)) != 1 {
		t.Errorf("second page: %s", second.Body)
	}
	b.must(400, "POST", api3+"/search/jql", object{"jql": "project = WEB", "nextPageToken": "mine"})
}

func TestJiraMeta(t *testing.T) {
	b := start(t)
	diff(t, "deployment", any("Cloud"), b.must(200, "GET", api3+"/serverInfo", nil, "Authorization", "").get("deploymentType"))
	diff(t, "granted", any(true), b.must(200, "GET", api3+"/mypermissions?permissions=CREATE_ISSUES&projectKey=WEB", nil).get("permissions", "CREATE_ISSUES", "havePermission"))
	types := b.must(200, "GET", api3+"/issue/createmeta/WEB/issuetypes?maxResults=2", nil)
	if types.get("total") != 3.0 || len(types.get("issueTypes").([]any)) != 2 {
		t.Errorf("types: %s", types.Body)
	}
	fields := map[string]object{}
	for _, f := range b.must(200, "GET", api3+"/issue/createmeta/WEB/issuetypes/10001", nil).get("fields").([]any) {
		fields[f.(object)["fieldId"].(string)] = f.(object)
	}
	train := fields["customfield_10010"]
	if train["name"] != "Release train" || train["required"] != false || len(train["allowedValues"].([]any)) != 3 || fields["summary"]["required"] != true || len(fields["priority"]["allowedValues"].([]any)) != 5 {
		t.Errorf("fields: %v", fields)
	}
	for path, want := range map[string]int{
		"/priority": 5, "/field": 33, "/project/WEB/components": 3, "/user/search?query=qu": 1, "/user/search?query=former": 1,
		"/user/assignable/search?project=WEB&query=former": 0, "/user/assignable/search?project=WEB&query=ana%2Bqa@example.com": 1, "/user/assignable/search?project=WEB": 6,
		"/user/assignable/search?project=WEB&query=john@example.com": 2, "/user/assignable/search?project=WEB&query=ivy@example.com": 1,
	} {
		if list := b.must(200, "GET", api3+path, nil).JSON.([]any); len(list) != want {
			t.Errorf("%s has %d entries, want %d: %v", path, len(list), want, list)
		}
	}
	diff(t, "last", any(true), b.must(200, "GET", api3+"/priority/search", nil).get("isLast"))
	diff(t, "project", any("EXTRA"), b.must(200, "GET", api3+"/project/EXTRA", nil).get("name"))
}

func TestGoJira(t *testing.T) {
	b := start(t)
	transport := jira.BasicAuthTransport{Username: "bot@example.com", Password: "good"}
	c, err := jira.NewClient(transport.Client(), b.url+"/jira-cloud")
	check(t, err)
	me, _, err := c.User.GetSelf()
	check(t, err)
	made, _, err := c.Issue.Create(&jira.Issue{Fields: &jira.IssueFields{
		Project: jira.Project{Key: "WEB"}, Type: jira.IssueType{Name: "Bug"}, Summary: "From go-jira", Description: "h1. Wiki", Labels: []string{"bb-1"},
		Priority: &jira.Priority{Name: "Low"}, Components: []*jira.Component{{Name: "Backend"}},
		Unknowns: map[string]any{"assignee": map[string]string{"accountId": quinn}, "customfield_10014": "web"},
	}})
	check(t, err)
	b.breaks("POST", api2+"/issue")
	_, _, err = c.Issue.Create(&jira.Issue{Fields: &jira.IssueFields{
		Project: jira.Project{Key: "WEB"}, Type: jira.IssueType{Name: "Bug"}, Summary: "Its own user", Assignee: &jira.User{AccountID: quinn},
	}})
	if err == nil {
		t.Error("go-jira's own user with its Password was taken")
	}
	_, err = c.Issue.UpdateIssue(made.Key, map[string]any{"fields": map[string]any{"summary": "Edited"}})
	check(t, err)
	_, err = c.Issue.DoTransition(made.Key, "21")
	check(t, err)
	_, _, err = c.Issue.AddRemoteLink(made.Key, &jira.RemoteLink{GlobalID: "bug-1", Object: &jira.RemoteLinkObject{URL: "https://x.example/", Title: "Session"}})
	check(t, err)
	files, _, err := c.Issue.PostAttachment(made.Key, strings.NewReader("plain text"), "notes.txt")
	check(t, err)
	links, _, err := c.Issue.GetRemoteLinks(made.Key)
	check(t, err)
	found, _, err := c.Issue.SearchV2JQL(`project = "WEB" AND labels = "bb-1"`, &jira.SearchOptionsV2{Fields: []string{"summary", "status"}})
	check(t, err)
	got, _, err := c.Issue.Get(made.Key, nil)
	check(t, err)
	switch f := got.Fields; {
	case me.AccountID != "712020:bot", len(*files) != 1, len(*links) != 1, len(found) != 1, found[0].Fields.Summary != "Edited", found[0].Fields.Status.Name != "In Progress":
		t.Errorf("me %v, files %v, links %v, found %v", me, files, links, found)
	case f.Description != "h1. Wiki", f.Priority.Name != "Low", f.Assignee.AccountID != quinn, f.Components[0].Name != "Backend", f.Attachments[0].Filename != "notes.txt", f.Status.Name != "In Progress":
		t.Errorf("issue %+v", f)
	}
	b.breaks("GET", api2+"/search")
	if _, resp, _ := c.Issue.Search("project = WEB", nil); resp == nil || resp.StatusCode != 410 {
		t.Error("the old search is not gone")
	}
}
