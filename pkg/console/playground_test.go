package console_test

import (
	"context"
	"errors"
	"html/template"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// trials is a playground that answers the same to everything.
type trials struct {
	limit  int64
	result console.Tried
	err    error
	asked  []console.Trial
}

func (p *trials) Limit() int64                 { return p.limit }
func (p *trials) Sample(project string) string { return `{"projectId": "` + project + `"}` }
func (p *trials) Try(_ context.Context, t console.Trial) (console.Tried, error) {
	p.asked = append(p.asked, t)
	return p.result, p.err
}

func playing(p *trials) console.Config {
	return console.Config{Log: &events{held: []bridge.EventLine{report}}, Playground: p}
}

// paste sends the form of the playground, as a browser does or without its script.
func paste(c console.Config, kind, payload string) *httptest.ResponseRecorder {
	var body strings.Builder
	contentType := "application/x-www-form-urlencoded"
	if kind == "multipart" {
		form := multipart.NewWriter(&body)
		contentType = form.FormDataContentType()
		_ = form.WriteField("payload", payload)
		_ = form.WriteField("type", " application/json ")
		_ = form.Close()
	} else {
		body.WriteString(url.Values{"payload": {payload}, "type": {"application/json"}}.Encode())
	}
	r := httptest.NewRequest("POST", "/playground", strings.NewReader(body.String()))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	console.New(c).ServeHTTP(w, r)
	return w
}

const bold = "<b>x</b>"

func tried() console.Tried {
	ref := bridge.Ref{Name: "WEB-1" + bold, URL: "javascript:alert(1)"}
	drawn := &console.Drawn{Dialect: "GitHub Markdown", Title: bold, Fields: []console.Setting{{Key: "labels", Values: []string{bold}}}, Source: "**x** " + bold, HTML: template.HTML("<em>drawn</em>")}
	return console.Tried{
		Title: bold, BugID: bold, ProjectID: bold, Words: []string{bold}, Warnings: []string{bold}, JSON: `{"title": "` + bold + `"}`, Project: bold, File: "projects/web.yaml",
		Rules: []bridge.Trace{{Rule: bold, Matched: true, Why: bold}}, Known: []bridge.Ref{ref}, Nowhere: bold, Hint: bold, Mistakes: []string{bold},
		Destinations: []console.TriedAt{{
			Destination: bold, Rule: bold, Tracker: bold, Place: bold, Issue: &ref, Drawn: drawn, Notes: []string{bold}, Problem: bold, Hint: bold,
			Requests: []console.TriedRequest{{Method: "POST", URL: "https://api/issues", Body: `{"body": "` + bold + `"}`, Files: []string{bold}}},
			Dropped:  []bridge.Dropped{{Field: "customfield_1", Value: "1", Why: bold, Said: bridge.Said{Field: "Train" + bold, Value: "2026"}}},
		}},
		Dialects: []console.Drawn{*drawn},
	}
}

func TestPlaygroundShowsWhatWouldBecomeOfAReport(t *testing.T) {
	for _, kind := range []string{"multipart", "plain"} {
		p := &trials{limit: 1000, result: tried()}
		w := paste(playing(p), kind, `{"a": 1}`)
		if w.Code != http.StatusOK || len(p.asked) != 1 || string(p.asked[0].Payload) != `{"a": 1}` || p.asked[0].ContentType != "application/json" {
			t.Errorf("%s: %d, asked %+v", kind, w.Code, p.asked)
		}
		page := w.Body.String()
		for _, part := range []string{"<em>drawn</em>", "POST", "https://api/issues", "projects/web.yaml", "Train&lt;b&gt;", "2026", "**x**"} {
			if !strings.Contains(page, part) {
				t.Errorf("no %q in %s", part, page)
			}
		}
		for _, part := range []string{bold, `href="javascript`} {
			if strings.Contains(page, part) {
				t.Errorf("%q in %s", part, page)
			}
		}
	}
}

func TestPlaygroundTriesAStoredReport(t *testing.T) {
	p := &trials{limit: 1000, result: console.Tried{From: "ev_1", Title: "Pay"}}
	has(t, playing(p), "/playground?event=ev_1", `href="/reports/ev_1"`, "as if it came again now")
	if len(p.asked) != 1 || p.asked[0].Event != "ev_1" {
		t.Errorf("%+v", p.asked)
	}
	has(t, playing(p), "/playground", "ev_01jd3", "Pay button is dead", "Or paste one")
	has(t, playing(p), "/playground?sample&project=p1", `{&#34;projectId&#34;: &#34;p1&#34;}`)
	has(t, console.Config{Log: &events{}, Playground: p}, "/playground", "No report has come yet")
}

func TestPlaygroundRefusesInWords(t *testing.T) {
	theirs := &console.TrialError{Text: "no bugId in " + bold, Hint: "paste a report"}
	for _, c := range []struct {
		name    string
		p       trials
		payload string
		status  int
		part    string
	}{
		{"nothing", trials{limit: 1000}, "  ", http.StatusUnprocessableEntity, "nothing was pasted"},
		{"no report", trials{limit: 1000, err: theirs}, "{}", http.StatusUnprocessableEntity, "no bugId in &lt;b&gt;"},
		{"too long", trials{limit: 10}, strings.Repeat("x", 100_000), http.StatusRequestEntityTooLarge, "The webhook takes 10 bytes"},
		{"our fault", trials{limit: 1000, err: errors.New("secret words")}, "{}", http.StatusInternalServerError, "The log says why"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := paste(playing(&c.p), "multipart", c.payload)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.part) || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
