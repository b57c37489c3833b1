package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

var (
	faultMembers = []string{"seed", "index_lag", "limits", "rules"}
	limitMembers = []string{"creations_per_minute", "creations_per_hour", "issue_writes_2s", "issue_writes_30s"}
	ruleMembers  = []string{"tracker", "method", "path", "when", "do", "limit", "status", "headers", "body", "delay", "probability", "count"}
)

const (
	wantText     = "text"
	wantWhole    = "a whole number"
	wantDuration = `a duration such as "1.5s" or "2m"`
)

// ParseFaults reads and checks a set of faults. An error names the place and the remedy.
func ParseFaults(data []byte) (Faults, error) {
	if strings.TrimSpace(string(data)) == "" {
		return Faults{}, fmt.Errorf("the body is empty: send a JSON object with %s, or {} for no faults", strings.Join(faultMembers, ", "))
	}
	if !json.Valid(data) {
		return Faults{}, fmt.Errorf("the body is no JSON: send one JSON object, or {} for no faults")
	}
	var f Faults
	var rules []json.RawMessage
	var limits json.RawMessage
	in := open("", data, faultMembers)
	in.take("seed", &f.Seed, "a whole number from 0")
	in.take("index_lag", &f.IndexLag, wantDuration)
	in.take("limits", &limits, "an object")
	in.take("rules", &rules, "a list of rules")
	if in.err != nil {
		return Faults{}, in.err
	}
	if len(rules) > maxRules {
		return Faults{}, fmt.Errorf("rules: %d of them: have at most %d", len(rules), maxRules)
	}
	var err error
	if f.Limits, err = parseLimits(limits); err != nil {
		return Faults{}, err
	}
	for i, raw := range rules {
		r, err := parseRule(fmt.Sprintf("rules[%d]", i), raw)
		if err != nil {
			return Faults{}, err
		}
		f.Rules = append(f.Rules, r)
	}
	return f.checked()
}

func parseLimits(raw json.RawMessage) (l Limits, err error) {
	if raw == nil {
		return l, nil
	}
	in := open("limits", raw, limitMembers)
	in.take("creations_per_minute", &l.CreationsPerMinute, wantWhole)
	in.take("creations_per_hour", &l.CreationsPerHour, wantWhole)
	in.take("issue_writes_2s", &l.IssueWrites2s, wantWhole)
	in.take("issue_writes_30s", &l.IssueWrites30s, wantWhole)
	return l, in.err
}

func parseRule(at string, raw json.RawMessage) (r Rule, err error) {
	in := open(at, raw, ruleMembers)
	in.take("tracker", &r.Tracker, wantText)
	in.take("method", &r.Method, wantText)
	in.take("path", &r.Path, wantText)
	in.take("when", &r.When, wantText)
	in.take("do", &r.Do, wantText)
	in.take("limit", &r.Limit, wantText)
	in.take("status", &r.Status, "a whole number from 100 to 599")
	in.take("headers", &r.Headers, "an object of names and texts")
	in.take("body", &r.Body, "text (JSON goes into a string too)")
	in.take("delay", &r.Delay, wantDuration)
	in.take("probability", &r.Probability, "a number from 0 to 1")
	in.take("count", &r.Count, wantWhole)
	return r, in.err
}

// members is a JSON object that is taken apart; the first trouble with it stays in err.
type members struct {
	at  string
	raw map[string]json.RawMessage
	err error
}

// open refuses what is no object and members that are not among the known.
func open(at string, data json.RawMessage, known []string) *members {
	in := &members{at: at}
	if err := json.Unmarshal(data, &in.raw); err != nil || in.raw == nil {
		in.err = fmt.Errorf("%s: want a JSON object, got %s", in.place(""), short(string(data)))
		return in
	}
	for _, name := range slices.Sorted(maps.Keys(in.raw)) {
		if !slices.Contains(known, name) {
			in.err = fmt.Errorf("%s: no such member: use %s", in.place(short(name)), strings.Join(known, ", "))
			return in
		}
	}
	return in
}

// take reads one member; what is absent or null leaves into as it is.
func (in *members) take(name string, into any, want string) {
	raw := in.raw[name]
	if in.err != nil || raw == nil || string(raw) == "null" {
		return
	}
	if err := json.Unmarshal(raw, into); err != nil {
		in.err = fmt.Errorf("%s: want %s, got %s", in.place(name), want, short(string(raw)))
	}
}

func (in *members) place(name string) string {
	switch {
	case in.at == "" && name == "":
		return "the body"
	case in.at == "":
		return name
	case name == "":
		return in.at
	}
	return in.at + "." + name
}

// short is a text as an error can hold it.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
