package console

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// mostForm is how many bytes the form of a request may have: the ids of a page, and a reason.
const mostForm = 64 << 10

// ByHand is why a delivery is parked where a person did not say.
const ByHand = "parked by hand"

// act is what a person can do with deliveries.
type act struct {
	Name    string // in forms and in the record
	Button  string
	Meaning string
	states  []bridge.DeliveryState // in which it can be done; nil: in all
}

var acts = []act{
	{"redeliver", "Redeliver", "Each report is sent once more to the same destination, as a new delivery. The issue is read and brought up to date; no second one is filed.", nil},
	{"park", "Park", "They are set aside until somebody releases them.", []bridge.DeliveryState{bridge.DeliveryPending}},
	{"release", "Release", "They are tried again at once, with as much time as new ones have before they are given up.", []bridge.DeliveryState{bridge.DeliveryParked}},
}

// Can says whether the act can be done with a delivery in that state.
func (a act) Can(state bridge.DeliveryState) bool {
	return a.states == nil || slices.Contains(a.states, state)
}

// order is what a person wants done.
type order struct {
	act
	IDs      []string
	Recreate bool
	Reason   string
}

// ordered reads the form; the error is for whoever sent it.
func ordered(w http.ResponseWriter, r *http.Request) (order, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if err := r.ParseForm(); err != nil {
		return order{}, errors.New("the form could not be read")
	}
	o := order{IDs: r.PostForm["id"], Recreate: r.PostForm.Has("recreate"), Reason: cutTo(strings.TrimSpace(r.PostForm.Get("reason")), longest)}
	slices.Sort(o.IDs)
	o.IDs = slices.Compact(o.IDs)
	at := slices.IndexFunc(acts, func(a act) bool { return a.Name == r.PostForm.Get("act") })
	switch {
	case at < 0:
		return o, errors.New("there is no such act: redeliver, park and release are")
	case len(o.IDs) == 0:
		return o, errors.New("no delivery was chosen: go back and check the boxes of those that are meant")
	case len(o.IDs) > shown:
		return o, errors.New("too many were chosen: take those of one page at a time")
	}
	o.act = acts[at]
	return o, nil
}

// confirmation is the content of the page that asks before more than one delivery is touched.
type confirmation struct {
	order
	Rows    []bridge.Delivery
	Choices Choices
}

// Possible is how many of them it can be done with.
func (c confirmation) Possible() int {
	n := 0
	for _, d := range c.Rows {
		if c.Can(d.State) {
			n++
		}
	}
	return n
}

func (c *console) postDeliveries(w http.ResponseWriter, r *http.Request) {
	o, err := ordered(w, r)
	if err != nil {
		c.problem(w, http.StatusBadRequest, "Not done", sentence(err.Error()))
		return
	}
	if len(o.IDs) > 1 && !r.PostForm.Has("confirmed") {
		c.confirm(w, r, o)
		return
	}
	for _, id := range o.IDs {
		err := c.carryOut(r, o, id)
		if gone := errors.Is(err, bridge.ErrNotFound); gone && len(o.IDs) > 1 {
			continue // the others are there
		}
		if c.undone(w, r, err) {
			return
		}
	}
	c.seeDone(w, r, o.IDs)
}

// confirm shows what the act would be done with.
func (c *console) confirm(w http.ResponseWriter, r *http.Request, o order) {
	content := confirmation{order: o, Choices: c.cfg.Choices()}
	rows, err := c.deliveriesOf(r.Context(), o.IDs)
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	content.Rows = rows
	c.render(w, http.StatusOK, "confirm.html", page{Title: o.Button + " " + counted(len(rows), "delivery") + "?", Content: content})
}

