package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// events is a Log that holds some events and remembers what it was asked.
type events struct {
	console.Log
	held  []bridge.EventLine
	older int64
	err   error
	asked []string
}

func (l *events) EventPage(_ context.Context, f bridge.Search) (bridge.EventPage, error) {
	l.asked = append(l.asked, fmt.Sprintf("%q %d", f.State, f.Limit))
	return bridge.EventPage{Rows: l.held, Older: l.older}, l.err
}

func (l *events) Counts(context.Context) (bridge.Counts, error) {
	return bridge.Counts{Events: map[bridge.EventState]int{bridge.EventUnrouted: 3, bridge.EventRefused: bridge.CountedTo}}, nil
}

func get(c console.Config, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	console.New(c).ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func one(e bridge.EventLine) console.Config {
	return console.Config{Log: &events{held: []bridge.EventLine{e}}}
}

var report = bridge.EventLine{
	ID:         "ev_01jd3",
	ReceivedAt: time.Date(2026, 3, 4, 6, 6, 7, 890, time.FixedZone("", 3600)),
	Source:     "203.0.113.7",
	State:      bridge.EventUnrouted,
	Reason:     "no project 42",
	BugID:      "BUG-7",
	Title:      "Pay button is dead",
}

func TestEventIsShown(t *testing.T) {
	c := one(report)
	c.Version = "v1.2.3"
	w := get(c, "GET", "/requests")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, part := range []string{
		"Bugferry</a>", ">v1.2.3<", ">ev_01jd3<", `<time datetime="2026-03-04T05:06:07Z" title="2026-03-04 05:06:07 UTC">2026-03-04</time>`, `unrouted <span class="count">3<`, "1,000&#43;", `<span class="badge unrouted">unrouted</span>`,
		">BUG-7<", ">Pay button is dead<", ">203.0.113.7<", ">no project 42<",
	} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %s in\n%s", part, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), "Older") {
		t.Error("one event, and it speaks of older ones")
	}
}

func TestUnroutedEventSaysWhatToDo(t *testing.T) {
	c := one(report)
	c.Advise = func(_ context.Context, event string) bridge.Advice {
		return bridge.Advice{Text: "no project file takes project <i>42", Next: "bugferry init --from " + event}
	}
	const want = `<p class="today"><bdi>no project file takes project &lt;i&gt;42</bdi> <code>bugferry init --from ev_01jd3</code></p>`
	if got := get(c, "GET", "/requests").Body.String(); !strings.Contains(got, want) {
		t.Errorf("no %s in\n%s", want, got)
	}
	accepted := report
	accepted.State = bridge.EventAccepted
	c.Log = &events{held: []bridge.EventLine{accepted}}
	if got := get(c, "GET", "/requests").Body.String(); strings.Contains(got, `class="today"`) {
		t.Errorf("advice about an accepted event:\n%s", got)
	}
}

