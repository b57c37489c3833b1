package console

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// openAPI describes what stands under /api/v1/. The tests hold every answer against it.
//
//go:embed openapi.json
var openAPI []byte

// Deliveries is a page of deliveries as the API has it.
type Deliveries struct {
	Deliveries []bridge.Delivery `json:"deliveries"`
	Older      int64             `json:"older,omitempty"` // "before" of the next page; absent: there is none
}

// Events is a page of events as the API has it.
type Events struct {
	Events []bridge.EventLine `json:"events"`
	Older  int64              `json:"older,omitempty"`
}

// DeliveryView is a delivery with its attempts, oldest first.
type DeliveryView struct {
	bridge.Delivery
	AttemptList []bridge.Attempt `json:"attempt_list"`
}

// EventView is an event in full, with what became of it.
type EventView struct {
	bridge.Event
	Body       []byte            `json:"body"` // as it came, in base64
	Deliveries []bridge.Delivery `json:"deliveries"`
}

// Wish is the body of a request that changes a delivery.
type Wish struct {
	Recreate bool   `json:"recreate,omitempty"` // of redeliver: file the issue again if it was deleted
	Reason   string `json:"reason,omitempty"`   // of park
}

// APIError is the body of every answer of the API that is no success.
type APIError struct {
	Message string `json:"error"`
	Hint    string `json:"hint,omitempty"`
	State   string `json:"state,omitempty"` // with 409: of the delivery
	Want    string `json:"want,omitempty"`  // with 409: the state in which it could be done
}

// registerAPI adds the API to the pages.
func (c *console) registerAPI(mux *http.ServeMux) {
	const base = "/api/v1/"
	mux.HandleFunc("GET "+base+"openapi.json", asset("application/json", openAPI))
	mux.HandleFunc("GET "+base+"deliveries", c.api(c.apiDeliveries))
	mux.HandleFunc("GET "+base+"deliveries/{id}", c.api(c.apiDelivery))
	mux.HandleFunc("POST "+base+"deliveries/{id}/redeliver", c.api(c.apiRedeliver))
	mux.HandleFunc("POST "+base+"deliveries/{id}/park", c.api(c.apiPark))
	mux.HandleFunc("POST "+base+"deliveries/{id}/release", c.api(c.apiRelease))
	mux.HandleFunc("GET "+base+"events", c.api(c.apiEvents))
	mux.HandleFunc("GET "+base+"events/{id}", c.api(c.apiEvent))
	mux.HandleFunc("GET "+base+"events/{id}/today", c.api(c.apiToday))
	mux.HandleFunc("POST "+base+"events/{id}/again", c.api(c.apiAgain))
	mux.HandleFunc("GET "+base+"counts", c.api(func(r *http.Request) (any, error) { return c.cfg.Log.Counts(r.Context()) }))
	mux.HandleFunc("GET "+base+"tallies", c.api(c.apiTallies))
	mux.HandleFunc("GET "+base+"trackers", c.api(func(r *http.Request) (any, error) { return c.cfg.Live.Live(r.Context()) }))
	mux.HandleFunc("GET "+base+"record", c.api(c.apiRecord))
	mux.HandleFunc(base, c.api(func(*http.Request) (any, error) {
		return nil, &misasked{http.StatusNotFound, "the API has no such resource, or not with this method", "GET /api/v1/openapi.json says what there is"}
	}))
}

// misasked is an error that is the request's own fault.
type misasked struct {
	status        int
	message, hint string
}

func (e *misasked) Error() string { return e.message }

// api answers with what a handler returns, as JSON.
func (c *console) api(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := handle(r)
		if err == nil {
			var body []byte
			if body, err = bridge.JSON(value); err == nil {
				writeJSON(w, http.StatusOK, body)
				return
			}
		}
		status, told := c.explain(r, err)
		body, _ := bridge.JSON(told) // texts alone
		writeJSON(w, status, body)
	}
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the reader has gone; there is nobody to tell
}

// explain says of an error what the API may say of it. The cause of what is our fault goes to the log alone.
func (c *console) explain(r *http.Request, err error) (int, APIError) {
	if refused, ok := errors.AsType[*misasked](err); ok {
		return refused.status, APIError{Message: refused.message, Hint: refused.hint}
	}
	if state, ok := errors.AsType[*bridge.StateError](err); ok {
		return http.StatusConflict, APIError{Message: state.Error(), State: string(state.State), Want: string(state.Want)}
	}
	if errors.Is(err, bridge.ErrNotFound) {
		return http.StatusNotFound, APIError{Message: "there is none of that id"}
	}
	if r.Context().Err() == nil {
		c.cfg.Logger.Error("request of the API failed", "path", r.URL.Path, "err", err)
	}
	return http.StatusInternalServerError, APIError{Message: "it could not be done now", Hint: "the log says why"}
}

// maxPage is how many rows a page of the API has at most.
const maxPage = 1000

// search reads what a listing is asked for.
func search(q url.Values, known ...string) (bridge.Search, error) {
	f := bridge.Search{
		State: q.Get("state"), Project: q.Get("project"), Bug: q.Get("bug"), Event: q.Get("event"), Destination: q.Get("destination"),
		Rule: q.Get("rule"), Words: q.Get("q"),
	}
	if f.State != "" && len(known) > 0 && !slices.Contains(known, f.State) {
		return f, &misasked{http.StatusBadRequest, fmt.Sprintf("state %q: there is no such state", f.State), fmt.Sprintf("one of %q", known)}
	}
	var err error
	for name, into := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if text := q.Get(name); text != "" {
			if *into, err = time.Parse(time.RFC3339, text); err != nil {
				return f, &misasked{http.StatusBadRequest, fmt.Sprintf("%s %q is not a time", name, text), "such as 2026-11-26T15:04:05Z"}
			}
		}
	}
	if f.Before, err = number(q, "before", 0, 1<<62); err != nil {
		return f, err
	}
	limit, err := number(q, "limit", 1, maxPage)
	f.Limit = int(limit)
	return f, err
}

// number reads a number of the query; 0 if it is not there.
func number(q url.Values, name string, least, most int64) (int64, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, &misasked{http.StatusBadRequest, fmt.Sprintf("%s %q is not a number from %d to %d", name, text, least, most), ""}
	}
	return n, nil
}

// wish reads the body of a request that changes something; an empty one is no wish.
func wish(r *http.Request) (w Wish, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 64<<10))
	if err != nil || len(body) == 0 {
		return w, err
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return w, &misasked{http.StatusBadRequest, "the body is no JSON object as the API wants it: " + err.Error(), "GET /api/v1/openapi.json says how it looks"}
	}
	return w, nil
}
