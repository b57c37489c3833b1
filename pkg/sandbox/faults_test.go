package sandbox_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-github/v60/github"
)

// place is where a tracker makes issues.
type place struct {
	tracker, api, path string
	body               any
	made               int // status of a create
	words              map[int]string
}

func places() []place {
	return []place{
		{"github", gh, "/repos/acme/web/issues", object{"title": "T"}, 201, map[int]string{401: "Bad credentials", 422: "Validation Failed", 502: "Server Error", 503: "Service Unavailable"}},
		{"jira-cloud", "/jira-cloud", "/rest/api/3/issue", bug(nil), 201, map[int]string{401: "Client must be authenticated to access this resource.", 422: "Unprocessable Entity", 502: "Bad Gateway", 503: "Service Unavailable"}},
		{"jira-dc", "/jira-dc", "/rest/api/2/issue", bug(nil), 201, map[int]string{401: "Client must be authenticated to access this resource.", 422: "Unprocessable Entity", 502: "Bad Gateway", 503: "Service Unavailable"}},
	}
}

// issues is how many there are at all trackers.
func (b box) issues() int { st := b.State(); return len(st.GitHub) + len(st.Jira) }

// faults asks for faults; %s in it stands for the name of p's tracker.
func (b box) faults(p place, set string) {
	b.t.Helper()
	b.must(200, "POST", "/_sandbox/faults", strings.ReplaceAll(set, "%s", p.tracker))
}

// try makes an issue, and tells an error of the connection or of reading.
func (b box) try(p place) (status int, h http.Header, body string, err error) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), "POST", b.url+p.api+p.path, strings.NewReader(encode(b.t, p.body)))
	check(b.t, err)
	req.Header.Set("Authorization", "Bearer good")
	req.Header.Set("Content-Type", "application/json")
	stay := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := stay.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(data), err
}

// struck is how often the first rule has struck.
func (b box) struck() int {
	b.t.Helper()
	rules := b.must(200, "GET", "/_sandbox/faults", nil).get("rules").([]any)
	return int(rules[0].(object)["struck"].(float64))
}

func TestFaultStatus(t *testing.T) {
	for _, p := range places() {
		for _, when := range []string{"before", "after"} {
			for status, words := range p.words {
				t.Run(fmt.Sprintf("%s %s %d", p.tracker, when, status), func(t *testing.T) {
					b := start(t)
					b.faults(p, fmt.Sprintf(`{"rules":[{"tracker":"%%s","method":"POST","when":%q,"do":"status","status":%d,"count":1}]}`, when, status))
					got, h, body, err := b.try(p)
					check(t, err)
					if got != status || !strings.Contains(body, `"`+words+`"`) || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
						t.Errorf("answered %d %q (%s), want %d with %q as JSON", got, body, h.Get("Content-Type"), status, words)
					}
					if want := map[string]int{"before": 0, "after": 1}[when]; b.issues() != want {
						t.Errorf("%d issues, want %d", b.issues(), want)
					}
					last := b.State().Requests[0]
					if last.Status != status || last.Fault != "status "+when {
						t.Errorf("the request was noted as %+v", last)
					}
					if got, _, _, err = b.try(p); got != p.made || err != nil {
						t.Errorf("when the rule has struck once: %d, %v", got, err)
					}
				})
			}
		}
	}
}

func TestFaultBodyAndHeaders(t *testing.T) {
	for _, p := range places() {
		for _, tt := range []struct {
			name, rule string
			status     int
			kind, body string
			headers    map[string]string
		}{
			{"HTML", `"do":"status","status":503,"body":"<html>Unicorn!</html>","headers":{"retry-after":"7"}`, 503, "text/html; charset=utf-8", "<html>Unicorn!</html>", map[string]string{"Retry-After": "7"}},
			{"text", `"do":"status","status":500,"body":"oops"`, 500, "text/plain; charset=utf-8", "oops", nil},
			{"JSON", `"do":"status","status":418,"body":"{\"a\":1}"`, 418, "application/json; charset=utf-8", `{"a":1}`, nil},
			{"unreadable 201", `"when":"after","do":"status","status":201,"body":"{\"number\":","headers":{"Content-Type":"application/json"}`, 201, "application/json", `{"number":`, nil},
			{"success without a body", `"do":"status","status":202`, 202, "", "", nil},
			{"redirect", `"do":"status","status":307,"body":"moved","headers":{"Location":"/elsewhere","X-Content-Type-Options":""}`, 307, "text/plain; charset=utf-8", "moved", map[string]string{"Location": "/elsewhere"}},
			{"a header less", `"do":"limit","status":429,"body":"slow","headers":{"Retry-After":"","X-RateLimit-Reset":""}`, 429, "text/plain; charset=utf-8", "slow", map[string]string{"Retry-After": "", "X-RateLimit-Reset": "", "X-RateLimit-Remaining": "0"}},
		} {
			t.Run(p.tracker+" "+tt.name, func(t *testing.T) {
				b := start(t)
				b.faults(p, `{"rules":[{"tracker":"%s",`+tt.rule+`}]}`)
				status, h, body, err := b.try(p)
				check(t, err)
				if status != tt.status || body != tt.body {
					t.Errorf("answered %d %q, want %d %q", status, body, tt.status, tt.body)
				}
				if kind := h.Get("Content-Type"); tt.kind != "" && kind != tt.kind {
					t.Errorf("Content-Type %q, want %q", kind, tt.kind)
				}
				for name, want := range tt.headers {
					if got := h.Get(name); got != want {
						t.Errorf("%s: %q, want %q", name, got, want)
					}
				}
			})
		}
	}
}

