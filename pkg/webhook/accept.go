package webhook

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	storeTimeout = 30 * time.Second // for one event to become durable
	retryAfter   = "30"             // seconds
)

// report takes a decoded report.
func (h *handler) report(hook *endpoint, w http.ResponseWriter, r *http.Request, body []byte, report bridge.Report) {
	if name := hook.missing(r.Header); name != "" {
		h.refuseHeader(w, name)
		return
	}
	if !hook.speaksFor(report.ProjectID) {
		h.log.Warn("report refused", "bug", report.BugID, "err", "the webhook may not speak for the report's project")
		answer(w, http.StatusForbidden, refusal{"project not allowed", "This webhook may not speak for the report's project; see webhooks[].projects."})
		return
	}
	event := h.event(hook, r, body)
	event.Report = &report
	matches, trace, err := h.route(report)
	event.Trace = trace
	event.State = bridge.EventAccepted
	if len(matches) == 0 {
		event.State, event.Reason = bridge.EventUnrouted, "no rule sends this report anywhere"
	}
	if err != nil {
		event.Reason = "route report: " + err.Error()
	}
	h.keep(w, r, event, matches)
}

// undecodable keeps what may be a report. Without the configured headers it keeps nothing, or strangers could fill the disk;
// then it refuses what looks like a report and answers what may be a verify request in a shape nobody knows.
func (h *handler) undecodable(hook *endpoint, w http.ResponseWriter, r *http.Request, body []byte, cause error) {
	if name := hook.missing(r.Header); name != "" {
		if bytes.Contains(body, []byte("bugId")) {
			h.refuseHeader(w, name)
			return
		}
		h.ignore(w, "")
		return
	}
	event := h.event(hook, r, body)
	event.State, event.Reason = bridge.EventUndecodable, cause.Error()
	h.keep(w, r, event, nil)
}

func (h *handler) refuseHeader(w http.ResponseWriter, name string) {
	h.log.Warn("request refused", "err", "the header "+name+" is missing or wrong")
	answer(w, http.StatusUnauthorized, refusal{"unauthorized", "The custom header " + name + " is missing or wrong."})
}

func (h *handler) event(hook *endpoint, r *http.Request, body []byte) bridge.Event {
	now := h.now().UTC()
	return bridge.Event{
		ID:         bridge.NewID("ev", now),
		ReceivedAt: now,
		Webhook:    hook.path,
		Header:     h.redact.header(r.Header),
		Body:       body,
	}
}

// route asks the router. A rule that panics must not cost the report.
func (h *handler) route(report bridge.Report) (matches []bridge.Match, trace []bridge.Trace, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the rules panicked: %v", cause)
		}
	}()
	matches, trace, err = h.router.Route(report)
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
func (h *handler) keep(w http.ResponseWriter, r *http.Request, event bridge.Event, matches []bridge.Match) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), storeTimeout)
	defer cancel()
	if err := h.store.Accept(ctx, event, matches); err != nil {
		h.log.Error("event not stored", "event", event.ID, "err", h.redact.values.Replace(err.Error()))
		w.Header().Set("Retry-After", retryAfter)
		answer(w, http.StatusServiceUnavailable, refusal{"not stored", "The report could not be stored; send it again."})
		return
	}
	h.logKept(event, matches)
	destinations := make([]string, 0, len(matches))
	for _, match := range matches {
		destinations = append(destinations, match.Destination)
	}
	answer(w, http.StatusOK, accepted{event.ID, event.State, destinations})
}

func (h *handler) logKept(event bridge.Event, matches []bridge.Match) {
	log := h.log.With("event", event.ID)
	if event.Report != nil {
		log = log.With("bug", event.Report.BugID)
	}
	switch event.State {
	case bridge.EventAccepted:
		log.Info("event accepted")
	case bridge.EventUnrouted:
		log.Warn("event kept, but it goes nowhere", "err", event.Reason)
	default:
		log.Warn("event kept, but it cannot be decoded", "err", event.Reason)
	}
	for _, match := range matches {
		log.Info("delivery stored", "rule", match.Rule, "destination", match.Destination)
	}
}
