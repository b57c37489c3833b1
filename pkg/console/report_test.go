package console_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

func TestReportIsTold(t *testing.T) {
	d := newDesk()
	d.deeds = []bridge.Deed{{At: noon, Who: "quinn", What: "park", On: "dl_1", Detail: "moves on Friday"}, {At: noon, What: "release", On: "ev_1", Detail: "it is accepted"}}
	wrong := says(d.get("/reports/ev_1"), 200,
		"<h1>Pay button is dead</h1>", "badge accepted", "project <bdi>Web shop<", "2 hours ago", "POST /hooks/betterbugs?token=[redacted]", "14 bytes",
		"<dt>X-Key</dt><dd><bdi>[redacted]<", "a field came twice", "<bdi>urgent</bdi></strong>: <bdi>priority is LOW<", "<bdi>all</bdi></strong>: <bdi>takes every report<",
		`<li id="dl_1"`, `href="https://github.com/acme/web/issues/12"`, "is parked.</strong> <bdi>410 Gone", "switch them on",
		"Attempt 1 ", "took 1.5s", "asked for the issue", "create issue: 410 Gone", "POST https://api.github.com/repos/acme/web/issues", "<strong>410</strong>", "40ms",
		"not set: <strong><bdi>assignee</bdi></strong> <bdi>quinn</bdi>: <bdi>cannot be assigned<", "by <bdi>quinn</bdi>", "<strong>release</strong> <bdi>it is accepted<",
		"<p>It is <b>dead</b></p>", "<bdi>customFields</bdi>", "checkout", "<bdi>browserName</bdi></dt><dd><bdi>Firefox<",
		"bugferry events show ev_1 --raw | bugferry decode --http -", "curl --globoff --request &#39;POST&#39; &#39;http://bugs.example/hooks/betterbugs?token=[redacted]&#39;",
		`value="redeliver"`, `value="release"`, `name="recreate"`, "Where would it go today?", "Load the screenshot",
	)
	if wrong != "" {
		t.Error(wrong)
	}
	page := d.get("/reports/ev_1").Body.String()
	if strings.Contains(page, `value="park"`) || strings.Contains(page, "<img") || len(d.done) > 0 {
		t.Errorf("a parked one can be parked, or the screenshot was loaded unasked: %v\n%s", d.done, page)
	}
	if wrong := says(d.get("/reports/ev_1?screenshot=1"), 200, `<img class="screenshot" src="/reports/ev_1/screenshot"`); wrong != "" {
		t.Error(wrong)
	}
	for _, path := range []string{"/reports/ev_2", "/reports/dl_2", "/reports/ev_2/body", "/reports/ev_2/screenshot", "/reports/ev_2/again"} {
		if wrong := says(d.get(path), 404, "There is none of that id"); wrong != "" {
			t.Error(wrong)
		}
	}
}

func TestManyAttemptsAreFolded(t *testing.T) {
	d := newDesk()
	for range 7 {
		d.attempts = append(d.attempts, d.attempts[0])
	}
	if wrong := says(d.get("/reports/ev_1"), 200, "3 earlier attempts", "Attempt 1 ", "Attempt 8 "); wrong != "" {
		t.Error(wrong)
	}
}

func TestDuplicateLeadsToTheFirst(t *testing.T) {
	d := newDesk()
	d.rows, d.event.State, d.event.Reason = nil, bridge.EventDuplicate, "the same report as ev_0"
	if wrong := says(d.get("/reports/ev_1"), 200, `the same report as <a href="/reports/ev_0">`, `Its deliveries are those of <a href="/reports/ev_0">`); wrong != "" {
		t.Error(wrong)
	}
}

func TestBodyIsAFile(t *testing.T) {
	d := newDesk()
	d.event.Body = []byte("<script>alert(1)</script>\x00\xff")
	w := d.get("/reports/ev_1/body")
	if w.Code != 200 || w.Body.String() != string(d.event.Body) || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" ||
		w.Header().Get("Content-Disposition") != `attachment; filename="ev_1.txt"` || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v %q", w.Code, w.Header(), w.Body)
	}
}

