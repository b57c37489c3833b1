package sandbox_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

// hand is a sandbox with a clock that is moved by hand, asked without a network.
type hand struct {
	t *testing.T
	*sandbox.Server
	judge *judge.Judge
	now   *time.Time
}

func (h hand) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.judge.ServeHTTP(w, r) }

func byHand(t *testing.T, faults string) hand {
	t.Helper()
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	h := byClock(t, faults, func() time.Time { return now })
	h.now = &now
	return h
}

// byClock is byHand with a clock that goes by itself.
func byClock(t *testing.T, faults string, clock func() time.Time) hand {
	t.Helper()
	s := sandbox.New(sandbox.Config{Now: clock})
	f, err := sandbox.ParseFaults([]byte(faults))
	check(t, err)
	check(t, s.SetFaults(f))
	return hand{t: t, Server: s, judge: judge.Watch(t, s)}
}

// each asks n times, as in "GET /path", and lets gap pass after each.
func (h hand) each(n int, gap time.Duration, ask, body string, status int) {
	h.t.Helper()
	method, path, _ := strings.Cut(ask, " ")
	for range n {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer good")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status {
			h.t.Fatalf("%s %s answered %d %s, want %d", method, path, w.Code, w.Body, status)
		}
		*h.now = h.now.Add(gap)
	}
}

const (
	newIssue   = gh + "/repos/acme/web/issues"
	newComment = newIssue + "/1/comments"
	newBug     = `{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Bug"},"summary":"S"}}`
	edit       = `{"fields":{"summary":"S2"}}`
)

func TestViolations(t *testing.T) {
	const second = time.Second
	at := func(s float64) time.Time {
		return time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(s * float64(second)))
	}
	for _, tt := range []struct {
		name, faults string
		do           func(hand)
		want         []sandbox.Violation
	}{
		{"80 issues and comments in a minute are allowed, and 80 in the next", `{}`, func(h hand) {
			h.each(40, 750*time.Millisecond, "POST "+newIssue, `{"title":"T"}`, 201)
			h.each(120, 750*time.Millisecond, "POST "+newComment, `{"body":"B"}`, 201)
		}, nil},
		{"the 81st in a minute is not", `{}`, func(h hand) {
			h.each(1, 0, "POST "+newIssue, `{"title":"T"}`, 201)
			h.each(79, 0, "POST "+newComment, `{"body":"B"}`, 201)
			*h.now = h.now.Add(60*second - 1)
			h.each(1, 1, "POST "+newComment, `{"body":"B"}`, 201)
			h.each(1, 0, "POST "+newComment, `{"body":"B"}`, 201) // here the first 80 have gone
		}, []sandbox.Violation{{Tracker: "github", Kind: "creations_per_minute", When: at(60).Add(-1), Count: 81}}},
		{"the 501st in an hour is not", `{}`, func(h hand) {
			h.each(501, 7*second, "POST "+newIssue, `{"title":"T"}`, 201)
		}, []sandbox.Violation{{Tracker: "github", Kind: "creations_per_hour", When: at(3500), Count: 501}}},
		{"limits can be scaled", `{"limits":{"creations_per_minute":2,"creations_per_hour":3}}`, func(h hand) {
			h.each(3, 0, "POST "+newIssue, `{"title":"T"}`, 201)
			*h.now = h.now.Add(time.Minute)
			h.each(1, 0, "POST "+newIssue, `{"title":"T"}`, 201)
		}, []sandbox.Violation{
			{Tracker: "github", Kind: "creations_per_minute", When: at(0), Count: 3},
			{Tracker: "github", Kind: "creations_per_hour", When: at(60), Count: 4},
		}},
		{"what makes nothing does not count", `{"limits":{"creations_per_minute":1,"issue_writes_2s":1},"rules":[{"when":"before","do":"status","status":500,"path":"/repos/acme/api/**"},{"do":"limit","method":"PUT"}]}`, func(h hand) {
			h.each(1, 0, "POST "+newIssue, `{"title":"T"}`, 201)
			h.each(2, 0, "POST "+newIssue, `{"title":""}`, 422)
			h.each(2, 0, "POST "+gh+"/repos/acme/api/issues", `{"title":"T"}`, 500)
			h.each(2, 0, "PATCH "+newIssue+"/1", `{"title":"U"}`, 200)
			h.each(2, 0, "POST "+newIssue+"/1/assignees", `{"assignees":["ana-dev"]}`, 201)
			h.each(2, 0, "GET "+newIssue, ``, 200)
			h.each(1, 0, "POST "+api3+"/issue", newBug, 201)
			h.each(5, 0, "PUT "+api3+"/issue/WEB-1", edit, 429)
		}, nil},
		{"what was made and not told counts", `{"limits":{"creations_per_minute":1},"rules":[{"when":"after","do":"status","status":502}]}`, func(h hand) {
			h.each(2, 0, "POST "+newIssue, `{"title":"T"}`, 502)
		}, []sandbox.Violation{{Tracker: "github", Kind: "creations_per_minute", When: at(0), Count: 2}}},
		{"20 writes to a Jira issue in 2 s are allowed", `{}`, func(h hand) {
			h.each(2, 0, "POST "+api3+"/issue", newBug, 201)
			h.each(20, 0, "PUT "+api3+"/issue/WEB-1", edit, 204)
			h.each(20, 0, "PUT "+api3+"/issue/WEB-2", edit, 204)
			h.each(30, 0, "GET "+api3+"/issue/WEB-1", "", 200)
			h.each(30, 0, "PUT "+api3+"/issue/WEB-1", `{"fields":{"duedate":"soon"}}`, 400)
			*h.now = h.now.Add(2 * second)
			h.each(20, 0, "POST "+api2+"/issue/WEB-1/comment", `{"body":"B"}`, 201)
		}, nil},
		{"the 21st is not, by whatever path and name", `{}`, func(h hand) {
			h.each(1, 0, "POST "+api3+"/issue", newBug, 201)
			h.each(20, 0, "PUT "+api3+"/issue/web-1", edit, 204)
			*h.now = h.now.Add(2*second - 1)
			h.each(1, 0, "POST "+api2+"/issue/WEB-1/comment", `{"body":"B"}`, 201)
		}, []sandbox.Violation{{Tracker: "jira-cloud", Kind: "issue_writes_2s", Issue: "WEB-1", When: at(2).Add(-1), Count: 21}}},
		{"the 101st in 30 s is not", `{}`, func(h hand) {
			h.each(1, 0, "POST "+api3+"/issue", newBug, 201)
			h.each(101, 250*time.Millisecond, "PUT "+api3+"/issue/WEB-1", edit, 204)
		}, []sandbox.Violation{{Tracker: "jira-cloud", Kind: "issue_writes_30s", Issue: "WEB-1", When: at(25), Count: 101}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := byHand(t, tt.faults)
			tt.do(h)
			st := h.State()
			diff(t, "violations", append([]sandbox.Violation{}, tt.want...), st.Violations)
			if st.ViolationsTotal != len(tt.want) {
				t.Errorf("total %d, want %d", st.ViolationsTotal, len(tt.want))
			}
		})
	}
}

