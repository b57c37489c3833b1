package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// kept is a store with one event of one delivery, ev_1 and dl_1.
type kept struct {
	err   error
	asked []bridge.Search
	deeds []bridge.Deed
	state bridge.DeliveryState
}

var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func (k *kept) delivery() bridge.Delivery {
	return bridge.Delivery{
		Seq: 7, ID: "dl_1", EventID: "ev_1", BugID: "b1", ProjectID: "p1", Title: "<b>", Rule: "all", Destination: "web", State: k.state, Reason: "r",
		Hint: "h", Attempts: 2, NextAt: at, Ref: bridge.Ref{ID: "1", Name: "WEB-1", URL: "http://tracker/1"}, Twins: []bridge.Ref{{ID: "2"}},
		CreatedAt: at, ChangedAt: at, ReleasedAt: at, Forced: true, Recreate: true,
	}
}

func (k *kept) EventPage(_ context.Context, f bridge.Search) (bridge.EventPage, error) {
	k.asked = append(k.asked, f)
	line := bridge.EventLine{Seq: 3, ID: "ev_1", ReceivedAt: at, State: bridge.EventAccepted, BugID: "b1", Title: "T"}
	return bridge.EventPage{Rows: []bridge.EventLine{line}, Older: 3}, k.err
}

func (k *kept) DeliveryPage(_ context.Context, f bridge.Search) (bridge.DeliveryPage, error) {
	k.asked = append(k.asked, f)
	return bridge.DeliveryPage{Rows: []bridge.Delivery{k.delivery()}}, k.err
}

func (k *kept) Counts(context.Context) (bridge.Counts, error) {
	c := bridge.Counts{Events: map[bridge.EventState]int{}, Deliveries: map[bridge.DeliveryState]int{}}
	for _, s := range bridge.EventStates {
		c.Events[s] = 1
	}
	for _, s := range bridge.DeliveryStates {
		c.Deliveries[s] = bridge.CountedTo
	}
	return c, k.err
}

func (k *kept) found(id, want string) error {
	if k.err == nil && id != want {
		return bridge.ErrNotFound
	}
	return k.err
}

func (k *kept) Event(_ context.Context, id string) (bridge.Event, error) {
	if id == "ev_3" {
		return bridge.Event{ID: id, ReceivedAt: at, State: bridge.EventUnrouted}, k.err
	}
	return bridge.Event{
		ID: "ev_1", ReceivedAt: at, Method: "POST", Header: http.Header{"Host": {"h"}}, Body: []byte{0xff}, State: bridge.EventAccepted,
		Report: &bridge.Report{BugID: "b1", Extra: bridge.Fields{{Name: "x", Value: "y"}}}, Trace: []bridge.Trace{{Rule: "all", Matched: true}},
	}, k.found(id, "ev_1")
}

func (k *kept) Deliveries(context.Context, bridge.Search) ([]bridge.Delivery, error) {
	return []bridge.Delivery{k.delivery()}, k.err
}

func (k *kept) Delivery(_ context.Context, id string) (bridge.Delivery, []bridge.Attempt, error) {
	attempt := bridge.Attempt{
		Delivery: "dl_1", StartedAt: at, EndedAt: at, Outcome: bridge.DeliveryPending, Error: "e",
		Calls: []bridge.Call{{Method: "GET", URL: "http://tracker/1", Status: 502, Took: time.Second}}, Dropped: []bridge.Dropped{{Field: "priority", Why: "no"}},
	}
	return k.delivery(), []bridge.Attempt{attempt}, k.found(id, "dl_1")
}

func (k *kept) Today(context.Context, bridge.Event) (console.Today, error) {
	return console.Today{State: bridge.EventAccepted, Goes: []console.Goal{{Destination: "web", Rule: "all", Place: "hub acme/web"}}}, k.err
}

func (k *kept) Reopen(_ context.Context, e bridge.Event) (bridge.Receipt, error) {
	return bridge.Receipt{Event: e.ID, State: bridge.EventAccepted, Destinations: []string{"web"}}, k.err
}

func (k *kept) Tallies(context.Context, time.Time) ([]bridge.Tally, error) {
	return []bridge.Tally{{Hour: at.Truncate(time.Hour), Kind: bridge.TallyEvents, Outcome: "accepted", N: 3}}, k.err
}
func (k *kept) Hits(context.Context) ([]bridge.Tally, error) { return nil, k.err }
func (k *kept) Changes(context.Context) (int64, error)       { return 1, k.err }