func TestEventWithoutReport(t *testing.T) {
	w := get(one(bridge.EventLine{ID: "ev_1", State: bridge.EventUndecodable, Reason: "not a report"}), "GET", "/requests")
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), ">not a report<") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// TestStrangersTextIsText puts hostile text wherever a stranger can and wants the tags of a harmless page.
func TestStrangersTextIsText(t *testing.T) {
	page := func(text string) string {
		e := report
		e.Reason, e.Source, e.BugID, e.Title = text, text, text, text
		return get(one(e), "GET", "/requests").Body.String()
	}
	want := tag.FindAllString(page("x"), -1)
	for _, hostile := range []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`'--></td></table><style>*{display:none}</style>`,
		`{{.Version}}</bdi><a href="javascript:alert(1)">`,
		"\x00<\x00script>",
		"\xff\xfe<b>",
	} {
		t.Run(hostile, func(t *testing.T) {
			if diff := cmp.Diff(want, tag.FindAllString(page(hostile), -1)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongTextIsCut(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"what fits stays", strings.Repeat("é", 300), strings.Repeat("é", 300)},
		{"what does not is cut between characters", strings.Repeat("é", 301), strings.Repeat("é", 299) + "…"},
		{"a megabyte", strings.Repeat("é", 1<<19), strings.Repeat("é", 299) + "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := report
			e.Title = test.in
			if w := get(one(e), "GET", "/requests"); !strings.Contains(w.Body.String(), ">"+test.want+"<") {
				t.Errorf("%.2000s", w.Body)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	for _, test := range []struct {
		name, path string
		status     int
		asked      []string
		chosen     string
	}{
		{"none", "/requests", 200, []string{`"" 100`}, "all"},
		{"empty", "/requests?state=", 200, []string{`"" 100`}, "all"},
		{"accepted", "/requests?state=accepted", 200, []string{`"accepted" 100`}, "accepted"},
		{"duplicate", "/requests?state=duplicate", 200, []string{`"duplicate" 100`}, "duplicate"},
		{"unrouted", "/requests?state=unrouted", 200, []string{`"unrouted" 100`}, "unrouted"},
		{"undecodable", "/requests?state=undecodable", 200, []string{`"undecodable" 100`}, "undecodable"},
		{"refused", "/requests?state=refused", 200, []string{`"refused" 100`}, "refused"},
		{"ignored", "/requests?state=ignored", 200, []string{`"ignored" 100`}, "ignored"},
		{"unknown", "/requests?state=lost", 400, nil, ""},
		{"hostile", "/requests?state=%22%3E%3Cscript%3E", 400, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := &events{}
			w := get(console.Config{Log: log}, "GET", test.path)
			if w.Code != test.status {
				t.Errorf("%d, want %d", w.Code, test.status)
			}
			if diff := cmp.Diff(test.asked, log.asked); diff != "" {
				t.Error(diff)
			}
			if test.chosen != "" && !strings.Contains(w.Body.String(), ` aria-current="page">`+test.chosen) {
				t.Errorf("not marked: %s", w.Body)
			}
			if strings.Contains(w.Body.String(), "<script>") {
				t.Error("the query came back")
			}
		})
	}
}

func TestFullPageSaysSo(t *testing.T) {
	w := get(console.Config{Log: &events{older: 5, held: make([]bridge.EventLine, 100)}}, "GET", "/requests")
	if !strings.Contains(w.Body.String(), `href="/requests?before=5"`) {
		t.Errorf("%s", w.Body)
	}
}

func TestEmpty(t *testing.T) {
	for _, test := range []struct{ path, says string }{
		{"/requests", "No requests yet. <code>bugferry url</code> prints the address for BetterBugs."},
		{"/requests?state=refused", "No request is refused."},
	} {
		w := get(console.Config{Log: &events{}}, "GET", test.path)
		if !strings.Contains(w.Body.String(), test.says) || strings.Contains(w.Body.String(), "<table") {
			t.Errorf("%s: %s", test.path, w.Body)
		}
	}
}

func TestWarnings(t *testing.T) {
	warnings := func() []string { return []string{"the disk is filling up: 12 MB left", "<b>second"} }
	for _, test := range []struct {
		name, path string
		log        *events
	}{
		{"over the events", "/requests", &events{held: []bridge.EventLine{report}}},
		{"when there are none", "/requests", &events{}},
		{"when the store fails", "/requests", &events{err: errors.New("disk full")}},
		{"on a page that is not there", "/nowhere", &events{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := get(console.Config{Log: test.log, Warnings: warnings}, "GET", test.path)
			for _, part := range []string{`role="alert"`, `<p class="alarm">the disk is filling up: 12 MB left</p>`, `<p class="alarm">&lt;b&gt;second</p>`} {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("no %s in %s", part, w.Body)
				}
			}
		})
	}
	if w := get(one(report), "GET", "/requests"); strings.Contains(w.Body.String(), "alert") {
		t.Errorf("an alarm without a warning: %s", w.Body)
	}
}

func TestErrorOfTheLog(t *testing.T) {
	var logged bytes.Buffer
	log := &events{err: errors.New("secret cause")}
	w := get(console.Config{Log: log, Logger: slog.New(slog.NewTextHandler(&logged, nil))}, "GET", "/requests")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "could not be read") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "secret cause") {
		t.Error("the cause is on the page")
	}
	if !strings.Contains(logged.String(), "secret cause") {
		t.Errorf("the cause is not in the log: %s", &logged)
	}
}

func TestReaderWhoLeftIsNotLogged(t *testing.T) {
	var logged bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := console.New(console.Config{Log: &events{err: context.Canceled}, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/requests", nil))
	if logged.Len() > 0 {
		t.Error(logged.String())
	}
}

func TestPathsAndHeaders(t *testing.T) {
	const html, css = "text/html; charset=utf-8", "text/css; charset=utf-8"
	for _, test := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/requests", 200, html},
		{"HEAD", "/requests", 200, html},
		{"GET", "/style.css", 200, css},
		{"GET", "/requests?state=lost", 400, html},
		{"GET", "/favicon.ico", 404, html},
		{"GET", "/pages/base.html", 404, html},
		{"POST", "/", 404, html},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			w := get(one(report), test.method, test.path)
			if w.Code != test.status {
				t.Errorf("%d, want %d", w.Code, test.status)
			}
			for name, want := range map[string]string{
				"Content-Type":            test.kind,
				"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
				"Cache-Control":           "no-store",
			} {
				if got := w.Header().Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

// TestPageObeysItsPolicy: what the policy forbids would fail silently in a browser.
func TestPageObeysItsPolicy(t *testing.T) {
	c := one(report)
	c.Warnings = func() []string { return []string{"w"} }
	if found := regexp.MustCompile(`<script>|<style| style=| on\w+=|<img|<iframe`).FindAllString(get(c, "GET", "/requests").Body.String(), -1); found != nil {
		t.Errorf("%q", found)
	}
	if css := get(c, "GET", "/style.css").Body.String(); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style loads something")
	}
}
