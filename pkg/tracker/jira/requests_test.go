package jira_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// A site as the adapter sees it: what it was sent, and an issue in To Do.
type site struct {
	got []string
}

const issueAnswer = `{"id":"10012","key":"WEB-12","fields":{"summary":"T","labels":["a"],"status":{"id":"1","name":"To Do"},
	"issuetype":{"self":"x","id":"10001","name":"Bug","subtask":false},"priority":{"id":"2","name":"High","iconUrl":"x"},
	"components":[{"id":"22","name":"Frontend"},{"id":"11","name":"API"}],"assignee":{"accountId":"` + quinn + `","avatarUrls":{"48x48":"x"}},
	"description":{"version":1,"type":"doc","content":[{"type":"paragraph","attrs":{"localId":"a1"},"content":[
		{"type":"text","text":"x","marks":[{"type":"strong"},{"type":"em"}]},{"type":"text","text":"y","marks":[]}]}]},
	"customfield_1":{"self":"x","id":"201","value":"2026.10"},"customfield_5":3.0,"customfield_6":["b","a"],"customfield_7":null,
	"customfield_20":{"id":"1","value":"A","child":{"id":"2","value":"B"}},"resolution":null}}`

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	path := strings.TrimPrefix(r.URL.Path, "/rest/api/3/")
	if r.Method != http.MethodGet {
		s.got = append(s.got, strings.TrimSpace(r.Method+" "+path+" "+strings.TrimSpace(string(body))))
	}
	switch {
	case r.Method == http.MethodPost && path == "issue":
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"10012","key":"WEB-12","self":"x"}`)
	case r.Method != http.MethodGet:
		w.WriteHeader(http.StatusNoContent)
	case path == "issue/WEB-12/transitions":
		_, _ = io.WriteString(w, `{"transitions":[{"id":"31","name":"Done","to":{"id":"9","name":"Rejected"}},{"id":"41","name":"Close it","to":{"id":"10","name":"Done"}}]}`)
	default:
		_, _ = io.WriteString(w, issueAnswer)
	}
}

// Section 3.2 of the facts: go-jira marshals a user with a Password member and avatarUrls; requests are our own.
func TestRequests(t *testing.T) {
	var site site
	s := answering(t, site.ServeHTTP)
	write := func(change bridge.Change) func() error {
		return func() error {
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, change)
			return err
		}
	}
	fields := func(kv ...string) bridge.Change {
		c := bridge.Change{Fields: map[string]string{}}
		for i := 0; i < len(kv); i += 2 {
			c.Fields[kv[i]] = kv[i+1]
		}
		return c
	}
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a create leaves out what is for later and never its marker", func() error {
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Labels: []string{"bug"}, Later: []string{"assignees", "status"},
				Fields: map[string]string{"title": "T", "type": `{"id":"1"}`, "customfield_5": "3", "body": `{"type":"doc"}`, "assignees": quinn, "status": "Done"}})
			return err
		}, []string{`POST issue {"fields":{"customfield_5":3,"description":{"type":"doc"},"issuetype":{"id":"1"},"labels":["bug","bb-682c1dbb3b574d66f3863324"],` +
			`"project":{"key":"WEB"},"summary":"T"},"properties":[{"key":"bugferry","value":{"installation":"test","bug":"682c1dbb3b574d66f3863324","project":"WEB"}}]}`}},
		{"an edit is its fields alone: no key at the top as go-jira's Update has", write(fields("title", "U", "priority", `{"id":"2"}`, "components", "", "customfield_1", "")),
			[]string{`PUT issue/WEB-12 {"fields":{"components":[],"customfield_1":null,"priority":{"id":"2"},"summary":"U"}}`}},
		{"labels", write(bridge.Change{SetLabels: true, Labels: []string{"a"}}), []string{`PUT issue/WEB-12 {"fields":{"labels":["a"]}}`}},
		{"no labels", write(bridge.Change{SetLabels: true}), []string{`PUT issue/WEB-12 {"fields":{"labels":[]}}`}},
		{"an assignee is its accountId alone, without the Password and avatarUrls of go-jira's user", write(fields("assignees", quinn)), []string{`PUT issue/WEB-12/assignee {"accountId":"` + quinn + `"}`}},
		{"nobody is null, and not a user with an empty Password", write(fields("assignees", "")), []string{`PUT issue/WEB-12/assignee {"accountId":null}`}},
		{"the transition is chosen by where it leads, not by its name", write(fields("status", "done")), []string{`POST issue/WEB-12/transitions {"transition":{"id":"41"}}`}},
		{"no transition where it is already", write(fields("status", "to do")), nil},
		{"all together", write(fields("status", "Done", "title", "U", "assignees", quinn)), []string{
			`PUT issue/WEB-12/assignee {"accountId":"` + quinn + `"}`, `PUT issue/WEB-12 {"fields":{"summary":"U"}}`, `POST issue/WEB-12/transitions {"transition":{"id":"41"}}`}},
		{"nothing before the status is known to be reachable", func() error {
			if err := write(fields("status", "Nirvana", "title", "U"))(); !strings.Contains(err.Error(), "one reaches: Rejected, Done") || !bridge.CertainlyNothing(err) {
				return err
			}
			return nil
		}, nil},
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
}

func TestReadIsCanonicalAndTakesADocumentForADescription(t *testing.T) {
	s := answering(t, (&site{}).ServeHTTP)
	got, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
	if err != nil {
		t.Fatal(err)
	}
	got.Ref.URL = ""
	want := bridge.Content{Ref: bridge.Ref{ID: "WEB-12", Name: "WEB-12"}, Labels: []string{"a"}, Fields: map[string]string{
		"title": "T", "status": "To Do", "type": `{"id":"10001"}`, "priority": `{"id":"2"}`, "components": `[{"id":"11"},{"id":"22"}]`, "assignees": quinn,
		"body":          `{"content":[{"content":[{"marks":[{"type":"em"},{"type":"strong"}],"text":"x","type":"text"},{"text":"y","type":"text"}],"type":"paragraph"}],"type":"doc","version":1}`,
		"customfield_1": `{"id":"201"}`, "customfield_5": "3", "customfield_6": `["a","b"]`, "customfield_20": `{"child":{"id":"2"},"id":"1"}`,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

// bodies counts the answers whose bodies are still open.
type bodies struct{ open atomic.Int32 }

func (b *bodies) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		b.open.Add(1)
		resp.Body = &body{resp.Body, b}
	}
	return resp, err
}

type body struct {
	io.ReadCloser
	all *bodies
}

func (b *body) Close() error {
	b.all.open.Add(-1)
	return b.ReadCloser.Close()
}

var longError = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, strings.Repeat("all that was sent, and more ", 10_000))
})

// Section 3.2 of the facts: go-jira leaves the body open on a 2xx without a target, and on every error.
func TestBodiesAreClosed(t *testing.T) {
	for _, c := range []struct {
		name    string
		handler http.Handler
		do      func(trackertest.Subject) error
		fails   bool
	}{
		{"connections are returned: a 2xx without target closes its body", &site{}, func(s trackertest.Subject) error {
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U", "assignees": quinn, "status": "Done"}})
			return err
		}, false},
		{"the body of an error, which go-jira leaves unread and open, is closed though it is longer than what is read", longError, func(s trackertest.Subject) error {
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{})
			return err
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all bodies
			server := httptest.NewServer(c.handler)
			defer server.Close()
			s := with(t, jira.Config{BaseURL: server.URL, Transport: known{"Cloud", &all}})
			if err := c.do(s); (err != nil) != c.fails {
				t.Fatal(err)
			}
			if n := all.open.Load(); n != 0 {
				t.Errorf("%d bodies are open", n)
			}
		})
	}
}

// Scoped tokens and service accounts work only at the gateway, whose address is not where people look.
func TestGatewayKeepsItsPath(t *testing.T) {
	var path, auth string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, auth = r.URL.Path, r.Header.Get("Authorization")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"key":"WEB-7"}`)
	}))
	defer server.Close()
	tr, err := jira.New(jira.Config{BaseURL: server.URL + "/ex/jira/cloud-1", BrowseURL: "https://acme.atlassian.net/", Token: "t", Transport: known{"Cloud", http.DefaultTransport}})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("web")
	if err != nil || place.Name != "WEB" {
		t.Fatal(place, err)
	}
	ref, err := tr.Create(t.Context(), place, bridge.Draft{Fields: map[string]string{"title": "T"}})
	if err != nil || path != "/ex/jira/cloud-1/rest/api/3/issue" || auth != "Bearer t" || ref.URL != "https://acme.atlassian.net/browse/WEB-7" {
		t.Errorf("path %q, auth %q, %+v, %v", path, auth, ref, err)
	}
}

