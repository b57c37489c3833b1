package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// breakers has a breaker for each account with its credentials of the day: new ones have done no wrong yet, and what an attempt
// with the old ones still learns is not about them. They are of this process: another replica learns by itself.
type breakers struct {
	mu   sync.Mutex
	made map[login]*breaker
	cfg  *Config
}

type login struct{ account, credentials string }

func (b *breakers) of(target Target) *breaker {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made == nil {
		b.made = map[login]*breaker{}
	}
	key := login{target.Account, target.Credentials}
	if b.made[key] == nil {
		b.made[key] = newBreaker(target.Account, b.cfg)
	}
	return b.made[key]
}

// breaker keeps deliveries from an account whose tracker is down or does not take its credentials. It opens after some failures
// in a row; while it is open deliveries wait without an attempt, and now and then one harmless GET asks whether that is over.
type breaker struct {
	state *gobreaker.TwoStepCircuitBreaker[struct{}]
	log   *slog.Logger
	wait  time.Duration

	mu    sync.Mutex
	until time.Time // when it may be asked again
	last  error     // what was the matter
}

func newBreaker(account string, cfg *Config) *breaker {
	b := &breaker{log: cfg.Logger.With("account", account), wait: cfg.BreakerWait}
	b.state = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:    account,
		Timeout: cfg.BreakerWait,
		ReadyToTrip: func(counts gobreaker.Counts) bool {
			return cfg.BreakerAfter > 0 && counts.ConsecutiveFailures >= uint32(cfg.BreakerAfter) //nolint:gosec // the configuration bounds it
		},
		OnStateChange: b.changed,
		IsSuccessful:  func(err error) bool { return !down(err) },
	})
	return b
}

// down says that err is the tracker's or the account's failure, and not one report's.
func down(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Down()
}

func (b *breaker) changed(_ string, _, to gobreaker.State) {
	switch to {
	case gobreaker.StateOpen:
		b.mu.Lock()
		defer b.mu.Unlock()
		b.until = time.Now().Add(b.wait)
		b.log.Error("tracker is not to be worked with: deliveries wait until it is", "err", b.last, "hint", bridge.Hint(b.last), "again", b.until)
	case gobreaker.StateClosed:
		b.log.Info("tracker answers again: deliveries go on")
	case gobreaker.StateHalfOpen:
	}
}

// admit returns nil where the account may be asked. When it is time to try, the one who comes first makes the probe.
func (b *breaker) admit(ctx context.Context, target Target) error {
	if b.state.State() == gobreaker.StateClosed {
		return nil
	}
	done, err := b.state.Allow()
	if err != nil {
		return b.closedTo(target)
	}
	err = target.Tracker.Probe(ctx)
	if ctx.Err() != nil {
		err = errors.Join(&bridge.Error{Err: ctx.Err()}, err) // not known: as it was
	}
	b.remember(err)
	done(err)
	if down(err) {
		return b.closedTo(target)
	}
	return nil
}

func (b *breaker) closedTo(target Target) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	until := b.until
	if soon := time.Now().Add(busyWait); until.Before(soon) {
		until = soon // somebody else is making the probe
	}
	return &waiting{until: until, why: fmt.Sprintf("%s is asked again at %s", target.Place.Tracker, clock(until)), cause: b.last}
}

// learn counts how an attempt ended that asked something.
func (b *breaker) learn(err error) {
	if errors.Is(err, context.Canceled) || isWaiting(err) {
		return
	}
	b.remember(err)
	if done, refused := b.state.Allow(); refused == nil {
		done(err)
	}
}

func (b *breaker) remember(err error) {
	if !down(err) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = err
}

// Health is how an account is doing, by what this process has met.
type Health struct {
	Open  bool      // deliveries wait
	Until time.Time // when it is asked again, if it is open
	Err   error     // what was last the matter, if it is open
}

// Health says how the target's account is doing.
func (d *Dispatcher) Health(target Target) Health {
	b := d.breakers.of(target)
	if b.state.State() == gobreaker.StateClosed {
		return Health{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return Health{Open: true, Until: b.until, Err: b.last}
}
