package jira_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// The create metadata of a company-managed project, as developer.atlassian.com shows it, two fields to a page.
const (
	typesAnswer = `{"issueTypes":[{"id":"10003","name":"Unteraufgabe","untranslatedName":"Sub-task","subtask":true},
		{"id":"10001","name":"Fehler","untranslatedName":"Bug","subtask":false},{"id":"10002","name":"Aufgabe","untranslatedName":"Task","subtask":false}],
		"maxResults":100,"startAt":0,"total":3}`
	customTypes = "com.atlassian.jira.plugin.system.customfieldtypes:"
)

var metaFields = []string{
	`{"fieldId":"summary","name":"Summary","required":true,"schema":{"type":"string","system":"summary"}}`,
	`{"fieldId":"description","name":"Description","schema":{"type":"string","system":"description"}}`,
	`{"fieldId":"labels","name":"Labels","schema":{"type":"array","items":"string","system":"labels"}}`,
	`{"fieldId":"priority","name":"Priority","schema":{"type":"priority"},"allowedValues":[{"id":"1","name":"Höchste"},{"id":"2","name":"High"}]}`,
	`{"fieldId":"components","name":"Components","schema":{"type":"array","items":"component"},"allowedValues":[{"id":"22","name":"Frontend"},{"id":"11","name":"API"}]}`,
	`{"fieldId":"customfield_1","name":"Train","schema":{"type":"option","custom":"` + customTypes + `select"},"allowedValues":[{"id":"201","value":"2026.10"}]}`,
	`{"fieldId":"customfield_2","name":"Browsers","schema":{"type":"array","items":"option","custom":"` + customTypes + `multiselect"},"allowedValues":[{"id":"2","value":"Chrome"},{"id":"1","value":"Firefox"}]}`,
	`{"fieldId":"customfield_3","name":"Team","schema":{"type":"string","custom":"` + customTypes + `textfield"}}`,
	`{"fieldId":"customfield_4","name":"Steps","schema":{"type":"string","custom":"` + customTypes + `textarea"}}`,
	`{"fieldId":"customfield_5","name":"Points","schema":{"type":"number","custom":"` + customTypes + `float"}}`,
	`{"fieldId":"customfield_6","name":"Tags","schema":{"type":"array","items":"string","custom":"` + customTypes + `labels"}}`,
	`{"fieldId":"customfield_7","name":"Seen","schema":{"type":"date","custom":"` + customTypes + `datepicker"}}`,
	`{"fieldId":"customfield_8","name":"Seen at","schema":{"type":"datetime","custom":"` + customTypes + `datetime"}}`,
	`{"fieldId":"customfield_9","name":"Link","schema":{"type":"string","custom":"` + customTypes + `url"}}`,
	`{"fieldId":"customfield_10","name":"Tester","schema":{"type":"user","custom":"` + customTypes + `userpicker"}}`,
	`{"fieldId":"customfield_11","name":"Twin","schema":{"type":"string"}}`,
	`{"fieldId":"customfield_12","name":"twin","schema":{"type":"string"}}`,
	`{"fieldId":"customfield_13","name":"Sprint","schema":{"type":"array","items":"json"}}`,
	`{"fieldId":"customfield_14","name":"summary","schema":{"type":"string"}}`,
}

// metadata answers the create metadata of WEB with fields, in pages of two.
func metadata(fields []string) http.HandlerFunc {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /rest/api/3/issue/createmeta/WEB/issuetypes", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, typesAnswer) })
	mux.HandleFunc("GET /rest/api/3/issue/createmeta/WEB/issuetypes/{id}", func(w http.ResponseWriter, r *http.Request) {
		from := 0
		_ = json.Unmarshal([]byte(r.URL.Query().Get("startAt")), &from)
		page := fields[min(from, len(fields)):min(from+2, len(fields))]
		total, _ := json.Marshal(len(fields))
		_, _ = io.WriteString(w, `{"fields":[`+strings.Join(page, ",")+`],"startAt":`+r.URL.Query().Get("startAt")+`,"maxResults":2,"total":`+string(total)+`}`)
	})
	return mux.ServeHTTP
}

