package console

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Playground tries a report by today's rules. It sends and saves nothing, and asks no tracker.
type Playground interface {
	Limit() int64                 // the longest payload in bytes, as at the webhook
	Sample(project string) string // a payload to begin with, of that BetterBugs project unless it is empty
	// Try says what would become of a report. The error is a [*TrialError] where whoever chose the report can mend it.
	Try(ctx context.Context, t Trial) (Tried, error)
}

// Trial is the report to try: that of a stored event, or a payload.
type Trial struct {
	Event       string // its id; empty: there is a Payload
	ContentType string // empty: to be guessed
	Payload     []byte // a body as the webhook gets it, or a whole HTTP request
}

// TrialError says why there is no report to try.
type TrialError struct{ Text, Hint string }

// Error implements error.
func (e *TrialError) Error() string { return e.Text }

// Tried is what would become of a report. Texts are a stranger's, but for HTML.
type Tried struct {
	From      string // an event's id; empty: it was pasted
	Title     string
	BugID     string
	ProjectID string
	Words     []string // status, priority, type
	Warnings  []string // what its encoding lost
	JSON      string   // the report as it was decoded

	Project  string // the name of the project whose rules were asked, and its file; empty: no project takes the report
	File     string
	Rules    []bridge.Trace
	Known    []bridge.Ref // the issues that the bug has
	Nowhere  string       // why it goes nowhere, with the remedy
	Hint     string
	Mistakes []string // rules that failed

	Destinations []TriedAt
	Dialects     []Drawn // the description as each dialect has it
}

// TriedAt is what would be sent to one destination.
type TriedAt struct {
	Destination, Rule, Tracker, Place string

	Issue    *bridge.Ref // that the bug has there already
	Drawn    *Drawn      // nil: no issue would be made
	Requests []TriedRequest
	Dropped  []bridge.Dropped // what the tracker would not take
	Notes    []string         // where this is not known to be what would be sent
	Problem  string           // why nothing can be filed there, with the remedy
	Hint     string
}

// TriedRequest is a request that would write.
type TriedRequest struct {
	Method, URL string
	Body        string // JSON; empty: none
	Files       []string
}

// Drawn is a text in a tracker's dialect, and as the tracker would show it.
type Drawn struct {
	Dialect string // "GitHub Markdown"
	Title   string // of the issue; empty: this is no issue
	Fields  []Setting
	Source  string
	HTML    template.HTML // of which whoever makes it says that it is safe: text is escaped, nothing in it is active or loads anything
}

// trying is the content of the page.
type trying struct {
	Find, Project string
	Recent        []recent
	Failed        *TrialError
	Result        *Tried
	Payload       string
	ContentType   string
}

// recent is a stored report to choose.
type recent struct {
	bridge.EventLine
	Label string
}

const (
	// offered is how many stored reports the playground has room for.
	offered = 12
	// longestSource is how many bytes of a body or a text in a dialect are shown.
	longestSource = 256 << 10
	// longestReason is how many bytes of an error, a note or what a rule says are shown.
	longestReason = 4 << 10
)

func (c *console) getPlayground(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	content := trying{Find: strings.TrimSpace(query.Get("find")), Project: strings.TrimSpace(query.Get("project"))}
	if query.Has("sample") {
		content.Payload, content.ContentType = c.cfg.Playground.Sample(content.Project), "application/json"
	}
	if id := strings.TrimSpace(query.Get("event")); id != "" {
		content.Find = id
		c.try(w, r, Trial{Event: id}, content)
		return
	}
	c.showTrying(w, r, http.StatusOK, content)
}

