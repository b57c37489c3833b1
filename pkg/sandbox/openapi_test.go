package sandbox_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

// judge asks the sandbox and holds its answers against a vendor's own description.
type judge struct {
	sandbox http.Handler
	router  routers.Router
	token   string
}

func newJudge(t *testing.T, s http.Handler, spec, server string) judge {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(file(t, spec)))
	check(t, err)
	doc.Servers = openapi3.Servers{{URL: server}}
	asJiraReallyIs(doc.Components.Schemas)
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
	check(t, err)
	return judge{s, router, "good"}
}

// asJiraReallyIs puts right what Jira's document says otherwise than Jira does: a field that is not set is null, and
// times have their zone without a colon.
func asJiraReallyIs(schemas openapi3.Schemas) {
	if issue := schemas["IssueBean"]; issue != nil {
		issue.Value.Properties["fields"].Value.AdditionalProperties.Schema.Value.Nullable = true
	}
	for name, times := range map[string][]string{"Comment": {"created", "updated"}, "ServerInformation": {"buildDate", "serverTime"}} {
		for _, at := range times {
			if schema := schemas[name]; schema != nil {
				schema.Value.Properties[at].Value.Format = ""
			}
		}
	}
}

// answered asks and returns the status, and what the description says against the answer.
func (j judge) answered(t *testing.T, method, url, body string) (int, error) {
	t.Helper()
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+j.token)
	r.Header.Set("Content-Type", "application/json")
	route, params, err := j.router.FindRoute(r)
	if err != nil {
		return 0, err
	}
	w := httptest.NewRecorder()
	j.sandbox.ServeHTTP(w, r)
	return w.Code, openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 w.Code, Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: w.Body.Len() == 0 && w.Code < 300, MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
}

type exchange struct {
	method, path, body string
	status             int
}

func (j judge) all(t *testing.T, base string, exchanges []exchange) {
	t.Helper()
	for _, x := range exchanges {
		status, err := j.answered(t, x.method, base+x.path, x.body)
		if status != x.status || err != nil {
			t.Errorf("%s %s: status %d, want %d; %v", x.method, x.path, status, x.status, err)
		}
	}
}

func TestGitHubAnswersAsDescribed(t *testing.T) {
	const base, repo = "http://sandbox.example/github/api/v3", "/repos/acme/web"
	newJudge(t, sandbox.New(sandbox.Config{}), "github-issues.openapi.json", base).all(t, base, []exchange{
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
		{"POST", repo + "/issues", `{`, 400},
		{"POST", "/repos/acme/noissues/issues", `{"title":"T"}`, 410},
		{"POST", "/repos/acme/archived/issues", `{"title":"T"}`, 403},
		{"PATCH", repo + "/issues/1", `{"state":"open","state_reason":"reopened"}`, 200},
		{"PATCH", repo + "/issues/1", `{"state":"closed","state_reason":"duplicate"}`, 200},
	})
}

func TestJiraAnswersAsDescribed(t *testing.T) {
	const base, api = "http://sandbox.example/jira-cloud", "/rest/api/2"
	newJudge(t, sandbox.New(sandbox.Config{}), "jira-v2.openapi.json", base).all(t, base, []exchange{
		{"POST", api + "/issue", `{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Bug"},"summary":"S","description":"D","assignee":{"id":"` + quinn + `"}}}`, 201},
		{"GET", api + "/issue/WEB-1", "", 200},
		{"PUT", api + "/issue/WEB-1", `{"fields":{"summary":"S2"}}`, 204},
		{"PUT", api + "/issue/WEB-1/assignee", `{"accountId":null}`, 204},
		{"POST", api + "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 201},
		{"POST", api + "/issue/WEB-1/remotelink", `{"globalId":"1","object":{"url":"https://x.example/","title":"T"}}`, 200},
		{"POST", api + "/issue/WEB-1/comment", `{"body":"C"}`, 201},
		{"GET", api + "/issue/WEB-1/transitions", "", 200},
		{"POST", api + "/issue/WEB-1/transitions", `{"transition":{"id":"31"}}`, 204},
		{"PUT", api + "/issue/WEB-1/properties/p", `{"a":1}`, 201},
		{"GET", api + "/issue/WEB-1/properties/p", "", 200},
		{"GET", api + "/user/search?query=q", "", 200},
		{"GET", api + "/user/assignable/search?project=WEB", "", 200},
		{"GET", api + "/myself", "", 200},
		{"GET", api + "/priority", "", 200},
		{"GET", api + "/priority/search", "", 200},
		{"GET", api + "/field", "", 200},
		{"GET", api + "/project/WEB", "", 200},
		{"GET", api + "/serverInfo", "", 200},
		{"POST", api + "/issue", `{"fields":{}}`, 400},
		{"GET", api + "/issue/WEB-9", "", 404},
	})
}

// TestJudgeSeesFaults proves that the judge can say no.
func TestJudgeSeesFaults(t *testing.T) {
	const base = "http://sandbox.example/github/api/v3"
	broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"number":"one"}`)
	})
	if _, err := newJudge(t, broken, "github-issues.openapi.json", base).answered(t, "GET", base+"/repos/acme/web/issues/1", ""); err == nil {
		t.Error("an issue without anything in it passes")
	}
}
