package console_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/pkg/console"
)

// listener is the answer to somebody who listens: it hands on what it is given.
type listener struct {
	header http.Header
	said   chan string
}

func (l *listener) Header() http.Header            { return l.header }
func (l *listener) WriteHeader(int)                {}
func (l *listener) Flush()                         {}
func (l *listener) Write(text []byte) (int, error) { l.said <- string(text); return len(text), nil }

func listen(ctx context.Context, h http.Handler) (l *listener, ended chan struct{}) {
	l, ended = &listener{http.Header{}, make(chan string, 100)}, make(chan struct{})
	go func() {
		defer close(ended)
		h.ServeHTTP(l, httptest.NewRequestWithContext(ctx, "GET", "/live", nil))
	}()
	return l, ended
}

// heard is all that was said until now.
func (l *listener) heard() string {
	synctest.Wait()
	all := ""
	for len(l.said) > 0 {
		all += <-l.said
	}
	return all
}

// TestListenersAreTold: one question a second for all who listen, none when nobody does.
func TestListenersAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		d.changed = make(chan struct{}, 1000)
		h := console.New(d.config())
		asked := func() int { synctest.Wait(); n := len(d.changed); drain(d.changed, n); return n }
		ctx, leave := context.WithCancel(t.Context())
		first, firstEnded := listen(ctx, h)
		second, secondEnded := listen(ctx, h)
		if said := first.heard() + second.heard(); said != "retry: 5000\n\nretry: 5000\n\n" || first.header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("%q %v", said, first.header)
		}
		<-time.After(9*time.Second + 500*time.Millisecond)
		if n := asked(); n != 10 {
			t.Errorf("asked %d times in 9 seconds, want 10", n)
		}
		if said := first.heard(); said != "" {
			t.Errorf("nothing has changed, and %q was said", said)
		}
		d.changes.Add(1)
		<-time.After(time.Second)
		for _, l := range []*listener{first, second} {
			if said := l.heard(); said != "event: changed\ndata: 1\n\n" {
				t.Errorf("%q", said)
			}
		}
		<-time.After(10 * time.Second)
		if said := first.heard(); said != ":\n\n" {
			t.Errorf("%q, want a breath", said)
		}
		leave()
		<-firstEnded
		<-secondEnded
		asked()
		<-time.After(time.Minute)
		if n := asked(); n != 0 {
			t.Errorf("nobody listens, and the store was asked %d times", n)
		}
	})
}

func drain(c chan struct{}, n int) {
	for range n {
		<-c
	}
}

// TestStreamsEndWithTheServer, on a server whose deadlines are shorter than the stream.
func TestStreamsEndWithTheServer(t *testing.T) {
	ending := make(chan struct{})
	d := newDesk()
	d.changed = make(chan struct{}, 1000)
	c := d.config()
	c.Ended = ending
	server := httptest.NewUnstartedServer(console.New(c))
	server.Config.WriteTimeout, server.Config.ReadTimeout = 500*time.Millisecond, 500*time.Millisecond // less than until it is asked again
	server.Start()
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	told := false
	for lines.Scan() {
		switch {
		case strings.HasPrefix(lines.Text(), "retry"):
			<-d.changed
			d.changes.Add(1)
		case lines.Text() == "event: changed":
			told = true
			close(ending)
		}
	}
	if !told || lines.Err() != nil {
		t.Errorf("told %v, %v", told, lines.Err())
	}
}

func TestTooManyListeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := console.New(newDesk().config())
		ctx, leave := context.WithCancel(t.Context())
		var all []chan struct{}
		for range 200 {
			_, ended := listen(ctx, h)
			all = append(all, ended)
		}
		synctest.Wait()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/live", nil))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d", w.Code)
		}
		leave()
		for _, ended := range all {
			<-ended
		}
	})
}
