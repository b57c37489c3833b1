package tracker_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// The table of status codes itself is in trackertest, where both adapters run it.

func TestUntil(t *testing.T) {
	now := time.Date(2026, 3, 26, 15, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		header map[string]string
		want   time.Duration
	}{
		{"nothing", nil, time.Minute},
		{"seconds", map[string]string{"Retry-After": "90"}, 90 * time.Second},
		{"half seconds, which retryablehttp does not read", map[string]string{"Retry-After": "1.5"}, 1500 * time.Millisecond},
		{"a Retry-After that is a date", map[string]string{"Retry-After": "Thu, 26 Mar 2026 15:32:00 GMT"}, 2 * time.Minute},
		{"a date gone by", map[string]string{"Retry-After": "Thu, 26 Mar 2026 15:00:00 GMT"}, time.Minute},
		{"zero", map[string]string{"Retry-After": "0"}, time.Minute},
		{"nonsense", map[string]string{"Retry-After": "soon"}, time.Minute},
		{"a year", map[string]string{"Retry-After": "31536000"}, 6 * time.Hour},
		{"too large to be a number", map[string]string{"Retry-After": "1e300"}, 6 * time.Hour},
		{"GitHub's reset, epoch", map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1774540200"}, 20 * time.Minute},
		{"GitHub's primary reset is not a secondary limit's wait", map[string]string{"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": "1774540200"}, time.Minute},
		{"Retry-After comes first", map[string]string{"Retry-After": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1774540200"}, 5 * time.Second},
		{"Jira's reset, ISO", map[string]string{"X-RateLimit-Reset": "2026-03-26T16:00:00Z"}, 30 * time.Minute},
		{"Jira's reset without seconds", map[string]string{"X-RateLimit-Reset": "2026-03-26T16:00Z"}, 30 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tracker.Until(headers(c.header), now).Sub(now); got != c.want {
				t.Errorf("wait %v, want %v", got, c.want)
			}
		})
	}
}

func headers(of map[string]string) http.Header {
	h := http.Header{}
	for name, value := range of {
		h.Set(name, value)
	}
	return h
}

func TestLimitHeaders(t *testing.T) {
	for _, c := range []struct {
		name   string
		header map[string]string
		want   bool
	}{
		{"nothing", nil, false},
		{"retry-after", map[string]string{"Retry-After": "60"}, true},
		{"Data Center's retry-after 0 on everything", map[string]string{"Retry-After": "0", "X-RateLimit-Remaining": "9"}, false},
		{"none left", map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1774540200"}, true},
		{"some left", map[string]string{"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1774540200"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tracker.LimitHeaders(headers(c.header)); got != c.want {
				t.Errorf("limit %v, want %v", got, c.want)
			}
		})
	}
}

func TestErrorsHoldNoURL(t *testing.T) {
	err := tracker.Classify(tracker.Failure{Op: "find user", Method: "GET",
		Err: &url.Error{Op: "Get", URL: "https://acme.example/users?q=quinn@example.com", Err: errors.New("broken pipe")}}, tracker.Hints{})
	if got := err.Error(); got != "find user: broken pipe" {
		t.Errorf("error %q", got)
	}
}

func TestUnsure(t *testing.T) {
	sure := bridge.Park(errors.New("edit: no"), "hint")
	err := tracker.Unsure(sure)
	if bridge.CertainlyNothing(err) || bridge.KindOf(err) != bridge.Permanent || bridge.Hint(err) != "hint" {
		t.Errorf("got %#v", err)
	}
	if !bridge.CertainlyNothing(sure) {
		t.Error("the given error was changed")
	}
}

func TestRedirected(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want bool
	}{
		{"301 to a write", tracker.Classify(tracker.Failure{Method: "PATCH", Status: 301}, tracker.Hints{}), true},
		{"308 to a write", tracker.Classify(tracker.Failure{Method: "POST", Status: 308}, tracker.Hints{}), true},
		{"303, which may have done it", tracker.Classify(tracker.Failure{Method: "POST", Status: 303}, tracker.Hints{}), false},
		{"after another call had written", tracker.Unsure(tracker.Classify(tracker.Failure{Method: "PUT", Status: 301}, tracker.Hints{})), false},
		{"404", tracker.Classify(tracker.Failure{Method: "PATCH", Status: 404}, tracker.Hints{}), false},
		{"another error", errors.New("301"), false},
		{"none", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tracker.Redirected(c.err); got != c.want {
				t.Errorf("redirected %v, want %v", got, c.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Not Found", "Not Found"},
		{"lines and controls", "a\r\n\tb\x1b[31m", "a b [31m"},
		{"a page", "  <!DOCTYPE html><html>", "an HTML page instead of an answer"},
		{"long", strings.Repeat("é", 400), strings.Repeat("é", 300) + "…"},
		{"not UTF-8", "a\xffb", "a\uFFFDb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tracker.Excerpt(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
