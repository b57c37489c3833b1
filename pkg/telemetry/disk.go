package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

const (
	diskEvery = 30 * time.Second // how often the disk is looked at
	diskAgain = 10 * time.Minute // how often it is said that it is still filling up
)

// Disk warns while the disk under the store is filling up. Reports are refused once it is full, and BetterBugs is not
// known to send them again.
type Disk struct {
	// Space says how many bytes are free and how many there are. [errors.ErrUnsupported] ends the watch.
	Space   func() (free, total uint64, err error)
	Metrics *Metrics
	Logger  *slog.Logger

	warning atomic.Pointer[string]
}

// Run looks at the disk until ctx ends.
func (d *Disk) Run(ctx context.Context) {
	tick := time.NewTicker(diskEvery)
	defer tick.Stop()
	var said time.Time
	for {
		free, total, err := d.Space()
		if errors.Is(err, errors.ErrUnsupported) {
			return
		}
		if now := time.Now(); d.look(free, total, err) && now.Sub(said) >= diskAgain {
			said = now
			d.Logger.Error("disk warning", "err", cmp.Or(err, errors.New(*d.warning.Load())),
				"hint", "make room: when the disk is full, reports are answered 503 and may not come again")
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look takes note of what the disk has left and says whether that is a reason to warn.
func (d *Disk) look(free, total uint64, err error) bool {
	switch {
	case err != nil:
		text := "What the store's disk has left cannot be told; the log says why."
		d.warning.Store(&text)
		return true
	case low(free, total):
		text := fmt.Sprintf("The store's disk is filling up: %d MiB are free of %d MiB.", free>>20, total>>20)
		d.Metrics.Disk(free, total, true)
		d.warning.Store(&text)
		return true
	}
	d.Metrics.Disk(free, total, false)
	d.warning.Store(nil)
	return false
}

// low is less than 512 MiB, or less than a twentieth where that is not more than 5 GiB.
func low(free, total uint64) bool {
	return free < 512<<20 || free < total/20 && free < 5<<30
}

// Warnings returns what an operator must act on now.
func (d *Disk) Warnings() []string {
	if text := d.warning.Load(); text != nil {
		return []string{*text}
	}
	return nil
}
