package jira_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

const ana = "5b10a2844c20165700ede21g"

// atSandbox is an adapter in front of the sandbox with one issue, WEB-1, of that id.
func atSandbox(t *testing.T, cfg jira.Config) (s trackertest.Subject, id string) {
	t.Helper()
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	cfg.BaseURL = server.URL + "/jira-cloud"
	s = with(t, cfg)
	d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: bridge.Marker{Bug: "parent"}, Title: "Parent"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tracker.Create(t.Context(), s.Place, d); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/jira-cloud/rest/api/3/issue/WEB-1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("bot@acme.example", token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var issue struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&issue); err != nil {
		t.Fatal(err)
	}
	return s, issue.ID
}

// planned are the fields of the draft for issue, and what it drops.
func planned(t *testing.T, s trackertest.Subject, issue bridge.Issue) bridge.Draft {
	t.Helper()
	issue.Marker, issue.Title = trackertest.Marker, "T"
	d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
	if err != nil {
		t.Fatal(err)
	}
	for _, usual := range []string{"title", "body", "type"} {
		delete(d.Fields, usual)
	}
	return d
}

// filed creates the issue of draft and returns what Jira shows of it under the names that the draft has.
func filed(t *testing.T, s trackertest.Subject, d bridge.Draft) map[string]string {
	t.Helper()
	whole := d
	whole.Fields = map[string]string{"title": "T", "type": `{"id":"10001"}`}
	for name, value := range d.Fields {
		whole.Fields[name] = value
	}
	ref, err := s.Tracker.Create(t.Context(), s.Place, whole)
	if err != nil {
		t.Fatal(err)
	}
	content, err := s.Tracker.Read(t.Context(), s.Place, ref)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for name := range d.Fields {
		shown[name] = content.Fields[name]
	}
	return shown
}

