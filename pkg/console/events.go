package console

import (
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	// shown is how many events the page has room for.
	shown = 100
	// longest is how many characters of a stranger's text a cell shows: a title may be a megabyte.
	longest = 300
)

// listing is the content of the first page.
type listing struct {
	Filters []filter
	Chosen  filter
	Rows    []row
	Full    bool // there may be older events
}

// row is an event in the table. An empty string is shown as a dash.
type row struct {
	ID, Received, State, Bug, Title, Source, Reason string

	Today bridge.Advice // of an unrouted event
}

func (c *console) getEvents(w http.ResponseWriter, r *http.Request) {
	filters, chosen, known := choose(r.URL.Query().Get("state"))
	if !known {
		c.problem(w, http.StatusBadRequest, "No such state", "An event is never in that state.")
		return
	}
	events, err := c.cfg.Log.EventPage(r.Context(), bridge.Search{State: string(chosen.State), Limit: shown})
	if err != nil {
		if !errors.Is(r.Context().Err(), context.Canceled) { // a reader who left is no fault of the store
			c.cfg.Logger.Error("events not read", "err", err)
		}
		c.problem(w, http.StatusInternalServerError, "Not readable now", "The events could not be read. The log says why.")
		return
	}
	content := listing{Filters: filters, Chosen: chosen, Full: events.Older > 0}
	for _, e := range events.Rows {
		row := rowOf(e)
		if e.State == bridge.EventUnrouted {
			row.Today = c.cfg.Advise(r.Context(), e.ID)
			row.Today.Text = cut(row.Today.Text)
		}
		content.Rows = append(content.Rows, row)
	}
	c.render(w, http.StatusOK, "events.html", page{Title: "Events", Content: content})
}

func rowOf(e bridge.EventLine) row {
	return row{
		ID: e.ID, Received: e.ReceivedAt.UTC().Format(time.RFC3339), State: string(e.State),
		Bug: cut(e.BugID), Title: cut(e.Title), Source: cut(e.Source), Reason: cut(e.Reason),
	}
}

// cut shortens s to the longest text of a cell, never within a character.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	n := 0
	for i := range s {
		if n == longest-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
