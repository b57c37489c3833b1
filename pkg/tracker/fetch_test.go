package tracker_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"code.dny.dev/ssrf"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

func pixel(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hostOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestFetch(t *testing.T) {
	data := pixel(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/s-1.png", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	mux.HandleFunc("/lies.png", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("<svg onload=alert(1)>"))
	})
	mux.HandleFunc("/larger-than-may-be-buffered.png", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(append(data, make([]byte, 4096)...)) })
	mux.HandleFunc("/busy.png", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	mux.HandleFunc("/moved.png", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/s-1.png", http.StatusFound) })
	mux.HandleFunc("/away.png", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://localhost:1/s-1.png", http.StatusFound)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	f := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{hostOf(t, server.URL)}, AllowPrivate: true, Limit: 2048})
	for _, c := range []struct {
		path string
		ok   bool
		kind bridge.Kind
	}{
		{"/s-1.png", true, 0},
		{"/moved.png", true, 0},
		{"/lies.png", false, bridge.Permanent},
		{"/larger-than-may-be-buffered.png", false, bridge.Permanent},
		{"/missing.png", false, bridge.Permanent},
		{"/away.png", false, bridge.Permanent},
		{"/busy.png", false, bridge.Retry},
	} {
		t.Run(c.path, func(t *testing.T) {
			p, err := f.Fetch(t.Context(), server.URL+c.path+"?sig=secret")
			if c.ok != (err == nil) || bridge.KindOf(err) != c.kind {
				t.Fatalf("err %v of kind %v", err, bridge.KindOf(err))
			}
			if c.ok && (!bytes.Equal(p.Data, data) || p.ContentType != "image/png" || !strings.HasSuffix(p.Name, ".png")) {
				t.Errorf("got %q, %q, %d bytes", p.Name, p.ContentType, len(p.Data))
			}
			if !c.ok && (strings.Contains(err.Error(), "secret") || !strings.HasPrefix(err.Error(), "download picture: ")) {
				t.Errorf("error %q", err)
			}
		})
	}
}

func TestFetchGuardsTheNetwork(t *testing.T) {
	called := false
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	// A name on the list that resolves to an inside address, as a stranger's DNS could have it.
	inside := "localhost:" + strings.TrimPrefix(hostOf(t, server.URL), "127.0.0.1:")
	_, err := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{inside}}).Fetch(t.Context(), "https://"+inside+"/s.png")
	if !errors.Is(err, ssrf.ErrProhibitedIP) || bridge.KindOf(err) != bridge.Permanent || called {
		t.Errorf("err %v, called %v", err, called)
	}
}

func TestAllowed(t *testing.T) {
	f := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{"cdn.betterbugs.io", "*.acme.example", "127.0.0.1:8090", "odd.example:8443"}})
	demo := tracker.NewFetcher(tracker.FetchConfig{Hosts: []string{"127.0.0.1:8090", "cdn.betterbugs.io"}, AllowPrivate: true})
	for _, c := range []struct {
		name    string
		fetcher *tracker.Fetcher
		address string
		want    bool
	}{
		{"exact", f, "https://cdn.betterbugs.io/a.png", true},
		{"case", f, "https://CDN.BetterBugs.io/a.png", true},
		{"below", f, "https://a.b.acme.example/a.png", true},
		{"the wildcard's own name", f, "https://acme.example/a.png", false},
		{"port in the list", f, "https://odd.example:8443/a.png", true},
		{"port not in the list", f, "https://cdn.betterbugs.io:22/a.png", false},
		{"no TLS", f, "http://cdn.betterbugs.io/a.png", false},
		{"longer name", f, "https://cdn.betterbugs.io.evil.example/a.png", false},
		{"user info", f, "https://cdn.betterbugs.io@evil.example/a.png", false},
		{"file", f, "file:///etc/passwd", false},
		{"nonsense", f, "://", false},
		{"loopback without leave", f, "http://127.0.0.1:8090/a.png", false},
		{"loopback in the demo", demo, "http://127.0.0.1:8090/a.png", true},
		{"another port in the demo", demo, "http://127.0.0.1:8091/a.png", false},
		{"no TLS outside in the demo", demo, "http://cdn.betterbugs.io/a.png", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.fetcher.Allowed(c.address)
			if (err == nil) != c.want {
				t.Errorf("allowed: %v", err)
			}
			if err != nil && bridge.KindOf(err) != bridge.Permanent {
				t.Errorf("kind %v, want permanent", bridge.KindOf(err))
			}
		})
	}
}

func TestPictureName(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"https://cdn.betterbugs.io/w/s-1774005668325-WQGA.png", "s-1774005668325-WQGA"},
		{"https://cdn.betterbugs.io/w/a%2F..%2Fb c.png", "b-c"},
		{"https://cdn.betterbugs.io/", "screenshot"},
		{"https://cdn.betterbugs.io/%22%3Cx%3E.png", "x"},
		{"::", "screenshot"},
		{"https://cdn.betterbugs.io/" + strings.Repeat("a", 300), strings.Repeat("a", 100)},
	} {
		if got := tracker.PictureName(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