func TestFind(t *testing.T) {
	page := func(issues, more string) string { return `{"issues":[` + issues + `]` + more + `}` }
	for _, c := range []struct {
		name  string
		pages []string
		want  string
		fails bool
	}{
		{"none", []string{page("", `,"isLast":true`)}, "", false},
		{"ours", []string{page(`{"key":"WEB-3","properties":{"bugferry":{"installation":"test","bug":"682c1dbb3b574d66f3863324"}}}`, "")}, "WEB-3", false},
		{"moved to another project", []string{page(`{"key":"OPS-9","properties":{}}`, "")}, "OPS-9", false},
		{"another installation's", []string{page(`{"key":"WEB-3","properties":{"bugferry":{"installation":"staging","bug":"682c1dbb3b574d66f3863324"}}}`, "")}, "", false},
		{"another bug's with a label alike", []string{page(`{"key":"WEB-3","properties":{"bugferry":{"installation":"test","bug":"682C"}}}`, "")}, "", false},
		{"on the second page", []string{page("", `,"nextPageToken":"p2"`), page(`{"key":"WEB-3"}`, `,"isLast":true`)}, "WEB-3", false},
		{"the second page fails", []string{page("", `,"nextPageToken":"p2"`), "<html>"}, "", true},
		{"no key", []string{page(`{"id":"1"}`, "")}, "", true},
		{"another shape", []string{"[]"}, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked []string
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				asked = append(asked, r.Method+" "+r.URL.Path+" "+string(body))
				_, _ = io.WriteString(w, c.pages[len(asked)-1])
			})
			refs, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now())
			if (err != nil) != c.fails || trackertest.IDs(refs) != c.want {
				t.Errorf("found %+v, %v", refs, err)
			}
			if want := `POST /rest/api/3/search/jql {"fields":["labels"],"jql":"labels = \"bb-682c1dbb3b574d66f3863324\" ORDER BY created ASC"`; !strings.HasPrefix(asked[0], want) {
				t.Errorf("asked %s", asked[0])
			}
			if len(asked) > 1 && !strings.Contains(asked[1], `"nextPageToken":"p2"`) {
				t.Errorf("asked %s for the second page", asked[1])
			}
		})
	}
}

