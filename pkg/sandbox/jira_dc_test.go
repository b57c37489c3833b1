package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const dc = "/jira-dc/rest/api/2"

func TestDataCenterIssue(t *testing.T) {
	b := start(t)
	in := bug(object{"description": "h2. It breaks\n\n*badly*", "assignee": object{"name": "quinn"}, "customfield_10013": "# one"})
	in["properties"] = []object{{"key": "bugferry", "value": object{"bug": "1"}}}
	made := b.must(201, "POST", dc+"/issue", in)
	diff(t, "key", any("WEB-1"), made.get("key"))
	b.must(201, "POST", dc+"/issue/WEB-1/comment", object{"body": "_news_"})
	b.must(204, "PUT", dc+"/issue/WEB-1/assignee", object{"name": "ana"})
	b.must(204, "POST", dc+"/issue/WEB-1/transitions", object{"transition": object{"id": "31"}})
	b.must(201, "POST", dc+"/issue/WEB-1/remotelink", object{"globalId": "1", "object": object{"url": "https://x.example/1", "title": "T"}})

	got := b.must(200, "GET", dc+"/issue/WEB-1?properties=bugferry", nil)
	diff(t, "description", any("h2. It breaks\n\n*badly*"), got.get("fields", "description"))
	diff(t, "assignee", any("ana"), got.get("fields", "assignee", "name"))
	diff(t, "an accountId", any(nil), got.get("fields", "assignee", "accountId"))
	diff(t, "property", any("1"), got.get("properties", "bugferry", "bug"))
	state := b.State()
	if len(state.Jira) != 1 || state.Jira[0].Tracker != "jira-dc" || state.Jira[0].Assignee != "ana" || state.Jira[0].Comments[0].Author != "bugferry" {
		t.Errorf("state %+v", state.Jira)
	}
	page := b.must(200, "GET", state.Jira[0].URL, nil, "Authorization", "")
	if !strings.Contains(page.Body, "Jira Data Center") || !strings.Contains(page.Body, "It breaks") {
		t.Errorf("page: %s", page.Body)
	}
	// Cloud has an issue of the same key, and each knows its own.
	b.must(404, "GET", api3+"/issue/WEB-1", nil)
	b.must(201, "POST", api3+"/issue", bug(nil))
	moved := b.must(200, "POST", "/_sandbox/move", object{"tracker": "jira-dc", "issue": "WEB-1", "to": "API"})
	diff(t, "moved", any("API-1"), moved.get("issue"))
	b.must(200, "GET", dc+"/issue/WEB-1", nil)
	b.must(404, "GET", api3+"/issue/API-1", nil)
}

