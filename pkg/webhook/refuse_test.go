package webhook_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/webhook"
)

// bounded returns the one event that must stand in a bounded list.
func (b *bench) bounded() bridge.Event {
	b.t.Helper()
	if len(b.store.bounded) != 1 {
		b.t.Fatalf("%d events in the bounded lists, want 1", len(b.store.bounded))
	}
	return b.store.bounded[0]
}

func TestARefusedReportWaitsInQuarantine(t *testing.T) {
	const cut = `{"bugId":"1","title":"x`
	tests := []struct {
		name, target, key, body string
		change                  func(*webhook.Config)
		status                  int
		reason                  string
		decoded                 bool
	}{
		{"wrong token", path + "?token=wr0ng", key, "", nil, 401, "the token in the URL is missing or wrong", true},
		{"wrong token in the path", path + "/wr0ng", key, "", nil, 401, "the token in the URL is missing or wrong", true},
		{"no token", path, key, "", nil, 401, "the token in the URL is missing or wrong", true},
		{"wrong header", path + "?token=older", "wr0ng", "", nil, 401, "the header X-Bugferry-Key is missing or wrong", true},
		{"wrong header, cut off", path + "?token=older", "wr0ng", cut, nil, 401, "the header X-Bugferry-Key is missing or wrong", false},
		{"wrong token, cut off", path, key, cut, nil, 401, "the token in the URL is missing or wrong", false},
		{"another project", path + "?token=older", key, "", func(c *webhook.Config) { c.Hooks[0].Projects = []string{"other"} }, 403, "the webhook may not speak for the report's project; see webhooks[].projects", true},
		{"another address", path + "?token=older", key, "", func(c *webhook.Config) { c.Hooks[0].From = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")} }, 403, "the address is not among those of webhooks[].from", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var changes []func(*webhook.Config)
			if test.change != nil {
				changes = append(changes, test.change)
			}
			b := newBench(t, changes...)
			if test.body == "" {
				test.body = sampleJSON(t)
			}
			r := httptest.NewRequest(http.MethodPost, test.target, strings.NewReader(test.body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Bugferry-Key", test.key)
			b.want(b.do(r), test.status, `"error"`)
			b.nothingStored()
			event := b.bounded()
			if event.State != bridge.EventRefused || event.Reason != test.reason || string(event.Body) != test.body || (event.Report != nil) != test.decoded {
				t.Errorf("kept as %s %q with report %v", event.State, event.Reason, event.Report)
			}
			if stored, err := bridge.JSON(event); err != nil || strings.Contains(string(stored), "wr0ng") {
				t.Errorf("a secret that was nearly right is kept: %s, %v", stored, err)
			}
			if !strings.Contains(b.log.String(), "bugferry events release "+event.ID) {
				t.Errorf("the way out is not logged: %s", &b.log)
			}
			if diff := cmp.Diff(map[string]int{"refused": 1}, b.counts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsRefusedWithoutAReportLeavesNothing(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"verify":       httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}")),
		"GET":          httptest.NewRequest(http.MethodGet, path+"?token=wrong", nil),
		"noise":        httptest.NewRequest(http.MethodPost, path, strings.NewReader("\x00\x01 nothing of ours")),
		"wrong method": httptest.NewRequest(http.MethodDelete, path+"?token=older", nil),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if status := b.do(r.Clone(t.Context())).Code; status != 401 && status != 405 {
				t.Errorf("answer %d", status)
			}
			if len(b.store.bounded)+len(b.store.events) > 0 {
				t.Errorf("kept: %+v %+v", b.store.bounded, b.store.events)
			}
		})
	}
}

func TestCaptureKeepsWhatElseLeavesNothing(t *testing.T) {
	long := httptest.NewRequest(http.MethodPost, path+"?token=older", strings.NewReader(strings.Repeat(" ", 9000)))
	for name, test := range map[string]struct {
		request *http.Request
		reason  string
	}{
		"verify without the token": {httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}")), "refused: the token in the URL is missing or wrong"},
		"another method":           {httptest.NewRequest(http.MethodPut, path+"?token=older", nil), "answered 405: reports come by POST"},
		"too long":                 {long, "answered 413: the body is longer than server.body_limit; it is not kept"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, func(c *webhook.Config) { c.Hooks[0].Capture, c.Limit = true, 8192 })
			b.do(test.request)
			if event := b.bounded(); event.State != bridge.EventIgnored || event.Reason != test.reason || event.Method != test.request.Method {
				t.Errorf("kept as %s %s %q", event.Method, event.State, event.Reason)
			}
		})
	}
}

// What Verify really is can be seen afterwards, but not the secret in its URL, wherever it stands.
func TestAVerifyRequestIsKeptWithoutSecrets(t *testing.T) {
	b := newBench(t)
	r := httptest.NewRequest(http.MethodPost, path+"?v=1&token="+escapedToken+"&x-api-key=s3cr3t", strings.NewReader(`{"url":"https://h.example`+path+`?token=`+escapedToken+`"}`))
	r.Header.Set("User-Agent", "axios/1.21.1")
	r.TransferEncoding = []string{"chunked"}
	b.want(b.do(r), http.StatusOK, `{"status":"ignored"}`)
	b.nothingStored()
	got := b.bounded()
	want := bridge.Event{
		Webhook: path, Source: "192.0.2.1", Method: http.MethodPost, Target: path + "?v=1&token=[redacted]&x-api-key=[redacted]",
		Header: http.Header{"User-Agent": {"axios/1.21.1"}, "Host": {"example.com"}, "Transfer-Encoding": {"chunked"}},
		Body:   []byte(`{"url":"https://h.example` + path + `?token=[redacted]"}`), State: bridge.EventIgnored,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(bridge.Event{}, "ID", "ReceivedAt")); diff != "" {
		t.Error(diff)
	}
	b = newBench(t)
	b.do(httptest.NewRequest(http.MethodGet, path+"/older/", nil))
	if target := b.bounded().Target; target != path+"/[redacted]" {
		t.Errorf("target %q", target)
	}
}

func TestAFullStoreDoesNotFailVerify(t *testing.T) {
	b := newBench(t)
	b.store.err = errors.New("disk full")
	b.want(b.do(httptest.NewRequest(http.MethodGet, path+"?token=older", nil)), http.StatusOK, `{"status":"ignored"}`)
	b.want(b.do(httptest.NewRequest(http.MethodPost, path, strings.NewReader(sampleJSON(t)))), http.StatusUnauthorized, "unauthorized")
}

// Verify may send the sample report, and cannot send the header with it.
func TestIgnoredBugs(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.Hooks[0].IgnoreBugIDs = []string{"other", sample} })
	r := post("application/json", sampleJSON(t))
	r.Header.Del("X-Bugferry-Key")
	b.want(b.do(r), http.StatusOK, `{"status":"ignored"}`)
	b.want(b.do(post("application/json", `{"bugId":"1"}`)), http.StatusForbidden, "project not allowed")
	b.nothingStored()
}

