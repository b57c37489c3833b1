package jira_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// gateway is api.atlassian.com in front of one site: it knows nothing outside that site's path, and keeps what it was asked.
type gateway struct {
	site http.Handler

	mu      sync.Mutex
	strays  []string
	asked   map[string]bool
	schemes map[string]bool
}

const gatewayPath = "/ex/jira/11223344-a1b2-3b33-c444-def123456789/"

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	below, ok := strings.CutPrefix(r.URL.Path, gatewayPath+"rest/api/3/")
	if !ok { // what both versions have
		below, ok = strings.CutPrefix(r.URL.Path, gatewayPath+"rest/api/2/")
	}
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	g.mu.Lock()
	if !ok {
		g.strays = append(g.strays, r.Method+" "+r.URL.Path)
	}
	words := strings.Split(below, "/")
	if words[0] == "issue" && len(words) > 1 && strings.Contains(words[1], "-") {
		words[1] = "KEY"
	}
	g.asked[r.Method+" "+strings.Join(words, "/")], g.schemes[scheme] = true, true
	g.mu.Unlock()
	if !ok {
		http.Error(w, `{"code":404,"message":"Not Found"}`, http.StatusNotFound)
		return
	}
	g.site.ServeHTTP(w, r)
}

// Scoped tokens and service accounts work at the gateway alone (section 2.6 of the facts): every call has to keep its path.
func TestEveryCallGoesThroughTheGateway(t *testing.T) {
	box := judge.Listen(t, sandbox.New(sandbox.Config{}))
	to, _ := url.Parse(box.URL)
	site := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.URL.Path = "/jira-cloud/" + strings.TrimPrefix(r.In.URL.Path, gatewayPath)
		r.Out.URL.RawPath = ""
	}}
	for scheme, email := range map[string]string{"Bearer": "", "Basic": "bot@acme.example"} {
		t.Run(scheme, func(t *testing.T) {
			g := &gateway{site: site, asked: map[string]bool{}, schemes: map[string]bool{}}
			server := httptest.NewServer(g)
			defer server.Close()
			fetch, picture := pictures(t)
			tr, err := jira.New(jira.Config{
				Name: "jira", BaseURL: server.URL + gatewayPath, BrowseURL: "https://acme.atlassian.net", Email: email, Token: token,
				Pause: time.Millisecond, Fetch: fetch,
			})
			if err != nil {
				t.Fatal(err)
			}
			everyCall(t, tr, picture)
			if len(g.strays) > 0 {
				t.Errorf("outside the site's path: %v", g.strays)
			}
			if len(g.schemes) != 1 || !g.schemes[scheme] {
				t.Errorf("credentials %v, want %s alone", g.schemes, scheme)
			}
			for _, call := range []string{
				"GET myself", "GET mypermissions", "GET project/WEB", "GET project/WEB/statuses", "GET user/assignable/search", "GET issue/createmeta/WEB/issuetypes", "GET issue/createmeta/WEB/issuetypes/10001", "POST issue",
				"GET issue/KEY", "PUT issue/KEY", "PUT issue/KEY/assignee", "GET issue/KEY/transitions", "POST issue/KEY/transitions", "POST issue/KEY/remotelink",
				"POST issue/KEY/attachments", "GET issue/KEY/comment", "POST issue/KEY/comment", "POST search/jql",
			} {
				if !g.asked[call] {
					t.Errorf("%s was not asked", call)
				}
			}
		})
	}
}

// everyCall has the adapter make all of its calls.
func everyCall(t *testing.T, tr *jira.Tracker, picture string) {
	t.Helper()
	ctx := t.Context()
	place, err := tr.Place("WEB")
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(err)
	try(tr.Probe(ctx))
	found := append(tr.CheckAccount(ctx), tr.Check(ctx, place, bridge.Wishes{Statuses: []string{"Done"}, Assignees: []string{quinn}})...)
	if found.Worst() == bridge.LevelProblem {
		t.Errorf("found %+v", found)
	}
	draft, err := tr.Plan(ctx, place, bridge.Issue{
		Marker: trackertest.Marker, Title: "T", Status: "Done", Assignees: []string{quinn}, Screenshot: picture,
		Remote: bridge.RemoteLink{URL: "https://app.betterbugs.io/session/1"},
	})
	try(err)
	ref, err := tr.Create(ctx, place, draft)
	try(err)
	if want := "https://acme.atlassian.net/browse/" + ref.ID; ref.URL != want {
		t.Errorf("people are led to %s, want %s", ref.URL, want)
	}
	_, err = tr.Find(ctx, place, trackertest.Marker, time.Now())
	try(err)
	_, err = tr.Write(ctx, place, ref, bridge.Change{Fields: map[string]string{"title": "U", "assignees": quinn, "status": "Done"}})
	try(err)
	if len(draft.Dropped) > 0 {
		t.Errorf("dropped %v", draft.Dropped)
	}
	for _, step := range draft.Steps {
		try(tr.Do(ctx, place, ref, step))
	}
	try(tr.Comment(ctx, place, ref, `{"type":"doc","version":1,"content":[]}`, "mark"))
}
