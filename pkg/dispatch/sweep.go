package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// sweeps are the factors of [Config.Sweep] after which an issue is looked at again that was created when the outcome of an
// earlier create was not known. While there are two the look goes on once for each of the last.
var sweeps = []time.Duration{1, 4, 96}

// doubtful notes that a create may have had an effect that nobody saw: once the issue is known, it is swept.
func (w *work) doubtful(since time.Time) {
	if w.link.Doubt.IsZero() {
		w.link.Doubt = since
	}
}

// Sweep looks at the links whose time has come whether their bug has a second issue. It changes nothing in the tracker.
func (d *Dispatcher) Sweep(ctx context.Context) {
	links, err := d.cfg.Doubts.Doubtful(ctx, time.Now())
	if err != nil {
		d.log.Error("issues created in doubt could not be looked for", "err", err)
		return
	}
	for _, link := range links {
		if err := d.sweepLink(ctx, link); err != nil && ctx.Err() == nil && !isWaiting(err) {
			d.log.Warn("an issue created in doubt could not be looked at; it will be later", "issue", link.Ref.Name, "bug", link.Bug, "err", err)
		}
	}
}

// sweepLink looks for a second issue of the link's bug and writes down what it found and when to look next.
func (d *Dispatcher) sweepLink(ctx context.Context, link bridge.Link) error {
	target, ok := d.cfg.Directory.At(link.Place)
	if !ok {
		return fmt.Errorf("no destination is at %s any more", link.Place)
	}
	if err := d.admit(ctx, target); err != nil {
		return err
	}
	w := &work{Dispatcher: d, target: target, owner: bridge.NewID("sw", time.Now())}
	if err := w.leaseOf(ctx, link.Bug); err != nil {
		return err
	}
	defer w.release(ctx)
	content, err := target.Tracker.Read(ctx, target.Place, w.link.Ref)
	if err != nil && !isGone(err) {
		return err
	}
	if content.Ref != (bridge.Ref{}) {
		w.link.Ref = content.Ref
	}
	found, err := target.Tracker.Find(ctx, target.Place, w.marker(), w.link.Doubt)
	if err != nil {
		return err
	}
	w.link.Twins = slices.DeleteFunc(found, func(r bridge.Ref) bool { return r.ID == w.link.Ref.ID })
	w.tellTwins()
	w.scheduleSweep(time.Now())
	return w.save(ctx)
}

// scheduleSweep sets when to look again; never, if there was but one issue often enough.
func (w *work) scheduleSweep(now time.Time) {
	n := w.link.Swept
	w.link.Swept++
	switch {
	case n < len(sweeps):
		w.link.SweepAt = now.Add(sweeps[n] * w.cfg.Sweep)
	case len(w.link.Twins) > 0:
		w.link.SweepAt = now.Add(sweeps[len(sweeps)-1] * w.cfg.Sweep)
	default:
		w.link.SweepAt = time.Time{}
	}
}

// tellTwins says in the log what a person must mend.
func (w *work) tellTwins() {
	if len(w.link.Twins) == 0 {
		return
	}
	names := make([]string, 0, len(w.link.Twins))
	for _, ref := range w.link.Twins {
		names = append(names, ref.Name)
	}
	w.log.Error("one bug has two issues", "bug", w.link.Bug, "issue", w.link.Ref.Name, "other", strings.Join(names, ", "),
		"hint", "Bugferry closes nothing: close the other by hand, and take its marker away")
}
