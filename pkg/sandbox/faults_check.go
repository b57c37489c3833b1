package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// What a set of faults may be at most.
const (
	maxRules     = 100
	maxFaultBody = 64 << 10 // bytes
	maxHeaders   = 50       // of one rule
	maxRuleText  = 4 << 10  // bytes of a path, a header's name or its value
	maxDelay     = 10 * time.Minute
	maxIndexLag  = 24 * time.Hour
)

var (
	trackerWords = []string{"github", "jira-cloud", "jira-dc"}
	methodWords  = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
	whenWords    = []string{whenBefore, whenAfter}
	doWords      = []string{doStatus, doDrop, doTruncate, doDelay, doLimit}
	limitWords   = []string{limitPrimary, limitSecondary}
)

// checked returns a copy with its words filled in, or an error that names the place and the remedy.
func (f Faults) checked() (Faults, error) {
	if f.IndexLag < 0 || time.Duration(f.IndexLag) > maxIndexLag {
		return f, fmt.Errorf("index_lag: %v: use 0s to %v", time.Duration(f.IndexLag), maxIndexLag)
	}
	for i, n := range f.Limits.numbers() {
		if *n < 0 {
			return f, fmt.Errorf("limits.%s: %d: use a whole number from 1, or leave it out for the tracker's own", limitMembers[i], *n)
		}
	}
	if len(f.Rules) > maxRules {
		return f, fmt.Errorf("rules: %d of them: have at most %d", len(f.Rules), maxRules)
	}
	f.Rules = slices.Clone(f.Rules)
	for i := range f.Rules {
		r := &f.Rules[i]
		r.When = cmp.Or(r.When, whenBefore)
		r.Headers = maps.Clone(r.Headers)
		if place, why := r.wrong(); place != "" {
			return f, fmt.Errorf("rules[%d].%s: %s", i, place, why)
		}
	}
	return f, nil
}

// wrong names the first member that cannot stand so, and the remedy.
func (r *Rule) wrong() (member, why string) {
	for _, w := range []struct {
		member, word string
		words        []string
		need         bool
	}{
		{"tracker", r.Tracker, trackerWords, false},
		{"method", r.Method, methodWords, false},
		{"when", r.When, whenWords, true},
		{"do", r.Do, doWords, true},
		{"limit", r.Limit, limitWords, false},
	} {
		if (w.word != "" || w.need) && !slices.Contains(w.words, w.word) {
			return w.member, fmt.Sprintf("%q: use one of %s", short(w.word), strings.Join(w.words, ", "))
		}
	}
	for _, check := range []func() (string, string){r.wrongPath, r.wrongNumber, r.wrongHeader, r.wrongForDo} {
		if member, why = check(); member != "" {
			return member, why
		}
	}
	return "", ""
}

func (r *Rule) wrongPath() (member, why string) {
	switch {
	case r.Path == "":
		return "", ""
	case len(r.Path) > maxRuleText:
		return "path", fmt.Sprintf("%d bytes: use at most %d", len(r.Path), maxRuleText)
	case r.Path[0] != '/':
		return "path", fmt.Sprintf("%q: begin with a slash, as in /repos/*/*/issues", short(r.Path))
	case strings.ContainsAny(r.Path, "?#"):
		return "path", fmt.Sprintf("%q: leave out the query, only paths are compared", short(r.Path))
	}
	segments := strings.Split(r.Path, "/")
	for i, s := range segments {
		if last := i == len(segments)-1; strings.Contains(s, "*") && s != "*" && (s != "**" || !last) {
			return "path", fmt.Sprintf("%q: use * for one whole segment, and ** only as the last", short(r.Path))
		}
	}
	return "", ""
}

func (r *Rule) wrongNumber() (member, why string) {
	switch {
	case r.Status != 0 && (r.Status < 100 || r.Status > 599):
		return "status", fmt.Sprintf("%d: use 100 to 599", r.Status)
	case r.Delay < 0 || time.Duration(r.Delay) > maxDelay:
		return "delay", fmt.Sprintf("%v: use 0s to %v", time.Duration(r.Delay), maxDelay)
	case r.Probability != nil && !(*r.Probability >= 0 && *r.Probability <= 1): // so that NaN is refused too
		return "probability", fmt.Sprintf("%v: use a number from 0 to 1", *r.Probability)
	case r.Count < 0:
		return "count", fmt.Sprintf("%d: use a whole number, 0 for no end", r.Count)
	case len(r.Body) > maxFaultBody:
		return "body", fmt.Sprintf("%d bytes: use at most %d", len(r.Body), maxFaultBody)
	}
	return "", ""
}

func (r *Rule) wrongHeader() (member, why string) {
	if len(r.Headers) > maxHeaders {
		return "headers", fmt.Sprintf("%d of them: have at most %d", len(r.Headers), maxHeaders)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		value := r.Headers[name]
		switch {
		case name == "" || len(name) > maxRuleText || strings.ContainsFunc(name, notInToken):
			return "headers", fmt.Sprintf("%q is no header's name: use letters, digits and dashes", short(name))
		case len(value) > maxRuleText || strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			return "headers", fmt.Sprintf("%s: use one line of at most %d bytes", short(name), maxRuleText)
		case slices.Contains([]string{"Content-Length", "Transfer-Encoding", "Connection"}, http.CanonicalHeaderKey(name)):
			return "headers", fmt.Sprintf("%s is the server's own: leave it out; do=truncate cuts a body, do=drop closes the connection", short(name))
		}
	}
	return "", ""
}

func notInToken(c rune) bool {
	return !(c == '-' || c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z')
}

// wrongForDo refuses members that would do nothing.
func (r *Rule) wrongForDo() (member, why string) {
	switch {
	case r.Do == doStatus && r.Status == 0:
		return "status", "missing: do=status needs one, 100 to 599"
	case r.Do == doDelay && r.Delay == 0:
		return "delay", `missing: do=delay needs one, such as "5s"`
	case r.Limit != "" && r.Do != doLimit:
		return "limit", "leave it out, or use do=limit"
	case r.Limit != "" && r.Tracker != "github":
		return "limit", "only GitHub has two kinds: use tracker=github, or leave it out"
	case r.Do == doTruncate && r.When == whenBefore && r.Status > 0 && r.Status < 300 && r.Body == "":
		return "body", "missing: before the effect there is no answer to cut: give one, or use when=after"
	case r.Do != doDrop && r.Do != doDelay:
		return "", ""
	case r.Status != 0:
		return "status", fmt.Sprintf("do=%s sends none: leave it out, or use do=status", r.Do)
	case len(r.Headers) > 0:
		return "headers", fmt.Sprintf("do=%s sends none: leave them out, or use do=status", r.Do)
	case r.Body != "":
		return "body", fmt.Sprintf("do=%s sends none: leave it out, or use do=status", r.Do)
	}
	return "", ""
}