// Jira takes what is planned for every kind of field, and shows it in the form in which it is compared.
func TestKindsOfFields(t *testing.T) {
	s, _ := atSandbox(t, jira.Config{})
	for _, c := range []struct{ name, field, value, id, want, why string }{
		{"options, one with a comma in its name", "Browsers", "Safari, mobile", "customfield_10015", `[{"id":"10213"}]`, ""},
		{"options twice", "Browsers", "chrome, Firefox, 10211", "customfield_10015", `[{"id":"10211"},{"id":"10212"}]`, ""},
		{"user by account", "Tester", quinn, "customfield_10016", `{"accountId":"` + quinn + `"}`, ""},
		{"user by e-mail", "Tester", "Ana@example.com", "customfield_10016", `{"accountId":"` + ana + `"}`, ""},
		{"user nobody knows", "Tester", "who@example.com", "customfield_10016", "", "it is not a Jira account id, and no account is known for it"},
		{"users", "Reviewers", "ana@example.com, " + quinn, "customfield_10017", `[{"accountId":"` + ana + `"},{"accountId":"` + quinn + `"}]`, ""},
		{"one of the users is nobody", "Reviewers", "ana@example.com, who@example.com", "customfield_10017", "", "it is not a Jira account id, and no account is known for it"},
		{"date", "Seen on", "2026-03-26T10:00:00Z", "customfield_10018", `"2026-03-26"`, ""},
		{"time", "Seen at", "2026-03-26T10:00:00.5Z", "customfield_10019", `"2026-03-26T10:00:00.500+0000"`, ""},
		{"two levels", "Area", "shop > Checkout", "customfield_10020", `{"child":{"id":"10232"},"id":"10221"}`, ""},
		{"two levels by id", "Area", "10221>10232", "customfield_10020", `{"child":{"id":"10232"},"id":"10221"}`, ""},
		{"the upper level alone", "Area", "Account", "customfield_10020", `{"id":"10222"}`, ""},
		{"the upper level alone, with a >", "Area", "Account > ", "customfield_10020", `{"id":"10222"}`, ""},
		{"no such upper level", "Area", "Forum > Login", "customfield_10020", "", `there is no option "Forum"; there are: Shop, Account`},
		{"another's lower level", "Area", "Shop > Login", "customfield_10020", "", `there is no option "Login" below Shop; there are: Cart, Checkout`},
		{"labels", "Tags", "b c,a,a", "customfield_10021", `["a","b-c"]`, ""},
		{"URL", "Page", "https://x.example/?a=1", "customfield_10022", `"https://x.example/?a=1"`, ""},
		{"versions", "Found in", "2.0, 1.0", "customfield_10023", `[{"id":"100011"},{"id":"100013"}]`, ""},
		{"no such version", "Found in", "3.0", "customfield_10023", "", `there is no version "3.0"; there are: 1.0, 1.1, 2.0`},
		{"a group", "Owners", "staff", "customfield_10024", "", "groups are not set: name people in a user field instead"},
		{"the classic epic link", "Epic Link", "web-1", "customfield_10025", `"WEB-1"`, ""},
		{"no key in an epic link", "Epic Link", "WEB-1/../2", "customfield_10025", "", "it is not the key of an issue, such as WEB-12"},
		{"a field of Jira's own", "due date", "2026-03-26", "duedate", `"2026-03-26"`, ""},
		{"text area", "Steps", "one", "customfield_10013", `{"content":[{"content":[{"text":"one","type":"text"}],"type":"paragraph"}],"type":"doc","version":1}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := planned(t, s, bridge.Issue{
				Fields: []bridge.IssueField{{Name: c.field, Value: c.value}}, Accounts: map[string]string{"ana@example.com": ana},
			})
			want := map[string]string{}
			if c.want != "" {
				want[c.id] = c.want
			}
			if diff := cmp.Diff(want, d.Fields); diff != "" {
				t.Fatalf("planned (-want +got):\n%s", diff)
			}
			var dropped []bridge.Dropped
			if c.why != "" {
				dropped = []bridge.Dropped{{Field: c.id, Value: c.value, Why: c.why}}
				if c.field != c.id {
					dropped[0].Said.Field = c.field
				}
			}
			if diff := cmp.Diff(dropped, d.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, filed(t, s, d)); diff != "" {
				t.Errorf("shown (-planned +read):\n%s", diff)
			}
		})
	}
}

func TestSystemFields(t *testing.T) {
	s, parent := atSandbox(t, jira.Config{})
	for _, c := range []struct {
		name    string
		issue   bridge.Issue
		want    map[string]string
		dropped []bridge.Dropped
	}{
		{"versions", bridge.Issue{Versions: []string{"1.1", " 2.0", "", "1.1"}, FixVersions: []string{"100012"}},
			map[string]string{"versions": `[{"id":"100012"},{"id":"100013"}]`, "fixVersions": `[{"id":"100012"}]`}, nil},
		{"versions that are not there", bridge.Issue{Versions: []string{"9", "1.0"}, FixVersions: []string{"9"}}, map[string]string{"versions": `[{"id":"100011"}]`},
			[]bridge.Dropped{{Field: "versions", Value: "9", Why: "there is no such version; there are: 1.0, 1.1, 2.0"}, {Field: "fixVersions", Value: "9", Why: "there is no such version; there are: 1.0, 1.1, 2.0"}}},
		{"security level", bridge.Issue{Security: "staff"}, map[string]string{"security": `{"id":"10301"}`}, nil},
		{"no such security level", bridge.Issue{Security: "Top"}, map[string]string{},
			[]bridge.Dropped{{Field: "security", Value: "Top", Why: "there is no such security level for this account; there are: Staff, Reporters"}}},
		{"reporter", bridge.Issue{Reporter: quinn}, map[string]string{"reporter": `{"accountId":"` + quinn + `"}`}, nil},
		{"a reporter without an account", bridge.Issue{Reporter: "who@example.com"}, map[string]string{},
			[]bridge.Dropped{{Field: "reporter", Value: "who@example.com", Why: "it is not a Jira account id, and no account is known for it"}}},
		{"parent", bridge.Issue{Parent: "web-1"}, map[string]string{"parent": `{"id":"` + parent + `"}`}, nil},
		{"no such parent", bridge.Issue{Parent: "WEB-999"}, map[string]string{},
			[]bridge.Dropped{{Field: "parent", Value: "WEB-999", Why: "there is no such issue, or the account may not see it"}}},
		{"a parent that is no key", bridge.Issue{Parent: "WEB-1/../2"}, map[string]string{},
			[]bridge.Dropped{{Field: "parent", Value: "WEB-1/../2", Why: "it is not the key of an issue, such as WEB-12"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := planned(t, s, c.issue)
			if diff := cmp.Diff(c.want, d.Fields); diff != "" {
				t.Fatalf("planned (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.dropped, d.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.want, filed(t, s, d)); diff != "" {
				t.Errorf("shown (-planned +read):\n%s", diff)
			}
		})
	}
}

// Where the screen has none of them, all are told and the issue is filed.
func TestSystemFieldsThatAreNotOnTheScreen(t *testing.T) {
	s := answering(t, metadata(metaFields[:3:3]))
	d := planned(t, s, bridge.Issue{Versions: []string{"1"}, FixVersions: []string{"2"}, Parent: "WEB-1", Security: "Staff", Reporter: quinn})
	var names []string
	for _, drop := range d.Dropped {
		if drop.Why != "it is not on the create screen of Fehler" {
			t.Errorf("%s: %s", drop.Field, drop.Why)
		}
		names = append(names, drop.Field)
	}
	if got := strings.Join(names, " "); got != "versions fixVersions security reporter parent" || len(d.Fields) > 0 {
		t.Errorf("dropped %s, planned %v", got, d.Fields)
	}
}

// Projects of the classic kind have an epic link in place of a parent. What Jira does not tell for a while is no reason to do
// without.
func TestEpicLinkInPlaceOfAParent(t *testing.T) {
	meta := metadata(append(metaFields[:3:3], `{"fieldId":"customfield_7","name":"Epic Link","schema":{"type":"any","custom":"com.pyxis.greenhopper.jira:gh-epic-link"}}`))
	status := http.StatusBadGateway
	reads := 0
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/issue/WEB-7") {
			meta(w, r)
			return
		}
		reads++
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"id":"10007","key":"EPIC-7"}`)
	})
	issue := bridge.Issue{Marker: trackertest.Marker, Title: "T", Parent: "WEB-7"}
	if _, err := s.Tracker.Plan(t.Context(), s.Place, issue); bridge.KindOf(err) != bridge.Retry || err == nil {
		t.Errorf("planned without knowing the parent: %v", err)
	}
	status, reads = http.StatusOK, 0
	for range 2 {
		if d := planned(t, s, issue); d.Fields["customfield_7"] != `"EPIC-7"` || len(d.Dropped) > 0 {
			t.Errorf("planned %v, dropped %v", d.Fields, d.Dropped)
		}
	}
	if reads != 1 {
		t.Errorf("the parent was read %d times, want once", reads)
	}
}

