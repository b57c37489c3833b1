package jira_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// TestTraps are those traps of go-jira that no other test has in its name; pkg/tracker/trackertest/testdata/traps.txt lists them all.
func TestTraps(t *testing.T) {
	t.Run("a user value with '+' and '&' is escaped in the query", emailInQuery)
	t.Run("what Atlassian has removed from Cloud is never asked for", removedFromCloud)
	t.Run("Data Center is searched at version 2, by POST", searchAtDataCenter)
	t.Run("an edit does not half ask for silence: notifyUsers is not sent", notifyUsers)
	t.Run("a context that is cancelled is told from a tracker that fails", cancelled)
	t.Run("an error message never holds the whole HTML page", htmlPage)
	t.Run("the body of an error is read within bounds", errorBounded)
	t.Run("the account's token does not follow a redirect to another host", redirected)
	t.Run("a redirect that would turn a PUT into a GET is an error and no success", putMoved)
}

var draft = bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T"}}

func edit(field, value string) bridge.Change {
	return bridge.Change{Fields: map[string]string{field: value}}
}

func saying(t *testing.T, status int, body string) trackertest.Subject {
	t.Helper()
	return answering(t, func(w http.ResponseWriter, _ *http.Request) { says(status, body)(w) })
}

// emailInQuery: go-jira's own search puts an address into the query as it is, so that it may name a parameter of its own.
func emailInQuery(t *testing.T) {
	for site, param := range map[string]string{"Cloud": "query", "Server": "username"} {
		var asked []url.Values
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = strings.Replace(r.URL.Path, "/rest/api/2/", "/rest/api/3/", 1)
			if strings.HasSuffix(r.URL.Path, "/user/assignable/search") {
				asked = append(asked, r.URL.Query())
				_, _ = io.WriteString(w, "[]")
				return
			}
			metadata(metaFields[:3:3])(w, r)
		}))
		s := with(t, jira.Config{BaseURL: server.URL, FindUsers: true, Transport: known{site, http.DefaultTransport}})
		for _, email := range []string{"a+b@x.example", "a@x.example&accountid=zz", "a b@x.example", "a@x.example#f?x=1%26"} {
			asked = nil
			if _, err := s.Tracker.Plan(t.Context(), s.Place, wanting(email)); err != nil {
				t.Fatal(err)
			}
			want := []url.Values{{"project": {"WEB"}, param: {email}, "maxResults": {"50"}}}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Errorf("%s: %q was asked for as (-want +got):\n%s", site, email, diff)
			}
		}
		server.Close()
	}
}

// removedFromCloud has the adapter make all of its calls of the sandbox, in front of which the judge knows what Cloud has.
func removedFromCloud(t *testing.T) {
	box := judge.Watch(t, sandbox.New(sandbox.Config{}))
	var mu sync.Mutex
	asked := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.Method+" "+strings.TrimPrefix(r.URL.Path, "/jira-cloud/rest/api/")] = true
		mu.Unlock()
		box.ServeHTTP(w, r)
	}))
	defer server.Close()
	fetch, picture := pictures(t)
	tr, err := jira.New(jira.Config{Name: "jira", BaseURL: server.URL + "/jira-cloud", BrowseURL: "https://acme.atlassian.net", Token: token, Pause: time.Millisecond, Fetch: fetch})
	if err != nil {
		t.Fatal(err)
	}
	everyCall(t, tr, picture)
	mu.Lock()
	defer mu.Unlock()
	for call := range asked {
		_, path, _ := strings.Cut(call, " ")
		version, path, _ := strings.Cut(path, "/")
		if version == "2" && path != "serverInfo" && path != "myself" {
			t.Errorf("%s: version 2 has neither documents nor the new search", call)
		}
		if slices.Contains([]string{"search", "issue/createmeta", "user/search"}, path) {
			t.Errorf("%s was asked", call)
		}
	}
	for _, call := range []string{"POST 3/search/jql", "GET 3/issue/createmeta/WEB/issuetypes", "POST 3/issue"} {
		if !asked[call] {
			t.Errorf("%s was not asked", call)
		}
	}
}

