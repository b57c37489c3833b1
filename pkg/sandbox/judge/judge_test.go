package judge_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// court is a test that a judge may fail.
type court struct {
	testing.TB
	said []string
}

func (c *court) Errorf(format string, args ...any) {
	c.said = append(c.said, fmt.Sprintf(format, args...))
}

const (
	repo   = "/github/api/v3/repos/acme/web"
	cloud  = "/jira-cloud/rest/api/3/issue"
	center = "/jira-dc/rest/api/2/issue"
)

// fields is the body of a create with these fields beside those that must be there.
func fields(more string) string {
	return `{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Bug"},"summary":"S"` + more + `}}`
}

const document = `{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":%q}]}]}`

func ask(h http.Handler, method, path, body string) int {
	r := httptest.NewRequest(method, "http://sandbox.example"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// TestRequests proves of each rule that the judge can say no, and that it says yes beside it.
func TestRequests(t *testing.T) {
	for _, c := range []struct{ name, method, path, body, wrong string }{
		{"an issue", "POST", repo + "/issues", `{"title":"T"}`, ""},
		{"an issue without a title", "POST", repo + "/issues", `{"body":"B"}`, "title"},
		{"an operation of no description", "GET", repo + "/contents/README.md", "", "no description knows it"},
		{"a query that is not described", "GET", repo + "/issues?label=x", "", `no query parameter "label"`},
		{"a label with a slash", "GET", repo + "/labels/a%2Fb", "", ""},
		{"what is at no tracker", "GET", "/github/api/v4/graphql", "", "no description knows it"},
		{"what is at no Jira's API", "GET", "/jira-cloud/resto/api/3/myself", "", "no description knows it"},
		{"a page of ours", "GET", "/github/acme/web/issues/1", "", ""},
		{"Cloud", "POST", cloud, fields(`,"description":` + fmt.Sprintf(document, "x")), ""},
		{"Cloud with wiki markup", "POST", cloud, fields(`,"description":"x"`), "description"},
		{"Cloud with what ADF does not allow", "POST", cloud, fields(`,"description":` + fmt.Sprintf(document, "")), "jsonschema"},
		{"Cloud with ADF in a field", "POST", cloud, fields(`,"customfield_10023":` + fmt.Sprintf(document, "")), "jsonschema"},
		{"Cloud with a user by name", "POST", cloud, fields(`,"assignee":{"name":"quinn"}`), "assignee"},
		{"Cloud with all of a user", "POST", cloud, fields(`,"assignee":{"accountId":"5b10ac8d82e05b22cc7d4ef5","Password":""}`), "Password"},
		{"Cloud with a user in a field", "POST", cloud, fields(`,"customfield_10024":{"accountId":"x","avatarUrls":{}}`), "customfield_10024"},
		{"Cloud with two lines of summary", "PUT", cloud + "/WEB-1", `{"fields":{"summary":"a\nb"}}`, "summary"},
		{"Cloud with a label of two words", "PUT", cloud + "/WEB-1", `{"fields":{"labels":["a b"]}}`, "labels"},
		{"Data Center", "POST", center, fields(`,"description":"x","assignee":{"name":"quinn"}`), ""},
		{"Data Center with ADF", "POST", center, fields(`,"description":` + fmt.Sprintf(document, "x")), "description"},
		{"Data Center with an accountId", "PUT", center + "/WEB-1/assignee", `{"accountId":"x"}`, "accountId"},
		{"Data Center's search with properties", "POST", "/jira-dc/rest/api/2/search", `{"jql":"project = WEB","properties":["p"]}`, "properties"},
	} {
		t.Run(c.name, func(t *testing.T) {
			court := &court{TB: t}
			ask(judge.Watch(court, sandbox.New(sandbox.Config{})), c.method, c.path, c.body)
			said := strings.Join(court.said, "\n")
			if c.wrong == "" && said != "" || !strings.Contains(said, c.wrong) {
				t.Errorf("said %q, want %q", said, c.wrong)
			}
		})
	}
}

// TestAnswers proves that the judge reads what the sandbox says.
func TestAnswers(t *testing.T) {
	for _, c := range []struct{ name, path, answer string }{
		{"GitHub", repo + "/issues/1", `{"number":"one"}`},
		{"nothing where there should be something", repo + "/issues/1", ""},
		{"GitHub's supplement", repo + "/milestones", `[{"title":"1.0"}]`},
		{"Cloud", cloud + "/WEB-1", `{"id":"1","key":"WEB-1"}`},
		{"Cloud with a document that is none", cloud + "/WEB-1", `{"id":"1","key":"WEB-1","fields":{"description":{"type":"doc","version":1,"content":[{"type":"text"}]}}}`},
		{"Data Center with Cloud's users", "/jira-dc/rest/api/2/myself", `{"name":"q","key":"q","displayName":"Q","active":true,"accountId":"x"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			court := &court{TB: t}
			ask(judge.Watch(court, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, c.answer)
			})), "GET", c.path, "")
			if len(court.said) != 1 || !strings.Contains(court.said[0], "is answered 200") {
				t.Errorf("said %q", court.said)
			}
		})
	}
}

// TestOrderedFaults: an answer that a test has ordered is exempt, however its neighbours fare; what is late only is not.
func TestOrderedFaults(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		status     int
		wrong      string // said of a sandbox whose own answers are wrong
	}{
		{"another status", `"do":"status","status":418,"count":1`, 418, ""},
		{"a delay", `"do":"delay","delay":"1ns","count":1`, 200, "is answered 200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			box, court := sandbox.New(sandbox.Config{}), &court{TB: t}
			order(t, box, c.rule)
			j := judge.Watch(court, box)
			if got := ask(j, "GET", repo, ""); got != c.status || len(court.said) != 0 {
				t.Errorf("answered %d, said %q", got, court.said)
			}
			if got := ask(j, "GET", repo, ""); got != 200 || len(court.said) != 0 {
				t.Errorf("answered %d, said %q", got, court.said)
			}
			order(t, box, c.rule)
			if ask(judge.Watch(court, mumble{box}), "GET", repo, ""); !strings.Contains(strings.Join(court.said, ""), c.wrong) || c.wrong == "" && len(court.said) != 0 {
				t.Errorf("said %q, want %q", court.said, c.wrong)
			}
		})
	}
}

func order(t *testing.T, box *sandbox.Server, rule string) {
	t.Helper()
	faults, err := sandbox.ParseFaults([]byte(`{"rules":[{"tracker":"github",` + rule + `}]}`))
	if err == nil {
		err = box.SetFaults(faults)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// mumble lets the sandbox answer, and says something else.
type mumble struct{ *sandbox.Server }

func (m mumble) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.Server.ServeHTTP(httptest.NewRecorder(), r)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"name":1}`)
}

// TestFaultIsOfItsExchange: of two requests that are alike and under way together, only the one that was struck is exempt.
func TestFaultIsOfItsExchange(t *testing.T) {
	box, court := sandbox.New(sandbox.Config{}), &court{TB: t}
	order(t, box, `"do":"status","status":418,"count":1`)
	second := make(chan bool)
	var j *judge.Judge
	j = judge.Watch(court, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Second") != "" { // answers wrongly while the other, struck one is between its effect and its judge
			mumble{box}.ServeHTTP(w, r)
			return
		}
		box.ServeHTTP(w, r)
		go func() {
			defer close(second)
			r := httptest.NewRequest("GET", repo, nil)
			r.Header.Set("Authorization", "Bearer good")
			r.Header.Set("X-Second", "yes")
			j.ServeHTTP(httptest.NewRecorder(), r)
		}()
		<-second
	}))
	if got := ask(j, "GET", repo, ""); got != 418 {
		t.Errorf("answered %d", got)
	}
	if len(court.said) != 1 || !strings.Contains(court.said[0], "is answered 200") {
		t.Errorf("said %q, want it of the second alone", court.said)
	}
}

