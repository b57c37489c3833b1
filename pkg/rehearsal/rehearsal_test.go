package rehearsal_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rehearsal"
)

// vendor is where a tracker would be.
type vendor struct{ seen []string }

func (v *vendor) RoundTrip(req *http.Request) (*http.Response, error) {
	v.seen = append(v.seen, req.Method+" "+req.URL.Path)
	if req.Body != nil {
		_ = req.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"fields":{}}`)), Header: http.Header{}, Request: req}, nil
}

const base = "https://tracker.example/base/"

func tapes(t interface{ Fatal(...any) }, next http.RoundTripper) map[string]*rehearsal.Tape {
	made := map[string]*rehearsal.Tape{}
	var err error
	if made["github"], err = rehearsal.GitHub(base, next); err != nil {
		t.Fatal(err)
	}
	for name, cloud := range map[string]bool{"cloud": true, "data center": false} {
		if made[name], err = rehearsal.Jira(base, cloud, next); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

// Whatever an adapter asks for, what reaches the tracker is a GET or a HEAD, a search, or an App asking for its token.
func TestOnlyReadsReachTheTracker(t *testing.T) {
	t.Parallel()
	paths := rapid.SampledFrom([]string{
		"repos/a/b/issues", "repos/a/b/issues/1", "repos/a/b/issues/1/comments", "repos/a/b/labels", "repos/a/b/issues/999999999",
		"app/installations/7/access_tokens", "app/installations/7/access_tokens/x", "app/installations/x/access_tokens",
		"rest/api/3/issue", "rest/api/3/issue/WEB-1", "rest/api/3/issue/WEB-0", "rest/api/2/issue/WEB-1/assignee",
		"rest/api/3/issue/WEB-1/transitions", "rest/api/3/issue/WEB-1/remotelink", "rest/api/3/search/jql", "rest/api/2/search",
		"rest/api/3/search/jql/../../issue", "rest/api/2/search%2Fissue", "rest/api/2/issue?x=/rest/api/2/search", "",
	})
	methods := rapid.SampledFrom([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "post", "MOVE", ""})
	rapid.Check(t, func(t *rapid.T) {
		var v vendor
		for name, tape := range tapes(t, &v) {
			for range 4 {
				req, err := http.NewRequest(methods.Draw(t, "method"), base+paths.Draw(t, "path"), strings.NewReader(`{"title":"x","fields":{"project":{"key":"WEB"}}}`))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := tape.RoundTrip(req)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				_ = resp.Body.Close()
			}
		}
		for _, seen := range v.seen {
			method, path, _ := strings.Cut(seen, " ")
			reading := method == "GET" || method == "HEAD" || method == "POST" &&
				(path == "/base/rest/api/3/search/jql" || path == "/base/rest/api/2/search" || path == "/base/app/installations/7/access_tokens")
			if !reading {
				t.Fatalf("%s reached the tracker", seen)
			}
		}
	})
}

func send(t *testing.T, tape *rehearsal.Tape, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer very-secret")
	resp, err := tape.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(said)
}

// What was written is there when it is read again, though no tracker has it.
func TestWhatWasWrittenIsThere(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]http.RoundTripper{"asked": &vendor{}, "not asked": nil} {
		t.Run(name, func(t *testing.T) {
			made := tapes(t, next)
			github, jira := made["github"], made["cloud"]
			send(t, github, "POST", "repos/a/b/issues", `{"title":"one","labels":["bug"]}`)
			send(t, github, "PATCH", "repos/a/b/issues/999999999", `{"assignees":["quinn"]}`)
			_, got := send(t, github, "GET", "repos/a/b/issues/999999999", "")
			if !strings.Contains(got, `"labels":[{"name":"bug"}]`) || !strings.Contains(got, `"assignees":[{"login":"quinn"}]`) {
				t.Errorf("GitHub: %s", got)
			}
			send(t, jira, "POST", "rest/api/3/issue", `{"fields":{"project":{"key":"WEB"},"summary":"one"}}`)
			send(t, jira, "PUT", "rest/api/3/issue/WEB-0/assignee", `{"accountId":"q"}`)
			_, got = send(t, jira, "GET", "rest/api/3/issue/WEB-0?fields=*all", "")
			if !strings.Contains(got, `"summary":"one"`) || !strings.Contains(got, `"assignee":{"accountId":"q"}`) {
				t.Errorf("Jira: %s", got)
			}
			var urls []string
			for _, r := range append(github.Requests(), jira.Requests()...) {
				urls = append(urls, r.Method+" "+r.URL)
			}
			want := []string{
				"POST " + base + "repos/a/b/issues", "PATCH " + base + "repos/a/b/issues/{number}",
				"POST " + base + "rest/api/3/issue", "PUT " + base + "rest/api/3/issue/{key}/assignee",
			}
			if diff := cmp.Diff(want, urls); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An issue that is there is asked for once, and from then on stands as it would after the writes.
func TestAnIssueThatIsThere(t *testing.T) {
	t.Parallel()
	v := &vendor{}
	tape := tapes(t, v)["cloud"]
	if status, _ := send(t, tape, "PUT", "rest/api/3/issue/WEB-7", `{"fields":{"summary":"two"}}`); status != http.StatusNoContent {
		t.Errorf("answered %d", status)
	}
	if _, got := send(t, tape, "GET", "rest/api/3/issue/WEB-7", ""); !strings.Contains(got, `"summary":"two"`) {
		t.Errorf("it says %s", got)
	}
	if diff := cmp.Diff([]string{"GET /base/rest/api/3/issue/WEB-7"}, v.seen); diff != "" {
		t.Error(diff)
	}
}

func TestCustomFieldsAreToldApart(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{Fields: []bridge.IssueField{
		{Name: "Train", Value: "1"}, {Name: "customfield_10010", Value: "2"}, {Name: "Due date", Value: "3"}, {Name: "Team", Value: "4"},
	}}
	want := map[string]string{"customfield_1": "Train", "customfield_10010": "customfield_10010", "customfield_4": "Team"}
	if diff := cmp.Diff(want, rehearsal.CustomFields(issue)); diff != "" {
		t.Error(diff)
	}
}
