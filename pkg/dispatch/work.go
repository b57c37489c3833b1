package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// work is one attempt under way.
type work struct {
	*Dispatcher
	delivery *bridge.Delivery
	report   bridge.Report
	target   Target
	owner    string
	link     bridge.Link
	granted  time.Time // when the lease was last taken or renewed
	fresh    bool      // the issue was created by this very attempt, or moments ago and not read since
	wrote    []string  // what was done, for the attempt's detail
	dropped  []bridge.Dropped
	said     map[string]bridge.Said // of the last draft
	leftOut  []bridge.Dropped       // what the tracker took and did not set, until it is remembered
}

// run makes the attempt. The link it leaves in w is what was saved last.
func (w *work) run(ctx context.Context) (result, error) {
	var err error
	if w.target, err = w.cfg.Directory.Target(w.report.ProjectID, w.delivery.Destination); err != nil {
		return result{}, err
	}
	if w.target.Off != "" {
		return result{}, &waiting{until: w.spread(time.Now().Add(min(offWait, w.cfg.RetryTo))), why: w.target.Off}
	}
	if err := w.admit(ctx, w.target); err != nil {
		return result{}, err
	}
	if err := w.leaseOf(ctx, w.report.BugID, w.target.Place.Key()); err != nil {
		return result{}, err
	}
	defer w.release(ctx)
	if w.delivery.Recreate {
		if err := w.recreate(ctx); err != nil {
			return result{}, err
		}
	}
	w.fresh = w.unread()
	w.tryAgain()
	if w.version().Before(w.link.Applied) {
		return result{bridge.DeliverySuperseded, "a newer report of this bug is in the issue already"}, nil
	}
	return w.file(ctx)
}

func (w *work) leaseOf(ctx context.Context, bug, place string) error {
	granted := time.Now()
	link, held, err := w.cfg.Links.Lease(ctx, bug, place, w.owner, w.cfg.Lease)
	if err != nil {
		return err
	}
	w.link = link
	if !held {
		return busy()
	}
	w.granted = granted
	return nil
}

// release gives the lease back. If it cannot, the lease ends by itself.
func (w *work) release(ctx context.Context) {
	if err := w.cfg.Links.Release(context.WithoutCancel(ctx), w.link.Bug, w.link.Place, w.owner); err != nil {
		w.log.Warn("a lease could not be given back and has to run out", "delivery", w.delivery.ID, "err", err)
	}
}

// save writes the link down and renews its lease. It goes through even when ctx has ended: what was learnt about the
// tracker must not be lost with the attempt.
func (w *work) save(ctx context.Context) error {
	granted := time.Now()
	if err := w.cfg.Links.Save(context.WithoutCancel(ctx), w.link, w.owner, w.cfg.Lease); err != nil {
		return err
	}
	w.granted = granted
	return nil
}

func (w *work) version() bridge.Version {
	return bridge.Version{UpdatedAt: w.report.UpdatedAt, Seq: w.delivery.Seq}
}

// freshFor is how long after its creation an issue that was not read yet is taken to be as Bugferry made it.
const freshFor = 30 * time.Second

// unread says that an earlier attempt created the issue moments ago and ended before it read it.
func (w *work) unread() bool {
	for _, st := range w.link.Fields {
		if st.Answered != "" {
			return false
		}
	}
	return w.link.Ref != (bridge.Ref{}) && w.link.Applied == (bridge.Version{}) && time.Since(w.link.Recorded) < freshFor
}

// file brings the tracker to where the report is.
func (w *work) file(ctx context.Context) (result, error) {
	if w.link.Ref == (bridge.Ref{}) && !w.link.Intent.At.IsZero() {
		if err := w.look(ctx); err != nil {
			return result{}, err
		}
	}
	if w.link.Ref == (bridge.Ref{}) {
		if err := w.create(ctx); err != nil {
			return result{}, err
		}
	}
	if err := w.converge(ctx); err != nil {
		return result{}, err
	}
	nothingNew := len(w.wrote) == 0 && w.delivery.Attempts == 0 && w.link.Applied != (bridge.Version{})
	w.link.Applied = w.version()
	if err := w.save(ctx); err != nil {
		return result{}, err
	}
	crashAt("before the end")
	if nothingNew {
		return result{bridge.DeliverySkipped, "the issue says it all already"}, nil
	}
	return result{bridge.DeliveryDelivered, strings.Join(w.wrote, "; ")}, nil
}