func (k *kept) Redeliver(_ context.Context, id string, recreate bool, _ time.Time) (bridge.Delivery, error) {
	d := k.delivery()
	d.ID, d.Recreate = "dl_2", recreate
	return d, k.found(id, "dl_1")
}

func (k *kept) Park(_ context.Context, id, _ string, _ time.Time) error {
	k.state = bridge.DeliveryParked
	return k.found(id, "dl_1")
}

func (k *kept) Resume(_ context.Context, id string, _ time.Time) (bridge.Delivery, error) {
	if k.state != bridge.DeliveryParked {
		return bridge.Delivery{}, &bridge.StateError{ID: id, State: k.state, Want: bridge.DeliveryParked}
	}
	return k.delivery(), k.found(id, "dl_1")
}

func (k *kept) Note(_ context.Context, deed bridge.Deed) error {
	k.deeds = append(k.deeds, deed)
	return nil
}

func (k *kept) Deeds(context.Context, bridge.Search) ([]bridge.Deed, error) {
	return []bridge.Deed{{Seq: 1, At: at, What: "park", On: "dl_1"}}, k.err
}

func (k *kept) config() console.Config {
	live := bridge.Live{
		At: at, Trackers: []bridge.LiveTracker{{Tracker: "hub", Checks: bridge.Checks{{Level: bridge.LevelOK, Thing: "credentials", Text: "fine"}}}},
		Destinations: []bridge.LiveDestination{{Project: "Web", Destination: "web"}},
	}
	return console.Config{Log: k, Archive: k, Figures: k, Hands: k, Journal: k, Router: k, Live: said{live: live, err: k.err}}
}

// described is the API's description, which judges what is asked and answered.
func described(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	w := get((&kept{}).config(), "GET", "/api/v1/openapi.json")
	doc, err := openapi3.NewLoader().LoadFromData(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// ask is a request of the API and what is wanted of its answer.
type ask struct {
	method, target, body string
	status               int
	part                 string
	odd                  bool // it breaks the description
}

// exchange asks the API and holds request and answer against the description.
func exchange(t *testing.T, router routers.Router, k *kept, a ask) *httptest.ResponseRecorder {
	t.Helper()
	request := func() *http.Request {
		r := httptest.NewRequest(a.method, a.target, strings.NewReader(a.body))
		if a.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		return r
	}
	w := httptest.NewRecorder()
	console.New(k.config()).ServeHTTP(w, request())
	r := request()
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatalf("%s %s: %v", a.method, a.target, err)
	}
	asked := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	if err := openapi3filter.ValidateRequest(t.Context(), asked); (err != nil) != a.odd {
		t.Errorf("%s %s: the request: %v", a.method, a.target, err)
	}
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: asked, Status: w.Code, Header: w.Header()}
	answer.SetBodyBytes(w.Body.Bytes())
	if err := openapi3filter.ValidateResponse(t.Context(), answer); err != nil {
		t.Errorf("%s %s: the answer %d %s: %v", a.method, a.target, w.Code, w.Body, err)
	}
	return w
}

