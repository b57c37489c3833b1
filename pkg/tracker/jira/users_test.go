package jira_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// wanting is an issue for the accounts and, with an @, e-mails.
func wanting(people ...string) bridge.Issue {
	issue := bridge.Issue{Marker: trackertest.Marker, Title: "T"}
	for _, p := range people {
		if strings.Contains(p, "@") {
			issue.Sought = append(issue.Sought, p)
		} else {
			issue.Assignees = append(issue.Assignees, p)
		}
	}
	return issue
}

// Section 2.3 of the facts: only an address that is to be seen, and is the very one, proves whose account it is.
func TestPeopleAreFoundByTheirEMail(t *testing.T) {
	const john = "5b109f2e9729b51b54dc2001"
	s, _ := atSandbox(t, jira.Config{FindUsers: true})
	for _, c := range []struct {
		name   string
		wanted []string // with an @: an e-mail
		want   string
	}{
		{"an account", []string{ana}, ana},
		{"an e-mail", []string{"quinn@example.com"}, quinn},
		{"in other case, with a plus", []string{"ANA+qa@Example.com"}, ana},
		{"not somebody whose address begins alike", []string{"john@example.com"}, john},
		{"the beginning of an address", []string{"quinn@exam"}, ""},
		{"a name", []string{"Quinn@"}, ""},
		{"a hidden e-mail", []string{"ivy@example.com"}, ""},
		{"who cannot be assigned", []string{"former@example.com"}, ""},
		{"the first who is found", []string{"ivy@example.com", "quinn@example.com", "john@example.com"}, quinn},
		{"an account goes before", []string{"quinn@example.com", ana}, ana},
		{"an address that is none", []string{strings.Repeat("x", 300) + "@example.com"}, ""},
		{"an address that would say more in a query", []string{"a@b.c&accountId=" + quinn}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := planned(t, s, wanting(c.wanted...))
			if d.Fields["assignees"] != c.want || len(d.Dropped) > 0 {
				t.Errorf("planned %q, dropped %v", d.Fields["assignees"], d.Dropped)
			}
		})
	}
	standIn := wanting(ana, "quinn@example.com")
	standIn.StandIn = true
	if d := planned(t, s, standIn); d.Fields["assignees"] != quinn {
		t.Errorf("%s is assigned, want who was found and not who stands in", d.Fields["assignees"])
	}
	standIn.Sought = []string{"ivy@example.com"}
	if d := planned(t, s, standIn); d.Fields["assignees"] != ana {
		t.Errorf("%s is assigned, want who stands in", d.Fields["assignees"])
	}
	d := planned(t, s, bridge.Issue{
		Reporter: bridge.MailTo("quinn@example.com"), Fields: []bridge.IssueField{{Name: "Tester", Value: "john@example.com"}, {Name: "Reviewers", Value: "ivy@example.com"}},
	})
	want := map[string]string{"reporter": `{"accountId":"` + quinn + `"}`, "customfield_10016": `{"accountId":"` + john + `"}`}
	if diff := cmp.Diff(want, d.Fields); diff != "" || len(d.Dropped) != 1 || d.Dropped[0].Field != "customfield_10017" {
		t.Errorf("dropped %v, planned (-want +got):\n%s", d.Dropped, diff)
	}
}

// Who was found is assigned; the body names those who are not.
func TestTheBodyNamesWhoIsNotAssigned(t *testing.T) {
	s, _ := atSandbox(t, jira.Config{FindUsers: true})
	people := []bridge.Named{{Name: "Ivy", Address: "ivy@example.com"}, {Name: "Quinn", Address: "quinn@example.com"}, {Name: "John", Address: "john@example.com"}}
	body := bridge.Document{bridge.Facts{Rows: []bridge.Fact{bridge.PeopleFact("Assigned to", people)}}}
	sought := wanting("ivy@example.com", "quinn@example.com", "john@example.com")
	beside := wanting(ana, "quinn@example.com")
	for _, c := range []struct {
		name  string
		issue bridge.Issue
		want  string
	}{
		{"the first who is found", sought, "Ivy, John"},
		{"nobody is looked for beside an account", beside, "Ivy, Quinn, John"},
		{"nobody is found", wanting("ivy@example.com"), "Ivy, Quinn, John"},
	} {
		c.issue.Body = body
		d, err := s.Tracker.Plan(t.Context(), s.Place, c.issue)
		if err != nil || !strings.Contains(d.Fields["body"], c.want+`"`) {
			t.Errorf("%s: want %q named, %v in\n%s", c.name, c.want, err, d.Fields["body"])
		}
	}
}

// searching is a site whose user search is of the test's own; its transport, for what waits cannot wait for a real network.
type searching struct {
	meta   http.HandlerFunc
	status int
	body   string
	asked  []string
}

func (s *searching) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &recorded{header: http.Header{}, status: http.StatusOK}
	if strings.HasSuffix(r.URL.Path, "/user/assignable/search") {
		s.asked = append(s.asked, r.URL.RawQuery)
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.body)
	} else {
		s.meta(w, r)
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(strings.NewReader(w.body.String())), Request: r}, nil
}

type recorded struct {
	header http.Header
	status int
	body   strings.Builder
}

func (r *recorded) Header() http.Header         { return r.header }
func (r *recorded) WriteHeader(status int)      { r.status = status }
func (r *recorded) Write(p []byte) (int, error) { return r.body.Write(p) }

