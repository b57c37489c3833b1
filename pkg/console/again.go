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
	State    bridge.EventState `json:"state"`            // that the event would have
	Reason   string            `json:"reason,omitempty"` // why it goes nowhere
	Rules    []bridge.Trace    `json:"rules,omitempty"`
	Known    []bridge.Ref      `json:"known,omitempty"` // the issues that its bug has
	Goes     []Goal            `json:"goes,omitempty"`
	Mistakes []string          `json:"mistakes,omitempty"` // rules that failed
}

// Goal is a destination that a report would go to.
type Goal struct {
	Destination string `json:"destination"`
	Rule        string `json:"rule"`
	Place       string `json:"place"`
}

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
	if againWord(event.State) == "" {
		c.problem(w, http.StatusConflict, "Not done", sentence(notAgain(event)))
		return
	}
	if _, err = c.reopen(r, event); c.undone(w, r, err) {
		return
	}
	http.Redirect(w, r, "/reports/"+url.PathEscape(event.ID)+"?"+url.Values{"done": {event.ID}}.Encode(), http.StatusSeeOther)
}

// notAgain says why an event is not given another chance.
func notAgain(event bridge.Event) string {
	return "the request is " + string(event.State) + ": such a one is matched when it comes, and not again; redeliver sends a report once more"
}

// reopen decodes and matches the event again, files it there, and notes that.
func (c *console) reopen(r *http.Request, event bridge.Event) (bridge.Receipt, error) {
	receipt, err := c.cfg.Router.Reopen(r.Context(), event)
	if err != nil {
		return receipt, err
	}
	detail := "it is " + string(receipt.State)
	for i, destination := range receipt.Destinations {
		detail += []string{", to ", " and "}[min(i, 1)] + destination
	}
	word := "rematch" // the record has the same words as the commands
	if event.State == bridge.EventRefused {
		word = "release"
	}
	c.note(r, word, event.ID, detail)
	return receipt, nil
}
