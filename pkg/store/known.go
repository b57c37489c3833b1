package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// knownDeliveries bounds how far back the deliveries of a bug are looked at: one that is shared all day costs no more.
const knownDeliveries = 200

// known says where the bug is already: its issues, and what its deliveries are on their way to.
func known(ctx context.Context, tx *sql.Tx, bug string) (bridge.Known, error) {
	var k bridge.Known
	rows, err := tx.QueryContext(ctx, `SELECT place FROM links WHERE bug_id = ? AND ref <> '' ORDER BY place`, bug)
	if err != nil {
		return k, err
	}
	if k.Places, err = collect(rows, func(r row) (place string, err error) { return place, r.Scan(&place) }); err != nil {
		return k, err
	}
	rows, err = tx.QueryContext(ctx, `SELECT event_id, rule, destination, state FROM deliveries WHERE bug_id = ? ORDER BY seq DESC LIMIT ?`,
		bug, knownDeliveries)
	if err != nil {
		return k, err
	}
	deliveries, err := collect(rows, func(r row) (d bridge.Delivery, err error) {
		return d, r.Scan(&d.EventID, &d.Rule, &d.Destination, &d.State)
	})
	k.Open, k.Past = destinations(deliveries)
	return k, err
}

// destinations tells of deliveries, the latest first, where they were going, and which of that is still open. What is parked is
// open too, if it is the last word there and no fallback took it.
func destinations(deliveries []bridge.Delivery) (open, past []string) {
	type fallback struct{ event, rule string }
	fellBack := map[fallback]bool{}
	for _, d := range deliveries {
		fellBack[fallback{d.EventID, d.Rule}] = true
		last := !slices.Contains(past, d.Destination)
		if last {
			past = append(past, d.Destination)
		}
		parked := last && d.State == bridge.DeliveryParked && !fellBack[fallback{d.EventID, bridge.FallbackRule(d.Destination)}]
		if (parked || !d.State.Final()) && !slices.Contains(open, d.Destination) {
			open = append(open, d.Destination)
		}
	}
	return open, past
}

// kept is what is written down of how an event was routed.
type kept struct {
	reason string
	trace  []byte
}

// route decides where in goes: it sets the receipt and the deliveries, made now. earlier are the destinations that the same batch
// has sent the bug to. What in came with stays as it is: a batch that fails is tried again.
func (in *intake) route(ctx context.Context, tx *sql.Tx, earlier []string, now time.Time) (kept, error) {
	e, out := in.event, kept{in.event.Reason, in.trace}
	matches, trace, err := routeAgain(ctx, tx, e.Report.BugID, in.routing, earlier)
	if err != nil {
		return out, err
	}
	if len(trace) > 0 {
		if out.trace, err = bridge.JSON(append(slices.Clone(e.Trace), trace...)); err != nil {
			return out, err
		}
	}
	in.deliveries = nil
	in.receipt = bridge.Receipt{Event: e.ID, State: e.State, Destinations: make([]string, 0, len(matches))}
	if e.State == bridge.EventUnrouted && len(matches) > 0 {
		in.receipt.State, out.reason = bridge.EventAccepted, ""
	}
	if e.State == bridge.EventAccepted && len(matches) == 0 {
		in.receipt.State, out.reason = bridge.EventUnrouted, "nothing is left of where it would go"
		if len(trace) > 0 {
			out.reason = trace[len(trace)-1].Why
		}
	}
	for _, m := range matches {
		in.receipt.Destinations = append(in.receipt.Destinations, m.Destination)
		in.deliveries = append(in.deliveries, newDelivery(e, m, now))
	}
	return out, nil
}

// routeAgain returns the matches of a report whose bug may be known, and what that adds to the trace.
func routeAgain(ctx context.Context, tx *sql.Tx, bug string, routing bridge.Routing, earlier []string) ([]bridge.Match, []bridge.Trace, error) {
	if routing.Again == nil {
		return routing.Matches, nil, nil
	}
	k, err := known(ctx, tx, bug)
	if err != nil {
		return nil, nil, err
	}
	k.Open = append(k.Open, earlier...)
	if len(k.Places) == 0 && len(k.Open) == 0 {
		return routing.Matches, nil, nil
	}
	matches, trace := routing.Again(k)
	return matches, trace, nil
}

// recognise makes in a duplicate, without deliveries, if the bug's newest event says the same and is not older than
// [Config.Duplicates]. It is news again after an event that said something else or went nowhere, after one that was released or
// rematched since, and where a person mended what had parked its delivery.
func (s *Store) recognise(ctx context.Context, tx *sql.Tx, in *intake, out *kept) error {
	if s.window <= 0 || in.receipt.State != bridge.EventAccepted {
		return nil
	}
	var id, same string
	var received int64
	err := tx.QueryRowContext(ctx, `SELECT id, fingerprint, received_at FROM (
			SELECT id, state, fingerprint, received_at FROM events
			WHERE bug_id = ?1 AND state IN ('accepted', 'unrouted') ORDER BY seq DESC LIMIT 1) AS newest
		WHERE state = 'accepted' AND NOT EXISTS (SELECT 1 FROM deliveries WHERE bug_id = ?1
			AND (event_id = newest.id AND state = 'parked' OR event_id <> newest.id AND created_at > newest.received_at))`,
		in.event.Report.BugID).
		Scan(&id, &same, &received)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if same == in.fingerprint && in.event.ReceivedAt.Sub(fromMillis(received)) <= s.window {
		in.receipt.Event, in.receipt.State, in.deliveries = id, bridge.EventDuplicate, nil
		out.reason = "the same report as " + id
	}
	return nil
}