func TestScreenshot(t *testing.T) {
	for _, test := range []struct {
		name, kind string
		err        error
		status     int
		says, not  string
	}{
		{"a picture", "image/png", nil, 200, "PNG", "html"},
		{"something else", "image/svg+xml", nil, 502, "which is not shown", "PNG"},
		{"not allowed", "", &bridge.Error{Err: errors.New(`download picture: its host "<b>" is not on the list`)}, 502, "is not on the list. The configuration", "<b>"},
		{"an error of our own", "", errors.New("secret cause"), 502, "The log says why", "secret"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk()
			d.kind, d.picture, d.err = test.kind, []byte("PNG"), test.err
			w := d.get("/reports/ev_1/screenshot")
			if wrong := says(w, test.status, test.says); wrong != "" || strings.Contains(w.Body.String(), test.not) {
				t.Errorf("%s\n%s", wrong, w.Body)
			}
			if diff := cmp.Diff([]string{"picture https://cdn.example/s.png"}, d.done); diff != "" {
				t.Error(diff)
			}
		})
	}
	d := newDesk()
	d.event.Report.ScreenshotURL = ""
	if wrong := says(d.get("/reports/ev_1/screenshot"), 404, "names none"); wrong != "" || len(d.done) > 0 {
		t.Error(wrong, d.done)
	}
}

// stranger writes text wherever one can on the page of a report.
func (d *desk) stranger(text string) {
	e, r := &d.event, d.event.Report
	e.Source, e.Method, e.Target, e.Reason, e.Webhook = text, text, text, text, text
	e.Header = map[string][]string{"Content-Type": {text}, "X-Key": {"[redacted]" + text}, "Host": {text}, "User-Agent": {text}}
	e.Body, e.Trace = []byte(text), []bridge.Trace{{Rule: text, Why: text}, {Rule: text, Matched: true, Why: text}}
	r.BugID, r.ProjectID, r.WorkspaceID, r.UserID, r.Title, r.Status, r.Priority, r.Type = text, text, text, text, text, text, text, text
	r.Description, r.SessionURL, r.ScreenshotURL, r.Warnings = "x", text, text, []string{text}
	r.Metadata, r.Assignees = []bridge.Datum{{Title: text, Value: text}}, []bridge.Person{{Email: text, ID: text, Name: text}}
	r.CustomFields, r.Extra = bridge.Fields{{Name: text, Value: bridge.Fields{{Name: text, Value: text}}}}, bridge.Fields{{Name: "x" + text, Value: []any{text}}}
	for i := range d.rows {
		row := &d.rows[i]
		row.BugID, row.ProjectID, row.Title, row.Rule, row.Destination, row.Reason, row.Hint = text, text, text, text, text, text, text
		row.Ref, row.Twins = bridge.Ref{Name: text, URL: text}, []bridge.Ref{{Name: text, URL: text}}
	}
	for i := range d.attempts {
		a := &d.attempts[i]
		a.Detail, a.Error = text, text
		a.Calls, a.Dropped = []bridge.Call{{Method: text, URL: text, Error: text}}, []bridge.Dropped{{Field: text, Value: text, Why: text}}
	}
	d.deeds = []bridge.Deed{{What: text, Who: text, From: text, Detail: text, On: "dl_1"}, {What: text, Who: text, From: text, Detail: text, On: "ev_1"}}
	d.today = console.Today{State: bridge.EventAccepted, Reason: text, Rules: e.Trace, Known: []bridge.Ref{{Name: text, URL: text}},
		Goes: []console.Goal{{Destination: text, Rule: text, Place: text}}, Mistakes: []string{text}}
}