func TestTheAPIAnswersAsItsDescriptionSays(t *testing.T) {
	doc, router := described(t)
	seen := map[string]bool{}
	for _, c := range []ask{
		{"GET", "/api/v1/deliveries", "", 200, `"title":"<b>"`, false},
		{"GET", "/api/v1/deliveries?state=parked&project=p&destination=d&rule=r&event=e&bug=b&q=w&before=9&limit=2&from=2026-03-04T00:00:00Z&to=2026-03-05T00:00:00Z", "", 200, `"dl_1"`, false},
		{"GET", "/api/v1/deliveries?state=lost", "", 400, `there is no such state`, true},
		{"GET", "/api/v1/deliveries?limit=1001", "", 400, `from 1 to 1000`, true},
		{"GET", "/api/v1/deliveries?from=yesterday", "", 400, `is not a time`, true},
		{"GET", "/api/v1/deliveries/dl_1", "", 200, `"attempt_list":[{`, false},
		{"GET", "/api/v1/deliveries/dl_9", "", 404, `none of that id`, false},
		{"POST", "/api/v1/deliveries/dl_1/redeliver", `{"recreate":true}`, 200, `"recreate":true`, false},
		{"POST", "/api/v1/deliveries/dl_1/redeliver", "", 200, `"dl_2"`, false},
		{"POST", "/api/v1/deliveries/dl_1/redeliver", `{`, 400, `no JSON object`, true},
		{"POST", "/api/v1/deliveries/dl_1/release", "", 409, `"state":"pending"`, false},
		{"POST", "/api/v1/deliveries/dl_1/park", `{"reason":"later"}`, 200, `"state":"parked"`, false},
		{"POST", "/api/v1/deliveries/dl_1/release", "", 200, `"dl_1"`, false},
		{"GET", "/api/v1/events", "", 200, `"older":3`, false},
		{"GET", "/api/v1/events/ev_1", "", 200, `"body":"/w=="`, false},
		{"GET", "/api/v1/events/ev_2", "", 404, `none of that id`, false},
		{"GET", "/api/v1/events/ev_1/today", "", 200, `"goes":[{"destination":"web"`, false},
		{"GET", "/api/v1/events/ev_2/today", "", 404, `none of that id`, false},
		{"POST", "/api/v1/events/ev_3/again", "", 200, `"destinations":["web"]`, false},
		{"POST", "/api/v1/events/ev_1/again", "", 409, `matched when it comes`, false},
		{"GET", "/api/v1/counts", "", 200, `"parked":1000`, false},
		{"GET", "/api/v1/tallies", "", 200, `"n":3`, false},
		{"GET", "/api/v1/trackers", "", 200, `"credentials"`, false},
		{"GET", "/api/v1/record?q=dl_1", "", 200, `"park"`, false},
	} {
		k := &kept{state: bridge.DeliveryPending}
		if c.status == 200 && strings.HasSuffix(c.target, "/release") {
			k.state = bridge.DeliveryParked
		}
		w := exchange(t, router, k, c)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.part) {
			t.Errorf("%s %s: %d %s, want %d with %s", c.method, c.target, w.Code, w.Body, c.status, c.part)
		}
		if done := len(k.deeds) == 1; done != (c.method == "POST" && c.status == 200) {
			t.Errorf("%s %s: noted %v", c.method, c.target, k.deeds)
		}
		path, _, _ := strings.Cut(strings.NewReplacer("/api/v1", "", "dl_1", "{id}", "dl_9", "{id}", "ev_1", "{id}", "ev_2", "{id}", "ev_3", "{id}").Replace(c.target), "?")
		seen[c.method+" "+path] = true
		if c.status == 200 { // and what it says when the store fails
			broken := &kept{err: errors.New("secret cause"), state: k.state}
			if w := exchange(t, router, broken, c); w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s %s with a broken store: %d %s", c.method, c.target, w.Code, w.Body)
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !seen[method+" "+path] {
				t.Errorf("%s %s is described and was not asked", method, path)
			}
		}
	}
}

func TestTheAPISearchesForWhatItIsAsked(t *testing.T) {
	k := &kept{}
	get(k.config(), "GET", "/api/v1/deliveries?state=parked&project=p&destination=d&rule=r&event=e&bug=b&q=w&before=9&limit=2&from=2026-03-04T05:06:07Z")
	want := bridge.Search{State: "parked", Project: "p", Destination: "d", Rule: "r", Event: "e", Bug: "b", Words: "w", Before: 9, Limit: 2, From: at}
	if len(k.asked) != 1 || k.asked[0] != want {
		t.Errorf("asked %+v, want %+v", k.asked, want)
	}
}

func TestTheAPIHasNothingElse(t *testing.T) {
	for _, c := range [][2]string{{"GET", "/api/v1/nothing"}, {"DELETE", "/api/v1/deliveries/dl_1"}, {"POST", "/api/v1/counts"}} {
		w := get((&kept{}).config(), c[0], c[1])
		var told console.APIError
		if err := json.Unmarshal(w.Body.Bytes(), &told); w.Code != http.StatusNotFound || err != nil || told.Hint == "" {
			t.Errorf("%v: %d %s", c, w.Code, w.Body)
		}
	}
}

func TestAnotherSiteCannotAct(t *testing.T) {
	k := &kept{state: bridge.DeliveryParked}
	r := httptest.NewRequest("POST", "/api/v1/deliveries/dl_1/release", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	console.New(k.config()).ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(k.deeds) != 0 {
		t.Errorf("%d, %v", w.Code, k.deeds)
	}
}
