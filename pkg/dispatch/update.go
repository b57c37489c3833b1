package dispatch

import (
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
	for range maxDrops {
		draft, err := w.draft(ctx)
		if err != nil {
			return err
		}
		if !w.fresh && !w.delivery.Forced && w.settled(draft) {
			return nil
		}
		err = w.update(ctx, draft)
		if err != nil && w.dropRefused(draft, err) {
			continue
		}
		if err != nil {
			return err
		}
		return w.steps(ctx, draft)
	}
	return bridge.Park(errors.New("the tracker refuses one field after the other"), "look at the attempts of this delivery")
}

// settled says that everything that would be sent was sent and confirmed before: no call is needed.
func (w *work) settled(draft bridge.Draft) bool {
	for name, value := range draft.Fields {
		if st := w.link.Fields[name]; st.Open || st.Answered == "" || st.Sent != bridge.Hash(value) {
			return false
		}
	}
	for _, step := range draft.Steps {
		if w.link.Steps[step.Name] != bridge.Hash(step.Value) {
			return false
		}
	}
	return sameLabels(w.link.Labels, draft.Labels)
}

// update reads the issue, compares, and writes. A person's edit saved between the read and the write is not seen.
func (w *work) update(ctx context.Context, draft bridge.Draft) error {
	content, err := w.target.Tracker.Read(ctx, w.target.Place, w.link.Ref)
	if err != nil {
		return fmt.Errorf("read %s: %w", w.link.Ref.Name, gone(err))
	}
	if content.Ref != (bridge.Ref{}) {
		w.link.Ref = content.Ref
	}
	change, news := w.compare(draft, content)
	if !w.fresh && w.policy() != UpdateEdit {
		return w.byPolicy(ctx, draft, change, news)
	}
	if news {
		if err := w.comment(ctx, draft); err != nil {
			return err
		}
	}
	if len(change.Fields) > 0 || change.SetLabels {
		if err := w.write(ctx, change); err != nil {
			return err
		}
	}
	w.link.Labels = slices.Clone(draft.Labels)
	return w.save(ctx)
}

// gone parks a delivery whose issue was deleted: making another is for a person to decide.
func gone(err error) error {
	var e *bridge.Error
	if errors.As(err, &e) && e.Gone {
		return bridge.Park(err, "the issue was deleted or moved out of sight; nothing is filed again without a person's word")
	}
	return err
}

// compare decides per field: written, left as a person changed it, or right already. It returns what to write, and
// whether there is a new description that a person's edit keeps out.
func (w *work) compare(draft bridge.Draft, content bridge.Content) (bridge.Change, bool) {
	if w.link.Fields == nil {
		w.link.Fields = bridge.Confirmed{}
	}
	change := bridge.Change{Fields: map[string]string{}}
	news := false
	for name, wanted := range draft.Fields {
		current, sent := content.Fields[name], bridge.Hash(wanted)
		st := w.link.Fields[name]
		switch {
		case current == wanted, w.fresh && st.Sent == sent, !st.Open && st.Sent == sent && st.Ours(current):
			// Right already, in our form or in the tracker's own.
			w.link.Fields[name] = bridge.FieldState{Sent: sent, Answered: bridge.Hash(current)}
		case (st == bridge.FieldState{} || st.Open && st.Answered == "") && (w.fresh || current == ""), st.Ours(current):
			change.Fields[name] = wanted
		default:
			news = news || name == bridge.FieldBody && st.Sent != sent
			if st.Sent != sent {
				w.wrote = append(w.wrote, "left the "+name+" as a person changed it")
			}
			w.link.Fields[name] = bridge.FieldState{Sent: sent, Answered: notOurs(st)}
		}
	}
	if w.fresh {
		w.noteLeftOut(content.Labels, draft.Labels)
	}
	change.Labels = mergeLabels(content.Labels, w.link.Labels, draft.Labels)
	change.SetLabels = !sameLabels(change.Labels, content.Labels)
	return change, news
}

// noteLeftOut tells of labels that the tracker took without a word and did not set.
func (w *work) noteLeftOut(current, wanted []string) {
	for _, label := range wanted {
		if !hasLabel(current, label) {
			w.dropped = append(w.dropped, bridge.Dropped{
				Field: bridge.FieldLabels, Value: label, Why: "the tracker did not set it; the account may lack the right to",
			})
		}
	}
}

