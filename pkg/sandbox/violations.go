package sandbox

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"time"
)

const (
	maxViolations  = 100    // as many are kept; the total counts on
	maxCredentials = 10_000 // whose last write is remembered; beyond it all are forgotten
)

// Limits are the trackers' limits of which violations are told; the sandbox does not enforce them. 0 stands for the
// tracker's own.
type Limits struct {
	CreationsPerMinute int `json:"creations_per_minute"` // GitHub's issues and comments, 80
	CreationsPerHour   int `json:"creations_per_hour"`   // 500
	IssueWrites2s      int `json:"issue_writes_2s"`      // Jira's writes to one issue, 20
	IssueWrites30s     int `json:"issue_writes_30s"`     // 100
}

// numbers are the limits in the order of limitMembers.
func (l *Limits) numbers() []*int {
	return []*int{&l.CreationsPerMinute, &l.CreationsPerHour, &l.IssueWrites2s, &l.IssueWrites30s}
}

// orUsual fills in the numbers of the trackers' documents: GitHub's Rate limits for the REST API, Jira Cloud's Rate
// limiting.
func (l Limits) orUsual() Limits {
	usual := []int{80, 500, 20, 100}
	for i, n := range l.numbers() {
		if *n == 0 {
			*n = usual[i]
		}
	}
	return l
}

// Violation is one write that was more than a tracker's limit allows. Windows slide and are open at their beginning:
// what was written exactly 60 s ago no longer counts in a minute.
type Violation struct {
	Tracker string    `json:"tracker"`
	Kind    string    `json:"kind"`            // the limit's name, as in Limits
	Issue   string    `json:"issue,omitempty"` // the key, where the limit is of an issue
	When    time.Time `json:"when"`
	Count   int       `json:"count"` // writes in the window that ends with this one
}

// watch looks on and tells violations. It is guarded by Server.mu.
type watch struct {
	limits    Limits
	creations []time.Time // the last hour's
	writes    map[string][]time.Time
	last      map[[sha256.Size]byte]time.Time // write to GitHub, by credential
	tooClose  int
	found     []Violation
	total     int
}

// window is a limit and the time it is about.
type window struct {
	kind  string
	most  int
	width time.Duration
}

func newWatch() watch {
	return watch{writes: map[string][]time.Time{}, last: map[[sha256.Size]byte]time.Time{}}
}

func (w *watch) creation(now time.Time) {
	w.creations = w.count(w.creations, Violation{Tracker: "github", When: now}, []window{
		{"creations_per_minute", w.limits.CreationsPerMinute, time.Minute},
		{"creations_per_hour", w.limits.CreationsPerHour, time.Hour},
	})
}

func (w *watch) issueWrite(key string, now time.Time) {
	w.writes[key] = w.count(w.writes[key], Violation{Tracker: "jira-cloud", Issue: key, When: now}, []window{
		{"issue_writes_2s", w.limits.IssueWrites2s, 2 * time.Second},
		{"issue_writes_30s", w.limits.IssueWrites30s, 30 * time.Second},
	})
}

// count adds v.When to the times, tells which windows that ends too full, and returns the times of the last one, which
// is the widest.
func (w *watch) count(times []time.Time, v Violation, windows []window) []time.Time {
	if n := len(times); n > 0 && v.When.Before(times[n-1]) {
		v.When = times[n-1] // two that come at once may look at the clock in another order
	}
	times = append(times, v.When)
	since := func(width time.Duration) []time.Time {
		from, _ := slices.BinarySearchFunc(times, v.When.Add(-width+1), time.Time.Compare)
		return times[from:]
	}
	for _, win := range windows {
		if n := len(since(win.width)); n > win.most {
			v.Kind, v.Count = win.kind, n
			w.tell(v)
		}
	}
	return since(windows[len(windows)-1].width)
}

func (w *watch) tell(v Violation) {
	w.total++
	if len(w.found) < maxViolations {
		w.found = append(w.found, v)
	}
}

// noteWrite notes that a write came in, whatever comes of it: GitHub asks for a second between two of one credential.
func (s *Server) noteWrite(t *tracker, c *call) {
	if !t.spaced || c.request.Method == http.MethodGet || c.request.Method == http.MethodHead {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(c.request.Header.Get("Authorization"))) // nobody's token is kept
	if last, has := s.watch.last[key]; has && c.now.Sub(last) < time.Second {
		s.watch.tooClose++
	}
	if len(s.watch.last) >= maxCredentials {
		clear(s.watch.last)
	}
	s.watch.last[key] = c.now
}
