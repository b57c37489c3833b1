package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

var targets = regexp.MustCompile(`(href|value)="[^"]*"`)

// shapes are the tags of a page, whatever their links lead to.
func shapes(page string) []string {
	return tag.FindAllString(targets.ReplaceAllString(page, `$1=""`), -1)
}

// of is what would become of a report in which every text is s.
func of(s string) console.Tried {
	list := func() []string { return []string{s} }
	drawn := func() *console.Drawn {
		return &console.Drawn{Dialect: "wiki", Title: s, Source: s, HTML: "<em>drawn</em>", Fields: []console.Setting{{Key: "labels", Values: list()}}}
	}
	return console.Tried{
		Title: s, BugID: s, ProjectID: s, Words: list(), Warnings: list(), JSON: s, File: "web.yaml", Rules: []bridge.Trace{{Matched: true, Why: s}, {Why: s}},
		Nowhere: s, Hint: "h", Mistakes: list(), Dialects: []console.Drawn{*drawn()},
		Destinations: []console.TriedAt{{
			Drawn: drawn(), Notes: list(), Problem: s, Requests: []console.TriedRequest{{Method: "POST", Body: s, Files: list()}},
			Dropped: []bridge.Dropped{{Field: "labels", Value: s, Why: s}},
		}},
	}
}

// TestPlaygroundShowsText puts hostile text wherever a stranger can and wants the tags of a harmless page.
func TestPlaygroundShowsText(t *testing.T) {
	page := func(s string) string {
		e := report
		e.Title, e.Reason, e.BugID = s, s, s
		c := playing(&trials{limit: 1000, result: of(s)})
		c.Log = &events{held: []bridge.EventLine{e}}
		failing := c
		failing.Playground = &trials{limit: 1000, err: &console.TrialError{Text: s, Hint: s}}
		return paste(c, "multipart", s).Body.String() + paste(failing, "plain", s).Body.String()
	}
	want := shapes(page("x"))
	for _, hostile := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'--></textarea></pre></details><style>*{display:none}</style>`,
		`{{.Version}}</bdi><a href="javascript:alert(1)">`, "\x00<\x00script>", "\xff\xfe<b>",
	} {
		if diff := cmp.Diff(want, shapes(page(hostile))); diff != "" {
			t.Errorf("%q: %s", hostile, diff)
		}
	}
}

func TestPlaygroundCutsWhatIsLong(t *testing.T) {
	w := get(playing(&trials{limit: 1000, result: of(strings.Repeat("é", 1<<20))}), "GET", "/playground?event=ev_1")
	if n := w.Body.Len(); n > 3<<20/2 {
		t.Errorf("a page of %d bytes", n)
	}
	if !strings.Contains(w.Body.String(), "é … and 1835008 bytes more") {
		t.Error("nothing says that it was cut")
	}
}

func TestPlaygroundTakesNoLongForms(t *testing.T) {
	for _, kind := range []string{"multipart", "plain"} {
		p := &trials{limit: 10}
		if w := paste(playing(p), kind, strings.Repeat("x", 100_000)); w.Code != http.StatusRequestEntityTooLarge || len(p.asked) > 0 {
			t.Errorf("%s: %d %s", kind, w.Code, w.Body)
		}
	}
}

func TestPlaygroundIsNotForOtherSites(t *testing.T) {
	p := &trials{limit: 1000}
	r := httptest.NewRequest("POST", "/playground", strings.NewReader("payload=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	console.New(playing(p)).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(p.asked) > 0 {
		t.Errorf("%d, tried %d", w.Code, len(p.asked))
	}
}

// sought is a Log that remembers what it was searched for.
type sought struct {
	events
	search bridge.Search
}

func (l *sought) EventPage(ctx context.Context, f bridge.Search) (bridge.EventPage, error) {
	l.search = f
	return l.events.EventPage(ctx, f)
}

func TestPlaygroundFindsReports(t *testing.T) {
	log := &sought{events: events{held: []bridge.EventLine{
		report, {ID: "ev_2", State: bridge.EventIgnored, Reason: "verify"}, {ID: "ev_3", State: bridge.EventUndecodable, Reason: "not JSON"},
	}}}
	page := has(t, console.Config{Log: log, Playground: &trials{}}, "/playground?find=pay+button&project=p1",
		`href="/playground?event=ev_01jd3"><bdi>Pay button is dead`, `event=ev_3"><bdi>not JSON`, `value="pay button"`, `<input type="hidden" name="project" value="p1">`)
	if strings.Contains(page, "ev_2") {
		t.Error("a verify request is offered")
	}
	if log.search.Words != "pay button" || log.search.Project != "p1" {
		t.Errorf("looked for %+v", log.search)
	}
	has(t, console.Config{Log: &events{}, Playground: &trials{}}, "/playground?find=x", "No report that came fits these words.")
}