// TestBreaks: what is announced as broken may be, once, and must be; its answer is judged.
func TestBreaks(t *testing.T) {
	issues, nowhere := repo+"/issues", "/github/api/v3/nowhere"
	for _, c := range []struct {
		name         string
		announced    string // path of POST requests
		path, body   string
		times        int
		wrong        string
		answersWrong bool
	}{
		{"is", issues, issues, `{}`, 1, "", false},
		{"is none that is known", nowhere, nowhere, `{}`, 1, "", false},
		{"is again", issues, issues, `{}`, 2, "title", false},
		{"is not", issues, issues, `{"title":"T"}`, 1, "does not", false},
		{"does not come", issues, repo + "/labels", `{"name":"x"}`, 1, "did not come", false},
		{"is answered wrongly", issues, issues, `{}`, 1, "is answered 200", true},
		{"is not known and is answered wrongly", nowhere, nowhere, `{}`, 1, "must be refused", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			court := &court{}
			t.Run("watched", func(t *testing.T) { // when it ends, the judge reports
				court.TB = t
				var box http.Handler = sandbox.New(sandbox.Config{})
				if c.answersWrong {
					box = mumble{sandbox.New(sandbox.Config{})}
				}
				j := judge.Watch(court, box)
				j.Breaks("POST", c.announced)
				for range c.times {
					ask(j, "POST", c.path, c.body)
				}
			})
			said := strings.Join(court.said, "\n")
			if len(court.said) > 1 || (said == "") != (c.wrong == "") || !strings.Contains(said, c.wrong) {
				t.Errorf("said %q, want %q", said, c.wrong)
			}
		})
	}
}
