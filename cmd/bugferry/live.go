package main

import (
	"context"
	"sync"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// liveTime is the longest time the live check of one place may take.
const liveTime = 30 * time.Second

// liveFinding is what a tracker said of a place.
type liveFinding struct {
	place bridge.Place
	err   error // nil: issues can be filed there
}

// live asks the trackers about every place that a destination names, all at once. It calls told, from several
// goroutines, as each answers, and returns all findings in the order of the places.
func (w *wired) live(ctx context.Context, told func(liveFinding)) []liveFinding {
	places := w.places()
	findings := make([]liveFinding, len(places))
	var wait sync.WaitGroup
	for i, target := range places {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, liveTime)
			defer cancel()
			findings[i] = liveFinding{place: target.Place, err: target.Tracker.Check(ctx, target.Place)}
			told(findings[i])
		})
	}
	wait.Wait()
	return findings
}
