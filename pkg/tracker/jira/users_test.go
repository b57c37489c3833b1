package jira_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// addressed are accounts as they are, and e-mails as such.
func addressed(people ...string) []string {
	var list []string
	for _, p := range people {
		if strings.Contains(p, "@") {
			p = bridge.MailTo(p)
		}
		list = append(list, p)
	}
	return list
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
		{"the first who is found", []string{"ivy@example.com", "quinn@example.com", ana}, quinn},
		{"the account after nobody", []string{"ivy@example.com", ana}, ana},
		{"an address that is none", []string{strings.Repeat("x", 300) + "@example.com"}, ""},
		{"an address that would say more in a query", []string{"a@b.c&accountId=" + quinn}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := planned(t, s, bridge.Issue{Assignees: addressed(c.wanted...)})
			if d.Fields["assignees"] != c.want || len(d.Dropped) > 0 {
				t.Errorf("planned %q, dropped %v", d.Fields["assignees"], d.Dropped)
			}
		})
	}
	d := planned(t, s, bridge.Issue{
		Reporter: bridge.MailTo("quinn@example.com"), Fields: []bridge.IssueField{{Name: "Tester", Value: "john@example.com"}, {Name: "Reviewers", Value: "ivy@example.com"}},
	})
	want := map[string]string{"reporter": `{"accountId":"` + quinn + `"}`, "customfield_10016": `{"accountId":"` + john + `"}`}
	if diff := cmp.Diff(want, d.Fields); diff != "" || len(d.Dropped) != 1 || d.Dropped[0].Field != "customfield_10017" {
		t.Errorf("dropped %v, planned (-want +got):\n%s", d.Dropped, diff)
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
			return s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: trackertest.Marker, Title: "T", Assignees: addressed("Quinn+qa@example.com")})
		}
		if _, err := plan(); bridge.KindOf(err) != bridge.Later {
			t.Errorf("a limit: %v, want to come back later", err)
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

// What Jira says of the search for good is told, and the issue is filed.
func TestSearchThatIsRefused(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusBadRequest} {
		site := &searching{meta: metadata(metaFields[:3:3]), status: status}
		s := with(t, jira.Config{BaseURL: "http://site.example", FindUsers: true, Transport: known{"Cloud", site}})
		d := planned(t, s, bridge.Issue{Assignees: addressed("quinn@example.com")})
		if len(d.Dropped) != 1 || d.Dropped[0].Field != "assignees" || d.Fields["assignees"] != "" {
			t.Errorf("%d: planned %v, dropped %v", status, d.Fields, d.Dropped)
		}
	}
}

// Without find_users nobody is looked for.
func TestNobodyIsLookedForUnasked(t *testing.T) {
	site := &searching{meta: metadata(metaFields[:3:3]), status: http.StatusOK}
	s := with(t, jira.Config{BaseURL: "http://site.example", Transport: known{"Cloud", site}})
	planned(t, s, bridge.Issue{Assignees: addressed("quinn@example.com"), Reporter: bridge.MailTo("quinn@example.com")})
	if len(site.asked) > 0 {
		t.Errorf("asked %v", site.asked)
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
	server := httptest.NewServer(sandbox.New(sandbox.Config{}))
	defer server.Close()
	var asked searches
	s := with(t, jira.Config{BaseURL: server.URL + "/jira-dc", FindUsers: true, Transport: &asked})
	for _, c := range []struct {
		name   string
		wanted string
		want   string
	}{
		{"a name", "quinn", "quinn"},
		{"a name that looks like an e-mail", "quinn@example.com", "quinn@example.com"},
		{"an e-mail", bridge.MailTo("Quinn@example.com"), "quinn"},
		{"not somebody whose address begins alike", bridge.MailTo("john@example.com"), "john"},
		{"a hidden e-mail", bridge.MailTo("ivy@example.com"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := planned(t, s, bridge.Issue{Assignees: []string{c.wanted}}); d.Fields["assignees"] != c.want || len(d.Dropped) > 0 {
				t.Errorf("planned %q, dropped %v", d.Fields["assignees"], d.Dropped)
			}
		})
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
