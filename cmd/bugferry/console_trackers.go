package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/dispatch"
)

// accounts says how the trackers of today's configuration are doing, by what this process and the store know: nobody is asked.
func (a *app) accounts(ctx context.Context) ([]console.Account, error) {
	w := a.now.Load()
	list := make([]console.Account, 0, len(w.cfg.Trackers))
	for _, t := range w.cfg.Trackers {
		account, err := a.account(ctx, w, t)
		if err != nil {
			return nil, err
		}
		list = append(list, account)
	}
	return list, nil
}

func (a *app) account(ctx context.Context, w *wired, t config.Tracker) (console.Account, error) {
	name, limits, credentials := w.account(t)
	out := console.Account{Tracker: t.Name.Value, Type: t.Type, Base: t.BaseURL.Value}
	if name != out.Tracker {
		out.Shares = name
	}
	health := a.dispatcher.Health(dispatch.Target{Account: name, Credentials: credentials})
	if health.Open {
		out.Trouble, out.Again = "it does not answer, or does not take the credentials", health.Until
		if health.Err != nil {
			out.Trouble, out.Hint = health.Err.Error(), bridge.Hint(health.Err)
		}
	}
	now := time.Now()
	until, err := a.store.Paused(ctx, name)
	if err != nil {
		return out, err
	}
	if until.After(now) {
		out.Paused = until
	}
	minute, hour, err := a.store.Used(ctx, name, now)
	if err != nil {
		return out, err
	}
	if limits.PerMinute > 0 {
		out.Budgets = append(out.Budgets, console.Budget{Window: "minute", Used: minute, Of: limits.PerMinute})
	}
	if limits.PerHour > 0 {
		out.Budgets = append(out.Budgets, console.Budget{Window: "hour", Used: hour, Of: limits.PerHour})
	}
	return out, nil
}

// trackerOf names the tracker of a destination as it is configured today; empty where it is not any more.
func (s *serving) trackerOf(project, destination string) string {
	return s.now.Load().project(project).targets[destination].Place.Tracker
}

// lived keeps a live check for the console.
type lived struct {
	serving *serving
	ends    context.Context // with the process: nobody waits for what is asked in the background

	asking sync.Mutex // one asks at a time
	mu     sync.Mutex
	of     *wired // whose check the last was
	last   bridge.Live
	busy   bool // it is being asked in the background
}

// Live returns what the trackers of today's configuration said within the last minute, or asks them.
func (l *lived) Live(ctx context.Context) (bridge.Live, error) {
	l.asking.Lock()
	defer l.asking.Unlock()
	w := l.serving.now.Load()
	if last, of := l.kept(); of == w && time.Since(last.At) < liveKept {
		return last, nil
	}
	found := w.live(ctx)
	if err := ctx.Err(); err != nil { // the reader left: what was found is about that
		return bridge.Live{}, fmt.Errorf("ask the trackers: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of, l.last = w, found
	return found, nil
}

func (l *lived) kept() (bridge.Live, *wired) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last, l.of
}

// Latest returns at once what the trackers of today's configuration said last, and has them asked again where that is older than a
// minute. It is zero where they have not answered yet.
func (l *lived) Latest() (last bridge.Live, asking bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == l.serving.now.Load() {
		last = l.last
	}
	if time.Since(last.At) >= liveKept && !l.busy {
		l.busy = true
		go func() {
			_, _ = l.Live(l.ends) // it fails only when the process ends
			l.mu.Lock()
			defer l.mu.Unlock()
			l.busy = false
		}()
	}
	return last, l.busy
}
