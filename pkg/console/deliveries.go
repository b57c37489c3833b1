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
	listing
	Rows   []bridge.Delivery
	Before int64 // where the older ones begin; 0: there are none
	Acts   []act
}

func (c *console) getDeliveries(w http.ResponseWriter, r *http.Request) {
	head, ok := c.head(w, r, "/deliveries", deliveryStates, func(counts bridge.Counts) map[string]int { return plainCounts(counts.Deliveries) })
	if !ok {
		return
	}
	found, err := c.cfg.Log.DeliveryPage(r.Context(), head.Search)
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	content := deliveries{listing: head, Rows: found.Rows, Before: found.Older, Acts: acts}
	c.render(w, http.StatusOK, "deliveries.html", page{Title: "Deliveries", Content: content})
}