var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`'--></td></table></li></ol></main><style>*{display:none}</style>`,
	`{{.Version}}</bdi><a href="javascript:alert(1)">`,
	`javascript:alert(1)//`,
	"\x00<\x00script>",
	"\xff\xfe<b>",
	"</textarea></select></pre><svg onload=alert(1)>",
}

// tags are those of a page with how many attributes they have: what those say is another for each text.
func tags(page string) []string {
	var list []string
	for _, found := range tag.FindAllString(page, -1) {
		name, rest, more := strings.Cut(found, " ")
		if n := strings.Count(rest, `"`); more {
			name += fmt.Sprint(" ", n)
		}
		list = append(list, name)
	}
	return list
}

// TestStrangersReportIsText puts hostile text into every field of a report and wants the tags of a harmless page.
func TestStrangersReportIsText(t *testing.T) {
	paths := []string{"/reports/ev_1?screenshot=1&done=dl_1", "/reports/ev_1/again", "/deliveries", "/deliveries/done?id=dl_1"}
	for _, path := range paths {
		for _, text := range hostile {
			t.Run(path+" "+text, func(t *testing.T) {
				d, harmless := newDesk(), "x"
				if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
					harmless = "\x01" // its body cannot stand in a command
				}
				d.stranger(harmless)
				want := tags(d.get(path).Body.String())
				d.stranger(text)
				w := d.get(path)
				if w.Code != 200 {
					t.Fatal(w.Code)
				}
				if strings.Contains(w.Body.String(), `href="javascript`) {
					t.Error("a link that runs something")
				}
				if diff := cmp.Diff(want, tags(w.Body.String())); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// TestDescriptionIsHarmless: of a stranger's HTML structure and links are left, and all of it ends where its place on the page ends.
func TestDescriptionIsHarmless(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"structure", `<h2 id=content class=alarm>A</h2><ul><li>b<p>c</ul>`, `<h2>A</h2><ul><li>b<p>c</p></li></ul>`},
		{"scripts", `a<script>alert(1)</script><style>*{}</style><iframe src=//x></iframe><p onclick=x style="position:fixed">b</p>`, `a  <p>b</p>`},
		{"pictures", `a<img src=https://e.example/p.png alt=p>b`, `a b`},
		{"a link that does not end", `<a href="https://e.example/?a=1&b=2">x`, `<a href="https://e.example/?a=1&amp;b=2" rel="nofollow noreferrer">x</a>`},
		{"links that run or lead here", `<a href="javascript:alert(1)">x</a><a href="/deliveries">y</a><a href="data:text/html,x">z</a>`, `x  y  z`},
		{"what closes our own", `</div></section></main></li></ol><table><tr><td>x`, `<table><tbody><tr><td>x</td></tr></tbody></table>`},
		{"forms", `<form action="/deliveries/act" method=post><button name=act value=park>x</button><input name=id>`, `x`},
		{"nested without end", strings.Repeat("<div>", 3000) + "x", "x"},
		{"text", "a < b\nc", "a &lt; b\nc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk()
			d.event.Report.Description = test.in
			w := d.get("/reports/ev_1")
			_, rest, _ := strings.Cut(w.Body.String(), `<div class="description`)
			_, rest, _ = strings.Cut(rest, `>`)
			shown, rest, found := strings.Cut(rest, "</div>\n")
			if test.name == "nested without end" {
				if w.Code != 200 || !strings.Contains(shown, "x") || !strings.Contains(rest, "Do it yourself") {
					t.Errorf("%d %.300s", w.Code, shown)
				}
				return
			}
			if diff := cmp.Diff(test.want, strings.TrimSpace(shown)); diff != "" || !found {
				t.Error(diff)
			}
		})
	}
	d := newDesk()
	d.event.Report.Description = strings.Repeat("ä", 40_000)
	if wrong := says(d.get("/reports/ev_1"), 200, "only its beginning"); wrong != "" {
		t.Errorf("%.300s", wrong)
	}
}
