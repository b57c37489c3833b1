package console

import (
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// requests is the content of the page of all that came.
type requests struct {
	lookup
	Filters []filter
	Chosen  filter
	Choices Choices
	Rows    []bridge.EventLine
	Before  int64 // where the older ones begin; 0: there are none
}

// Again is the word for giving an event of that state another chance; empty: it needs none.
func (requests) Again(state bridge.EventState) string { return againWord(state) }

func (c *console) getRequests(w http.ResponseWriter, r *http.Request) {
	l, err := c.asked(r, "/requests")
	if err != nil {
		c.problem(w, http.StatusBadRequest, "Not to be searched for", sentence(err.Error()))
		return
	}
	counts, countErr := c.cfg.Log.Counts(r.Context())
	filters, chosen, known := choose(l, eventStates, plainCounts(counts.Events))
	if !known {
		c.problem(w, http.StatusBadRequest, "No such state", "A request is never in that state.")
		return
	}
	found, err := c.cfg.Log.EventPage(r.Context(), l.Search)
	if c.unreadable(w, r, "requests", err, countErr) {
		return
	}
	content := requests{lookup: l, Filters: filters, Chosen: chosen, Choices: c.cfg.Choices(), Rows: found.Rows, Before: found.Older}
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
