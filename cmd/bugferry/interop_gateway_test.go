//go:build interop

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// gateway stands before emulate. It counts, loses the answer to every fourth create after that was done, and answers
// the one question that emulate does not know.
type gateway struct {
	url   string
	proxy *httputil.ReverseProxy

	mu                     sync.Mutex
	created, cut, tokensOf int
}

func newGateway(t *testing.T, emulate string) *gateway {
	t.Helper()
	target, err := url.Parse(emulate)
	if err != nil {
		t.Fatal(err)
	}
	g := &gateway{proxy: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/assignees/quinn-dev"):
		w.WriteHeader(http.StatusNoContent)
		return
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/access_tokens"):
		g.count(&g.tokensOf)
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/issues"):
		if g.count(&g.created)%4 == 0 {
			g.count(&g.cut)
			g.proxy.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
	}
	g.proxy.ServeHTTP(w, r)
}

func (g *gateway) count(what *int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	*what++
	return *what
}

func (g *gateway) read(what *int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return *what
}

func (g *gateway) creates() int { return g.read(&g.created) }
func (g *gateway) lost() int    { return g.read(&g.cut) }
func (g *gateway) tokens() int  { return g.read(&g.tokensOf) }

func (g *gateway) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.created, g.cut, g.tokensOf = 0, 0, 0
}

// ask is a plain HTTP client.
func ask(t *testing.T, method, address, body, token string) ([]byte, int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, response.StatusCode
}