func TestADuplicateIsAnsweredWithTheFirstEvent(t *testing.T) {
	b := newBench(t)
	b.store.receipt = &bridge.Receipt{Event: "ev_first", State: bridge.EventDuplicate, Destinations: []string{"web-jira"}}
	b.want(b.do(post("application/json", sampleJSON(t))), http.StatusOK, `{"event":"ev_first","status":"duplicate","destinations":["web-jira"]}`)
	if b.counts["duplicate"] != 1 || !strings.Contains(b.log.String(), "first=ev_first") {
		t.Errorf("counts %v, log %s", b.counts, &b.log)
	}
}

func TestRematch(t *testing.T) {
	all := []bridge.Match{{Rule: "all", Destination: "web"}}
	for _, test := range []struct {
		name, body string
		router     routes
		state      bridge.EventState
		reason     string
	}{
		{"routed", `{"bugId":"1"}`, routes{matches: all}, bridge.EventAccepted, ""},
		{"nowhere", `{"bugId":"1"}`, routes{}, bridge.EventUnrouted, "no rule sends this report anywhere"},
		{"broken", `{"bugId":`, routes{matches: all}, bridge.EventUndecodable, "decode report: byte 9: JSON: the body ends too early"},
		{"no report", `{}`, routes{matches: all}, bridge.EventUndecodable, "decode report: the body has no bugId"},
	} {
		t.Run(test.name, func(t *testing.T) {
			event, routing := webhook.Rematch(test.router, bridge.Event{
				ID: "ev_1", State: bridge.EventRefused, Reason: "the header is missing", Body: []byte(test.body),
				Header: http.Header{"Content-Type": {"application/json"}},
			}, 0)
			if event.ID != "ev_1" || event.State != test.state || event.Reason != test.reason || (len(routing.Matches) > 0) != (test.state == bridge.EventAccepted) {
				t.Errorf("%+v %v", event, routing.Matches)
			}
		})
	}
}