// What is true of one of the two and not of the other (section 2.1 of the facts).
func TestWhatTellsTheJirasApart(t *testing.T) {
	b := start(t)
	b.must(201, "POST", dc+"/issue", bug(nil))
	b.must(201, "POST", api2+"/issue", bug(nil))
	for _, tt := range []struct {
		method, path string
		body         any
		cloud, dc    int
		words        string // in Data Center's answer
		broken       string // of the two, whose description the request breaks
	}{
		{"GET", "/rest/api/2/serverInfo", nil, 200, 200, `"deploymentType":"Server"`, ""},
		{"GET", "/rest/api/3/myself", nil, 200, 404, "", "dc"},
		{"GET", "/rest/api/2/myself", nil, 200, 200, `"name":"bugferry"`, ""},
		{"GET", "/rest/api/2/search?jql=project=WEB", nil, 410, 200, `"total":1`, "cloud"},
		{"POST", "/rest/api/2/search", object{"jql": "project = WEB", "startAt": 1}, 410, 200, `"issues":[]`, "cloud"},
		{"POST", "/rest/api/2/search", object{"jql": "project = WEB", "properties": []string{"p"}}, 410, 400, `Unrecognized field \"properties\"`, "cloud dc"},
		{"POST", "/rest/api/2/search/jql", object{"jql": "project = WEB"}, 200, 404, "", "dc"},
		{"GET", "/rest/api/2/issue/createmeta", nil, 404, 404, "Issue Does Not Exist", ""},
		{"GET", "/rest/api/2/issue/createmeta/WEB/issuetypes", nil, 200, 200, `"values":[`, ""},
		{"GET", "/rest/api/2/issue/createmeta/WEB/issuetypes/10001", nil, 200, 200, `"values":[`, ""},
		{"GET", "/rest/api/2/mypermissions?projectKey=WEB", nil, 400, 200, `"CREATE_ISSUES":{"description":"","havePermission":true`, "cloud"},
		{"GET", "/rest/api/2/user?username=quinn", nil, 404, 200, `"key":"JIRAUSER-quinn"`, "cloud"},
		{"GET", "/rest/api/2/user/search?username=quinn@example.com", nil, 400, 200, `"name":"quinn"`, ""},
		{"GET", "/rest/api/2/user/search?query=quinn", nil, 200, 400, "", "dc"},
		{"GET", "/rest/api/2/user/assignable/search?project=WEB&username=former", nil, 200, 200, "[]", ""},
		{"PUT", "/rest/api/2/issue/WEB-1/assignee", object{"name": "quinn"}, 400, 204, "", "cloud"},
		{"PUT", "/rest/api/2/issue/WEB-1/assignee", object{"name": nil}, 400, 204, "", "cloud"},
		{"PUT", "/rest/api/2/issue/WEB-1/assignee", object{"accountId": quinn}, 204, 400, `expected Object containing a 'name' property`, "dc"},
		{"PUT", "/rest/api/2/issue/WEB-1/assignee", object{"name": "nobody"}, 400, 400, `User 'nobody' does not exist.`, "cloud"},
		{"PUT", "/rest/api/2/issue/WEB-1", object{"fields": object{"assignee": object{"name": "former"}}}, 400, 400, `User 'former' cannot be assigned issues.`, ""},
		{"PUT", "/rest/api/2/issue/WEB-1", object{"fields": object{"description": doc("D")}}, 400, 400, "must be a string", "cloud dc"},
	} {
		t.Run(fmt.Sprint(tt.method, tt.path, tt.body), func(t *testing.T) {
			b := box{t, b.url, b.Server, b.judge}
			for _, of := range strings.Fields(tt.broken) {
				b.breaks(tt.method, "/jira-"+of+tt.path)
			}
			b.must(tt.cloud, tt.method, "/jira-cloud"+tt.path, tt.body)
			if r := b.must(tt.dc, tt.method, "/jira-dc"+tt.path, tt.body); !strings.Contains(r.Body, tt.words) {
				t.Errorf("answered %s, want %s in it", r.Body, tt.words)
			}
		})
	}
}

// Data Center tells its bucket with every answer, whatever it is (section 2.5 of the facts).
func TestDataCenterBucket(t *testing.T) {
	b := start(t)
	limit := func(r reply) string {
		h := r.Header
		return strings.Join([]string{h.Get("X-RateLimit-Limit"), h.Get("X-RateLimit-Remaining"), h.Get("X-RateLimit-FillRate"), h.Get("X-RateLimit-Interval-Seconds"),
			h.Get("Retry-After"), h.Get("X-RateLimit-Reset") + h.Get("RateLimit-Reason")}, " ")
	}
	const full = "100 99 10 1 0 "
	diff(t, "200", full, limit(b.must(200, "GET", dc+"/myself", nil)))
	diff(t, "404", full, limit(b.must(404, "GET", dc+"/issue/WEB-9", nil)))
	diff(t, "401", full, limit(b.must(401, "GET", dc+"/myself", nil, "Authorization", "Bearer bad")))
	diff(t, "Basic", full, limit(b.must(200, "GET", dc+"/myself", nil, "Authorization", "Basic cXVpbm46cHc=")))
	b.must(200, "POST", "/_sandbox/faults", object{"rules": []object{{"tracker": "jira-dc", "do": "limit", "count": 1}}})
	diff(t, "429", "100 0 10 1 1 ", limit(b.must(429, "GET", dc+"/myself", nil)))
	b.must(200, "POST", "/_sandbox/faults", object{"rules": []object{{"tracker": "jira-cloud", "do": "drop"}}})
	b.must(200, "GET", dc+"/myself", nil)
}

// The limit on the writes to one issue is Cloud's alone.
func TestDataCenterDoesNotCountWrites(t *testing.T) {
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	b := startAt(t, func() time.Time { return now })
	b.must(201, "POST", dc+"/issue", bug(nil))
	for range 21 {
		b.must(204, "PUT", dc+"/issue/WEB-1", object{"fields": object{"summary": "S"}})
	}
	if n := b.State().ViolationsTotal; n != 0 {
		t.Errorf("%d violations", n)
	}
}
