package console

import (
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

func (c *console) apiDeliveries(r *http.Request) (any, error) {
	f, err := search(r.URL.Query(), texts(bridge.DeliveryStates)...)
	if err != nil {
		return nil, err
	}
	page, err := c.cfg.Log.DeliveryPage(r.Context(), f)
	return Deliveries{Deliveries: append([]bridge.Delivery{}, page.Rows...), Older: page.Older}, err
}

func (c *console) apiDelivery(r *http.Request) (any, error) {
	d, attempts, err := c.cfg.Archive.Delivery(r.Context(), r.PathValue("id"))
	return DeliveryView{d, append([]bridge.Attempt{}, attempts...)}, err
}

func (c *console) apiEvents(r *http.Request) (any, error) {
	f, err := search(r.URL.Query(), texts(bridge.EventStates)...)
	if err != nil {
		return nil, err
	}
	page, err := c.cfg.Log.EventPage(r.Context(), f)
	return Events{Events: append([]bridge.EventLine{}, page.Rows...), Older: page.Older}, err
}

func (c *console) apiEvent(r *http.Request) (any, error) {
	e, err := c.cfg.Archive.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	deliveries, err := c.cfg.Archive.Deliveries(r.Context(), bridge.Search{Event: e.ID, Limit: maxPage})
	return EventView{e, append([]byte{}, e.Body...), append([]bridge.Delivery{}, deliveries...)}, err
}

func (c *console) apiToday(r *http.Request) (any, error) {
	e, err := c.cfg.Archive.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return c.cfg.Router.Today(r.Context(), e)
}

func (c *console) apiAgain(r *http.Request) (any, error) {
	e, err := c.cfg.Archive.Event(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if againWord(e.State) == "" {
		return nil, &misasked{http.StatusConflict, notAgain(e), ""}
	}
	receipt, err := c.reopen(r, e)
	receipt.Destinations = append([]string{}, receipt.Destinations...)
	return receipt, err
}

func (c *console) apiTallies(r *http.Request) (any, error) {
	f, err := search(r.URL.Query())
	if err != nil {
		return nil, err
	}
	if f.From.IsZero() {
		f.From = c.cfg.Now().Add(-24 * time.Hour)
	}
	tallies, err := c.cfg.Figures.Tallies(r.Context(), f.From)
	return map[string]any{"tallies": append([]bridge.Tally{}, tallies...)}, err
}

func (c *console) apiRecord(r *http.Request) (any, error) {
	f, err := search(r.URL.Query())
	if err != nil {
		return nil, err
	}
	deeds, err := c.cfg.Journal.Deeds(r.Context(), f)
	return map[string]any{"record": append([]bridge.Deed{}, deeds...)}, err
}

func (c *console) apiRedeliver(r *http.Request) (any, error) {
	w, err := wish(r)
	if err != nil {
		return nil, err
	}
	return c.do(r, order{act: act{Name: "redeliver"}, Recreate: w.Recreate}, r.PathValue("id"))
}

func (c *console) apiPark(r *http.Request) (any, error) {
	w, err := wish(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if _, err := c.do(r, order{act: act{Name: "park"}, Reason: w.Reason}, id); err != nil {
		return nil, err
	}
	d, _, err := c.cfg.Archive.Delivery(r.Context(), id)
	return d, err
}

func (c *console) apiRelease(r *http.Request) (any, error) {
	return c.do(r, order{act: act{Name: "release"}}, r.PathValue("id"))
}