// postPlayground tries what was pasted. It is a POST for what may be long and should stand in no URL; it changes nothing.
func (c *console) postPlayground(w http.ResponseWriter, r *http.Request) {
	limit := c.cfg.Playground.Limit()
	r.Body = http.MaxBytesReader(w, r.Body, 3*limit+1<<16) // a form has up to three bytes for one
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(limit)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			c.problem(w, http.StatusRequestEntityTooLarge, "Too long", fmt.Sprintf("The webhook takes %d bytes, and so does the playground.", limit))
			return
		}
		c.problem(w, http.StatusBadRequest, "Not understood", "This is not what the form of the playground sends.")
		return
	}
	content := trying{Payload: r.PostFormValue("payload"), ContentType: strings.TrimSpace(r.PostFormValue("type"))}
	if strings.TrimSpace(content.Payload) == "" {
		content.Failed = &TrialError{"nothing was pasted", "paste the body of a request, or begin with the sample report"}
		c.showTrying(w, r, http.StatusUnprocessableEntity, content)
		return
	}
	c.try(w, r, Trial{ContentType: content.ContentType, Payload: []byte(content.Payload)}, content)
}

// try answers with what would become of the report.
func (c *console) try(w http.ResponseWriter, r *http.Request, t Trial, content trying) {
	result, err := c.cfg.Playground.Try(r.Context(), t)
	if err == nil {
		result.shorten()
		content.Result = &result
		c.showTrying(w, r, http.StatusOK, content)
		return
	}
	failed, theirs := errors.AsType[*TrialError](err)
	if theirs {
		content.Failed = &TrialError{clip(failed.Text, longestReason), clip(failed.Hint, longestReason)}
		c.showTrying(w, r, http.StatusUnprocessableEntity, content)
		return
	}
	if !errors.Is(r.Context().Err(), context.Canceled) {
		c.cfg.Logger.Error("report not tried", "event", t.Event, "err", err)
	}
	c.problem(w, http.StatusInternalServerError, "Not tried", "The report could not be tried. The log says why.")
}

// showTrying writes the page, with stored reports to choose from.
func (c *console) showTrying(w http.ResponseWriter, r *http.Request, status int, content trying) {
	search := bridge.Search{Project: content.Project, Limit: 2 * offered} // some hold no report
	if content.Result == nil && content.Failed == nil {
		search.Words = content.Find
	}
	events, err := c.cfg.Log.EventPage(r.Context(), search)
	if c.unreadable(w, r, "stored reports", err) {
		return
	}
	for _, e := range events.Rows {
		if e.State == bridge.EventIgnored || len(content.Recent) == offered {
			continue
		}
		label := e.Title
		if label == "" {
			label = e.BugID
		}
		if label == "" {
			label = e.Reason
		}
		content.Recent = append(content.Recent, recent{e, cut(label)})
	}
	c.render(w, status, "playground.html", page{Title: "Playground", Content: content})
}

// shorten cuts all texts to what a page can bear.
func (t *Tried) shorten() {
	t.Title, t.BugID, t.ProjectID = cut(t.Title), cut(t.BugID), cut(t.ProjectID)
	t.JSON, t.Nowhere = clip(t.JSON, longestSource), clip(t.Nowhere, longestReason)
	for _, list := range [][]string{t.Words, t.Warnings, t.Mistakes} {
		clipAll(list)
	}
	for i := range t.Rules {
		t.Rules[i].Why = clip(t.Rules[i].Why, longestReason)
	}
	for i := range t.Destinations {
		d := &t.Destinations[i]
		clipAll(d.Notes)
		d.Problem = clip(d.Problem, longestReason)
		for n := range d.Dropped {
			d.Dropped[n].Value, d.Dropped[n].Why = cut(d.Dropped[n].Value), clip(d.Dropped[n].Why, longestReason)
		}
		for n := range d.Requests {
			d.Requests[n].Body = clip(d.Requests[n].Body, longestSource)
			clipAll(d.Requests[n].Files)
		}
		if d.Drawn != nil {
			d.Drawn.shorten()
		}
	}
	for i := range t.Dialects {
		t.Dialects[i].shorten()
	}
}

func (d *Drawn) shorten() {
	d.Title, d.Source = clip(d.Title, longestReason), clip(d.Source, longestSource)
	for _, f := range d.Fields {
		clipAll(f.Values)
	}
}

func clipAll(list []string) {
	for i := range list {
		list[i] = clip(list[i], longestReason)
	}
}

// clip keeps the first n bytes of a longer text, and no part of a character, and says how many are missing.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return fmt.Sprintf("%s … and %d bytes more", s[:n], len(s)-n)
}
