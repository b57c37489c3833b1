package dispatch

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

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
		ended, err := w.turn(ctx, bridge.WriteEdit)
		if err != nil {
			return err
		}
		err = w.target.Tracker.Do(ctx, w.target.Place, w.link.Ref, step)
		ended()
		crashAt("after a step")
		switch {
		case err == nil:
			w.wrote = append(w.wrote, "added the "+strings.ReplaceAll(step.Name, "_", " "))
		case bridge.KindOf(err) == bridge.Permanent || w.tried(ctx, step):
			w.log.Warn("a step beside the issue was given up", "delivery", w.delivery.ID, "step", step.Name, "err", err)
			w.dropped = append(w.dropped, bridge.Dropped{Field: step.Name, Value: step.Value, Why: err.Error(), Said: draft.Said[step.Name]})
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
