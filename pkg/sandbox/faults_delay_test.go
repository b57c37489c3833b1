package sandbox_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// late is a request under way in a bubble's time.
type late struct {
	answered chan int // the status; 0: the connection was closed
	leave    context.CancelFunc
}

func send(ctx context.Context, t *testing.T, s hand, p place) late {
	t.Helper()
	ctx, leave := context.WithCancel(ctx)
	r := httptest.NewRequest("POST", p.api+p.path, strings.NewReader(encode(t, p.body))).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer good")
	r.Header.Set("Content-Type", "application/json")
	l := late{make(chan int, 1), leave}
	go func() {
		w := httptest.NewRecorder()
		defer func() {
			if v := recover(); v == http.ErrAbortHandler { //nolint:errorlint // what net/http compares it with
				l.answered <- 0
			} else {
				l.answered <- w.Code
			}
		}()
		s.ServeHTTP(w, r)
	}()
	return l
}

// after lets a bubble's time pass.
func after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (l late) status() int {
	select {
	case status := <-l.answered:
		return status
	default:
		return -1 // not yet
	}
}

func count(s hand) int { st := s.State(); return len(st.GitHub) + len(st.Jira) }

func TestFaultDelay(t *testing.T) {
	for _, p := range places() {
		for _, tt := range []struct {
			name, rule    string
			during, after int // issues
			status        int
			created       string // as a prefix of the vendors' forms; a bubble begins with the year 2000
		}{
			{"before", `"when":"before","do":"delay","delay":"5s"`, 0, 1, 201, "2000-01-01T00:00:05"},
			{"after", `"when":"after","do":"delay","delay":"5s"`, 1, 1, 201, "2000-01-01T00:00:00"},
			{"before another answer", `"when":"before","do":"status","status":504,"delay":"5s"`, 0, 0, 504, ""},
			{"after, then no answer", `"when":"after","do":"drop","delay":"5s"`, 1, 1, 0, "2000-01-01T00:00:00"},
		} {
			t.Run(p.tracker+" "+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faulty(t, `"method":"POST",`+tt.rule)
					l := send(t.Context(), t, s, p)
					after(5*time.Second - 1)
					if got := l.status(); got != -1 || count(s) != tt.during {
						t.Errorf("at the end of the delay: status %d, %d issues; want none, %d", got, count(s), tt.during)
					}
					after(1)
					if got := l.status(); got != tt.status || count(s) != tt.after {
						t.Errorf("after the delay: status %d, %d issues; want %d, %d", got, count(s), tt.status, tt.after)
					}
					if at := s.State().Requests[0].At; at.Second() != 0 {
						t.Errorf("the request is noted at %v, want when it came", at)
					}
					if got := created(s, p); !strings.HasPrefix(got, tt.created) || (got == "") != (tt.created == "") {
						t.Errorf("created at %q, want %s", got, tt.created)
					}
				})
			})
		}
	}
}

func TestFaultDelayEndsWhenTheAskerGoes(t *testing.T) {
	for _, p := range places() {
		for when, issues := range map[string]int{"before": 0, "after": 1} {
			t.Run(p.tracker+" "+when, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := faulty(t, `"do":"delay","delay":"10m","when":"`+when+`"`)
					l := send(t.Context(), t, s, p)
					after(2 * time.Second)
					l.leave()
					synctest.Wait()
					if got := l.status(); got != 0 || count(s) != issues {
						t.Errorf("status %d, %d issues; want it closed, %d", got, count(s), issues)
					}
				})
			})
		}
	}
}

// created is when p's first issue was made, as the tracker tells; empty: there is none.
func created(s hand, p place) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", map[string]string{"github": newIssue + "/1", "jira-cloud": api3 + "/issue/WEB-1", "jira-dc": dc + "/issue/WEB-1"}[p.tracker], nil)
	r.Header.Set("Authorization", "Bearer good")
	s.ServeHTTP(w, r)
	_, after, _ := strings.Cut(w.Body.String(), `"created`)
	_, at, _ := strings.Cut(strings.TrimPrefix(after, "_at"), `":"`)
	return at
}

func faulty(t *testing.T, rule string) hand {
	t.Helper()
	return byClock(t, `{"rules":[{`+rule+`}]}`, nil)
}

// TestFaultDelayOutlastsTheServersPatience is about net/http's own deadlines, so it takes a little real time.
func TestFaultDelayOutlastsTheServersPatience(t *testing.T) {
	const patience = 50 * time.Millisecond
	server := httptest.NewUnstartedServer(faulty(t, `"do":"delay","delay":"200ms"`))
	server.Config.ReadTimeout, server.Config.WriteTimeout = patience, patience
	server.Start()
	defer server.Close()
	b := box{t: t, url: server.URL}
	for _, p := range places() {
		if status, _, _, err := b.try(p); status != p.made || err != nil {
			t.Errorf("%s: %d, %v", p.tracker, status, err)
		}
	}
}