func TestCustomFieldsAreShapedByTheirSchema(t *testing.T) {
	s := answering(t, metadata(metaFields))
	steps := `{"content":[{"content":[{"text":"one","type":"text"}],"type":"paragraph"},{"content":[{"text":"two","type":"text"}],"type":"paragraph"}],"type":"doc","version":1}`
	for _, c := range []struct{ name, field, value, id, want, why string }{
		{"option by value", "Train", "2026.10", "customfield_1", `{"id":"201"}`, ""},
		{"field by id, option by id", "customfield_1", "201", "customfield_1", `{"id":"201"}`, ""},
		{"name in other case", "tRAIN", " 2026.10 ", "customfield_1", `{"id":"201"}`, ""},
		{"unknown option", "Train", "2027", "customfield_1", "", `there is no option "2027"; there are: 2026.10`},
		{"several options", "Browsers", "firefox, Chrome,", "customfield_2", `[{"id":"1"},{"id":"2"}]`, ""},
		{"one of several unknown", "Browsers", "Firefox, Lynx", "customfield_2", "", `there is no option "Lynx"; there are: Chrome, Firefox`},
		{"text is one line", "Team", "a\nb <&>", "customfield_3", `"a b <&>"`, ""},
		{"text area is a document", "Steps", "one\r\n\r\ntwo", "customfield_4", steps, ""},
		{"number", "Points", "3.50", "customfield_5", "3.5", ""},
		{"no number", "Points", "many", "customfield_5", "", "it is not a number"},
		{"not a number", "Points", "NaN", "customfield_5", "", "it is not a number"},
		{"labels", "Tags", "b c, a", "customfield_6", `["a","b-c"]`, ""},
		{"a label of any length", "Tags", strings.Repeat("x", 256), "customfield_6", "", "a label has at most 255 characters"},
		{"date of a time", "Seen", "2026-03-26T23:00:00Z", "customfield_7", `"2026-03-26"`, ""},
		{"no date", "Seen", "yesterday", "customfield_7", "", "it is not a date such as 2006-01-02 or 2006-01-02T15:04:05Z"},
		{"time", "Seen at", "2026-03-26T23:00:00+02:00", "customfield_8", `"2026-03-26T23:00:00.000+0200"`, ""},
		{"URL", "Link", "https://x.example/?a=1&b", "customfield_9", `"https://x.example/?a=1&b"`, ""},
		{"no URL", "Link", "javascript:alert(1)", "customfield_9", "", "it is not an http or https URL"},
		{"user", "Tester", quinn, "customfield_10", `{"accountId":"` + quinn + `"}`, ""},
		{"no user", "Tester", "quinn@example.com", "customfield_10", "", "it is not a Jira account id, and no account is known for it"},
		{"names are not unique", "Twin", "x", "Twin", "", "2 fields have that name: write the id, such as customfield_11"},
		{"a twin by id", "customfield_12", "x", "customfield_12", `"x"`, ""},
		{"a kind that cannot be set", "Sprint", "7", "customfield_13", "", `lists of type "json" cannot be set`},
		{"unknown", "Trian", "x", "Trian", "", "there is no such custom field on the create screen of Fehler"},
		{"a field of the system", "Priority", "x", "Priority", "", "there is no such custom field on the create screen of Fehler"},
		{"a custom field called summary does not override the summary, as go-jira's Unknowns do", "summary", "x", "customfield_14", `"x"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			issue := bridge.Issue{Marker: trackertest.Marker, Title: "T", Fields: []bridge.IssueField{{Name: c.field, Value: c.value}, {Name: "Empty", Value: " "}}}
			d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
			if err != nil {
				t.Fatal(err)
			}
			if d.Fields[c.id] != c.want || d.Fields["title"] != "T" {
				t.Errorf("%s is %s, want %s", c.id, d.Fields[c.id], c.want)
			}
			var want []bridge.Dropped
			if c.why != "" {
				want = []bridge.Dropped{{Field: c.id, Value: c.value, Why: c.why}}
				if c.field != c.id {
					want[0].Said.Field = c.field // what people call it
				}
			}
			if diff := cmp.Diff(want, d.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlan(t *testing.T) {
	s := answering(t, metadata(metaFields))
	for _, c := range []struct {
		name  string
		issue bridge.Issue
		want  func(*bridge.Draft)
	}{
		{"nothing but a title", bridge.Issue{}, func(*bridge.Draft) {}},
		{"type by id", bridge.Issue{Type: "10002"}, func(d *bridge.Draft) { d.Fields["type"] = `{"id":"10002"}` }},
		{"type by its untranslated name", bridge.Issue{Type: "task"}, func(d *bridge.Draft) { d.Fields["type"] = `{"id":"10002"}` }},
		{"priority", bridge.Issue{Priority: "höchste"}, func(d *bridge.Draft) { d.Fields["priority"] = `{"id":"1"}` }},
		{"unknown priority", bridge.Issue{Priority: "Urgent"}, func(d *bridge.Draft) {
			d.Dropped = []bridge.Dropped{{Field: "priority", Value: "Urgent", Why: "there is no such priority; there are: Höchste, High"}}
		}},
		{"components", bridge.Issue{Components: []string{"frontend", "Backend", "", "API"}}, func(d *bridge.Draft) {
			d.Fields["components"] = `[{"id":"11"},{"id":"22"}]`
			d.Dropped = []bridge.Dropped{{Field: "components", Value: "Backend", Why: "there is no such component; there are: Frontend, API"}}
		}},
		{"labels have no spaces", bridge.Issue{Labels: []string{"a b", "a-b", "", " c\td ", strings.Repeat("é", 256)}}, func(d *bridge.Draft) {
			d.Labels = []string{"a-b", "c-d", "bb-682c1dbb3b574d66f3863324"}
			d.Dropped = []bridge.Dropped{{Field: "labels", Value: strings.Repeat("é", 256), Why: "Jira's labels have at most 255 characters"}}
		}},
		{"the first assignee and the status are for later", bridge.Issue{Assignees: []string{quinn, "x"}, Status: "Done"}, func(d *bridge.Draft) {
			d.Fields["assignees"], d.Fields["status"], d.Later = quinn, "Done", []string{"assignees", "status"}
		}},
		{"an assignee who is no account", bridge.Issue{Assignees: []string{"quinn@example.com"}}, func(d *bridge.Draft) {
			d.Dropped = []bridge.Dropped{{Field: "assignees", Value: "quinn@example.com", Why: "that is not a Jira account id"}}
		}},
		{"the link's id is this installation's", bridge.Issue{Remote: bridge.RemoteLink{URL: "https://app.betterbugs.io/session/1", Title: "a\nb"}}, func(d *bridge.Draft) {
			d.Steps = []bridge.Step{{Name: "remote_link", Value: `{"globalId":"682c1dbb3b574d66f3863324","application":{"type":"io.betterbugs","name":"BetterBugs"},` +
				`"object":{"url":"https://app.betterbugs.io/session/1","title":"a b","icon":{"url16x16":"https://app.betterbugs.io/favicon.ico","title":"BetterBugs"},"status":{"resolved":false}}}`}}
		}},
		{"a screenshot nobody may download", bridge.Issue{Screenshot: "https://cdn.example/s.png"}, func(d *bridge.Draft) {
			d.Dropped = []bridge.Dropped{{Field: "screenshot", Value: "https://cdn.example/s.png", Why: "downloading pictures is switched off"}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.issue.Marker, c.issue.Title = trackertest.Marker, "Cart\nempty"
			want := bridge.Draft{Marker: trackertest.Marker, Labels: []string{"bb-682c1dbb3b574d66f3863324"},
				Fields: map[string]string{"title": "Cart empty", "type": `{"id":"10001"}`}}
			c.want(&want)
			got, err := s.Tracker.Plan(t.Context(), s.Place, c.issue)
			if err != nil {
				t.Fatal(err)
			}
			delete(got.Fields, "body")
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(bridge.Draft{}, "Said"), cmpopts.IgnoreFields(bridge.Dropped{}, "Said")); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanWithoutTheField(t *testing.T) {
	s := answering(t, metadata(metaFields[:3:3]))
	d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T", Priority: "High", Components: []string{"API"}})
	if err != nil {
		t.Fatal(err)
	}
	why := "it is not on the create screen of Fehler"
	want := []bridge.Dropped{{Field: "priority", Value: "High", Why: why}, {Field: "components", Value: "API", Why: why}}
	if diff := cmp.Diff(want, d.Dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
	s = answering(t, metadata(metaFields[:2:2]))
	if _, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T"}); bridge.KindOf(err) != bridge.Permanent || !strings.Contains(bridge.Hint(err), "Labels") {
		t.Errorf("without labels there is no marker: %v", err)
	}
}

func TestPlanNeedsTheMetadata(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		kind   bridge.Kind
		hint   string
	}{
		{"unknown type", metadata(metaFields), bridge.Permanent, "issue types of WEB: Fehler, Aufgabe"},
		{"no permission: an empty list", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"issueTypes":[],"total":0}`) }, bridge.Permanent, "create issues"},
		{"no project", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, bridge.Permanent, "project's key"},
		{"down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, bridge.Retry, ""},
		{"limited", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, bridge.Later, ""},
		{"another shape", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) }, bridge.Retry, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, c.answer)
			_, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T", Type: "Incident"})
			if err == nil || bridge.KindOf(err) != c.kind || !strings.Contains(bridge.Hint(err), c.hint) {
				t.Errorf("%v of kind %v, hint %q", err, bridge.KindOf(err), bridge.Hint(err))
			}
		})
	}
}

// The metadata is read once, and again after Jira refused a create, which may be because it changed.
func TestMetadataIsHeldUntilACreateIsRefused(t *testing.T) {
	reads := 0
	meta := metadata(metaFields[:3:3])
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		reads++
		meta(w, r)
	})
	plan := func() {
		if _, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "T"}); err != nil {
			t.Fatal(err)
		}
	}
	plan()
	first := reads
	plan()
	if reads != first {
		t.Errorf("%d reads for the second plan, want none", reads-first)
	}
	_, _ = s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Fields: map[string]string{"title": "T"}})
	plan()
	if reads != 2*first {
		t.Errorf("%d reads in all, want %d", reads, 2*first)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, cfg := range []jira.Config{
		{Token: "t"}, {Token: "t", BaseURL: "acme.atlassian.net"}, {Token: "t", BaseURL: "https://u:p@acme.atlassian.net"},
		{Token: "t", BaseURL: "https://acme.atlassian.net", BrowseURL: "acme"}, {BaseURL: "https://acme.atlassian.net"},
	} {
		if _, err := jira.New(cfg); err == nil {
			t.Errorf("%+v was taken", cfg)
		}
	}
}
