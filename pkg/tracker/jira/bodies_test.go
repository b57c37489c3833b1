package jira_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// moreKinds are fields of kinds that the sandbox has none of, as create metadata shows them.
const moreKinds = `[
	{"fieldId":"customfield_10030","name":"Reviewer","required":false,"operations":["set"],"schema":{"type":"user"}},
	{"fieldId":"customfield_10031","name":"Due","required":false,"operations":["set"],"schema":{"type":"date"}},
	{"fieldId":"customfield_10032","name":"Seen at","required":false,"operations":["set"],"schema":{"type":"datetime"}},
	{"fieldId":"customfield_10033","name":"Page","required":false,"operations":["set"],"schema":{"type":"string","custom":"x:url"}},
	{"fieldId":"customfield_10034","name":"Browsers","required":false,"operations":["set"],"schema":{"type":"array","items":"option"},
		"allowedValues":[{"id":"1","value":"Firefox"},{"id":"2","value":"Chrome"}]},
	{"fieldId":"customfield_10035","name":"Tags","required":false,"operations":["set"],"schema":{"type":"array","items":"string"}},
	{"fieldId":"customfield_10036","name":"Free choice","required":false,"operations":["set"],"schema":{"type":"option"}}]`

// kinds is the sandbox with moreKinds: it shows them, and keeps what is set in them from the sandbox, which would refuse it.
type kinds struct{ http.Handler }

func (k kinds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/issue") && r.Method != http.MethodPut && !strings.Contains(r.URL.Path, "/createmeta/") {
		k.Handler.ServeHTTP(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var sent map[string]any
	if json.Unmarshal(body, &sent) == nil {
		fields, _ := sent["fields"].(map[string]any)
		maps.DeleteFunc(fields, func(id string, _ any) bool { return strings.HasPrefix(id, "customfield_1003") })
		if len(fields) == 0 && fields != nil {
			fields["summary"] = "T" // Jira refuses an edit of nothing
		}
		body, _ = json.Marshal(sent)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	k.Handler.ServeHTTP(answer, r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(withMore(answer.Body.Bytes()))
}

func withMore(body []byte) []byte {
	var page map[string]any
	if json.Unmarshal(body, &page) != nil {
		return body
	}
	for _, name := range []string{"fields", "values"} {
		list, _ := page[name].([]any)
		if len(list) == 0 || list[0].(map[string]any)["fieldId"] == nil {
			continue
		}
		var more []any
		_ = json.Unmarshal([]byte(moreKinds), &more)
		page[name], page["total"] = append(list, more...), len(list)+len(more)
		body, _ = json.Marshal(page)
	}
	return body
}

func words(account, picture string) trackertest.Vocabulary {
	return trackertest.Vocabulary{
		Labels: []string{"bug", "two words"}, Priorities: []string{"High", "low", "3"}, Types: []string{"Bug", "Task"}, Picture: picture, Parse: markup.Parse,
		Components: []string{"Frontend", "backend"}, Assignees: []string{account}, Statuses: []string{"Done", "In Progress", "3"},
		Fields: map[string][]string{
			"Release train": {"2026.10", "10202"}, "Environment": {"staging"}, "Story points": {"3", "0.5"}, "Steps": {"1. *Open*\n2. {code}"},
			"customfield_10014": {"Core"}, "Reviewer": {account}, "Due": {"2026-11-26"}, "Seen at": {"2026-11-26T10:00:00Z"},
			"Page": {"https://x.example/"}, "Browsers": {"Firefox, Chrome", "Firefox, Lynx"}, "Tags": {"a, b c"}, "Free choice": {"any"}, "None such": {"x"},
		},
	}
}

// TestEveryBodyIsAsDescribed: whatever a configuration and a report make of an issue, what is sent is a body that the
// description of that Jira allows, and each document in it one that Atlassian's schema allows.
func TestEveryBodyIsAsDescribed(t *testing.T) {
	pictures := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(sandbox.Screenshot())
	}))
	t.Cleanup(pictures.Close)
	fetch := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{strings.TrimPrefix(pictures.URL, "http://")}, AllowPrivate: true})
	for site, account := range map[string]string{"/jira-cloud": quinn, "/jira-dc": "quinn"} {
		t.Run(site, func(t *testing.T) {
			words := words(account, pictures.URL+"/w/s-1774-WQGA.png")
			var judged judge.Figures
			issues := 0
			rapid.Check(t, func(rt *rapid.T) {
				j := judge.Watch(rt, kinds{sandbox.New(sandbox.Config{})})
				tr, err := jira.New(jira.Config{
					Name: "jira", BaseURL: "https://jira.example" + site, Token: token, Pause: time.Millisecond, Fetch: fetch, Transport: inProcess{j},
					Email: rapid.SampledFrom([]string{"", "bot@acme.example"}).Draw(rt, "email"),
				})
				if err != nil {
					rt.Fatal(err)
				}
				place, err := tr.Place("WEB")
				if err != nil {
					rt.Fatal(err)
				}
				trackertest.Bodies(rt, tr, place, words.Issue(rt))
				judged.Add(j.Figures())
				issues++
			})
			t.Logf("%d issues: %s: %v", issues, judged, judged.Exchanges)
		})
	}
}