func searchAtDataCenter(t *testing.T) {
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = r.Method + " " + r.URL.RequestURI() + " " + string(body)
		_, _ = io.WriteString(w, `{"issues":[],"total":0}`)
	}))
	defer server.Close()
	s := openDataCenter(t, server.URL, 0)
	if _, err := s.Tracker.Find(t.Context(), s.Place, trackertest.Marker, time.Now()); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(asked, `POST /rest/api/2/search {"fields"`) {
		t.Errorf("asked %s", asked)
	}
}

// notifyUsers: go-jira has it as an option whose false it leaves out. Here nothing asks for it, in either form: to say no to it
// takes an administrator's rights (developer.atlassian.com, PUT /rest/api/3/issue/{issueIdOrKey}).
func notifyUsers(t *testing.T) {
	var site site
	var queries []string
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			queries = append(queries, r.URL.RawQuery)
		}
		site.ServeHTTP(w, r)
	})
	if _, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, edit("title", "U")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{""}, queries); diff != "" {
		t.Errorf("queries of edits (-want +got):\n%s", diff)
	}
}

func cancelled(t *testing.T) {
	for _, when := range []string{"before", "while"} {
		ctx, cancel := context.WithCancel(t.Context())
		s := answering(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			cancel()
			<-r.Context().Done()
			w.WriteHeader(http.StatusCreated)
		})
		if when == "before" {
			cancel()
		}
		_, err := s.Tracker.Create(ctx, s.Place, draft)
		if !errors.Is(err, context.Canceled) || bridge.KindOf(err) != bridge.Retry {
			t.Errorf("cancelled %s the call: %#v", when, err)
		}
		if when == "while" && bridge.CertainlyNothing(err) {
			t.Error("Jira had the request: nobody knows whether it was done")
		}
		cancel()
	}
}

func htmlPage(t *testing.T) {
	page := "\n<!DOCTYPE html><html><title>Log in</title>" + strings.Repeat("<p>Welcome to Jira</p>", 1000)
	for _, status := range []int{200, 201, 302, 400, 401, 403, 503} {
		s := saying(t, status, page)
		_, createErr := s.Tracker.Create(t.Context(), s.Place, draft)
		_, readErr := s.Tracker.Read(t.Context(), s.Place, s.Ref)
		for what, err := range map[string]error{"create": createErr, "read": readErr} {
			if err == nil && what == "create" && status < 300 {
				continue // created, and the answer unreadable: unknown
			}
			if err == nil || len(err.Error()) > 200 || strings.Contains(err.Error(), "Welcome") {
				t.Errorf("%s, %d: %.300v", what, status, err)
			}
		}
	}
}

// measured counts what is read of the answers.
type measured struct{ read atomic.Int64 }

func (m *measured) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(resp.Body, m), resp.Body}
	}
	return resp, err
}

func (m *measured) Write(p []byte) (int, error) {
	m.read.Add(int64(len(p)))
	return len(p), nil
}

// errorBounded: go-jira returns the body of an error unread; how much of it is read is up to who reads it.
func errorBounded(t *testing.T) {
	server := httptest.NewServer(longError)
	defer server.Close()
	var wire measured
	s := with(t, jira.Config{BaseURL: server.URL, Transport: known{"Cloud", &wire}})
	if _, err := s.Tracker.Create(t.Context(), s.Place, draft); err == nil || !strings.Contains(err.Error(), "all that was sent") {
		t.Errorf("%.300v: the words were not read", err)
	}
	if n := wire.read.Load(); n > 64<<10 {
		t.Errorf("%d bytes of an error's body were read", n)
	}
}

func redirected(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	for what, email := range map[string]string{"basic": "bot@acme.example", "bearer": ""} {
		s := with(t, jira.Config{BaseURL: server.URL, Email: email, Transport: known{"Cloud", http.DefaultTransport}})
		_, createErr := s.Tracker.Create(t.Context(), s.Place, draft)
		_, readErr := s.Tracker.Read(t.Context(), s.Place, s.Ref)
		if !bridge.CertainlyNothing(createErr) || !bridge.CertainlyNothing(readErr) || bridge.Hint(readErr) == "" {
			t.Errorf("%s: %v, %v", what, createErr, readErr)
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("another host was asked %d times", n)
	}
}

func putMoved(t *testing.T) {
	var site site
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
			return
		}
		site.ServeHTTP(w, r)
	})
	if _, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, edit("title", "U")); !bridge.CertainlyNothing(err) || bridge.Hint(err) == "" {
		t.Errorf("%#v, want an error that says that nothing was done", err)
	}
}