// deliveriesOf returns those of the ids that there are.
func (c *console) deliveriesOf(ctx context.Context, ids []string) ([]bridge.Delivery, error) {
	var list []bridge.Delivery
	for _, id := range ids {
		d, _, err := c.cfg.Archive.Delivery(ctx, id)
		if errors.Is(err, bridge.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// carryOut does it with one delivery, and notes that it was done, or why not. An error means that there is no such delivery, or that
// the store failed.
func (c *console) carryOut(r *http.Request, o order, id string) error {
	_, err := c.do(r, o, id)
	if why := whyNot(err); why != "" {
		c.note(r, o.Name, id, "not done: "+why)
		return nil
	}
	return err
}

// do does it with one delivery, and notes that. Of redeliver it returns the new delivery, of release the one it was done with.
func (c *console) do(r *http.Request, o order, id string) (d bridge.Delivery, err error) {
	ctx, now := r.Context(), c.cfg.Now()
	var detail string
	switch o.Name {
	case "redeliver":
		d, err = c.cfg.Hands.Redeliver(ctx, id, o.Recreate, now)
		detail = "as " + d.ID
		if o.Recreate {
			detail += ", to be filed again if the issue was deleted"
		}
	case "park":
		detail = cmp.Or(o.Reason, ByHand)
		err = c.cfg.Hands.Park(ctx, id, detail, now)
	case "release":
		d, err = c.cfg.Hands.Resume(ctx, id, now)
	}
	if err == nil {
		c.note(r, o.Name, id, detail)
	}
	return d, err
}

// whyNot says why a delivery could not be touched, and what to do; empty if that is not what the error says.
func whyNot(err error) string {
	state, ok := errors.AsType[*bridge.StateError](err)
	switch {
	case !ok:
		return ""
	case state.State == bridge.DeliveryRunning:
		return "its attempt is under way; wait until that has ended, then try again"
	case state.State.Final() && state.Want == bridge.DeliveryParked:
		return "it is " + string(state.State) + ", not parked; redeliver sends its report once more"
	}
	return "it is " + string(state.State) + ", not " + string(state.Want)
}

// note writes down what was done. That it was done is more important than that it is noted: a failure is logged.
func (c *console) note(r *http.Request, what, on, detail string) {
	who := OperatorOf(r.Context())
	deed := bridge.Deed{At: c.cfg.Now(), Who: who.Name, From: cmp.Or(who.From, addressOf(r)), What: what, On: on, Detail: detail}
	if err := c.cfg.Journal.Note(context.WithoutCancel(r.Context()), deed); err != nil {
		c.cfg.Logger.Error("not written down what an operator did", "what", what, "on", on, "err", err)
	}
}

// addressOf is where the request came from, without the port.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// seeDone sends the person to the page that says what happened.
func (c *console) seeDone(w http.ResponseWriter, r *http.Request, ids []string) {
	if len(ids) == 1 {
		http.Redirect(w, r, "/reports/"+url.PathEscape(ids[0])+"?done", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/deliveries/done?"+url.Values{"id": ids}.Encode(), http.StatusSeeOther)
}

// outcome is a delivery as it is now, and what was done last with it.
type outcome struct {
	bridge.Delivery
	Last bridge.Deed
}

// getDone says of deliveries what was last done with them, as the record has it, and how they are now.
func (c *console) getDone(w http.ResponseWriter, r *http.Request) {
	ids := r.URL.Query()["id"]
	if len(ids) > shown {
		ids = ids[:shown]
	}
	rows, err := c.deliveriesOf(r.Context(), ids)
	var content []outcome
	for _, d := range rows {
		last, lastErr := c.lastDeed(r.Context(), d.ID)
		err = errors.Join(err, lastErr)
		content = append(content, outcome{d, last})
	}
	if c.unreadable(w, r, "deliveries", err) {
		return
	}
	c.render(w, http.StatusOK, "done.html", page{Title: "What was done", Content: content})
}

func (c *console) lastDeed(ctx context.Context, id string) (bridge.Deed, error) {
	deeds, err := c.cfg.Journal.Deeds(ctx, bridge.Search{Words: id, Limit: 1})
	if err != nil || len(deeds) == 0 {
		return bridge.Deed{}, err
	}
	return deeds[0], nil
}
