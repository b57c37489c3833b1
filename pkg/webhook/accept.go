package webhook

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	storeTimeout = 15 * time.Second // for one event to become durable
	retryAfter   = "30"             // seconds
)

// report takes a decoded report.
func (c *call) report(report bridge.Report) {
	if name := c.hook.missing(c.r.Header); name != "" {
		c.refuseHeader(name)
		return
	}
	if !c.hook.speaksFor(report.ProjectID) {
		c.refuse(http.StatusForbidden, "the webhook may not speak for the report's project; see webhooks[].projects",
			refusal{"project not allowed", "This webhook may not speak for the report's project; see webhooks[].projects."})
		return
	}
	c.keep(match(c.router, c.event(), report))
}

// undecodable keeps what may be a report. Without the configured headers it goes no further than the quarantine, or
// strangers could fill the disk; what does not look like a report may then be a verify request in a shape nobody knows.
func (c *call) undecodable(cause error) {
	switch name := c.hook.missing(c.r.Header); {
	case name == "":
		event := c.event()
		event.State, event.Reason = bridge.EventUndecodable, cause.Error()
		c.keep(event, bridge.Routing{})
	case c.looksLikeReport(cause):
		c.refuseHeader(name)
	default:
		c.ignore("")
	}
}

func (c *call) refuseHeader(name string) {
	c.refuse(http.StatusUnauthorized, "the header "+name+" is missing or wrong",
		refusal{"unauthorized", "The custom header " + name + " is missing or wrong."})
}

// Rematch decodes a stored event again and asks the router where it goes, as if it had come today. The event comes back
// accepted, unrouted or undecodable. limit is Config.Limit.
func Rematch(router Router, event bridge.Event, limit int64) (bridge.Event, bridge.Routing) {
	report, err := betterbugs.Decode(requestOf(event.Header, event.Body, limit))
	if err != nil {
		event.State, event.Reason, event.Report, event.Trace = bridge.EventUndecodable, err.Error(), nil, nil
		return event, bridge.Routing{}
	}
	return match(router, event, report)
}

// match gives the event its report, its state and the rules' trace.
func match(router Router, event bridge.Event, report bridge.Report) (bridge.Event, bridge.Routing) {
	matches, trace, err := route(router, report)
	event.Report, event.Trace = &report, trace
	event.State, event.Reason = bridge.EventAccepted, ""
	if len(matches) == 0 {
		event.State, event.Reason = bridge.EventUnrouted, "no rule sends this report anywhere"
	}
	if err != nil {
		event.Reason = "route report: " + err.Error()
	}
	return event, bridge.Routing{Matches: matches, Again: again(router, report, matches)}
}

// again is the router's word on a report whose bug is known. As with the rules, a panic must not cost the report.
func again(router Router, report bridge.Report, matches []bridge.Match) func(bridge.Known) ([]bridge.Match, []bridge.Trace) {
	return func(known bridge.Known) (list []bridge.Match, trace []bridge.Trace) {
		defer func() {
			if cause := recover(); cause != nil {
				list, trace = matches, []bridge.Trace{{Rule: "shared again", Why: fmt.Sprintf("panicked: %v", cause)}}
			}
		}()
		return router.Again(report, known, matches)
	}
}

// route asks the router. A rule that panics must not cost the report.
func route(router Router, report bridge.Report) (matches []bridge.Match, trace []bridge.Trace, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the rules panicked: %v", cause)
		}
	}()
	matches, trace, err = router.Route(report)
	return onePerDestination(matches), trace, err
}

// onePerDestination drops further matches of a destination: the first rule counts.
func onePerDestination(matches []bridge.Match) []bridge.Match {
	var out []bridge.Match
	for _, match := range matches {
		same := func(m bridge.Match) bool { return m.Destination == match.Destination }
		if !slices.ContainsFunc(out, same) {
			out = append(out, match)
		}
	}
	return out
}

// keep stores the event and answers only then. A sender that hangs up meanwhile does not undo it: the report may come once.
func (c *call) keep(event bridge.Event, routing bridge.Routing) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), storeTimeout)
	defer cancel()
	receipt, err := c.store.Accept(ctx, event, routing)
	if err != nil {
		c.count(outcomeNotStored)
		c.log.Error("event not stored", "event", event.ID, "err", c.redact.values.Replace(err.Error()))
		c.w.Header().Set("Retry-After", retryAfter)
		answer(c.w, http.StatusServiceUnavailable, refusal{"not stored", "The report could not be stored; send it again."})
		return
	}
	c.count(string(receipt.State))
	c.logKept(receipt, event)
	answer(c.w, http.StatusOK, accepted{receipt.Event, receipt.State, receipt.Destinations})
}

func (c *call) logKept(receipt bridge.Receipt, event bridge.Event) {
	log := c.log.With("event", event.ID)
	if event.Report != nil {
		log = log.With("bug", event.Report.BugID)
	}
	switch receipt.State {
	case bridge.EventDuplicate:
		log.Info("event is a duplicate", "first", receipt.Event)
		return
	case bridge.EventAccepted:
		log.Info("event accepted")
	case bridge.EventUnrouted:
		advice := c.advise(event)
		if advice.File != "" {
			log = log.With("file", advice.File)
		}
		log.Warn("event kept, but it goes nowhere", "err", event.Reason, "next", cmp.Or(advice.Next, "bugferry events show "+event.ID))
	default:
		log.Warn("event kept, but it cannot be decoded", "err", event.Reason)
	}
	for _, destination := range receipt.Destinations {
		log.Info("delivery stored", "destination", destination)
	}
}
