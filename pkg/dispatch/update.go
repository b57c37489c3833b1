package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// converge writes to the issue what the report says and no person changed, then carries out the steps beside it.
func (w *work) converge(ctx context.Context) error {
	before := w.link.Dropped
	for range maxDrops {
		draft, err := w.draft(ctx)
		if err != nil {
			return err
		}
		if !w.fresh && !w.delivery.Forced && w.settled(draft) {
			return nil
		}
		err = w.update(ctx, draft)
		switch {
		case err != nil && w.dropRefused(draft, err):
			continue
		case bridge.KindOf(err) == bridge.Permanent: // what was dropped was not what stood in the way
			w.link.Dropped = before
			return errors.Join(err, w.save(ctx))
		case err != nil:
			return err
		}
		if w.tellLeftOut() {
			continue
		}
		return w.steps(ctx, draft)
	}
	return bridge.Park(errors.New("the tracker refuses one field after the other"), "look at the attempts of this delivery")
}

// update reads the issue, compares, and writes. A person's edit saved between the read and the write is not seen.
func (w *work) update(ctx context.Context, draft bridge.Draft) error {
	content, err := w.target.Tracker.Read(ctx, w.target.Place, w.link.Ref)
	if err != nil {
		return fmt.Errorf("read %s: %w", w.link.Ref.Name, w.gone(err))
	}
	w.moved(content)
	change, news := w.compare(draft, content)
	if !w.fresh && !w.asCreated(content) && w.policy() != UpdateEdit {
		return w.byPolicy(ctx, draft, change, news)
	}
	if news {
		if err := w.comment(ctx, draft); err != nil {
			return err
		}
	}
	if change.SetLabels {
		if err := w.prepare(ctx, draft); err != nil {
			return err
		}
	}
	if len(change.Fields) > 0 || change.SetLabels {
		if err := w.write(ctx, change, content); err != nil {
			return err
		}
	}
	if w.labelsRefused() { // of ours, those that are there stay ours
		w.link.Labels = slices.DeleteFunc(w.link.Labels, func(label string) bool { return !hasLabel(content.Labels, label) })
	} else {
		w.link.Labels = slices.Clone(draft.Labels)
	}
	return w.save(ctx)
}

// moved takes note of where the issue is now.
func (w *work) moved(content bridge.Content) {
	if content.Ref != (bridge.Ref{}) {
		w.link.Ref = content.Ref
	}
}

// gone parks a delivery whose issue was deleted: making another is for a person to decide.
func (w *work) gone(err error) error {
	if isGone(err) {
		return bridge.Park(err, "the issue was deleted or moved out of sight; to file it again: bugferry deliveries redeliver --recreate "+w.delivery.ID)
	}
	return err
}

// recreate forgets an issue that was deleted, so that it is filed again: a person said so.
func (w *work) recreate(ctx context.Context) error {
	if w.link.Ref == (bridge.Ref{}) {
		return nil
	}
	_, err := w.target.Tracker.Read(ctx, w.target.Place, w.link.Ref)
	if err == nil || !isGone(err) {
		return err
	}
	w.wrote = append(w.wrote, w.link.Ref.Name+" was deleted, and is filed again because a person said so")
	w.link = bridge.Link{Bug: w.link.Bug, Place: w.link.Place}
	return w.save(ctx)
}

func isGone(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Gone
}

func (w *work) policy() UpdatePolicy {
	if w.target.OnUpdate == "" {
		return UpdateEdit
	}
	return w.target.OnUpdate
}

// byPolicy answers a shared-again report where the destination does not want its issues edited.
func (w *work) byPolicy(ctx context.Context, draft bridge.Draft, change bridge.Change, news bool) error {
	_, changed := change.Fields[bridge.FieldBody]
	if w.policy() == UpdateComment && (news || changed) {
		if err := w.comment(ctx, draft); err != nil {
			return err
		}
	}
	done := maps.Clone(change.Fields)
	if news {
		done[bridge.FieldBody] = draft.Fields[bridge.FieldBody]
	}
	for name := range done {
		w.link.Fields[name] = bridge.FieldState{Sent: bridge.Hash(draft.Fields[name]), Answered: notOurs(w.link.Fields[name])}
	}
	return w.save(ctx)
}

// comment tells the news beside a description that is not ours to edit. It is known by the hash of what it says.
func (w *work) comment(ctx context.Context, draft bridge.Draft) error {
	body := draft.Fields[bridge.FieldBody]
	ended, err := w.turn(ctx, bridge.WriteComment)
	if err != nil {
		return err
	}
	defer ended()
	if err := w.save(ctx); err != nil {
		return err
	}
	commenting, cancel := w.leased(ctx)
	defer cancel()
	if err := w.target.Tracker.Comment(commenting, w.target.Place, w.link.Ref, body, bridge.Hash(body)); err != nil {
		return fmt.Errorf("comment on %s: %w", w.link.Ref.Name, w.gone(err))
	}
	w.link.Fields[bridge.FieldBody] = bridge.FieldState{Sent: bridge.Hash(body), Answered: notOurs(w.link.Fields[bridge.FieldBody])}
	w.wrote = append(w.wrote, "told the news in a comment")
	return nil
}

// write sends the change, with what is in flight on disk before and what the tracker answered after. Where the tracker has
// answered nothing yet, what it showed before the write counts as its answer: should the write fail, the next attempt must
// not take that for a person's edit.
func (w *work) write(ctx context.Context, change bridge.Change, shown bridge.Content) error {
	ended, err := w.turn(ctx, bridge.WriteEdit)
	if err != nil {
		return err
	}
	defer ended()
	names := slices.Sorted(maps.Keys(change.Fields))
	before := maps.Clone(w.link.Fields)
	for _, name := range names {
		answered := cmp.Or(w.link.Fields[name].Answered, bridge.Hash(shown.Fields[name]))
		w.link.Fields[name] = bridge.FieldState{Sent: bridge.Hash(change.Fields[name]), Answered: answered, Open: true}
	}
	if err := w.save(ctx); err != nil {
		return err
	}
	writing, cancel := w.leased(ctx)
	defer cancel()
	content, err := w.target.Tracker.Write(writing, w.target.Place, w.link.Ref, change)
	crashAt("after a write")
	if bridge.CertainlyNothing(err) {
		w.link.Fields = before // nothing of it is in flight
		err = errors.Join(err, w.save(ctx))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", w.link.Ref.Name, w.gone(err))
	}
	w.moved(content)
	for _, name := range names {
		w.link.Fields[name] = bridge.FieldState{
			Sent: bridge.Hash(change.Fields[name]), Answered: bridge.Hash(content.Fields[name]),
		}
	}
	if change.SetLabels {
		names = append(names, bridge.FieldLabels)
		w.noteLeftOut(change.Fields, change.Labels, shown, content)
	} else {
		w.noteLeftOut(change.Fields, nil, shown, content)
	}
	w.wrote = append(w.wrote, "set "+strings.Join(names, ", "))
	return nil
}

// leased ends with the lease: what is written after it could overwrite what a later holder wrote.
func (w *work) leased(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, w.granted.Add(w.cfg.Lease-fenceMargin))
}
