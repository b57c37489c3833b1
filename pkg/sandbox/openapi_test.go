package sandbox_test

import "testing"

type exchange struct {
	method, path, body string
	status             int
	broken             bool // the request is meant to break its description
}

// all asks in turn; the judge holds the answers against the descriptions.
func (b box) all(base string, exchanges []exchange) {
	b.t.Helper()
	for _, x := range exchanges {
		if x.broken {
			b.breaks(x.method, base+x.path)
		}
		b.must(x.status, x.method, base+x.path, x.body)
	}
}

func TestGitHubAnswersAsDescribed(t *testing.T) {
	const repo = "/repos/acme/web"
	start(t).all(gh, []exchange{
		{"POST", repo + "/issues", `{"title":"T","body":"B","labels":["bug","new one"],"assignees":["quinn-dev"]}`, 201, false},
		{"GET", repo + "/issues/1", "", 200, false},
		{"PATCH", repo + "/issues/1", `{"state":"closed","state_reason":"completed"}`, 200, false},
		{"GET", repo + "/issues?state=all", "", 200, false},
		{"PATCH", repo + "/issues/1", `{"milestone":2,"type":"bug"}`, 200, false},
		{"GET", repo + "/issues/1", "", 200, false},
		{"GET", "/orgs/acme/issue-types", "", 200, false},
		{"GET", "/orgs/quinn-dev/issue-types", "", 404, false},
		{"PATCH", repo + "/issues/1", `{"milestone":9}`, 422, false},
		{"POST", repo + "/issues/1/comments", `{"body":"C"}`, 201, false},
		{"GET", repo + "/issues/1/comments", "", 200, false},
		{"POST", repo + "/issues/1/assignees", `{"assignees":["ana-dev"]}`, 201, false},
		{"POST", repo + "/issues/1/labels", `{"labels":["x"]}`, 200, false},
		{"PUT", repo + "/issues/1/labels", `{"labels":["y"]}`, 200, false},
		{"GET", repo + "/issues/1/labels", "", 200, false},
		{"GET", repo + "/labels", "", 200, false},
		{"POST", repo + "/labels", `{"name":"z","color":"ff0000"}`, 201, false},
		{"GET", repo + "/labels/z", "", 200, false},
		{"GET", repo + "/assignees/quinn-dev", "", 204, false},
		{"GET", repo + "/assignees/outsider", "", 404, false},
		{"GET", repo, "", 200, false},
		{"GET", "/repos/acme/none", "", 404, false},
		{"GET", "/user", "", 200, false},
		{"GET", "/search/users?q=quinn", "", 200, false},
		{"GET", "/rate_limit", "", 200, false},
		{"POST", repo + "/issues", `{"title":""}`, 422, false},
		{"POST", repo + "/issues", `{"title":"T","assignees":["outsider"]}`, 422, false},
		{"POST", repo + "/issues", `{`, 400, true},
		{"POST", "/repos/acme/noissues/issues", `{"title":"T"}`, 410, false},
		{"POST", "/repos/acme/archived/issues", `{"title":"T"}`, 403, false},
		{"PATCH", repo + "/issues/1", `{"state":"open","state_reason":"reopened"}`, 200, false},
		{"PATCH", repo + "/issues/1", `{"state":"closed","state_reason":"duplicate"}`, 200, false},
	})
}

func TestJiraAnswersAsDescribed(t *testing.T) {
	start(t).all(api2, []exchange{
		{"POST", "/issue", `{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Bug"},"summary":"S","description":"D","assignee":{"id":"` + quinn + `"}}}`, 201, false},
		{"GET", "/issue/WEB-1", "", 200, false},
		{"PUT", "/issue/WEB-1", `{"fields":{"summary":"S2"}}`, 204, false},
		{"PUT", "/issue/WEB-1/assignee", `{"accountId":null}`, 204, false},
		{"POST", "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 201, false},
		{"POST", "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 200, false},
		{"POST", "/issue/WEB-1/comment", `{"body":"C"}`, 201, false},
		{"GET", "/issue/WEB-1/transitions", "", 200, false},
		{"POST", "/issue/WEB-1/transitions", `{"transition":{"id":"31"}}`, 204, false},
		{"PUT", "/issue/WEB-1/properties/p", `{"a":1}`, 201, false},
		{"GET", "/issue/WEB-1/properties/p", "", 200, false},
		{"GET", "/user/search?query=q", "", 200, false},
		{"GET", "/user/assignable/search?project=WEB", "", 200, false},
		{"GET", "/myself", "", 200, false},
		{"GET", "/priority", "", 200, false},
		{"GET", "/priority/search", "", 200, false},
		{"GET", "/field", "", 200, false},
		{"GET", "/project/WEB", "", 200, false},
		{"GET", "/serverInfo", "", 200, false},
		{"POST", "/issue", `{"fields":{}}`, 400, false},
		{"GET", "/issue/WEB-9", "", 404, false},
	})
}
