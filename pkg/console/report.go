package console

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	// mostWays is how many deliveries of one report are shown in full.
	mostWays = 100
	// openAttempts is how many of a delivery's attempts are shown at once: the last ones.
	openAttempts = 5
)

// told is the content of the page of one report.
type told struct {
	Event       bridge.Event
	Title       string
	Size        int
	Header      []header
	StandsFor   string        // the event that a duplicate is the same as
	Advice      bridge.Advice // on an unrouted one
	Again       string        // the word for giving it another chance
	Ways        []way
	Deeds       []bridge.Deed // what people did with the event itself
	Last        *bridge.Deed  // what was just done
	Fields      []field
	Description described
	Pictured    bool // the screenshot was asked for
	Curl        curl
	Choices     Choices
	Recreate    bool
}

// header is one of the request's.
type header struct{ Name, Value string }

// way is a delivery with all that happened on it.
type way struct {
	bridge.Delivery
	Earlier, Attempts []attempt // the last ones are in Attempts
	Deeds             []bridge.Deed
	Acts              []act // that can be done with it now
}

// attempt is one try, with its place among the others.
type attempt struct {
	bridge.Attempt
	N int
}

// Took is how long it took.
func (a attempt) Took() string { return took(a.EndedAt.Sub(a.StartedAt)) }

// field is one field of the report, by BetterBugs' own name.
type field struct{ Name, Value string }

func (c *console) getReport(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("event")
	if strings.HasPrefix(id, "dl_") {
		c.toReportOf(w, r, id)
		return
	}
	event, err := c.cfg.Archive.Event(r.Context(), id)
	if c.unreadable(w, r, "report", err) {
		return
	}
	content, err := c.gather(r.Context(), event)
	if touched := r.URL.Query().Get("done"); touched != "" && err == nil {
		var last bridge.Deed
		if last, err = c.lastDeed(r.Context(), touched); last.What != "" {
			content.Last = &last
		}
	}
	if c.unreadable(w, r, "report", err) {
		return
	}
	content.Pictured = r.URL.Query().Get("screenshot") == "1"
	c.render(w, http.StatusOK, "report.html", page{Title: content.Title, Content: content})
}

// toReportOf leads from a delivery to its place on the page of its report.
func (c *console) toReportOf(w http.ResponseWriter, r *http.Request, id string) {
	d, _, err := c.cfg.Archive.Delivery(r.Context(), id)
	if c.unreadable(w, r, "delivery", err) {
		return
	}
	to := url.URL{Path: "/reports/" + d.EventID, Fragment: d.ID}
	if r.URL.Query().Has("done") {
		to.RawQuery = url.Values{"done": {d.ID}}.Encode()
	}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// gather finds out what is known of an event.
func (c *console) gather(ctx context.Context, e bridge.Event) (told, error) {
	t := told{Event: e, Size: len(e.Body), Title: titleOf(e), Again: againWord(e.State), Curl: curlOf(e), Choices: c.cfg.Choices()}
	if e.State == bridge.EventUnrouted {
		t.Advice = c.cfg.Advise(ctx, e.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		t.Header = append(t.Header, header{name, strings.Join(e.Header[name], ", ")})
	}
	if reason, ok := strings.CutPrefix(e.Reason, "the same report as ev_"); ok && e.State == bridge.EventDuplicate {
		t.StandsFor = "ev_" + reason
	}
	if e.Report != nil {
		t.Fields, t.Description = fieldsOf(*e.Report), describe(e.Report.Description)
	}
	found, err := c.cfg.Archive.Deliveries(ctx, bridge.Search{Event: e.ID, Limit: mostWays})
	if err != nil {
		return t, err
	}
	slices.Reverse(found) // as they came about
	for _, d := range found {
		made, err := c.wayOf(ctx, d)
		if err != nil {
			return t, err
		}
		t.Ways = append(t.Ways, made)
	}
	t.Deeds, err = c.deedsOn(ctx, e.ID)
	return t, err
}

// wayOf tells all of one delivery.
func (c *console) wayOf(ctx context.Context, d bridge.Delivery) (way, error) {
	full, attempts, err := c.cfg.Archive.Delivery(ctx, d.ID)
	if err != nil {
		return way{}, err
	}
	full.Twins = d.Twins
	made := way{Delivery: full}
	for i, a := range attempts {
		made.Attempts = append(made.Attempts, attempt{a, i + 1})
	}
	if more := len(made.Attempts) - openAttempts; more > 0 {
		made.Earlier, made.Attempts = made.Attempts[:more], made.Attempts[more:]
	}
	for _, a := range acts {
		if a.Can(full.State) {
			made.Acts = append(made.Acts, a)
		}
	}
	made.Deeds, err = c.deedsOn(ctx, d.ID)
	return made, err
}

// deedsOn returns what people did with it, as it came about.
func (c *console) deedsOn(ctx context.Context, id string) ([]bridge.Deed, error) {
	deeds, err := c.cfg.Journal.Deeds(ctx, bridge.Search{Words: id, Limit: shown})
	slices.Reverse(deeds)
	return deeds, err
}

// titleOf is what the page of an event is called.
func titleOf(e bridge.Event) string {
	if e.Report == nil {
		return "A request without a report"
	}
	if title := strings.TrimSpace(e.Report.Title); title != "" {
		return cut(title)
	}
	return "A report without a title"
}

// getBody gives the request's body as it came, to be kept in a file: no browser is to make anything of it.
func (c *console) getBody(w http.ResponseWriter, r *http.Request) {
	event, err := c.cfg.Archive.Event(r.Context(), r.PathValue("event"))
	if c.unreadable(w, r, "report", err) {
		return
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+event.ID+`.txt"`)
	asset("text/plain; charset=utf-8", event.Body)(w, r)
}

// Pictures fetches a picture that a stranger named. The error says in words why it may not be had, with nothing secret in it, where it
// is a [bridge.Error].
type Pictures interface {
	Picture(ctx context.Context, address string) (contentType string, data []byte, err error)
}

// pictureTypes are the types that a browser is given. SVG is not among them: it can hold scripts.
var pictureTypes = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// getScreenshot shows the report's picture, or says why it cannot be shown.
func (c *console) getScreenshot(w http.ResponseWriter, r *http.Request) {
	event, err := c.cfg.Archive.Event(r.Context(), r.PathValue("event"))
	if c.unreadable(w, r, "report", err) {
		return
	}
	if event.Report == nil || event.Report.ScreenshotURL == "" {
		c.problem(w, http.StatusNotFound, "No screenshot", "The report names none.")
		return
	}
	kind, data, err := c.cfg.Pictures.Picture(r.Context(), event.Report.ScreenshotURL)
	if err == nil && !slices.Contains(pictureTypes, kind) {
		err = &bridge.Error{Err: errors.New("it is " + kind + ", which is not shown")}
	}
	if err == nil {
		asset(kind, data)(w, r)
		return
	}
	why := "The log says why."
	if _, ok := errors.AsType[*bridge.Error](err); ok {
		why = sentence(cut(err.Error())) + " The configuration's screenshots.hosts says where pictures may come from."
	}
	c.cfg.Logger.Warn("screenshot not shown", "event", event.ID, "err", err)
	c.problem(w, http.StatusBadGateway, "No picture", "The screenshot could not be had. "+why)
}
