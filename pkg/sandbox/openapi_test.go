package sandbox_test

import "testing"

type exchange struct {
	method, path, body string
	status             int
}

// all asks in turn; the judge holds the answers against the descriptions.
func (b box) all(base string, exchanges []exchange) {
	b.t.Helper()
	for _, x := range exchanges {
		b.must(x.status, x.method, base+x.path, x.body)
	}
}

func TestGitHubAnswersAsDescribed(t *testing.T) {
	const repo = "/repos/acme/web"
	start(t).all(gh, []exchange{
		{"POST", repo + "/issues", `{"title":"T","body":"B","labels":["bug","new one"],"assignees":["quinn-dev"]}`, 201},
		{"GET", repo + "/issues/1", "", 200},
		{"PATCH", repo + "/issues/1", `{"state":"closed","state_reason":"completed"}`, 200},
		{"GET", repo + "/issues?state=all", "", 200},
		{"PATCH", repo + "/issues/1", `{"milestone":2,"type":"bug"}`, 200},
		{"GET", repo + "/issues/1", "", 200},
		{"GET", "/orgs/acme/issue-types", "", 200},
		{"GET", "/orgs/quinn-dev/issue-types", "", 404},
		{"PATCH", repo + "/issues/1", `{"milestone":9}`, 422},
		{"POST", repo + "/issues/1/comments", `{"body":"C"}`, 201},
		{"GET", repo + "/issues/1/comments", "", 200},
		{"POST", repo + "/issues/1/assignees", `{"assignees":["ana-dev"]}`, 201},
		{"POST", repo + "/issues/1/labels", `{"labels":["x"]}`, 200},
		{"PUT", repo + "/issues/1/labels", `{"labels":["y"]}`, 200},
		{"GET", repo + "/issues/1/labels", "", 200},
		{"GET", repo + "/labels", "", 200},
		{"POST", repo + "/labels", `{"name":"z","color":"ff0000"}`, 201},
		{"GET", repo + "/labels/z", "", 200},
		{"GET", repo + "/assignees/quinn-dev", "", 204},
		{"GET", repo + "/assignees/outsider", "", 404},
		{"GET", repo, "", 200},
		{"GET", "/repos/acme/none", "", 404},
		{"GET", "/user", "", 200},
		{"GET", "/search/users?q=quinn", "", 200},
		{"GET", "/rate_limit", "", 200},
		{"POST", repo + "/issues", `{"title":""}`, 422},
		{"POST", repo + "/issues", `{"title":"T","assignees":["outsider"]}`, 422},
		{"POST", "/repos/acme/noissues/issues", `{"title":"T"}`, 410},
		{"POST", "/repos/acme/archived/issues", `{"title":"T"}`, 403},
		{"PATCH", repo + "/issues/1", `{"state":"open","state_reason":"reopened"}`, 200},
		{"PATCH", repo + "/issues/1", `{"state":"closed","state_reason":"duplicate"}`, 200},
	})
}

func TestJiraAnswersAsDescribed(t *testing.T) {
	start(t).all(api2, []exchange{
		{"POST", "/issue", `{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Bug"},"summary":"S","description":"D","assignee":{"id":"` + quinn + `"}}}`, 201},
		{"GET", "/issue/WEB-1", "", 200},
		{"PUT", "/issue/WEB-1", `{"fields":{"summary":"S2"}}`, 204},
		{"PUT", "/issue/WEB-1/assignee", `{"accountId":null}`, 204},
		{"POST", "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 201},
		{"POST", "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 200},
		{"POST", "/issue/WEB-1/comment", `{"body":"C"}`, 201},
		{"GET", "/issue/WEB-1/transitions", "", 200},
		{"POST", "/issue/WEB-1/transitions", `{"transition":{"id":"31"}}`, 204},
		{"PUT", "/issue/WEB-1/properties/p", `{"a":1}`, 201},
		{"GET", "/issue/WEB-1/properties/p", "", 200},
		{"GET", "/user/search?query=q", "", 200},
		{"GET", "/user/assignable/search?project=WEB", "", 200},
		{"GET", "/myself", "", 200},
		{"GET", "/priority", "", 200},
		{"GET", "/priority/search", "", 200},
		{"GET", "/field", "", 200},
		{"GET", "/project/WEB", "", 200},
		{"GET", "/serverInfo", "", 200},
		{"POST", "/issue", `{"fields":{}}`, 400},
		{"GET", "/issue/WEB-9", "", 404},
	})
}
