package jira_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// without a network, so that the sandbox is asked within the bubble and by its clock
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body == nil {
		req.Body = http.NoBody
	}
	req.Host = req.URL.Host
	w := httptest.NewRecorder()
	p.ServeHTTP(w, req)
	return w.Result(), nil
}

func paced(t *testing.T) (trackertest.Subject, *sandbox.Server) {
	t.Helper()
	box := sandbox.New(sandbox.Config{})
	s := with(t, jira.Config{BaseURL: "http://jira.example/jira-cloud", Transport: inProcess{judge.Watch(t, box)}})
	draft := bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T", "type": `{"id":"10001"}`}}
	ref, err := s.Tracker.Create(t.Context(), s.Place, draft)
	if err != nil {
		t.Fatal(err)
	}
	s.Ref = ref
	return s, box
}

func retitle(ctx context.Context, s trackertest.Subject, n int) error {
	_, err := s.Tracker.Write(ctx, s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": fmt.Sprint("T", n)}})
	return err
}

// Section 2.5 of the facts: 20 writes to one issue in 2 s, 100 in 30 s.
func TestWritesToOneIssueAreSpaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, box := paced(t)
		began := time.Now()
		const writes, at = 300, 4
		failed := make(chan error, writes)
		for worker := range at {
			go func() {
				for n := range writes / at {
					if err := retitle(t.Context(), s, worker*1000+n); err != nil {
						failed <- err
						return
					}
				}
				failed <- nil
			}()
		}
		for range at {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		if st := box.State(); st.ViolationsTotal != 0 {
			t.Errorf("%d violations, the first %+v", st.ViolationsTotal, st.Violations[0])
		}
		// What Jira allows is used, for the most part: 100 in 30 s are 300 in a minute and a half.
		if took := time.Since(began); took > 3*time.Minute {
			t.Errorf("300 writes took %v", took)
		}
	})
}

func TestWritesToDifferentIssuesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := paced(t)
		began := time.Now()
		for range 50 {
			ref, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Fields: map[string]string{"title": "T", "type": `{"id":"10001"}`}})
			if err != nil {
				t.Fatal(err)
			}
			s.Ref = ref
			if err := retitle(t.Context(), s, 1); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("waited %v", took)
		}
	})
}

// Who has no time to wait is told when to come back, and nothing was sent.
func TestWriteThatHasNoTimeToWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, box := paced(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var err error
		wrote := 0
		for ; err == nil && wrote < 100; wrote++ {
			err = retitle(ctx, s, wrote)
		}
		e, ok := errors.AsType[*bridge.Error](err)
		deadline, _ := ctx.Deadline()
		if !ok || e.Kind != bridge.Later || !e.Nothing || e.Account || e.Until.Before(deadline) || e.Until.After(deadline.Add(time.Minute)) {
			t.Fatalf("%#v after %d writes", err, wrote)
		}
		if ctx.Err() != nil {
			t.Error("it was waited for nothing")
		}
		puts := 0
		for _, request := range box.State().Requests {
			if request.Method == http.MethodPut {
				puts++
			}
		}
		if puts != wrote-1 {
			t.Errorf("%d edits were sent, %d ended well", puts, wrote-1)
		}
		<-time.After(time.Until(e.Until)) // the turn was given back: at that time there is room
		if err := retitle(t.Context(), s, 0); err != nil || !time.Now().Equal(e.Until) {
			t.Errorf("at the time that was told: %v, %v late", err, time.Since(e.Until))
		}
	})
}

func TestWriteThatIsCutShortWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := paced(t)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(2*time.Second, cancel)
		var err error
		for n := 0; err == nil && n < 1000; n++ {
			err = retitle(ctx, s, n)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}