// draft composes the issue from today's configuration and plans it for the tracker, without what the tracker is known
// to refuse. What cannot be said in the tracker is told in the body.
func (w *work) draft(ctx context.Context) (bridge.Draft, error) {
	draft, err := w.plan(ctx, w.link.Dropped)
	if err != nil {
		return draft, err
	}
	refusals := len(w.link.Dropped)
	w.link.Dropped = slices.DeleteFunc(slices.Clone(w.link.Dropped), func(d bridge.Dropped) bool {
		value, planned := planned(draft, d.Field)
		return planned && value != d.Value
	})
	w.dropped = slices.Concat(w.link.Dropped, draft.Dropped)
	if len(draft.Dropped) > 0 || len(w.link.Dropped) < refusals {
		if draft, err = w.plan(ctx, w.dropped); err != nil {
			return draft, err
		}
	}
	w.said = draft.Said
	for _, d := range w.link.Dropped {
		delete(draft.Fields, d.Field)
		if d.Field == bridge.FieldLabels {
			draft.First, draft.Labels = nil, nil // an adapter whose marker is a label sends that all the same
		}
	}
	return draft, nil
}

// planned returns what the draft says of a field, labels included, in the form in which a refusal is remembered.
func planned(draft bridge.Draft, field string) (string, bool) {
	if field == bridge.FieldLabels {
		return strings.Join(draft.Labels, ", "), len(draft.Labels) > 0
	}
	value, ok := draft.Fields[field]
	return value, ok
}

// plan composes and plans the issue. What was dropped is told in the body, but for a status that could not be reached: that is
// told in the delivery alone, for the next report may well reach it.
func (w *work) plan(ctx context.Context, dropped []bridge.Dropped) (bridge.Draft, error) {
	told := slices.DeleteFunc(slices.Clone(dropped), func(d bridge.Dropped) bool { return d.Field == bridge.FieldStatus })
	issue, err := w.target.Compose(w.report, told)
	if err != nil {
		return bridge.Draft{}, err
	}
	draft, err := w.target.Tracker.Plan(ctx, w.target.Place, issue)
	if err != nil {
		return bridge.Draft{}, fmt.Errorf("plan issue: %w", err)
	}
	return draft, nil
}

// tryAgain forgets at a delivery's first attempt what may go by now: a status, for a person may have moved the issue to where it
// can be reached from; and everything, where a person asked for the delivery.
func (w *work) tryAgain() {
	if w.delivery.Attempts > 0 {
		return
	}
	w.link.Dropped = slices.DeleteFunc(slices.Clone(w.link.Dropped), func(d bridge.Dropped) bool {
		return w.delivery.Forced || d.Field == bridge.FieldStatus
	})
}

// refuse remembers a field that the tracker would not take; a newer refusal of the same field replaces the older.
func (w *work) refuse(d bridge.Dropped) {
	w.link.Dropped = slices.DeleteFunc(slices.Clone(w.link.Dropped), func(o bridge.Dropped) bool { return o.Field == d.Field })
	w.link.Dropped = append(w.link.Dropped, d)
}

// look finds out what became of a create whose outcome is not known. It returns nil when that is settled either way.
func (w *work) look(ctx context.Context) error {
	looked := time.Now()
	refs, err := w.target.Tracker.Find(ctx, w.target.Place, w.marker(), w.link.Intent.At)
	if err != nil {
		return fmt.Errorf("look for the issue: %w", err)
	}
	w.doubtful(w.link.Intent.At)
	if len(refs) > 0 {
		w.wrote = append(w.wrote, "found "+refs[0].Name+" which an earlier attempt had created")
		w.link.Twins = refs[1:]
		w.tellTwins()
		return w.record(ctx, refs[0])
	}
	if settled := w.link.Intent.Deadline.Add(w.target.Settle); looked.Before(settled) {
		return &bridge.Error{
			Kind: bridge.Later, Until: settled,
			Err: errors.New("a create was sent and its answer lost; waiting until the tracker must show the issue if there is one"),
		}
	}
	if w.link.Intent.Created {
		return errors.New("the tracker said that it created the issue and does not show it; nothing is filed again")
	}
	return w.forget(ctx)
}

func (w *work) marker() bridge.Marker {
	return bridge.Marker{Installation: w.cfg.Installation, Bug: w.link.Bug}
}

// record ties the link to its issue, for ever.
func (w *work) record(ctx context.Context, ref bridge.Ref) error {
	w.link.Ref, w.link.Intent, w.link.Recorded = ref, bridge.Intent{}, time.Now()
	if !w.link.Doubt.IsZero() {
		w.scheduleSweep(w.link.Recorded)
	}
	return w.save(ctx)
}

// fallback returns where the report goes when this destination cannot have it: nowhere, once there is an issue.
func (w *work) fallback() []bridge.Match {
	if w.target.Fallback == "" || w.link.Ref != (bridge.Ref{}) || !w.link.Intent.At.IsZero() {
		return nil
	}
	return []bridge.Match{{Rule: bridge.FallbackRule(w.delivery.Destination), Destination: w.target.Fallback}}
}
