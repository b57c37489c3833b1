package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// prepare does what the draft wants done before its issue or its labels are written, such as making a label in its colour.
// None of it is a reason not to file an issue: what fails is logged and left. Only where the tracker asks to be left alone the
// delivery waits as it asks, for to go on would be punished.
//
// It stands before the turn, the intent and the fence of a create, so that it takes nothing from the time they reckon with:
// it ends with the lease at the latest, which is renewed when the intent is saved.
//
// It takes no turn of its own. A place is prepared once for each label that a destination gives a colour, ever: a number that
// the configuration bounds. A turn for it would either count as an issue in the budget or, as an edit, have a new bug wait
// behind the issues of all others. It keeps the account's distance to the write that follows.
func (w *work) prepare(ctx context.Context, draft bridge.Draft) error {
	for _, step := range draft.First {
		doing, cancel := w.leased(ctx)
		err := w.target.Tracker.Do(doing, w.target.Place, w.link.Ref, step)
		cancel()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && bridge.KindOf(err) == bridge.Later:
			return fmt.Errorf("prepare %s: %w", step.Name, err)
		case err != nil:
			w.log.Warn("what comes before an issue could not be done; the issue goes without", "delivery", w.delivery.ID, "step", step.Name, "err", err)
			if bridge.KindOf(err) != bridge.Permanent {
				return nil // the others would only take as long to fail
			}
		}
		if err := pause(ctx, time.Now().Add(w.target.Limits.Apart)); err != nil {
			return err
		}
	}
	return nil
}
