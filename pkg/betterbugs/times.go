package betterbugs

import (
	"strconv"
	"strings"
	"time"
)

// layouts are the ways in which senders write a time: RFC 3339 as BetterBugs documents it, the same without a zone, and what
// JavaScript's Date becomes in a form ("Tue May 20 2025 06:14:18 GMT+0000 (Coordinated Universal Time)").
var layouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02",
	"Mon Jan 2 2006 15:04:05 GMT-0700",
	time.RFC1123,
	time.RFC1123Z,
}

func (b builder) time(name string) time.Time {
	text := b.word(name)
	if text == "" {
		return time.Time{}
	}
	t, ok := parseTime(text)
	if !ok {
		b.warn.add("%s: absent: %s is not a time", name, quoted(text))
	}
	return t
}

// parseTime returns the time in UTC; one without a zone is taken as UTC, a number as a Unix time in seconds or milliseconds.
func parseTime(text string) (time.Time, bool) {
	text, _, _ = strings.Cut(text, " (")
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return plausible(t)
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, false
	case n > 1e11: // in seconds that would be the year 5138
		return plausible(time.UnixMilli(n))
	default:
		return plausible(time.Unix(n, 0))
	}
}

// plausible refuses years that JSON cannot carry or no bug report has. Times are kept to the millisecond, as BetterBugs and
// the store write them.
func plausible(t time.Time) (time.Time, bool) {
	t = t.UTC().Truncate(time.Millisecond)
	if t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t, true
}
