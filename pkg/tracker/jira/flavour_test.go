package jira_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// undecided is a server of which it is not said which Jira it is: it answers for itself, and creates what it is asked to.
type undecided struct {
	mu   sync.Mutex // a handler that cuts the connection may end after its client has gone on
	info func(http.ResponseWriter)
	got  []string
}

func (u *undecided) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	u.got = append(u.got, r.Method+" "+r.URL.Path)
	info := u.info
	u.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/serverInfo") {
		info(w)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"key":"WEB-12"}`)
}

// sent returns what was asked for so far.
func (u *undecided) sent() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.got)
}

func (u *undecided) decide(info func(http.ResponseWriter)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.info = info
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestJiraIsAskedOnceWhichItIs(t *testing.T) {
	for kind, version := range map[string]string{"Cloud": "3", "Server": "2"} {
		t.Run(kind, func(t *testing.T) {
			u := &undecided{info: says(200, `{"deploymentType":"`+kind+`","version":"9.12.15"}`)}
			server := httptest.NewServer(u)
			defer server.Close()
			s := with(t, jira.Config{BaseURL: server.URL})
			for range 2 {
				if _, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker}); err != nil {
					t.Fatal(err)
				}
			}
			create := "POST /rest/api/" + version + "/issue"
			if diff := cmp.Diff([]string{"GET /rest/api/2/serverInfo", create, create}, u.sent()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing is sent to a Jira of which nobody knows what it understands; the next try asks again.
func TestJiraThatDoesNotSayWhichItIs(t *testing.T) {
	for _, c := range []struct {
		name string
		info func(http.ResponseWriter)
		hint string
	}{
		{"a page that wants a login", says(200, "<html>Log in</html>"), "base_url"},
		{"another service", says(200, `{"version":"1"}`), "base_url"},
		{"a third kind", says(200, `{"deploymentType":"Orbit"}`), "base_url"},
		{"no such path", says(404, "{}"), "base_url"},
		{"a bad request", says(400, "{}"), "base_url"},
		{"starting", says(503, ""), ""},
		{"an odd success", says(204, ""), "base_url"},
		{"credentials refused", says(401, ""), "personal access token"},
		{"a limit", says(429, ""), ""},
		{"the connection is cut", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := &undecided{info: c.info}
			server := httptest.NewServer(u)
			defer server.Close()
			s := with(t, jira.Config{BaseURL: server.URL})
			ref, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker})
			if kind := bridge.KindOf(err); err == nil || kind == bridge.Permanent || !bridge.CertainlyNothing(err) {
				t.Errorf("created %v, error %v of kind %v; want one to try again after, with nothing done", ref, err, kind)
			}
			if hint := bridge.Hint(err); !strings.Contains(hint, c.hint) {
				t.Errorf("hint %q, want %q in it", hint, c.hint)
			}
			if sent := strings.Join(u.sent(), ", "); strings.Contains(sent, "POST") {
				t.Errorf("sent %s", sent)
			}
			u.decide(says(200, `{"deploymentType":"Server"}`))
			if ref, err = s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker}); err != nil || ref.ID != "WEB-12" {
				t.Errorf("once it says: %v, %v", ref, err)
			}
		})
	}
}

const dcAnswer = `{"id":"10012","key":"WEB-12","fields":{"summary":"T","labels":["a"],"status":{"id":"1","name":"To Do"},
	"issuetype":{"self":"x","id":"10001","name":"Bug"},"priority":{"id":"2","name":"High"},"components":[],
	"assignee":{"self":"x","name":"quinn","key":"JIRAUSER10100","emailAddress":"quinn@example.com","avatarUrls":{"48x48":"x"}},
	"description":"h2. It breaks\r\n\r\n*badly*","customfield_1":{"name":"ana","key":"JIRAUSER10101","displayName":"Ana"},
	"customfield_2":"# one\r\n# two","customfield_3":""}}`

// dcSite is a Data Center that notes what it is asked to do.
type dcSite struct {
	got      []string
	comments string
}

func (s *dcSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := strings.TrimPrefix(r.URL.Path, "/rest/api/2/")
	if r.Method != http.MethodGet {
		s.got = append(s.got, strings.TrimSpace(r.Method+" "+path+" "+strings.TrimSpace(string(body))))
	}
	switch {
	case r.Method == http.MethodPost && path == "issue":
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"10012","key":"WEB-12"}`)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNoContent)
	case path == "issue/WEB-12/comment":
		_, _ = io.WriteString(w, `{"total":1,"comments":[{"body":`+s.comments+`}]}`)
	default:
		_, _ = io.WriteString(w, dcAnswer)
	}
}