func TestViolationsAreBounded(t *testing.T) {
	h := byHand(t, `{"limits":{"creations_per_minute":1}}`)
	h.each(151, 0, "POST "+newIssue, `{"title":"T"}`, 201)
	if st := h.State(); len(st.Violations) != 100 || st.ViolationsTotal != 150 {
		t.Errorf("%d kept of %d, want 100 of 150", len(st.Violations), st.ViolationsTotal)
	}
	h.Reset()
	if st := h.State(); len(st.Violations) != 0 || st.ViolationsTotal != 0 || st.WritesTooClose != 0 {
		t.Errorf("after a reset: %+v", st)
	}
}

func TestWritesTooClose(t *testing.T) {
	h := byHand(t, `{"rules":[{"do":"status","status":500,"method":"PATCH"}]}`)
	write := func(token, method, path, body string) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	for i, step := range []struct {
		after               time.Duration
		token, method, path string
		body                string
		want                int
	}{
		{0, "one", "POST", newIssue, `{"title":"T"}`, 0},
		{time.Second, "one", "POST", newIssue, `{"title":"T"}`, 0},
		{time.Second - 1, "one", "POST", newIssue, `{"title":"T"}`, 1},
		{0, "two", "POST", newIssue, `{"title":"T"}`, 1},
		{0, "one", "GET", newIssue, "", 1},
		{0, "one", "PUT", api3 + "/issue/WEB-1", edit, 1},
		{time.Second - 1, "one", "PATCH", newIssue + "/1", `{"title":"T"}`, 2}, // struck by a rule, but it was sent
	} {
		*h.now = h.now.Add(step.after)
		write(step.token, step.method, step.path, step.body)
		if got := h.State().WritesTooClose; got != step.want {
			t.Errorf("after step %d: %d, want %d", i, got, step.want)
		}
	}
	if st := h.State(); len(st.Violations) != 0 || fmt.Sprint(st.ViolationsTotal) != "0" {
		t.Errorf("writes that are close are no violations: %+v", st.Violations)
	}
}
