package console

import "github.com/bugferry/bugferry/pkg/bridge"

// filter is a choice above the table: a state, and what it means to an operator. The empty state is all.
type filter struct {
	State   bridge.EventState
	Meaning string
	Chosen  bool
}

var meanings = []filter{
	{State: "", Meaning: "What reached the webhook, newest first."},
	{State: bridge.EventAccepted, Meaning: "Decoded and matched by a rule: on its way to the tracker, or there."},
	{State: bridge.EventDuplicate, Meaning: "The same report as one that came shortly before, which stands for it."},
	{State: bridge.EventUnrouted, Meaning: "Decoded, but no project or rule takes it. Kept, to be matched again once one does."},
	{State: bridge.EventUndecodable, Meaning: "Could not be read as a report. Kept byte for byte."},
	{State: bridge.EventRefused, Meaning: "Its secret, project or address was wrong. Kept for a while in quarantine, for a person to judge."},
	{State: bridge.EventIgnored, Meaning: "A verify request or a ping: answered, without effect."},
}

// choose returns all filters with that of the state chosen, and the chosen one; false if there is no such state.
func choose(state string) (all []filter, chosen filter, known bool) {
	for _, f := range meanings {
		if string(f.State) == state {
			f.Chosen, chosen, known = true, f, true
		}
		all = append(all, f)
	}
	return all, chosen, known
}

// Query is the link of the filter.
func (f filter) Query() string {
	if f.State == "" {
		return "/"
	}
	return "/?state=" + string(f.State)
}

// Name is the word on the filter.
func (f filter) Name() string {
	if f.State == "" {
		return "all"
	}
	return string(f.State)
}
