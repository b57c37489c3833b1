package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Faults is what goes wrong, as POST /_sandbox/faults takes it. The zero value is a sandbox without faults.
type Faults struct {
	Seed     uint64   `json:"seed"`      // of the probabilities: the same requests in the same order are struck alike
	IndexLag Duration `json:"index_lag"` // how long a new issue is missing from Jira's search and from GitHub's lists
	Limits   Limits   `json:"limits"`    // of which State shows the violations
	Rules    []Rule   `json:"rules"`     // of those that match a request, the first that strikes wins
}

// Rule is one kind of fault and whom it strikes.
type Rule struct {
	Tracker     string            `json:"tracker,omitempty"` // github, jira-cloud or jira-dc; empty: any
	Method      string            `json:"method,omitempty"`  // empty: any
	Path        string            `json:"path,omitempty"`    // as Request.Path; * is one segment, ** at the end the rest; empty: any
	When        string            `json:"when"`              // before: the request has no effect; after: it has, and its answer is replaced. Empty: before
	Do          string            `json:"do"`                // status, drop, truncate, delay or limit
	Limit       string            `json:"limit,omitempty"`   // GitHub's primary (empty) or secondary, for do=limit
	Status      int               `json:"status,omitempty"`  // 0: the real one, or the limit's own
	Headers     map[string]string `json:"headers,omitempty"` // beside the tracker's own; an empty value takes one away
	Body        string            `json:"body,omitempty"`    // empty: the real one, or the tracker's own JSON error
	Delay       Duration          `json:"delay,omitempty"`   // wait so long first, whatever comes then
	Probability *float64          `json:"probability,omitempty"`
	Count       int               `json:"count,omitempty"` // strike at most so often; 0: no end
}

// Duration is a time.Duration that is text in JSON, such as "1.5s".
type Duration time.Duration

// MarshalText writes it as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads; nothing is 0.
func (d *Duration) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// The words of a rule.
const (
	whenBefore     = "before"
	whenAfter      = "after"
	doStatus       = "status"
	doDrop         = "drop"
	doTruncate     = "truncate"
	doDelay        = "delay"
	doLimit        = "limit"
	limitPrimary   = "primary"
	limitSecondary = "secondary"
)

// trouble is the set in force. It is guarded by Server.mu.
type trouble struct {
	Faults
	struck []int // how often, by rule
	random *rand.Rand
}

func newTrouble(f Faults) trouble {
	f.Limits = f.Limits.orUsual()
	//nolint:gosec // G404: to be the same each time is what this randomness is for
	return trouble{Faults: f, struck: make([]int, len(f.Rules)), random: rand.New(rand.NewPCG(f.Seed, 0))}
}

// SetFaults replaces the set of faults; its counters begin at 0. An error names the place and the remedy, and then
// nothing has changed.
func (s *Server) SetFaults(f Faults) error {
	f, err := f.checked()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = newTrouble(f)
	s.watch.limits = s.trouble.Limits
	return nil
}

func (s *Server) postFaults(w http.ResponseWriter, r *http.Request) {
	body, refused := readAll(w, r)
	if refused != nil {
		send(w, *refused)
		return
	}
	f, err := ParseFaults(body)
	if err == nil {
		err = s.SetFaults(f)
	}
	if err != nil {
		send(w, answer{status: http.StatusBadRequest, body: object{"error": err.Error()}})
		return
	}
	s.getFaults(w, r)
}

func (s *Server) getFaults(w http.ResponseWriter, _ *http.Request) {
	type counted struct {
		Rule
		Struck int `json:"struck"`
	}
	s.mu.Lock()
	rules := []counted{}
	for i, r := range s.trouble.Rules {
		rules = append(rules, counted{r, s.trouble.struck[i]})
	}
	a := ok(object{"seed": s.trouble.Seed, "index_lag": s.trouble.IndexLag, "limits": s.trouble.Limits, "rules": rules})
	s.mu.Unlock()
	send(w, a)
}

// strike returns the rule that strikes a request, or nil.
func (s *Server) strike(t *tracker, c *call) *Rule {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.trouble.Rules {
		r := &s.trouble.Rules[i]
		if !r.matches(t.name, c.request.Method, c.path) || r.Count > 0 && s.trouble.struck[i] >= r.Count {
			continue
		}
		if r.Probability == nil || s.trouble.random.Float64() < *r.Probability {
			s.trouble.struck[i]++
			return r
		}
	}
	return nil
}

func (r *Rule) matches(tracker, method, path string) bool {
	return (r.Tracker == "" || r.Tracker == tracker) && (r.Method == "" || r.Method == method) && (r.Path == "" || matchPath(r.Path, path))
}

// matchPath holds an escaped path against a pattern; ** stands for one segment or more.
func matchPath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if n := len(want) - 1; want[n] == "**" && len(got) > n {
		want, got = want[:n], got[:n]
	}
	if len(want) != len(got) {
		return false
	}
	for i, segment := range got {
		name, err := url.PathUnescape(segment)
		if err != nil || want[i] != "*" && want[i] != name {
			return false
		}
	}
	return true
}

// label is the rule as Request.Fault has it.
func (r *Rule) label() string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("%s %s", r.Do, r.When)
}
