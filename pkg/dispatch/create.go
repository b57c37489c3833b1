package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// fenceMargin is what must be left of the lease beyond the request's timeout when a create goes out.
const fenceMargin = 2 * time.Second

// maxDrops bounds how many times an issue is tried with one field fewer.
const maxDrops = 12

// create files the issue. Where the tracker refuses optional fields they are dropped and the issue is filed without. What was
// dropped in vain is to be asked for again: it was not what stood in the way.
func (w *work) create(ctx context.Context) error {
	before := w.link.Dropped
	for range maxDrops {
		draft, err := w.draft(ctx)
		if err != nil {
			return err
		}
		if err := w.prepare(ctx, draft); err != nil {
			return err
		}
		err = w.createOnce(ctx, draft)
		switch {
		case err != nil && w.dropRefused(draft, err):
		case err != nil && bridge.KindOf(err) == bridge.Permanent:
			w.link.Dropped = before
			return errors.Join(err, w.save(ctx))
		default:
			return err
		}
	}
	return bridge.Park(errors.New("the tracker refuses one field after the other"), "look at the attempts of this delivery")
}

// createOnce gives its word, sends the create once, and records the answer. After an error of which nobody knows
// whether it happened the intent stays: the next attempt looks.
func (w *work) createOnce(ctx context.Context, draft bridge.Draft) error {
	ended, err := w.turn(ctx, bridge.WriteCreate)
	if err != nil {
		return err
	}
	defer ended()
	now := time.Now()
	w.link.Intent = bridge.Intent{At: now, Deadline: now.Add(w.target.Timeout)}
	w.link.Fields, w.link.Labels = bridge.Confirmed{}, draft.Labels
	for name, value := range draft.Fields {
		if !slices.Contains(draft.Later, name) {
			w.link.Fields[name] = bridge.FieldState{Sent: bridge.Hash(value)}
		}
	}
	crashAt("before the intent")
	if err := w.save(ctx); err != nil {
		return err
	}
	crashAt("after the intent")
	if err := w.fence(); err != nil {
		return errors.Join(err, w.forget(ctx))
	}
	sending, cancel := context.WithTimeout(ctx, leftUntil(w.link.Intent.Deadline))
	defer cancel()
	ref, err := w.target.Tracker.Create(sending, w.target.Place, draft)
	crashAt("before the record")
	switch {
	case err != nil && bridge.CertainlyNothing(err):
		return errors.Join(fmt.Errorf("create issue: %w", err), w.forget(ctx))
	case err != nil:
		return fmt.Errorf("create issue, outcome unknown: %w", err)
	case ref == (bridge.Ref{}):
		w.link.Intent.Created = true
		if err := w.save(ctx); err != nil {
			return err
		}
		return errors.New("create issue: created, but the answer could not be read; the next attempt looks for it")
	}
	w.fresh = true
	w.wrote = append(w.wrote, "created "+ref.Name)
	if err := w.record(ctx, ref); err != nil {
		return err
	}
	crashAt("after the record")
	return nil
}

// fence refuses to send a create that could outlive the lease, by the monotonic and by the wall clock: the one stands
// still while a machine sleeps, the other can be set.
func (w *work) fence() error {
	needed := w.target.Timeout + fenceMargin
	now := time.Now()
	monotonic := w.cfg.Lease - now.Sub(w.granted)
	wall := w.granted.Round(0).Add(w.cfg.Lease).Sub(now.Round(0))
	if min(monotonic, wall) < needed {
		return fmt.Errorf("the lease has %s left and the create may take %s", min(monotonic, wall).Round(time.Millisecond), needed)
	}
	if leftUntil(w.link.Intent.Deadline) <= 0 {
		return errors.New("the time that the create was given is over before it began")
	}
	return nil
}

// leftUntil is how long a request may take so that it ends by the deadline on the monotonic and on the wall clock: by the
// latter others read it, and if the machine slept since the intent only that has gone on (docs/model).
func leftUntil(deadline time.Time) time.Duration {
	return min(time.Until(deadline), deadline.Round(0).Sub(time.Now().Round(0)))
}

// forget takes the word back: the tracker certainly did nothing.
func (w *work) forget(ctx context.Context) error {
	w.link.Intent, w.link.Fields, w.link.Labels = bridge.Intent{}, nil, nil
	return w.save(ctx)
}

// needed says that there is no issue without the field. A type is one where the create itself asks for it, as Jira's does.
func needed(draft bridge.Draft, name string) bool {
	return name == bridge.FieldTitle || name == bridge.FieldBody || name == bridge.FieldType && !slices.Contains(draft.Later, name)
}

// dropRefused remembers the fields that err says the tracker would not take. It returns false where there are none that
// can be left out.
func (w *work) dropRefused(draft bridge.Draft, err error) bool {
	var refused *bridge.Error
	if !errors.As(err, &refused) || !refused.Nothing {
		return false
	}
	found := false
	for name, why := range refused.Fields {
		value, sent := planned(draft, name)
		if sent && !needed(draft, name) {
			w.refuse(bridge.Dropped{Field: name, Value: value, Why: why, Said: draft.Said[name]})
			found = true
		}
	}
	return found
}
