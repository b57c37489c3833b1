package jira

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Jira Cloud takes 20 writes to one issue in any 2 s and 100 in any 30 s (developer.atlassian.com, rate limiting). A bucket
// lets through its burst and, in a window, what flows in beside it: 8 + 2·5 and 35 + 30·2 leave something to the people who
// work on the issue, and to requests that travel slower than others.
const (
	perSecond, burst         = 5, 8
	perSecondLong, burstLong = 2, 35
)

// refilled is after what time without a write a bucket is as full as a new one.
const refilled = 30 * time.Second

// mostPaced is how many issues are remembered. Who writes to so many within half a minute has met other limits long before.
const mostPaced = 10_000

// pace spaces the writes to each issue. It is of this process; that no other writes to the same issue at the same time is
// the lease's doing.
type pace struct {
	mu     sync.Mutex
	issues map[string]*issuePace
}

type issuePace struct {
	short, long *rate.Limiter
	last        time.Time // when a write was last asked for
}

func newPace() *pace { return &pace{issues: map[string]*issuePace{}} }

// wait returns once a write to the issue may be sent. Where that would not be before ctx's deadline it returns an error of kind
// Later at once. Of every error it holds that nothing was sent.
func (p *pace) wait(ctx context.Context, op, issue string) error {
	now := time.Now()
	turn, giveBack := p.reserve(issue, now)
	if turn.Equal(now) {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && !turn.Before(deadline) {
		giveBack()
		return &bridge.Error{Kind: bridge.Later, Nothing: true, Until: turn,
			Err: fmt.Errorf("%s: not sent: so many writes to %s came before that Jira would refuse it; its turn comes in %s", op, issue, turn.Sub(now).Round(time.Millisecond))}
	}
	timer := time.NewTimer(turn.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		giveBack()
		return &bridge.Error{Nothing: true, Err: fmt.Errorf("%s: not sent: %w", op, ctx.Err())}
	}
}

// reserve returns when the next write to the issue may be sent, and what takes that back.
func (p *pace) reserve(issue string, now time.Time) (turn time.Time, giveBack func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.of(strings.ToUpper(issue), now)
	i.last = now
	short, long := i.short.ReserveN(now, 1), i.long.ReserveN(now, 1)
	return now.Add(max(short.DelayFrom(now), long.DelayFrom(now))), func() {
		short.Cancel()
		long.Cancel()
	}
}

func (p *pace) of(issue string, now time.Time) *issuePace {
	i := p.issues[issue]
	if i != nil {
		return i
	}
	if len(p.issues) >= mostPaced {
		p.makeRoom(now)
	}
	i = &issuePace{short: rate.NewLimiter(perSecond, burst), long: rate.NewLimiter(perSecondLong, burstLong)}
	p.issues[issue] = i
	return i
}

// makeRoom forgets the issues whose buckets are full again and, where those are few, the half that was left alone for longest.
func (p *pace) makeRoom(now time.Time) {
	lasts := make([]time.Time, 0, len(p.issues))
	for _, i := range p.issues {
		lasts = append(lasts, i.last)
	}
	slices.SortFunc(lasts, time.Time.Compare)
	middle := lasts[len(lasts)/2]
	maps.DeleteFunc(p.issues, func(_ string, i *issuePace) bool { return now.Sub(i.last) >= refilled || !i.last.After(middle) })
}
