package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

const (
	gh   = "/github/api/v3"
	api3 = "/jira-cloud/rest/api/3"
	api2 = "/jira-cloud/rest/api/2"
)

// box is a sandbox with a clock that moves a minute at each look.
type box struct {
	t   testing.TB
	url string
	*sandbox.Server
	judge *judge.Judge
}

func start(t testing.TB) box {
	t.Helper()
	var mu sync.Mutex
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	return startAt(t, func() time.Time { mu.Lock(); defer mu.Unlock(); now = now.Add(time.Minute); return now })
}

// startAt is start with another clock.
func startAt(t testing.TB, clock func() time.Time) box {
	t.Helper()
	return serve(t, sandbox.Config{Repos: []string{"extra/one", "nonsense"}, Projects: []string{"EXTRA"}, Now: clock})
}

func serve(t testing.TB, cfg sandbox.Config) box {
	t.Helper()
	s := sandbox.New(cfg)
	j := judge.Watch(t, s)
	server := httptest.NewServer(j)
	t.Cleanup(server.Close)
	return box{t, server.URL, s, j}
}

// reply is an answer; JSON holds it decoded where it is JSON.
type reply struct {
	Status int
	Header http.Header
	Body   string
	JSON   any
}

func (r reply) get(path ...string) any {
	v := r.JSON
	for _, name := range path {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

// do asks; a body that is no string is sent as JSON. header holds names and values in turn.
func (b box) do(method, path string, body any, header ...string) reply {
	b.t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		text = encode(b.t, body)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer good")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			req.Header.Del(header[i])
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	r := reply{Status: resp.StatusCode, Header: resp.Header, Body: string(data)}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") && len(data) > 0 {
		if err := json.Unmarshal(data, &r.JSON); err != nil {
			b.t.Fatalf("%s %s answered no JSON: %v\n%s", method, path, err, data)
		}
	}
	return r
}

// must is do, with a status that is expected.
func (b box) must(status int, method, path string, body any, header ...string) reply {
	b.t.Helper()
	r := b.do(method, path, body, header...)
	if r.Status != status {
		b.t.Fatalf("%s %s answered %d, want %d\n%s", method, path, r.Status, status, r.Body)
	}
	return r
}

// wrong is must for a request that is meant to break its description.
func (b box) wrong(status int, method, path string, body any, header ...string) reply {
	b.t.Helper()
	b.breaks(method, path)
	return b.must(status, method, path, body, header...)
}

// breaks says that the next request like this is meant to break its description.
func (b box) breaks(method, path string) {
	path, _, _ = strings.Cut(path, "?")
	b.judge.Breaks(method, path)
}

func encode(t testing.TB, v any) string {
	t.Helper()
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(buf.String())
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

type object = map[string]any

// doc is an Atlassian Document of one paragraph.
func doc(text string) object {
	return object{"type": "doc", "version": 1, "content": []any{object{"type": "paragraph", "content": []any{object{"type": "text", "text": text}}}}}
}

// bug is the body of a Jira create, with fields beside the required ones; a value of nil leaves one out.
func bug(fields object) object {
	all := object{"project": object{"key": "WEB"}, "issuetype": object{"name": "Bug"}, "summary": "It breaks"}
	for name, v := range fields {
		all[name] = v
		if v == nil {
			delete(all, name)
		}
	}
	return object{"fields": all}
}

func TestStateAndReset(t *testing.T) {
	b := start(t)
	empty := b.must(200, "GET", "/_sandbox/state", nil)
	if want := `{"github":[],"jira":[],"requests":[],"violations":[],"violations_total":0,"writes_too_close":0}`; strings.TrimSpace(empty.Body) != want {
		t.Errorf("an empty sandbox shows %s, want %s", empty.Body, want)
	}
	b.must(201, "POST", gh+"/repos/extra/one/issues", object{"title": "T", "labels": []string{"new"}, "assignees": []string{"quinn-dev"}})
	b.must(201, "POST", gh+"/repos/extra/one/issues/1/comments", object{"body": "Again"})
	b.must(401, "GET", gh+"/user", nil, "Authorization", "Bearer bad-token")
	b.must(201, "POST", api3+"/issue", bug(object{"project": object{"key": "EXTRA"}, "description": doc("D"), "customfield_10012": 3}))

	got := b.must(200, "GET", "/_sandbox/state", nil).JSON
	want := decoded(t, `{
		"github": [{"repo":"extra/one","number":1,"title":"T","body":"","labels":["new"],"assignees":["quinn-dev"],"state":"open",
			"comments":[{"id":70,"author":"bugferry-bot","body":"Again","at":"2026-10-01T12:02:00Z"}],"url":"`+b.url+`/github/extra/one/issues/1"}],
		"jira": [{"tracker":"jira-cloud","key":"EXTRA-1","project":"EXTRA","summary":"It breaks","description":`+encode(t, doc("D"))+`,"issue_type":"Bug","priority":"Medium",
			"labels":[],"components":[],"fields":{"customfield_10012":3},"assignee":"","status":"To Do","comments":[],"attachments":[],"remote_links":[],
			"url":"`+b.url+`/jira-cloud/browse/EXTRA-1"}],
		"requests": [
			{"at":"2026-10-01T12:01:00Z","tracker":"github","method":"POST","path":"/repos/extra/one/issues","status":201},
			{"at":"2026-10-01T12:02:00Z","tracker":"github","method":"POST","path":"/repos/extra/one/issues/1/comments","status":201},
			{"at":"2026-10-01T12:03:00Z","tracker":"github","method":"GET","path":"/user","status":401},
			{"at":"2026-10-01T12:04:00Z","tracker":"jira-cloud","method":"POST","path":"/rest/api/3/issue","status":201}],
		"violations": [], "violations_total": 0, "writes_too_close": 0}`)
	diff(t, "state", want, got)

	b.must(204, "POST", "/_sandbox/reset", nil)
	if again := b.must(200, "GET", "/_sandbox/state", nil); again.Body != empty.Body {
		t.Errorf("after a reset the state is %s", again.Body)
	}
	b.must(200, "GET", gh+"/repos/extra/one", nil)
	b.must(404, "GET", gh+"/repos/extra/one/issues/1", nil)
}

func TestBaseURL(t *testing.T) {
	s := sandbox.New(sandbox.Config{BaseURL: "https://sandbox.example/"})
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/github/api/v3/repos/acme/web/issues", strings.NewReader(`{"title":"T"}`))
	r.Header.Set("Authorization", "token good")
	r.Header.Set("Content-Type", "application/json")
	judge.Watch(t, s).ServeHTTP(w, r)
	const want = "https://sandbox.example/github/acme/web/issues/1"
	if !strings.Contains(w.Body.String(), `"html_url":"`+want+`"`) {
		t.Errorf("the answer does not name %s: %s", want, w.Body)
	}
	if got := s.State().GitHub[0].URL; got != want {
		t.Errorf("State has URL %s, want %s", got, want)
	}
}

func TestUncleanPathIsNoRedirect(t *testing.T) {
	b := start(t)
	b.wrong(404, "GET", gh+"//repos/acme/web", nil)
	b.wrong(404, "GET", api3+"/issue/", nil)
}

func TestManyAtOnce(t *testing.T) {
	b := start(t)
	const each = 20
	done := make(chan bool)
	for range 4 {
		go func() {
			for range each {
				b.do("POST", gh+"/repos/acme/web/issues", object{"title": "T"})
				b.do("POST", api3+"/issue", bug(nil))
				b.do("GET", "/", nil)
			}
			done <- true
		}()
	}
	for range 4 {
		<-done
	}
	st := b.State()
	numbers, keys := map[int]bool{}, map[string]bool{}
	for _, i := range st.GitHub {
		numbers[i.Number] = true
	}
	for _, i := range st.Jira {
		keys[i.Key] = true
	}
	if len(numbers) != 4*each || len(keys) != 4*each || len(st.Requests) != 8*each {
		t.Errorf("%d numbers, %d keys, %d requests; want %d, %d, %d", len(numbers), len(keys), len(st.Requests), 4*each, 4*each, 8*each)
	}
}