// notOurs keeps what the tracker last answered to us, so that a field that a person changed stays known as theirs.
func notOurs(st bridge.FieldState) string {
	if st.Answered == "" {
		return "-" // the hash of nothing: settled, and no value is ours by it
	}
	return st.Answered
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
	for name := range change.Fields {
		st := w.link.Fields[name]
		w.link.Fields[name] = bridge.FieldState{Sent: bridge.Hash(draft.Fields[name]), Answered: notOurs(st)}
	}
	return w.save(ctx)
}

// comment tells the news beside a description that is not ours to edit. It is known by the hash of what it says.
func (w *work) comment(ctx context.Context, draft bridge.Draft) error {
	body := draft.Fields[bridge.FieldBody]
	if err := w.save(ctx); err != nil {
		return err
	}
	ctx, cancel := w.leased(ctx)
	defer cancel()
	if err := w.target.Tracker.Comment(ctx, w.target.Place, w.link.Ref, body, bridge.Hash(body)); err != nil {
		return fmt.Errorf("comment on %s: %w", w.link.Ref.Name, err)
	}
	w.wrote = append(w.wrote, "told the news in a comment")
	return nil
}

// write sends the change, with what is in flight on disk before and what the tracker answered after.
func (w *work) write(ctx context.Context, change bridge.Change) error {
	names := slices.Sorted(maps.Keys(change.Fields))
	before := maps.Clone(w.link.Fields)
	for _, name := range names {
		st := w.link.Fields[name]
		w.link.Fields[name] = bridge.FieldState{Sent: bridge.Hash(change.Fields[name]), Answered: st.Answered, Open: true}
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
		return fmt.Errorf("write %s: %w", w.link.Ref.Name, gone(err))
	}
	for _, name := range names {
		w.link.Fields[name] = bridge.FieldState{
			Sent: bridge.Hash(change.Fields[name]), Answered: bridge.Hash(content.Fields[name]),
		}
	}
	if change.SetLabels {
		names = append(names, bridge.FieldLabels)
	}
	w.wrote = append(w.wrote, "set "+strings.Join(names, ", "))
	return nil
}

// leased ends with the lease: what is written after it could overwrite what a later holder wrote.
func (w *work) leased(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, w.granted.Add(w.cfg.Lease-fenceMargin))
}

// stepTries is in how many attempts a step beside the issue is tried before the delivery does without.
const stepTries = 3

// tried counts a failed try of the step, and says whether that was the last.
func (w *work) tried(ctx context.Context, step bridge.Step) bool {
	if ctx.Err() != nil {
		return false // it was not the step that failed
	}
	if w.link.Tries == nil {
		w.link.Tries = map[string]int{}
	}
	w.link.Tries[step.Name]++
	return w.link.Tries[step.Name] >= stepTries
}

// steps does what stands beside the issue and was not done yet, each noted when done.
func (w *work) steps(ctx context.Context, draft bridge.Draft) error {
	if w.link.Steps == nil {
		w.link.Steps = map[string]string{}
	}
	for _, step := range draft.Steps {
		if w.link.Steps[step.Name] == bridge.Hash(step.Value) {
			continue
		}
		err := w.target.Tracker.Do(ctx, w.target.Place, w.link.Ref, step)
		crashAt("after a step")
		switch {
		case err == nil:
			w.wrote = append(w.wrote, "added the "+strings.ReplaceAll(step.Name, "_", " "))
		case bridge.KindOf(err) == bridge.Permanent || w.tried(ctx, step):
			w.log.Warn("a step beside the issue was given up", "delivery", w.delivery.ID, "step", step.Name, "err", err)
			w.dropped = append(w.dropped, bridge.Dropped{Field: step.Name, Value: step.Value, Why: err.Error()})
		default:
			return errors.Join(fmt.Errorf("%s of %s: %w", step.Name, w.link.Ref.Name, err), w.save(ctx))
		}
		w.link.Steps[step.Name] = bridge.Hash(step.Value)
		delete(w.link.Tries, step.Name)
		if err := w.save(ctx); err != nil {
			return err
		}
	}
	return nil
}
