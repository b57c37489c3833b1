package console_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// hostileTexts are what a stranger sends in place of a text.
var hostileTexts = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`'--></textarea></pre></td></details><style>*{display:none}</style>`,
	`{{.Version}}</bdi><a href="javascript:alert(1)">`,
	"javascript:alert(1)",
	"\x00<\x00script>",
	"\xff\xfe<b>",
}

var targets = regexp.MustCompile(`(href|value)="[^"]*"`)

// shapes are the tags of a page, whatever their links lead to.
func shapes(page string) []string {
	return tag.FindAllString(targets.ReplaceAllString(page, `$1=""`), -1)
}

// playing is a Playground with one answer, which remembers what it was asked.
type playing struct {
	tried console.Tried
	err   error
	asked []console.Trial
}

func (p *playing) Limit() int64 { return 1000 }

func (p *playing) Sample(project string) string { return "{sample of " + project + "}" }

func (p *playing) Try(_ context.Context, t console.Trial) (console.Tried, error) {
	p.asked = append(p.asked, t)
	return p.tried, p.err
}

// looked is a Log with one event, which remembers what it was searched for.
type looked struct {
	console.Log
	held  []bridge.EventLine
	asked bridge.Search
	err   error
}

func (l *looked) EventPage(_ context.Context, f bridge.Search) (bridge.EventPage, error) {
	l.asked = f
	return bridge.EventPage{Rows: l.held}, l.err
}

func post(c console.Config, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/playground", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	console.New(c).ServeHTTP(w, r)
	return w
}

func tried(s string) console.Tried {
	list := func() []string { return []string{s} }
	drawn := func() *console.Drawn {
		return &console.Drawn{Dialect: "GitHub Markdown", Title: s, Source: s, HTML: "<em>drawn</em>", Fields: []console.Setting{{Key: "labels", Values: list()}}}
	}
	return console.Tried{
		From: "ev_1", Title: s, BugID: s, ProjectID: s, Words: list(), Warnings: list(), JSON: s, Project: s, File: "web.yaml",
		Rules: []bridge.Trace{{Rule: s, Matched: true, Why: s}, {Rule: s, Why: s}}, Known: []bridge.Ref{{Name: s, URL: s}},
		Nowhere: s, Hint: "a hint", Mistakes: list(),
		Destinations: []console.TriedAt{
			{
				Destination: s, Rule: s, Tracker: s, Place: s, Issue: &bridge.Ref{Name: s, URL: s}, Drawn: drawn(),
				Requests: []console.TriedRequest{{Method: "POST", URL: s, Body: s, Files: list()}}, Dropped: []bridge.Dropped{{Field: s, Value: s, Why: s}}, Notes: list(),
			},
			{Destination: s, Problem: s, Hint: s},
		},
		Dialects: []console.Drawn{*drawn()},
	}
}

func TestPlaygroundTriesAStoredReport(t *testing.T) {
	p := &playing{tried: tried("some text")}
	w := get(console.Config{Log: &looked{}, Playground: p}, "GET", "/playground?event=ev_1")
	if diff := cmp.Diff([]console.Trial{{Event: "ev_1"}}, p.asked); diff != "" || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, diff)
	}
	said := words(w.Body.String())
	for _, part := range []string{
		"Nothing is sent and nothing is saved", "The report of ev_1 , as if it came again now", "What its encoding lost some text",
		"The rules of some text ( web.yaml ), from the top: ✓ some text takes it some text ✗ some text does not some text",
		"A rule failed: some text", "Its bug is known as some text .", "It goes nowhere : some text a hint", "Nothing can be filed there : some text",
		"which would be updated; bugferry preview --live shows", "labels some text drawn", "Its source in GitHub Markdown some text", "Left out some text “ some text ”: some text",
		"What would be sent POST some text A file: some text some text", "Its description in each dialect GitHub Markdown drawn",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in\n%s", part, said)
		}
	}
	if !strings.Contains(w.Body.String(), `<div class="drawn"><em>drawn</em></div>`) || !strings.Contains(w.Body.String(), `href="/reports/ev_1"`) {
		t.Error(w.Body)
	}
}

func TestPlaygroundTriesWhatIsPasted(t *testing.T) {
	const payload = "{\"title\": \"é & <b>\"}\r\nlast"
	want := []console.Trial{{ContentType: "application/json", Payload: []byte(payload)}}
	check := func(t *testing.T, p *playing, w *httptest.ResponseRecorder) {
		t.Helper()
		if diff := cmp.Diff(want, p.asked); diff != "" || w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, diff)
		}
		for _, part := range []string{"{&#34;title&#34;: &#34;é &amp; &lt;b&gt;&#34;}\r\nlast</textarea>", `value="application/json"`} {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("what was pasted is not there to be tried again: no %s in %s", part, w.Body)
			}
		}
	}
	t.Run("by the page's form", func(t *testing.T) {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		_ = form.WriteField("payload", payload)
		_ = form.WriteField("type", " application/json ")
		_ = form.Close()
		r := httptest.NewRequest("POST", "/playground", &b)
		r.Header.Set("Content-Type", form.FormDataContentType())
		p, w := &playing{}, httptest.NewRecorder()
		console.New(console.Config{Log: &looked{}, Playground: p}).ServeHTTP(w, r)
		check(t, p, w)
	})
	t.Run("by another", func(t *testing.T) {
		p := &playing{}
		check(t, p, post(console.Config{Log: &looked{}, Playground: p}, url.Values{"payload": {payload}, "type": {"application/json"}}))
	})
}

