package webhook_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/webhook"
)

// What clients really sent goes over a real connection, with nothing but the secrets added.
func TestRecordingsOverTheWire(t *testing.T) {
	for _, name := range []string{"sample.axios1-json.http", "sample.axios1-urlencoded.http", "sample.axios1-multipart.http", "sample.curl-json-chunked.http"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			server := httptest.NewServer(b.handler)
			t.Cleanup(server.Close)
			raw, err := os.ReadFile(filepath.Join("testdata", "wire", name))
			if err != nil {
				t.Fatal(err)
			}
			raw = bytes.Replace(raw, []byte(path+" HTTP/1.1\r\n"), []byte(path+"?token="+escapedToken+" HTTP/1.1\r\nX-Bugferry-Key: "+key+"\r\n"), 1)
			status, body := exchange(t, server, raw)
			event := b.stored()
			want := fmt.Sprintf(`{"event":"%s","status":"accepted","destinations":["web-jira"]}`, event.ID)
			if status != http.StatusOK || body != want {
				t.Errorf("answer %d %s, want 200 %s", status, body, want)
			}
			request, _ := recording(t, name)
			if !bytes.Equal(event.Body, request.Body) {
				t.Error("the stored body is not the one that came")
			}
			if event.State != bridge.EventAccepted || event.Report == nil || event.Report.BugID != sample || event.Webhook != path || len(event.Trace) != 1 {
				t.Errorf("event %+v", event)
			}
			if diff := cmp.Diff([]bridge.Match{{Rule: "all", Destination: "web-jira"}}, b.store.matches[0]); diff != "" {
				t.Error(diff)
			}
			again, err := betterbugs.Decode(betterbugs.Request{ContentType: event.Header.Get("Content-Type"), Body: event.Body})
			if diff := cmp.Diff(*event.Report, again); diff != "" || err != nil {
				t.Errorf("the stored event decodes to something else: %v\n%s", err, diff)
			}
		})
	}
}

func exchange(t *testing.T, server *httptest.Server, raw []byte) (int, string) {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(raw); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode, string(body)
}

func sampleJSON(t *testing.T) string {
	t.Helper()
	request, _ := recording(t, "sample.axios1-json.http")
	return string(request.Body)
}

func TestReportsThatGoNowhere(t *testing.T) {
	tests := []struct {
		name   string
		router routes
		reason string
	}{
		{"no rule", routes{}, "no rule sends this report anywhere"},
		{"broken rule", routes{err: errors.New("rule x: when: no such field")}, "route report: rule x: when: no such field"},
		{"panicking rule", routes{panics: true}, "route report: the rules panicked: broken rule"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t, func(c *webhook.Config) {
				c.Router = test.router
				c.Advise = func(e bridge.Event) bridge.Advice {
					return bridge.Advice{File: "web.yaml", Next: "bugferry route " + e.ID}
				}
			})
			b.want(b.do(post("application/json", sampleJSON(t))), http.StatusOK, `"status":"unrouted","destinations":[]}`)
			event := b.stored()
			if want := `file=web.yaml err="` + test.reason + `" next="bugferry route ` + event.ID + `"`; !strings.Contains(b.log.String(), want) {
				t.Errorf("no %s in %s", want, &b.log)
			}
			if event.State != bridge.EventUnrouted || event.Reason != test.reason || event.Report == nil || len(b.store.matches[0]) != 0 {
				t.Errorf("event %s %q, matches %v", event.State, event.Reason, b.store.matches[0])
			}
		})
	}
}

func TestABrokenRuleDoesNotKeepAReportFromTheOthers(t *testing.T) {
	match := []bridge.Match{{Rule: "all", Destination: "web-jira"}}
	b := newBench(t, func(c *webhook.Config) { c.Router = routes{matches: match, err: errors.New("rule x: no such field")} })
	b.want(b.do(post("application/json", sampleJSON(t))), http.StatusOK, `"status":"accepted","destinations":["web-jira"]}`)
	if event := b.stored(); event.State != bridge.EventAccepted || event.Reason != "route report: rule x: no such field" {
		t.Errorf("event %s %q", event.State, event.Reason)
	}
}

