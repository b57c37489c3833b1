package tracker_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

func client(log io.Writer) *http.Client {
	cfg := tracker.ClientConfig{Auth: tracker.Bearer("tok-secret"), UserAgent: "bugferry/test", Timeout: 5 * time.Second, Pause: time.Millisecond}
	if log != nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return tracker.NewClient(cfg)
}

func request(t *testing.T, method, address string) *http.Request {
	t.Helper()
	var body io.Reader
	if method != http.MethodGet && method != http.MethodHead {
		body = strings.NewReader(`{"title":"x"}`)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// Section 3.3 of the facts: go-retryablehttp's own policy repeats a POST after a 5xx and a cut connection.
func TestRetryablehttpRepeatsOnlyReads(t *testing.T) {
	cut := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "3600") // obeyed without a limit by go-retryablehttp
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "the body")
		}
	}
	for _, c := range []struct {
		name, method string
		answer       http.HandlerFunc
		tries        int32
		status       int // 0: an error
	}{
		{"a GET is tried three times on 502, and the last answer is kept", "GET", status(502), 3, 502},
		{"a GET does not sleep through a 503's Retry-After of an hour", "GET", status(503), 3, 503},
		{"GET 501", "GET", status(501), 1, 501},
		{"a GET is tried three times when the connection is cut", "GET", cut, 3, 0},
		{"a 403 with Retry-After, which is a limit, is the queue's too", "GET", status(403), 1, 403},
		{"a Retry-After of an hour on a 429 is not slept through: it is the queue's", "GET", status(429), 1, 429},
		{"GET 404", "GET", status(404), 1, 404},
		{"no POST is repeated on 502", "POST", status(502), 1, 502},
		{"no POST is repeated on 503, whatever its Retry-After", "POST", status(503), 1, 503},
		{"no POST is repeated on 429, and the answer is kept", "POST", status(429), 1, 429},
		{"no POST is repeated when the connection is cut after the request was read", "POST", cut, 1, 0},
		{"PATCH cut", "PATCH", cut, 1, 0},
		{"PUT 500", "PUT", status(500), 1, 500},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tries atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				c.answer(w, r)
			}))
			defer server.Close()
			resp, err := client(nil).Do(request(t, c.method, server.URL))
			got := 0
			if err == nil {
				got = resp.StatusCode
				body, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				if string(body) != "the body" {
					t.Errorf("body %q: the last answer must be kept", body)
				}
			}
			if got != c.status || tries.Load() != c.tries {
				t.Errorf("status %d after %d tries, want %d after %d (err %v)", got, tries.Load(), c.status, c.tries, err)
			}
		})
	}
}

func TestNeverSentIsTriedAgainWhateverTheMethod(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close() // its port refuses from now on
	ctx, calls := bridge.RecordCalls(t.Context())
	resp, err := client(nil).Do(request(t, "POST", server.URL).WithContext(ctx))
	if err == nil {
		_ = resp.Body.Close()
	}
	if !tracker.NeverSent(err) {
		t.Errorf("%v: want certainly never sent", err)
	}
	if n := len(calls.List()); n != 3 {
		t.Errorf("%d tries, want 3", n)
	}
}

// Section 3.1 of the facts: net/http turns a PATCH that is answered with 301 into a GET, and takes a header that an
// outer transport has set to wherever it is sent.
func TestRedirectsChangeNeitherMethodNorHost(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	for _, c := range []struct {
		name, method string
		status       int
		target       string
		want         int
		seen         string
	}{
		{"a GET follows a 301 at its host", "GET", 301, "/new", 200, "GET /new Bearer tok-secret "},
		{"a 301 does not turn a PATCH into a GET", "PATCH", 301, "/new", 301, ""},
		{"a 302 does not turn a POST into a GET", "POST", 302, "/new", 302, ""},
		{"a 307 repeats the PATCH with its body", "PATCH", 307, "/new", 200, `PATCH /new Bearer tok-secret {"title":"x"}`},
		{"a 308 repeats the POST with its body", "POST", 308, "/new", 200, `POST /new Bearer tok-secret {"title":"x"}`},
		{"the token does not follow a GET's 301 to another host", "GET", 301, other.URL, 301, ""},
		{"the token does not follow a POST's 307 to another host", "POST", 307, other.URL, 307, ""},
		{"a circle", "GET", 302, "/", 302, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen string
			mux := http.NewServeMux()
			mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", c.target)
				w.WriteHeader(c.status)
			})
			mux.HandleFunc("/new", func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				seen = r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization") + " " + string(body)
			})
			server := httptest.NewServer(mux)
			defer server.Close()
			resp, err := client(nil).Do(request(t, c.method, server.URL+"/"))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != c.want || seen != c.seen {
				t.Errorf("status %d, seen %q; want %d, %q", resp.StatusCode, seen, c.want, c.seen)
			}
		})
	}
	if elsewhere.Load() != 0 {
		t.Error("another host was asked")
	}
}

func TestCallsAreNotedWithoutQuery(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	ctx, calls := bridge.RecordCalls(t.Context())
	resp, err := client(nil).Do(request(t, "GET", server.URL+"/users?q=quinn@example.com").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	got := calls.List()
	for i := range got {
		got[i].Took = 0
	}
	want := []bridge.Call{{Method: "GET", URL: server.URL + "/users", Status: 404}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestLogHoldsNoSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer server.Close()
	var log bytes.Buffer
	resp, err := client(&log).Do(request(t, "GET", server.URL+"/users?q=quinn@example.com"))
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("no error")
	}
	if !strings.Contains(log.String(), "/users") {
		t.Fatalf("nothing of the request in the log:\n%s", log.String())
	}
	for _, secret := range []string{"tok-secret", "quinn", "q="} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q in the log:\n%s", secret, log.String())
		}
	}
	if strings.Contains(log.String(), "level=ERROR") {
		t.Error("an error in the log is for what a person must act on")
	}
}

func TestAuthAndAgent(t *testing.T) {
	for _, c := range []struct {
		name string
		auth tracker.Auth
		want string
	}{
		{"bearer", tracker.Bearer("t"), "Bearer t"},
		{"basic", tracker.Basic("bot@acme.example", "t"), "Basic Ym90QGFjbWUuZXhhbXBsZTp0"},
		{"none", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var auth, agent string
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				auth, agent = r.Header.Get("Authorization"), r.Header.Get("User-Agent")
			}))
			defer server.Close()
			req := request(t, "GET", server.URL)
			resp, err := tracker.NewClient(tracker.ClientConfig{Auth: c.auth, UserAgent: "bugferry/1"}).Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if auth != c.want || agent != "bugferry/1" {
				t.Errorf("sent %q as %q", auth, agent)
			}
			if req.Header.Get("Authorization") != "" {
				t.Error("the caller's request was changed")
			}
		})
	}
}

// A write's tries share one timeout, because the fence before a create reckons with one.
func TestWriteEndsWithinItsTimeout(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c := tracker.NewClient(tracker.ClientConfig{Timeout: 20 * time.Millisecond, Pause: time.Minute})
	began := time.Now()
	resp, err := c.Do(request(t, "POST", server.URL))
	if err == nil {
		_ = resp.Body.Close()
	}
	if err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}
