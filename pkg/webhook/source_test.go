package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/webhook"
)

func TestSources(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, test := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"direct", "192.0.2.7:4711", nil, "192.0.2.7"},
		{"who is no proxy is not believed", "192.0.2.7:4711", []string{"198.51.100.1"}, "192.0.2.7"},
		{"one proxy", "10.0.0.1:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"two proxies, two headers", "10.0.0.1:80", []string{"198.51.100.1", "10.9.9.9"}, "198.51.100.1"},
		{"what the sender invented does not count", "10.0.0.1:80", []string{"203.0.113.9, 198.51.100.1, 10.9.9.9"}, "198.51.100.1"},
		{"with a port", "10.0.0.1:80", []string{"198.51.100.1:9999"}, "198.51.100.1"},
		{"IPv6", "[2001:db8::1]:80", []string{"[2a00::1]:443"}, "2a00::1"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"nonsense", "10.0.0.1:80", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"only proxies", "10.0.0.1:80", []string{"10.2.2.2"}, "10.2.2.2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, func(c *webhook.Config) { c.TrustedProxies = proxies })
			r := post("application/json", sampleJSON(t))
			r.RemoteAddr = test.remote
			r.Header["X-Forwarded-For"] = test.forwarded
			b.do(r)
			if got := b.stored().Source; got != test.want {
				t.Errorf("source %s, want %s", got, test.want)
			}
		})
	}
}

func TestRate(t *testing.T) {
	now := time.Date(2026, 3, 20, 11, 20, 3, 0, time.UTC)
	b := newBench(t, func(c *webhook.Config) { c.Rate, c.Now = 2, func() time.Time { return now } })
	status := func(source string) int {
		r := httptest.NewRequest(http.MethodGet, path+"?token=older", nil)
		r.RemoteAddr = source
		w := b.do(r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		return w.Code
	}
	for range 20 {
		if code := status("192.0.2.1:1"); code != http.StatusOK {
			t.Fatalf("the burst is answered %d", code)
		}
	}
	if code := status("192.0.2.1:2"); code != http.StatusTooManyRequests {
		t.Errorf("past the burst: %d", code)
	}
	for _, other := range []string{"192.0.2.2:1", "127.0.0.1:1", "[2001:db8::1]:1"} {
		if code := status(other); code != http.StatusOK {
			t.Errorf("%s pays for another source: %d", other, code)
		}
	}
	for range 30 {
		status("[2001:db8::2]:1")
		if code := status("[::1]:1"); code != http.StatusOK {
			t.Fatalf("loopback is limited: %d", code)
		}
	}
	if code := status("[2001:db8::3]:1"); code != http.StatusTooManyRequests {
		t.Errorf("an IPv6 network has as many lives as addresses: %d", code)
	}
	now = now.Add(time.Second)
	for _, want := range []int{200, 200, 429} {
		if code := status("192.0.2.1:3"); code != want {
			t.Errorf("a second later: %d, want %d", code, want)
		}
	}
}

// A network of senders cannot make us remember without end.
func TestManySources(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.Rate, c.Hooks[0].Tokens = 1, nil })
	limited := 0
	for i := range 10_100 {
		r := httptest.NewRequest(http.MethodHead, path, nil)
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255)
		w := httptest.NewRecorder()
		b.handler.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited != 90 {
		t.Errorf("%d of 100 sources past the memory are limited, want 90: they share one burst of 10", limited)
	}
}

// TestAHandlerThatTakesOver: a reload neither forgives a sender what it has used up, nor lets in twice as many at once.
func TestAHandlerThatTakesOver(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.Rate, c.Concurrent = 2, 1 })
	status := func(token string) int {
		r := httptest.NewRequest(http.MethodGet, path+"?token="+token, nil)
		r.RemoteAddr = "192.0.2.1:1"
		return b.do(r).Code
	}
	for range 20 {
		status("older")
	}
	replace := func(change func(*webhook.Config)) {
		b.config.Before = b.handler
		change(&b.config)
		b.handler = webhook.New(b.config)
	}
	replace(func(c *webhook.Config) { c.Hooks[0].Tokens = []string{"newer"} })
	if code := status("newer"); code != http.StatusTooManyRequests {
		t.Errorf("past the burst, after a reload: %d", code)
	}
	replace(func(c *webhook.Config) { c.Rate = 3 })
	if code := status("newer"); code != http.StatusOK {
		t.Errorf("with another rate: %d", code)
	}
	if code := status("older"); code != http.StatusUnauthorized {
		t.Errorf("the token that was replaced is answered %d", code)
	}
}

// TestPlacesOutliveTheHandler: what is being stored by the handler before takes its place in this one as well.
func TestPlacesOutliveTheHandler(t *testing.T) {
	store := &holding{entered: make(chan struct{}), leave: make(chan struct{})}
	b := newBench(t, func(c *webhook.Config) { c.Concurrent, c.Store = 1, store })
	done := make(chan struct{})
	go func() { b.do(post("application/json", sampleJSON(t))); close(done) }()
	<-store.entered
	b.config.Before, b.config.Wait = b.handler, time.Nanosecond
	b.handler = webhook.New(b.config)
	if code := b.do(post("application/json", sampleJSON(t))).Code; code != http.StatusServiceUnavailable {
		t.Errorf("while the only place is taken: %d", code)
	}
	close(store.leave)
	<-done
}

// holding is a Store that keeps its first caller until it may leave.
type holding struct {
	first          sync.Once
	entered, leave chan struct{}
}

func (h *holding) Accept(context.Context, bridge.Event, bridge.Routing) (bridge.Receipt, error) {
	h.first.Do(func() {
		close(h.entered)
		<-h.leave
	})
	return bridge.Receipt{}, nil
}