func TestDestinationsAreNamedOnce(t *testing.T) {
	first := []bridge.Match{{Rule: "a", Destination: "x"}, {Rule: "a", Destination: "y"}}
	b := newBench(t, func(c *webhook.Config) {
		c.Router = routes{matches: append(first[:2:2], bridge.Match{Rule: "b", Destination: "x"})}
	})
	b.want(b.do(post("application/json", sampleJSON(t))), http.StatusOK, `"destinations":["x","y"]}`)
	if diff := cmp.Diff(first, b.store.matches[0]); diff != "" {
		t.Error(diff)
	}
}

func TestUndecodable(t *testing.T) {
	const cut = `{"bugId":"1","title":"x`
	t.Run("authenticated", func(t *testing.T) {
		b := newBench(t)
		b.want(b.do(post("application/json", cut)), http.StatusOK, `"status":"undecodable","destinations":[]}`)
		event := b.stored()
		if event.State != bridge.EventUndecodable || event.Report != nil || string(event.Body) != cut || !strings.Contains(event.Reason, "too early") {
			t.Errorf("event %+v", event)
		}
	})
	t.Run("without the header, like a report", func(t *testing.T) {
		b := newBench(t)
		r := post("application/json", cut)
		r.Header.Del("X-Bugferry-Key")
		b.want(b.do(r), http.StatusUnauthorized, "X-Bugferry-Key")
		b.nothingStored()
	})
	t.Run("without the header, like a ping", func(t *testing.T) {
		b := newBench(t)
		r := post("text/plain", "are you there?")
		r.Header.Del("X-Bugferry-Key")
		b.want(b.do(r), http.StatusOK, `{"status":"ignored"}`)
		b.nothingStored()
	})
}

func TestTooLarge(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write([]byte(`{"bugId":"1","title":"` + strings.Repeat("x", 4096) + `"}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	chunked := post("application/json", "")
	chunked.Body, chunked.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat(" ", 4097))), -1
	packed := post("application/json", zipped.String())
	packed.Header.Set("Content-Encoding", "gzip")
	for name, r := range map[string]*http.Request{
		"as it came":   post("application/json", strings.Repeat(" ", 4097)),
		"chunked":      chunked,
		"decompressed": packed,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *webhook.Config) { c.Limit = 4096 })
			b.want(b.do(r), http.StatusRequestEntityTooLarge, `"error":"body too large"`)
			b.nothingStored()
		})
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestCutConnection(t *testing.T) {
	b := newBench(t)
	r := post("application/json", "")
	r.Body = io.NopCloser(brokenBody{})
	b.want(b.do(r), http.StatusBadRequest, `"error":"incomplete body"`)
	b.nothingStored()
}

func TestStoreFails(t *testing.T) {
	for name, body := range map[string]string{"report": sampleJSON(t), "undecodable": `{"bugId"`} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.store.err = errors.New("disk full, by the way " + key)
			w := b.do(post("application/json", body))
			b.want(w, http.StatusServiceUnavailable, `"error":"not stored"`)
			if w.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			if !strings.Contains(b.log.String(), "disk full") {
				t.Errorf("the cause is not logged: %s", &b.log)
			}
		})
	}
}

func TestPanicBecomes500(t *testing.T) {
	b := newBench(t)
	b.store.panics = true
	b.want(b.do(post("application/json", sampleJSON(t))), http.StatusInternalServerError, `"error":"internal error"`)
	if !strings.Contains(b.log.String(), "broken store") {
		t.Errorf("not logged: %s", &b.log)
	}
}

func TestHangingUpDoesNotStopTheStore(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.do(post("application/json", sampleJSON(t)).WithContext(ctx))
	b.stored()
	if _, bounded := b.store.context.Deadline(); !bounded {
		t.Error("the store may take for ever")
	}
}
