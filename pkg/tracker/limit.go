package tracker

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultWait = 60 * time.Second // GitHub: "wait for at least one minute"
	longestWait = 6 * time.Hour    // no limit of either tracker lasts longer than an hour; a wrong header should not either
)

// LimitHeaders says whether the headers of a 403 speak of a limit, as GitHub's do: a Retry-After above zero (Jira Data
// Center sends retry-after: 0 with everything) or no requests left.
func LimitHeaders(h http.Header) bool {
	if after := h.Get("Retry-After"); after != "" && after != "0" {
		return true
	}
	return h.Get("X-RateLimit-Remaining") == "0" && h.Get("X-RateLimit-Reset") != ""
}

// ofOneIssue says that a limit is on the writes to one issue alone. Of Jira's limits that is the only one
// (developer.atlassian.com, rate limiting: RateLimit-Reason); GitHub has none of the kind.
func ofOneIssue(h http.Header) bool {
	return strings.EqualFold(strings.TrimSpace(h.Get("RateLimit-Reason")), "jira-per-issue-on-write")
}

// Until returns when to come back after a limit, in the order that GitHub gives: Retry-After; the reset where no
// requests are left; else in a minute. The reset is in epoch seconds on GitHub and in ISO 8601, sometimes without
// seconds, on Jira (developer.atlassian.com, rate limiting).
func Until(h http.Header, now time.Time) time.Time {
	until, ok := retryAfter(h.Get("Retry-After"), now)
	if !ok && h.Get("X-RateLimit-Remaining") != "" && h.Get("X-RateLimit-Remaining") != "0" {
		return now.Add(defaultWait)
	}
	if !ok {
		until, ok = instant(h.Get("X-RateLimit-Reset"))
	}
	switch {
	case !ok || !until.After(now):
		return now.Add(defaultWait)
	case until.After(now.Add(longestWait)):
		return now.Add(longestWait)
	}
	return until
}

func retryAfter(value string, now time.Time) (time.Time, bool) {
	if seconds, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil && seconds > 0 {
		return now.Add(time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))), true
	}
	at, err := http.ParseTime(value)
	return at, err == nil
}

func instant(value string) (time.Time, bool) {
	if epoch, err := strconv.ParseInt(value, 10, 64); err == nil {
		return time.Unix(epoch, 0), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if at, err := time.Parse(layout, value); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
