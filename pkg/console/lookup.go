package console

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// shown is how many rows a page has room for.
const shown = 100

// lookup is what the query of a listing asks for.
type lookup struct {
	path  string
	query url.Values // the parameters that are known and not empty

	Search bridge.Search
}

// parameters are those that a listing knows.
var parameters = []string{"q", "state", "project", "destination", "rule", "within", "from", "to", "before"}

// spans are the times that a choice stands for.
var spans = []span{{"hour", "the last hour", time.Hour}, {"day", "the last day", 24 * time.Hour}, {"week", "the last week", 7 * 24 * time.Hour}}

type span struct {
	Value, Name string
	long        time.Duration
}

// asked reads the query of a listing at path. The error is for whoever typed it, and repeats nothing of it.
func (c *console) asked(r *http.Request, path string) (lookup, error) {
	l := lookup{path: path, query: url.Values{}}
	given := r.URL.Query()
	for _, name := range parameters {
		if value := strings.TrimSpace(given.Get(name)); value != "" {
			l.query.Set(name, value)
		}
	}
	l.Search = bridge.Search{
		State: l.Get("state"), Project: l.Get("project"), Destination: l.Get("destination"), Rule: l.Get("rule"), Words: l.Get("q"), Limit: shown,
	}
	var err error
	if l.Search.From, err = moment(l.Get("from")); err != nil {
		return l, err
	}
	if l.Search.To, err = moment(l.Get("to")); err != nil {
		return l, err
	}
	for _, s := range spans {
		if s.Value == l.Get("within") {
			l.Search.From = c.cfg.Now().Add(-s.long)
		}
	}
	if before := l.Get("before"); before != "" {
		if l.Search.Before, err = strconv.ParseInt(before, 10, 64); err != nil || l.Search.Before < 1 {
			return l, fmt.Errorf("a page's place is a number: begin with the newest again")
		}
	}
	return l, nil
}

// moment reads a time as a browser's field for dates and times writes it. It is taken for UTC, as the field's label says.
func moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("a time is written like 2026-03-04T05:06, in UTC")
}

// Get returns a parameter, empty if it was not given.
func (l lookup) Get(name string) string { return l.query.Get(name) }

// With is the address of the listing with another value of a parameter, from the newest row on; an empty value leaves it out.
func (l lookup) With(name, value string) string {
	q := maps.Clone(l.query)
	q.Del("before")
	if q.Set(name, value); value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return l.path
	}
	return l.path + "?" + q.Encode()
}

// Older is the address of the page that begins before that row.
func (l lookup) Older(before int64) string { return l.With("before", strconv.FormatInt(before, 10)) }

// Newest is the address of the first page.
func (l lookup) Newest() string { return l.With("before", "") }

// Plain is the address without any filter.
func (l lookup) Plain() string { return l.path }

// Filtered says that not all rows are asked for.
func (l lookup) Filtered() bool {
	for name := range l.query {
		if name != "before" {
			return true
		}
	}
	return false
}

// Narrow says that something beside the state is asked for.
func (l lookup) Narrow() bool {
	for name := range l.query {
		if name != "before" && name != "state" {
			return true
		}
	}
	return false
}

// Further says that this is not the first page.
func (l lookup) Further() bool { return l.query.Has("before") }

// Spans are the choices of a time.
func (lookup) Spans() []span { return spans }