// Section 2.2 of the facts: how Jira names fields, and what it says of a project one may not see.
func TestErrorsNameFields(t *testing.T) {
	for _, c := range []struct {
		name, body  string
		fields      map[string]string
		words, hint string
	}{
		{"priority", `{"errorMessages":[],"errors":{"priority":"Field 'priority' cannot be set. It is not on the appropriate screen, or unknown."}}`,
			map[string]string{"priority": "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown."}, "appropriate screen", ""},
		{"all fields are named, where go-jira's error shows one by chance", `{"errors":{"summary":"a","description":"b","issuetype":"c","assignee":"d","customfield_7":"e"}}`,
			map[string]string{"title": "a", "body": "b", "type": "c", "assignees": "d", "customfield_7": "e"}, "400", ""},
		{"the project is no field", `{"errors":{"project":"valid project is required"}}`, map[string]string{}, "valid project is required", "project's key"},
		{"words that no field is named with are read from the body that go-jira leaves unread", `{"errorMessages":["one","two"],"errors":{}}`, nil, "one; two", ""},
		{"an object among the errors, which go-jira cannot read", `{"errors":{"labels":{"why":"spaces"}}}`, map[string]string{"labels": "map[why:spaces]"}, "spaces", ""},
		{"a list instead", `{"errors":["x"],"message":"gateway"}`, nil, "gateway", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Fields: map[string]string{"title": "T"}})
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok || e.Kind != bridge.Permanent || !e.Nothing {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.fields, e.Fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), c.words) || !strings.Contains(e.Hint, c.hint) || (c.hint == "") != (e.Hint == "") {
				t.Errorf("error %q, hint %q", err, e.Hint)
			}
		})
	}
}

// An error of the second call must not say that the first did nothing, nor park what a second try settles.
func TestWriteInSeveralCalls(t *testing.T) {
	for _, c := range []struct {
		name   string
		fails  string // method and end of the path
		status int
		want   bridge.Error
	}{
		{"the first is refused", "PUT /assignee", 400, bridge.Error{Kind: bridge.Permanent, Nothing: true}},
		{"the second is refused", "PUT /WEB-12", 400, bridge.Error{Kind: bridge.Retry}},
		{"the transition is refused", "POST /transitions", 400, bridge.Error{Kind: bridge.Retry}},
		{"the second meets a limit", "PUT /WEB-12", 429, bridge.Error{Kind: bridge.Later}},
		{"the second finds the issue gone", "PUT /WEB-12", 404, bridge.Error{Kind: bridge.Permanent, Gone: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var site site
			method, end, _ := strings.Cut(c.fails, " ")
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == method && strings.HasSuffix(r.URL.Path, end) {
					w.WriteHeader(c.status)
					return
				}
				site.ServeHTTP(w, r)
			})
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U", "assignees": quinn, "status": "Done"}})
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok || e.Kind != c.want.Kind || e.Nothing != c.want.Nothing || e.Gone != c.want.Gone {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestRefusedTransitionNamesTheStatus(t *testing.T) {
	var site site
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"errorMessages":[],"errors":{"resolution":"Resolution is required."}}`)
			return
		}
		site.ServeHTTP(w, r)
	})
	_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"status": "Done"}})
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || !e.Nothing || !strings.Contains(e.Fields["status"], "Resolution is required.") || len(e.Fields) != 1 {
		t.Errorf("%#v", err)
	}
}