func TestPlaygroundRefuses(t *testing.T) {
	var logged bytes.Buffer
	for name, test := range map[string]struct {
		payload string
		err     error
		status  int
		says    string
		asked   bool
	}{
		"nothing":               {" \r\n", nil, 422, "nothing was pasted paste the body of a request, or begin with the sample report", false},
		"what is no report":     {"x", &console.TrialError{Text: "decode report: byte 1: no", Hint: "look <there>"}, 422, "No report to try decode report: byte 1: no look &lt;there&gt;", true},
		"what is too long":      {strings.Repeat("x", 3000+1<<16), nil, 413, "The webhook takes 1000 bytes, and so does the playground.", false},
		"with an error of ours": {"x", errors.New("secret cause"), 500, "The report could not be tried. The log says why.", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := &playing{err: test.err}
			c := console.Config{Log: &looked{}, Playground: p, Logger: slog.New(slog.NewTextHandler(&logged, nil))}
			w := post(c, url.Values{"payload": {test.payload}})
			if said := words(w.Body.String()); w.Code != test.status || !strings.Contains(said, test.says) || strings.Contains(said, "secret cause") {
				t.Errorf("%d, want %d and %q: %.2000s", w.Code, test.status, test.says, said)
			}
			if asked := len(p.asked) > 0; asked != test.asked {
				t.Errorf("tried: %t", asked)
			}
		})
	}
	if !strings.Contains(logged.String(), "secret cause") {
		t.Error("the cause is not in the log")
	}
	r := httptest.NewRequest("POST", "/playground", strings.NewReader("payload=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	p, w := &playing{}, httptest.NewRecorder()
	console.New(console.Config{Log: &looked{}, Playground: p}).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(p.asked) > 0 {
		t.Errorf("another site may try reports: %d", w.Code)
	}
}

func TestPlaygroundOffersReports(t *testing.T) {
	held := []bridge.EventLine{report, {ID: "ev_2", State: bridge.EventIgnored, Reason: "verify"}, {ID: "ev_3", State: bridge.EventUndecodable, Reason: "not JSON"}}
	log := &looked{held: held}
	w := get(console.Config{Log: log, Playground: &playing{}}, "GET", "/playground?find=pay+button&project=p1")
	body := w.Body.String()
	for _, part := range []string{`href="/playground?event=ev_01jd3"><bdi>Pay button is dead`, `event=ev_3"><bdi>not JSON`, `value="pay button"`, `<input type="hidden" name="project" value="p1">`} {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
	if strings.Contains(body, "ev_2") {
		t.Error("a verify request is offered")
	}
	if log.asked.Words != "pay button" || log.asked.Project != "p1" {
		t.Errorf("looked for %+v", log.asked)
	}
	for path, says := range map[string]string{
		"/playground":        "No report has come yet. Paste one below, or begin with the sample report of BetterBugs",
		"/playground?find=x": "No report that came fits these words.",
	} {
		if said := words(get(console.Config{Log: &looked{}, Playground: &playing{}}, "GET", path).Body.String()); !strings.Contains(said, says) {
			t.Errorf("%s: no %q in %s", path, says, said)
		}
	}
	if body := get(console.Config{Log: &looked{}, Playground: &playing{}}, "GET", "/playground?sample&project=p1").Body.String(); !strings.Contains(body, "{sample of p1}</textarea>") {
		t.Error(body)
	}
	if w := get(console.Config{Log: &looked{err: errors.New("secret cause")}, Playground: &playing{}}, "GET", "/playground"); w.Code != 500 || strings.Contains(w.Body.String(), "secret cause") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestPlaygroundShowsText puts hostile text wherever a stranger can and wants the tags of a harmless page.
func TestPlaygroundShowsText(t *testing.T) {
	page := func(s string) string {
		e := report
		e.Title, e.Reason, e.BugID = s, s, s
		c := console.Config{Log: &looked{held: []bridge.EventLine{e}}, Playground: &playing{tried: tried(s)}}
		failing := c
		failing.Playground = &playing{err: &console.TrialError{Text: s, Hint: s}}
		form := url.Values{"payload": {s}, "type": {s}}
		query := url.Values{"find": {s}, "project": {s}}.Encode()
		return post(c, form).Body.String() + post(failing, form).Body.String() + get(c, "GET", "/playground?"+query).Body.String()
	}
	want := shapes(page("x"))
	for _, hostile := range hostileTexts {
		got := page(hostile)
		if diff := cmp.Diff(want, shapes(got)); diff != "" {
			t.Errorf("%q: %s", hostile, diff)
		}
		if regexp.MustCompile(`href="\s*javascript:`).MatchString(got) {
			t.Errorf("%q is a link", hostile)
		}
	}
}

func TestPlaygroundCutsWhatIsLong(t *testing.T) {
	long := strings.Repeat("é", 1<<20)
	result := tried("x")
	result.Title, result.BugID, result.ProjectID, result.JSON, result.Nowhere = long, long, long, long, long
	result.Words, result.Warnings, result.Mistakes = []string{long}, []string{long}, []string{long}
	result.Rules[0].Why = long
	result.Dialects[0] = console.Drawn{Title: long, Source: long, HTML: "<em>kept</em>", Fields: []console.Setting{{Key: "labels", Values: []string{long}}}}
	at := &result.Destinations[0]
	*at.Drawn, at.Notes, at.Problem = result.Dialects[0], []string{long}, long
	at.Requests[0].Body, at.Requests[0].Files, at.Dropped[0].Value, at.Dropped[0].Why = long, []string{long}, long, long
	w := get(console.Config{Log: &looked{}, Playground: &playing{tried: result}}, "GET", "/playground?event=ev_1")
	if n := w.Body.Len(); n > 2<<20 {
		t.Errorf("a page of %d bytes", n)
	}
	if !strings.Contains(w.Body.String(), "é … and 1835008 bytes more") {
		t.Error("nothing says that it was cut")
	}
}
