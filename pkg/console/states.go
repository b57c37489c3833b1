package console

import (
	"fmt"
	"net/http"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// filter is a choice above a table: a state, and what it means to an operator. The empty state is all.
type filter struct {
	State   string
	Meaning string
	Chosen  bool
	Count   string // how many there are; empty: nobody counted
	Link    string
}

// Name is the word on the filter.
func (f filter) Name() string {
	if f.State == "" {
		return "all"
	}
	return f.State
}

var eventStates = []filter{
	{State: "", Meaning: "What reached the webhook, newest first."},
	{State: string(bridge.EventAccepted), Meaning: "Decoded and matched by a rule: on its way to the tracker, or there."},
	{State: string(bridge.EventDuplicate), Meaning: "The same report as one that came shortly before, which stands for it."},
	{State: string(bridge.EventUnrouted), Meaning: "Decoded, but no project or rule takes it. Kept, to be matched again once one does."},
	{State: string(bridge.EventUndecodable), Meaning: "Could not be read as a report. Kept byte for byte, to be decoded again by a version that can."},
	{State: string(bridge.EventRefused), Meaning: "Its secret, project or address was wrong. Kept for a while in quarantine, for a person to judge."},
	{State: string(bridge.EventIgnored), Meaning: "A verify request or a ping: answered, without effect."},
}

var deliveryStates = []filter{
	{State: "", Meaning: "Every report on its way to a tracker, newest first."},
	{State: string(bridge.DeliveryParked), Meaning: "A person must act: each says why, and what to do. Release it once the cause is mended."},
	{State: string(bridge.DeliveryPending), Meaning: "Waits for its time: for its first attempt, or for the next one after a failure."},
	{State: string(bridge.DeliveryRunning), Meaning: "Being sent to the tracker now."},
	{State: string(bridge.DeliveryDelivered), Meaning: "The tracker's issue says what the report says."},
	{State: string(bridge.DeliverySkipped), Meaning: "There was nothing to change at the tracker."},
	{State: string(bridge.DeliverySuperseded), Meaning: "A newer report of the same bug overtook it."},
}

// choose returns the filters of a listing, and the chosen one; false if there is no such state. counts has how many rows a state has.
func choose(l lookup, states []filter, counts map[string]int) (all []filter, chosen filter, known bool) {
	for _, f := range states {
		if f.Link = l.With("state", f.State); f.State != "" && counts != nil {
			f.Count = countWords(counts[f.State])
		}
		if f.State == l.Search.State {
			f.Chosen, chosen, known = true, f, true
		}
		all = append(all, f)
	}
	return all, chosen, known
}

// listing is what stands above the rows of a listing.
type listing struct {
	lookup
	Filters []filter
	Chosen  filter
	Choices Choices
}

// head reads what a listing at the address is asked for; false where it has answered that this cannot be listed.
func (c *console) head(
	w http.ResponseWriter, r *http.Request, address string, states []filter, countsOf func(bridge.Counts) map[string]int,
) (head listing, ok bool) {
	l, err := c.asked(r, address)
	if err != nil {
		c.problem(w, http.StatusBadRequest, "Not to be searched for", sentence(err.Error()))
		return head, false
	}
	counts, err := c.cfg.Log.Counts(r.Context())
	if c.unreadable(w, r, "counts", err) {
		return head, false
	}
	head = listing{lookup: l, Choices: c.cfg.Choices()}
	if head.Filters, head.Chosen, ok = choose(l, states, countsOf(counts)); !ok {
		c.problem(w, http.StatusBadRequest, "No such state", "There is no such state.")
	}
	return head, ok
}

// countWords writes a count of the store, which stops at [bridge.CountedTo].
func countWords(n int) string {
	if n >= bridge.CountedTo {
		return "1,000+"
	}
	return fmt.Sprint(n)
}
