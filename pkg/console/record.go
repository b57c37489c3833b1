package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// deedsShown is how many deeds a page has.
const deedsShown = 50

// record is the content of the page of what operators did.
type record struct {
	On     string // only what was done to this; empty: all
	Paged  bool   // it is not the first page
	Rows   []deedRow
	Newest string // link to the first page
	Older  string // link to the next one; empty: there is none
}

// deedRow is a deed in the table.
type deedRow struct {
	At                          time.Time
	Who, From, What, On, Detail string

	Report  string // where to see what it was done to; empty: nowhere
	Refused bool   // nobody did it: somebody was kept from doing anything
}

func (c *console) getRecord(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	before, err := strconv.ParseInt(query.Get("before"), 10, 64)
	if query.Has("before") && (err != nil || before < 1) {
		c.problem(w, http.StatusBadRequest, "No such page", "The record is paged by the links below it.")
		return
	}
	on := query.Get("on")
	deeds, err := c.cfg.Journal.Deeds(r.Context(), bridge.Search{Words: on, Before: before, Limit: deedsShown + 1})
	if c.unreadable(w, r, "record", err) {
		return
	}
	content := record{On: cut(on), Paged: before > 0, Newest: recordPage(on, 0)}
	if len(deeds) > deedsShown {
		deeds = deeds[:deedsShown]
		content.Older = recordPage(on, deeds[deedsShown-1].Seq)
	}
	reports := map[string]string{}
	for _, d := range deeds {
		if _, known := reports[d.On]; !known {
			reports[d.On] = c.reportOf(r.Context(), d.On)
		}
		content.Rows = append(content.Rows, deedRow{
			At: d.At, Who: cut(d.Who), From: cut(d.From), What: cut(d.What), On: cut(d.On), Detail: cut(d.Detail),
			Report: reports[d.On], Refused: d.What == refusedWord,
		})
	}
	c.render(w, http.StatusOK, "record.html", page{Title: "Record", Content: content})
}

// recordPage is the link to a page of the record.
func recordPage(on string, before int64) string {
	query := url.Values{}
	if on != "" {
		query.Set("on", on)
	}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	if len(query) == 0 {
		return "/record"
	}
	return "/record?" + query.Encode()
}

// reportOf is the link to the report that an event, or a delivery that is still there, has; empty if there is none.
func (c *console) reportOf(ctx context.Context, id string) string {
	switch {
	case strings.HasPrefix(id, "ev_"):
		return "/reports/" + url.PathEscape(id)
	case strings.HasPrefix(id, "dl_"):
		if d, _, err := c.cfg.Archive.Delivery(ctx, id); err == nil {
			return "/reports/" + url.PathEscape(d.EventID)
		}
	}
	return ""
}

// Nobody says who it was where there is no name.
func (d deedRow) Nobody() string {
	if d.Refused {
		return "somebody who was not let in"
	}
	return "whoever uses this machine"
}
