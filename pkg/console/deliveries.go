package console

import (
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Choices is what the configuration that runs calls things: a listing offers them to filter by.
type Choices struct {
	Projects     []Choice // by name
	Destinations []string
	Rules        []string
}

// Choice is one of BetterBugs' projects.
type Choice struct{ ID, Name string }

// Project is the name of the project of that id; the id itself where the configuration has none.
func (c Choices) Project(id string) string {
	for _, p := range c.Projects {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}

// deliveries is the content of their page.
type deliveries struct {
	lookup
	Filters []filter
	Chosen  filter
	Choices Choices
	Rows    []bridge.Delivery
	Before  int64 // where the older ones begin; 0: there are none
	Acts    []act
}

func (c *console) getDeliveries(w http.ResponseWriter, r *http.Request) {
	l, err := c.asked(r, "/deliveries")
	if err != nil {
		c.problem(w, http.StatusBadRequest, "Not to be searched for", sentence(err.Error()))
		return
	}
	counts, countErr := c.cfg.Log.Counts(r.Context())
	filters, chosen, known := choose(l, deliveryStates, plainCounts(counts.Deliveries))
	if !known {
		c.problem(w, http.StatusBadRequest, "No such state", "A delivery is never in that state.")
		return
	}
	found, err := c.cfg.Log.DeliveryPage(r.Context(), l.Search)
	if c.unreadable(w, r, "deliveries", err, countErr) {
		return
	}
	content := deliveries{lookup: l, Filters: filters, Chosen: chosen, Choices: c.cfg.Choices(), Rows: found.Rows, Before: found.Older, Acts: acts}
	c.render(w, http.StatusOK, "deliveries.html", page{Title: "Deliveries", Content: content})
}
