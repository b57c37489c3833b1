package tracker_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/pkg/tracker"
)

// TestRetryablehttpTraps are those of go-retryablehttp that are not about which request is repeated.
func TestRetryablehttpTraps(t *testing.T) {
	t.Run("a body is sent whole again after a connection that was not made", bodyIsSentAgain)
	t.Run("a read whose server never answers ends, for the inner client has a timeout", readEnds)
	t.Run("a cancelled request does not wait out the pause before a retry", cancelledPause)
	t.Run("pauses are short, few and not all alike", pauses)
}

// sender makes of a function what finally sends.
type sender func(*http.Request) (*http.Response, error)

func (f sender) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func bodyIsSentAgain(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body))
	}))
	defer server.Close()
	tries := 0
	flaky := sender(func(req *http.Request) (*http.Response, error) {
		if tries++; tries == 1 {
			_, _ = io.CopyN(io.Discard, req.Body, 5) // as much as a transport may have taken
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}
		return http.DefaultTransport.RoundTrip(req)
	})
	c := tracker.NewClient(tracker.ClientConfig{Transport: flaky, Pause: time.Millisecond})
	resp, err := c.Do(request(t, "POST", server.URL))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if len(got) != 1 || got[0] != `{"title":"x"}` {
		t.Errorf("the server got %q", got)
	}
}

func readEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		never := sender(func(req *http.Request) (*http.Response, error) {
			tries++
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		began := time.Now()
		resp, err := tracker.NewClient(tracker.ClientConfig{Transport: never}).Do(request(t, "GET", "http://jira.example/"))
		if err == nil {
			_ = resp.Body.Close()
			t.Fatal("no error")
		}
		if took := time.Since(began); tries != 3 || took > 3*tracker.DefaultTimeout+10*time.Second {
			t.Errorf("%d tries in %v", tries, took)
		}
	})
}

// onRetry calls a function when go-retryablehttp says that it is about to pause.
type onRetry struct {
	slog.Handler
	do func()
}

func (h onRetry) Enabled(context.Context, slog.Level) bool { return true }

func (h onRetry) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "retrying request" {
		h.do()
	}
	return nil
}

func unavailable(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"3600"}}, Body: http.NoBody, Request: req}, nil
}

func cancelledPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		paused := 0
		c := tracker.NewClient(tracker.ClientConfig{
			Transport: sender(unavailable), Pause: 5 * time.Second,
			Logger: slog.New(onRetry{slog.DiscardHandler, func() { paused++; cancel() }}),
		})
		began := time.Now()
		resp, err := c.Do(request(t, "GET", "http://jira.example/").WithContext(ctx))
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, context.Canceled) || paused != 1 || time.Since(began) != 0 {
			t.Errorf("%v after %d pauses and %v, want cancelled at once", err, paused, time.Since(began))
		}
	})
}

// pauses waits on a clock of its own: two pauses, the second twice the first, each of them at least half as long as it may be.
func pauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := tracker.NewClient(tracker.ClientConfig{Transport: sender(unavailable), Pause: time.Second})
		seen := map[time.Duration]bool{}
		for range 20 {
			began := time.Now()
			resp, err := c.Do(request(t, "GET", "http://jira.example/"))
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			took := time.Since(began)
			if took < 1500*time.Millisecond || took > 3*time.Second {
				t.Errorf("paused for %v in all, want 1.5 s to 3 s", took)
			}
			seen[took] = true
		}
		if len(seen) < 2 {
			t.Error("all pauses are alike: a tracker that comes back would be asked by all at once")
		}
	})
}

// TestBodyOfAnErrorIsClosedWhenItHasBeenRead: go-github reads what comes with an error and leaves it open.
func TestBodyOfAnErrorIsClosedWhenItHasBeenRead(t *testing.T) {
	closed := 0
	wire := sender(func(req *http.Request) (*http.Response, error) {
		body := closing{strings.NewReader(`{"message":"Not Found"}`), func() { closed++ }}
		return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: body, Request: req}, nil
	})
	resp, err := tracker.NewClient(tracker.ClientConfig{Transport: wire}).Do(request(t, "GET", "http://github.example/"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != `{"message":"Not Found"}` {
		t.Errorf("read %q, %v", body, err)
	}
	if closed != 1 {
		t.Errorf("closed %d times by reading to its end, want once", closed)
	}
}

type closing struct {
	io.Reader
	close func()
}

func (c closing) Close() error { c.close(); return nil }
