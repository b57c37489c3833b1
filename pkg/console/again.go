package console

import (
	"context"
	"net/http"
	"net/url"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Router asks today's rules about a stored event.
type Router interface {
	// Today says where the event's report would go if it came now; it changes nothing.
	Today(ctx context.Context, event bridge.Event) (Today, error)
	// Reopen decodes and matches it again, and files it there. [bridge.ErrNotFound] if it is not in the state of event any more.
	Reopen(ctx context.Context, event bridge.Event) (bridge.Receipt, error)
}

// Today is where a report would go now.
type Today struct {
	State    bridge.EventState // that the event would have
	Reason   string            // why it goes nowhere
	Rules    []bridge.Trace
	Known    []bridge.Ref // the issues that its bug has
	Goes     []Goal
	Mistakes []string // rules that failed
}

// Goal is a destination that a report would go to.
type Goal struct{ Destination, Rule, Place string }

// againWord is the act that gives an event of that state another chance; empty: it needs none.
func againWord(state bridge.EventState) string {
	switch state {
	case bridge.EventRefused:
		return "release"
	case bridge.EventUndecodable:
		return "decode again"
	case bridge.EventUnrouted:
		return "rematch"
	}
	return ""
}

// again is the content of the page that shows what today's rules would do.
type again struct {
	Event bridge.Event
	Title string
	Today Today
	Word  string // the act; empty: there is nothing to do
}

func (c *console) getAgain(w http.ResponseWriter, r *http.Request) {
	event, err := c.cfg.Archive.Event(r.Context(), r.PathValue("event"))
	if c.unreadable(w, r, "report", err) {
		return
	}
	today, err := c.cfg.Router.Today(r.Context(), event)
	if c.unreadable(w, r, "report", err) {
		return
	}
	content := again{Event: event, Title: titleOf(event), Today: today, Word: againWord(event.State)}
	c.render(w, http.StatusOK, "again.html", page{Title: "With today's rules", Content: content})
}

func (c *console) postAgain(w http.ResponseWriter, r *http.Request) {
	event, err := c.cfg.Archive.Event(r.Context(), r.PathValue("event"))
	if c.unreadable(w, r, "report", err) {
		return
	}
	word := againWord(event.State)
	if word == "" {
		c.problem(w, http.StatusConflict, "Not done", "The request is "+string(event.State)+": such a one is matched when it comes, and not again. Redeliver sends a report once more.")
		return
	}
	receipt, err := c.cfg.Router.Reopen(r.Context(), event)
	if c.unreadable(w, r, "report", err) {
		return
	}
	detail := "it is " + string(receipt.State)
	for i, destination := range receipt.Destinations {
		detail += []string{", to ", " and "}[min(i, 1)] + destination
	}
	if word = "rematch"; event.State == bridge.EventRefused { // the record has the same words as the commands
		word = "release"
	}
	c.note(r, word, event.ID, detail)
	http.Redirect(w, r, "/reports/"+url.PathEscape(event.ID)+"?"+url.Values{"done": {event.ID}}.Encode(), http.StatusSeeOther)
}
