package console_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// desk is a store of one event and some deliveries, the rules and the pictures: all that the pages of a report ask.
type desk struct {
	event    bridge.Event
	rows     []bridge.Delivery
	attempts []bridge.Attempt
	older    int64
	asked    bridge.Search
	deeds    []bridge.Deed
	done     []string
	err      error // of what Hands are told to do
	today    console.Today
	picture  []byte
	kind     string
	changes  atomic.Int64
	changed  chan struct{} // asked for changes
}

func (d *desk) EventPage(context.Context, bridge.Search) (bridge.EventPage, error) {
	return bridge.EventPage{}, nil
}

func (d *desk) DeliveryPage(_ context.Context, f bridge.Search) (bridge.DeliveryPage, error) {
	d.asked = f
	return bridge.DeliveryPage{Rows: d.rows, Older: d.older}, nil
}

func (d *desk) Counts(context.Context) (bridge.Counts, error) {
	return bridge.Counts{Deliveries: map[bridge.DeliveryState]int{bridge.DeliveryParked: 123, bridge.DeliveryDelivered: bridge.CountedTo}}, nil
}

func (d *desk) Event(_ context.Context, id string) (bridge.Event, error) {
	if id != d.event.ID {
		return bridge.Event{}, bridge.ErrNotFound
	}
	return d.event, nil
}

func (d *desk) Deliveries(context.Context, bridge.Search) ([]bridge.Delivery, error) {
	return slices.Clone(d.rows), nil
}

func (d *desk) Delivery(_ context.Context, id string) (bridge.Delivery, []bridge.Attempt, error) {
	for _, row := range d.rows {
		if row.ID == id {
			return row, d.attempts, nil
		}
	}
	return bridge.Delivery{}, nil, bridge.ErrNotFound
}

func (d *desk) Redeliver(_ context.Context, id string, recreate bool, _ time.Time) (bridge.Delivery, error) {
	d.done = append(d.done, fmt.Sprintf("redeliver %s %v", id, recreate))
	return bridge.Delivery{ID: "dl_fresh"}, d.err
}

func (d *desk) Park(_ context.Context, id, reason string, _ time.Time) error {
	d.done = append(d.done, fmt.Sprintf("park %s %s", id, reason))
	return d.err
}

func (d *desk) Resume(_ context.Context, id string, _ time.Time) (bridge.Delivery, error) {
	d.done = append(d.done, "release "+id)
	return bridge.Delivery{}, d.err
}

func (d *desk) Note(_ context.Context, deed bridge.Deed) error {
	d.deeds = append([]bridge.Deed{deed}, d.deeds...)
	return nil
}

func (d *desk) Deeds(_ context.Context, f bridge.Search) ([]bridge.Deed, error) {
	return slices.DeleteFunc(slices.Clone(d.deeds), func(deed bridge.Deed) bool { return deed.On != f.Words }), nil
}

func (d *desk) Today(context.Context, bridge.Event) (console.Today, error) { return d.today, nil }

func (d *desk) Reopen(_ context.Context, e bridge.Event) (bridge.Receipt, error) {
	d.done = append(d.done, "reopen "+e.ID)
	return bridge.Receipt{Event: e.ID, State: bridge.EventAccepted, Destinations: []string{"web", "jira", "ops"}}, d.err
}

func (d *desk) Picture(_ context.Context, address string) (string, []byte, error) {
	d.done = append(d.done, "picture "+address)
	return d.kind, d.picture, d.err
}

func (d *desk) Tallies(context.Context, time.Time) ([]bridge.Tally, error) { return nil, nil }
func (d *desk) Hits(context.Context) ([]bridge.Tally, error)               { return nil, nil }

func (d *desk) Changes(context.Context) (int64, error) {
	n := d.changes.Load()
	if d.changed != nil {
		d.changed <- struct{}{}
	}
	return n, nil
}

// noon is the time at the desk.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func (d *desk) config() console.Config {
	return console.Config{
		Log: d, Archive: d, Figures: d, Hands: d, Journal: d, Router: d, Pictures: d, Now: func() time.Time { return noon },
		Choices: func() console.Choices {
			return console.Choices{Projects: []console.Choice{{ID: "p1", Name: "Web shop"}}, Destinations: []string{"web"}, Rules: []string{"all"}}
		},
	}
}

func (d *desk) get(path string) *httptest.ResponseRecorder { return get(d.config(), "GET", path) }

// post sends a form as the page itself does.
func (d *desk) post(path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	console.New(d.config()).ServeHTTP(w, r)
	return w
}

func newDesk() *desk {
	return &desk{
		event: bridge.Event{
			ID: "ev_1", ReceivedAt: noon.Add(-2 * time.Hour), Webhook: "/hooks/betterbugs", Source: "203.0.113.7", Method: "POST",
			Target: "/hooks/betterbugs?token=[redacted]", Body: []byte(`{"bugId":"b1"}`), State: bridge.EventAccepted,
			Header: http.Header{"Content-Type": {"application/json"}, "X-Key": {"[redacted]"}, "Host": {"bugs.example"}},
			Trace:  []bridge.Trace{{Rule: "urgent", Why: "priority is LOW"}, {Rule: "all", Matched: true, Why: "takes every report"}},
			Report: &bridge.Report{
				BugID: "b1", ProjectID: "p1", Title: "Pay button is dead", Description: "<p>It is <b>dead</b></p>", Priority: "LOW",
				ScreenshotURL: "https://cdn.example/s.png", SessionURL: "https://app.example/s", Warnings: []string{"a field came twice"},
				CustomFields: bridge.Fields{{Name: "team", Value: bridge.Fields{{Name: "id", Value: "checkout"}}}},
				Extra:        bridge.Fields{{Name: "browserName", Value: "Firefox"}},
			},
		},
		rows: []bridge.Delivery{{
			Seq: 7, ID: "dl_1", EventID: "ev_1", BugID: "b1", ProjectID: "p1", Title: "Pay button is dead", Rule: "all", Destination: "web",
			State: bridge.DeliveryParked, Reason: "410 Gone: issues are disabled", Hint: "switch them on", Attempts: 2,
			Ref:       bridge.Ref{Name: "acme/web#12", URL: "https://github.com/acme/web/issues/12"},
			CreatedAt: noon.Add(-time.Hour), ChangedAt: noon.Add(-3 * time.Minute),
		}},
		attempts: []bridge.Attempt{{
			StartedAt: noon.Add(-time.Hour), EndedAt: noon.Add(-time.Hour + 1500*time.Millisecond), Outcome: bridge.DeliveryParked,
			Detail: "asked for the issue", Error: "create issue: 410 Gone",
			Calls:   []bridge.Call{{Method: "POST", URL: "https://api.github.com/repos/acme/web/issues", Status: 410, Took: 40 * time.Millisecond}},
			Dropped: []bridge.Dropped{{Field: "assignee", Value: "quinn", Why: "cannot be assigned"}},
		}},
	}
}

// says fails where the answer has not all of the parts.
func says(w *httptest.ResponseRecorder, status int, parts ...string) string {
	if w.Code != status {
		return fmt.Sprintf("%d, want %d: %s", w.Code, status, w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			return fmt.Sprintf("no %s in\n%s", part, w.Body)
		}
	}
	return ""
}

// names are the keys of a form, for the name of a test.
func names(form url.Values) string { return strings.Join(slices.Sorted(maps.Keys(form)), " ") }
