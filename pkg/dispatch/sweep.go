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

// sweeps are the factors of [Config.Sweep] after which an issue is looked at again that was created when the outcome of an
// earlier create was not known. While there are two it goes on with the second factor, until a person has mended it.
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

// sweepLink looks for a second issue of the link's bug and writes down what it found and when to look next. A look that failed is
// put off, so that those that cannot be had do not keep the others waiting.
func (d *Dispatcher) sweepLink(ctx context.Context, link bridge.Link) error {
	w := &work{Dispatcher: d, owner: bridge.NewID("sw", time.Now())}
	if err := w.leaseOf(ctx, link.Bug, link.Place); err != nil {
		return err
	}
	defer w.release(ctx)
	target, ok := d.cfg.Directory.At(link.Place)
	if !ok {
		return w.putOff(ctx, sweeps[len(sweeps)-1], fmt.Errorf("no destination is at %s any more", link.Place))
	}
	if target.Off != "" {
		return w.putOff(ctx, sweeps[0], errors.New(target.Off))
	}
	w.target = target
	if err := w.findTwins(ctx); err != nil {
		w.learn(ctx, target, err)
		return w.putOff(ctx, sweeps[0], err)
	}
	w.tellTwins()
	w.scheduleSweep(time.Now())
	return w.save(ctx)
}

func (w *work) putOff(ctx context.Context, factor time.Duration, cause error) error {
	w.link.SweepAt = time.Now().Add(factor * w.cfg.Sweep)
	return errors.Join(cause, w.save(ctx))
}

// findTwins notes on the link which other issues of its bug there are.
func (w *work) findTwins(ctx context.Context) error {
	if err := w.admit(ctx, w.target); err != nil {
		return err
	}
	content, err := w.target.Tracker.Read(ctx, w.target.Place, w.link.Ref)
	if err != nil && !isGone(err) {
		return err
	}
	w.moved(content)
	found, err := w.target.Tracker.Find(ctx, w.target.Place, w.marker(), w.link.Doubt)
	if err != nil {
		return err
	}
	w.link.Twins = slices.DeleteFunc(found, func(r bridge.Ref) bool { return r.ID == w.link.Ref.ID })
	return nil
}

// scheduleSweep sets when to look again; never, if there was but one issue often enough.
func (w *work) scheduleSweep(now time.Time) {
	n := w.link.Swept
	w.link.Swept++
	switch {
	case n < len(sweeps):
		w.link.SweepAt = now.Add(sweeps[n] * w.cfg.Sweep)
	case len(w.link.Twins) > 0:
		w.link.SweepAt = now.Add(sweeps[1] * w.cfg.Sweep)
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