func TestASlowSenderIsToldSo(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.ReadTime = 50 * time.Millisecond })
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	status, body := exchange(t, server, []byte("POST "+path+"?token=older HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"bugId\":"))
	if status != http.StatusRequestTimeout || !strings.Contains(body, "too slow") {
		t.Errorf("answer %d %s", status, body)
	}
	b.nothingStored()
}

// A burst beyond the places waits; one that waited too long is told to come again; nobody is lost.
func TestPlaces(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.Concurrent, c.Wait = 1, 20*time.Millisecond })
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	var dialer net.Dialer
	slow, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slow.Close() }()
	head := "POST " + path + "?token=older HTTP/1.1\r\nHost: x\r\nX-Bugferry-Key: " + key + "\r\n"
	report := `{"bugId":"1","projectId":"` + project + `"}`
	if _, err := fmt.Fprintf(slow, "%sContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", head, len(report)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(slow)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // it has the place
		t.Fatalf("%q %v", line, err)
	}
	status, body := exchange(t, server, fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", head, len(report), report))
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "busy") {
		t.Errorf("answer %d %s", status, body)
	}
	if _, err := slow.Write([]byte(report)); err != nil {
		t.Fatal(err)
	}
	if _, err := answers.ReadString('\n'); err != nil { // the empty line behind 100 Continue
		t.Fatal(err)
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the slow one: %v, %v", response, err)
	}
	_ = response.Body.Close()
	status, body = exchange(t, server, fmt.Appendf(nil, "%sContent-Length: %d\r\n\r\n%s", head, len(report), report))
	if status != http.StatusOK {
		t.Errorf("the place is not given back: %d %s", status, body)
	}
}

// Who found the URL but does not know the header cannot keep those from being served who do.
func TestGuestsTakeNoPlaces(t *testing.T) {
	b := newBench(t, func(c *webhook.Config) { c.Concurrent, c.Wait = 1, 20*time.Millisecond })
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	var dialer net.Dialer
	for range 32 {
		slow, err := dialer.DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = slow.Close() }()
		if _, err := fmt.Fprintf(slow, "POST %s?token=older HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n", path); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(slow).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // it has its place
			t.Fatalf("%q %v", line, err)
		}
	}
	report := `{"bugId":"1","projectId":"` + project + `"}`
	head := "POST " + path + "?token=older HTTP/1.1\r\nHost: x\r\n"
	status, body := exchange(t, server, fmt.Appendf(nil, "%sX-Bugferry-Key: %s\r\nContent-Length: %d\r\n\r\n%s", head, key, len(report), report))
	if status != http.StatusOK {
		t.Errorf("who knows the header is answered %d %s", status, body)
	}
	if status, _ = exchange(t, server, []byte(head+"Content-Length: 0\r\n\r\n")); status != http.StatusServiceUnavailable {
		t.Errorf("one guest too many is answered %d", status)
	}
}

// An encoding that hides whether there is a bugId is no reason to take a report for a ping.
func TestAHiddenReportIsRefusedAndKept(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"cut gzip":       post("application/json", "\x1f\x8b\x08\x00\x00"),
		"brotli":         post("application/json", "\x8b\x03\x80"),
		"another case":   post("application/json", `{"BUGID":"1","title":"x`),
		"another script": post("application/json", "{\x00\"\x00\xd8"),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			r.Header.Del("X-Bugferry-Key")
			b.want(b.do(r), http.StatusUnauthorized, "X-Bugferry-Key")
			if event := b.bounded(); event.State != bridge.EventRefused {
				t.Errorf("kept as %s", event.State)
			}
		})
	}
}

// 50 MiB of spaces are 50 kB of gzip: they end at the limit, whatever they unpack to.
func TestAnOversizedGzip(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	for range 50 {
		if _, err := z.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	r := post("application/json", zipped.String()).WithContext(context.Background())
	r.Header.Set("Content-Encoding", "gzip")
	b.want(b.do(r), http.StatusRequestEntityTooLarge, `"error":"body too large"`)
	b.nothingStored()
	if b.counts["too_large"] != 1 {
		t.Errorf("counts %v", b.counts)
	}
}