func TestDataCenterRequests(t *testing.T) {
	site := dcSite{comments: `"by a person"`}
	server := httptest.NewServer(&site)
	defer server.Close()
	s := openDataCenter(t, server.URL, 0)
	write := func(field, value string) func() error {
		return func() error {
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{field: value}})
			return err
		}
	}
	comment := func(body string) func() error {
		return func() error { return s.Tracker.Comment(t.Context(), s.Place, s.Ref, body, "m-1") }
	}
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a description is text", func() error {
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Later: []string{"assignees"},
				Fields: map[string]string{"title": "T", "type": `{"id":"1"}`, "body": `"*It* breaks"`, "assignees": "quinn"}})
			return err
		}, []string{`POST issue {"fields":{"description":"*It* breaks","issuetype":{"id":"1"},"labels":["bb-682c1dbb3b574d66f3863324"],"project":{"key":"WEB"},` +
			`"summary":"T"},"properties":[{"key":"bugferry","value":{"installation":"test","bug":"682c1dbb3b574d66f3863324","project":"WEB"}}]}`}},
		{"a body in an edit", write("body", `"h2. New"`), []string{`PUT issue/WEB-12 {"fields":{"description":"h2. New"}}`}},
		{"an assignee has a name", write("assignees", "quinn"), []string{`PUT issue/WEB-12/assignee {"name":"quinn"}`}},
		{"nobody", write("assignees", ""), []string{`PUT issue/WEB-12/assignee {"name":null}`}},
		{"a comment is its body alone, without go-jira's author", comment(`"*News*"`), []string{`POST issue/WEB-12/comment {"body":"*News*\n\n~Bugferry m-1~"}`}},
		{"a comment of plain text is no markup", comment("News *of* the [cart]"), []string{`POST issue/WEB-12/comment {"body":"News \\*of\\* the \\[cart\\]\n\n~Bugferry m-1~"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			site.got = nil
			if err := c.do(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, site.got); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
	for _, there := range []string{`"*News*\n\n~Bugferry m-1~"`, `"*News*\r\n\r\n~Bugferry m-1~\r\n"`} {
		site.got, site.comments = nil, there
		if err := comment(`"*News*"`)(); err != nil || len(site.got) > 0 {
			t.Errorf("with %s there: %v, %q", there, err, site.got)
		}
	}
}

func TestDataCenterReadIsCanonical(t *testing.T) {
	server := httptest.NewServer(&dcSite{})
	defer server.Close()
	s := openDataCenter(t, server.URL, 0)
	got, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
	if err != nil {
		t.Fatal(err)
	}
	got.Ref.URL = ""
	want := bridge.Content{Ref: bridge.Ref{ID: "WEB-12", Name: "WEB-12"}, Labels: []string{"a"}, Fields: map[string]string{
		"title": "T", "status": "To Do", "type": `{"id":"10001"}`, "priority": `{"id":"2"}`, "components": "", "assignees": "quinn",
		"body": `"h2. It breaks\n\n*badly*"`, "customfield_1": `{"name":"ana"}`, "customfield_2": `"# one\n# two"`,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

// Data Center's search has pages by number and tells no properties; each issue is asked for its own.
func TestDataCenterFind(t *testing.T) {
	const ours = `{"key":"bugferry","value":{"installation":"test","bug":"682c1dbb3b574d66f3863324"}}`
	for _, c := range []struct {
		name       string
		pages      []string
		properties map[string]string // by key; one that is missing is answered 404
		want       string
		fails      bool
	}{
		{"none", []string{`{"total":0,"issues":[]}`}, nil, "", false},
		{"ours", []string{`{"total":1,"issues":[{"key":"WEB-3"}]}`}, map[string]string{"WEB-3": ours}, "WEB-3", false},
		{"without a property", []string{`{"total":1,"issues":[{"key":"OPS-9"}]}`}, nil, "OPS-9", false},
		{"another installation's", []string{`{"total":1,"issues":[{"key":"WEB-3"}]}`},
			map[string]string{"WEB-3": `{"key":"bugferry","value":{"installation":"staging","bug":"682c1dbb3b574d66f3863324"}}`}, "", false},
		{"on the second page", []string{`{"total":2,"issues":[{"key":"WEB-3"}]}`, `{"total":2,"issues":[{"key":"WEB-4"}]}`},
			map[string]string{"WEB-3": `{"value":{"installation":"staging"}}`, "WEB-4": ours}, "WEB-4", false},
		{"the second page is empty", []string{`{"total":2,"issues":[{"key":"WEB-3"}]}`, `{"total":2,"issues":[]}`}, nil, "WEB-3", false},
		{"the second page fails", []string{`{"total":2,"issues":[{"key":"WEB-3"}]}`, "<html>"}, nil, "", true},
		{"the property cannot be read", []string{`{"total":1,"issues":[{"key":"WEB-3"}]}`}, map[string]string{"WEB-3": "<html>"}, "", true},
		{"no key", []string{`{"total":1,"issues":[{"id":"1"}]}`}, nil, "", true},
		{"another shape", []string{"{}"}, nil, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if key, is := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/rest/api/2/issue/"), "/properties/bugferry"); is {
					if c.properties[key] == "" {
						w.WriteHeader(http.StatusNotFound)
					}
					_, _ = io.WriteString(w, c.properties[key])
					return
				}
				body, _ := io.ReadAll(r.Body)
				asked = append(asked, r.Method+" "+r.URL.Path+" "+strings.TrimSpace(string(body)))
				_, _ = io.WriteString(w, c.pages[len(asked)-1])
			}))
			defer server.Close()
			s := openDataCenter(t, server.URL, 0)
			refs, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now())
			if (err != nil) != c.fails || trackertest.IDs(refs) != c.want {
				t.Errorf("found %+v, %v", refs, err)
			}
			want := `POST /rest/api/2/search {"fields":["labels"],"jql":"labels = \"bb-682c1dbb3b574d66f3863324\" ORDER BY created ASC","maxResults":100,"startAt":0}`
			if asked[0] != want {
				t.Errorf("asked %s, want %s", asked[0], want)
			}
			if len(asked) > 1 && !strings.Contains(asked[1], `"startAt":1`) {
				t.Errorf("asked %s for the second page", asked[1])
			}
		})
	}
}

func TestDataCenterPlan(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	s := with(t, jira.Config{BaseURL: server.URL + "/jira-dc"})
	long := bridge.Document{}
	for range 20_000 {
		long = append(long, bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: "It"}}})
	}
	issue := bridge.Issue{Marker: trackertest.Marker, Title: "T", Body: long, Assignees: []string{"a<b"}, Fields: []bridge.IssueField{{Name: "Steps", Value: "*one*\ntwo"}}}
	draft, err := s.Tracker.Plan(t.Context(), s.Place, issue)
	if err != nil {
		t.Fatal(err)
	}
	if got := draft.Fields["customfield_10013"]; got != `"\\*one\\*\n\ntwo"` {
		t.Errorf("a text area is %s", got)
	}
	if diff := cmp.Diff([]bridge.Dropped{{Field: "assignees", Value: "a<b", Why: "that is not a Jira user name"}}, draft.Dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	ref, err := s.Tracker.Create(t.Context(), s.Place, draft)
	if err != nil {
		t.Fatal(err)
	}
	// What fills a description is a comment too, where a person's description must stay.
	if err := s.Tracker.Comment(t.Context(), s.Place, ref, draft.Fields["body"], strings.Repeat("m", 64)); err != nil {
		t.Error(err)
	}
	empty, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: trackertest.Marker, Title: "T"})
	if body, set := empty.Fields["body"]; err != nil || set {
		t.Errorf("an empty description is sent as %s, %v", body, err)
	}
}