func TestFaultCuts(t *testing.T) {
	for _, p := range places() {
		for _, tt := range []struct {
			name, rule  string
			drop        bool
			status      int
			body        string // half of what is announced
			issues      int
			notedStatus int
		}{
			{"drop before", `"when":"before","do":"drop"`, true, 0, "", 0, 0},
			{"drop after", `"when":"after","do":"drop"`, true, 0, "", 1, 0},
			{"truncate a given body", `"when":"before","do":"truncate","status":201,"body":"12345678"`, false, 201, "1234", 0, 201},
			{"truncate a given body after", `"when":"after","do":"truncate","body":"123456789"`, false, 201, "1234", 1, 201},
			{"truncate what has no body", `"when":"after","do":"truncate","status":204`, true, 0, "", 1, 0},
			{"truncate what is given and not sent", `"do":"truncate","status":304,"body":"B"`, true, 0, "", 0, 0},
		} {
			t.Run(p.tracker+" "+tt.name, func(t *testing.T) {
				b := start(t)
				b.faults(p, `{"rules":[{"tracker":"%s",`+tt.rule+`}]}`)
				status, h, body, err := b.try(p)
				switch {
				case tt.drop && (err == nil || status != 0):
					t.Errorf("answered %d %q, want none", status, body)
				case !tt.drop && (!errors.Is(err, io.ErrUnexpectedEOF) || status != tt.status || body != tt.body):
					t.Errorf("answered %d %q, %v; want %d %q, cut", status, body, err, tt.status, tt.body)
				case !tt.drop && h.Get("Content-Length") != fmt.Sprint(2*len(tt.body)+b.issues()): // the second body is of nine bytes
					t.Errorf("announced %s bytes", h.Get("Content-Length"))
				}
				if b.issues() != tt.issues {
					t.Errorf("%d issues, want %d", b.issues(), tt.issues)
				}
				if got := b.State().Requests[0].Status; got != tt.notedStatus {
					t.Errorf("noted status %d, want %d", got, tt.notedStatus)
				}
			})
		}
	}
}

func TestFaultCutsTheTrackersOwnBody(t *testing.T) {
	for _, p := range places() {
		for when, want := range map[string]int{"before": 502, "after": 201} {
			t.Run(p.tracker+" "+when, func(t *testing.T) {
				b := start(t)
				b.faults(p, `{"rules":[{"tracker":"%s","method":"POST","do":"truncate","when":"`+when+`"}]}`)
				status, h, body, err := b.try(p)
				if n := fmt.Sprint(len(body)); !errors.Is(err, io.ErrUnexpectedEOF) || status != want || body[0] != '{' || h.Get("Content-Length") == n {
					t.Errorf("answered %d %q, %v; want half of a %d", status, body, err, want)
				}
			})
		}
	}
}

func TestFaultLimit(t *testing.T) {
	const doc = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
	all := places()
	for _, tt := range []struct {
		name, rule string
		p          place
		status     int
		body       string
		headers    map[string]string
	}{
		{"GitHub primary", `"do":"limit"`, all[0], 403, `"documentation_url":"` + doc + `"`,
			map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Used": "5000", "X-RateLimit-Reset": "1790856120", "Retry-After": ""}}, // 12:02
		{"GitHub primary with a reset that is near", `"do":"limit","status":429,"headers":{"Retry-After":"2"}`, all[0], 429, `"status":"429"`,
			map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1790856062", "Retry-After": "2"}},
		{"GitHub secondary", `"do":"limit","limit":"secondary"`, all[0], 403, `"documentation_url":"` + doc + `#about-secondary-rate-limits"`,
			map[string]string{"X-RateLimit-Remaining": "4999", "Retry-After": ""}},
		{"GitHub secondary with Retry-After", `"do":"limit","limit":"secondary","headers":{"Retry-After":"3"}`, all[0], 403, "secondary rate limit",
			map[string]string{"Retry-After": "3"}},
		{"Jira", `"do":"limit"`, all[1], 429, `"errorMessages":["Rate limit exceeded."]`,
			map[string]string{"Retry-After": "1", "RateLimit-Reason": "jira-burst-based", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-10-01T12:01:01Z"}},
		{"Jira for an issue", `"do":"limit","headers":{"Retry-After":"5","RateLimit-Reason":"jira-per-issue-on-write"}`, all[1], 429, "Rate limit",
			map[string]string{"Retry-After": "5", "RateLimit-Reason": "jira-per-issue-on-write", "X-RateLimit-Reset": "2026-10-01T12:01:05Z"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			b.faults(tt.p, `{"rules":[{"tracker":"%s",`+tt.rule+`}]}`)
			status, h, body, err := b.try(tt.p)
			check(t, err)
			if status != tt.status || !strings.Contains(body, tt.body) || b.issues() != 0 {
				t.Errorf("answered %d %s with %d issues, want %d %s and none", status, body, b.issues(), tt.status, tt.body)
			}
			for name, want := range tt.headers {
				if got := h.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestGoGitHubKnowsTheLimits(t *testing.T) {
	b := start(t)
	p := places()[0]
	get := func() error {
		_, _, err := client(t, b).Issues.Get(t.Context(), "acme", "web", 1)
		return err
	}
	b.faults(p, `{"rules":[{"do":"limit"}]}`)
	var primary *github.RateLimitError
	if err := get(); !errors.As(err, &primary) {
		t.Errorf("primary: %v", err)
	}
	b.faults(p, `{"rules":[{"tracker":"%s","do":"limit","limit":"secondary","headers":{"Retry-After":"9"}}]}`)
	var secondary *github.AbuseRateLimitError
	if err := get(); !errors.As(err, &secondary) || secondary.GetRetryAfter().Seconds() != 9 {
		t.Errorf("secondary: %v", err)
	}
}