// Section 2.2 of the facts: names are localised; the metadata may have the name that was given first.
func TestUntranslatedNames(t *testing.T) {
	s := answering(t, metadata(append(metaFields[:3:3],
		`{"fieldId":"priority","name":"Priorität","schema":{"type":"priority"},"allowedValues":[{"id":"1","name":"Höchste","untranslatedName":"Highest"},{"id":"2","name":"1"}]}`,
		`{"fieldId":"customfield_5","name":"Punkte","untranslatedName":"Points","schema":{"type":"number"}}`)))
	for wanted, id := range map[string]string{"Highest": "1", "höchste": "1", "1": "2", "2": "2"} {
		d := planned(t, s, bridge.Issue{Priority: wanted, Fields: []bridge.IssueField{{Name: "points", Value: "3"}}})
		want, _ := json.Marshal(map[string]string{"id": id})
		if d.Fields["priority"] != string(want) || d.Fields["customfield_5"] != "3" {
			t.Errorf("%s: planned %v, dropped %v", wanted, d.Fields, d.Dropped)
		}
	}
}

// Jira names the level in its own way where a parent is of no higher one.
func TestRefusedParentIsNamed(t *testing.T) {
	s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"errors":{"parentId":"Given parent issue does not belong to appropriate hierarchy."}}`)
	})
	_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Fields: map[string]string{"title": "T", "parent": `{"id":"1"}`}})
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || !strings.Contains(e.Fields["parent"], "hierarchy") {
		t.Errorf("%#v", err)
	}
}
