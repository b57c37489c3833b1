package console

import (
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// requests is the content of the page of all that came.
type requests struct {
	listing
	Rows   []bridge.EventLine
	advice map[string]bridge.Advice // on the unrouted ones, by id
	Before int64                    // where the older ones begin; 0: there are none
}

// Again is the word for giving an event of that state another chance; empty: it needs none.
func (requests) Again(state bridge.EventState) string { return againWord(state) }

// Advice is what is to be done about the event of that id; empty: nothing.
func (r requests) Advice(id string) bridge.Advice { return r.advice[id] }

func (c *console) getRequests(w http.ResponseWriter, r *http.Request) {
	head, ok := c.head(w, r, "/requests", eventStates, func(counts bridge.Counts) map[string]int { return plainCounts(counts.Events) })
	if !ok {
		return
	}
	found, err := c.cfg.Log.EventPage(r.Context(), head.Search)
	if c.unreadable(w, r, "requests", err) {
		return
	}
	content := requests{listing: head, Rows: found.Rows, Before: found.Older, advice: map[string]bridge.Advice{}}
	for _, e := range found.Rows {
		if e.State == bridge.EventUnrouted {
			content.advice[e.ID] = c.cfg.Advise(r.Context(), e.ID)
		}
	}
	c.render(w, http.StatusOK, "requests.html", page{Title: "Requests", Content: content})
}

// plainCounts has the names of states as plain text.
func plainCounts[S ~string](counts map[S]int) map[string]int {
	plain := map[string]int{}
	for state, n := range counts {
		plain[string(state)] = n
	}
	return plain
}