func TestWhoWasFoundIsBelievedForTenMinutesAndErrorsAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := &searching{meta: metadata(metaFields[:3:3]), status: http.StatusTooManyRequests}
		s := with(t, jira.Config{BaseURL: "http://site.example", FindUsers: true, Transport: known{"Cloud", site}})
		plan := func() (bridge.Draft, error) {
			return s.Tracker.Plan(t.Context(), s.Place, wanting("Quinn+qa@example.com"))
		}
		if d, err := plan(); err != nil || d.Fields["assignees"] != "" {
			t.Errorf("a limit: planned %v, %v; want an issue for nobody", d.Fields, err)
		}
		site.status, site.body = http.StatusOK, `[{"accountId":"`+quinn+`","emailAddress":"quinn+QA@example.com"}]`
		for range 2 {
			if d, err := plan(); err != nil || d.Fields["assignees"] != quinn {
				t.Errorf("planned %v, %v", d.Fields, err)
			}
		}
		if want := "maxResults=50&project=WEB&query=quinn%2Bqa%40example.com"; len(site.asked) != 2 || site.asked[1] != want {
			t.Errorf("asked %v, want the second to be %s and the last", site.asked, want)
		}
		site.body = `[]` // the account is gone
		<-time.After(10*time.Minute - time.Second)
		if d, _ := plan(); d.Fields["assignees"] != quinn {
			t.Error("forgotten too early")
		}
		<-time.After(time.Second)
		if d, err := plan(); err != nil || d.Fields["assignees"] != "" {
			t.Errorf("believed for too long: %v, %v", d.Fields, err)
		}
	})
}

// Whatever becomes of the search, the issue is filed.
func TestSearchThatFails(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 429, 500} {
		site := &searching{meta: metadata(metaFields[:3:3]), status: status}
		s := with(t, jira.Config{BaseURL: "http://site.example", FindUsers: true, Transport: known{"Cloud", site}})
		d := planned(t, s, wanting("quinn@example.com"))
		if len(d.Dropped) != 0 || d.Fields["assignees"] != "" || len(site.asked) == 0 {
			t.Errorf("%d: planned %v, dropped %v", status, d.Fields, d.Dropped)
		}
	}
}

// Without find_users nobody is looked for.
func TestNobodyIsLookedForUnasked(t *testing.T) {
	site := &searching{meta: metadata(metaFields[:3:3]), status: http.StatusOK}
	s := with(t, jira.Config{BaseURL: "http://site.example", Transport: known{"Cloud", site}})
	d := planned(t, s, bridge.Issue{Sought: []string{"quinn@example.com"}, Reporter: bridge.MailTo("quinn@example.com")})
	if len(site.asked) > 0 || len(d.Dropped) > 0 {
		t.Errorf("asked %v, dropped %v", site.asked, d.Dropped)
	}
}

// searches are the searches for people that pass.
type searches []string

func (s *searches) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/user/assignable/search") {
		*s = append(*s, r.URL.RawQuery)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// Data Center's people have names, of which one may look like an e-mail; they are searched for by another word.
func TestPeopleAtDataCenter(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	var asked searches
	s := with(t, jira.Config{BaseURL: server.URL + "/jira-dc", FindUsers: true, Transport: &asked})
	for _, c := range []struct {
		name   string
		wanted string
		want   string
	}{
		{"an e-mail", "Quinn@example.com", "quinn"},
		{"not somebody whose address begins alike", "john@example.com", "john"},
		{"a hidden e-mail", "ivy@example.com", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := planned(t, s, wanting(c.wanted)); d.Fields["assignees"] != c.want || len(d.Dropped) > 0 {
				t.Errorf("planned %q, dropped %v", d.Fields["assignees"], d.Dropped)
			}
		})
	}
	if d := planned(t, s, bridge.Issue{Assignees: []string{"quinn@example.com"}}); d.Fields["assignees"] != "quinn@example.com" {
		t.Errorf("%v is assigned, want the name that looks like an e-mail", d.Fields["assignees"])
	}
	if want := "maxResults=50&project=WEB&username=quinn%40example.com"; len(asked) != 3 || asked[0] != want {
		t.Errorf("asked %v, want %s first", asked, want)
	}
	d := planned(t, s, bridge.Issue{
		Reporter: "ana", Versions: []string{"1.1"}, Security: "Staff", Accounts: map[string]string{"lead@example.com": "quinn"},
		Fields: []bridge.IssueField{{Name: "Tester", Value: "lead@example.com"}, {Name: "Reviewers", Value: "ana, john@example.com"}, {Name: "Steps", Value: "one"}, {Name: "Area", Value: "Shop > Cart"}},
	})
	want := map[string]string{
		"reporter": `{"name":"ana"}`, "versions": `[{"id":"100012"}]`, "security": `{"id":"10301"}`, "customfield_10016": `{"name":"quinn"}`,
		"customfield_10017": `[{"name":"ana"},{"name":"john"}]`, "customfield_10013": `"one"`, "customfield_10020": `{"child":{"id":"10231"},"id":"10221"}`,
	}
	if diff := cmp.Diff(want, d.Fields); diff != "" || len(d.Dropped) > 0 {
		t.Errorf("dropped %v, planned (-want +got):\n%s", d.Dropped, diff)
	}
	if diff := cmp.Diff(want, filed(t, s, d)); diff != "" {
		t.Errorf("shown (-planned +read):\n%s", diff)
	}
}
