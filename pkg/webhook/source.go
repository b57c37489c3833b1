package webhook

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const (
	maxSources = 10_000      // whose rates are remembered
	idle       = time.Minute // then a source is forgotten
)

// rates holds each source to so many requests a second. Its methods may be called from several goroutines.
type rates struct {
	perSecond int
	now       func() time.Time
	mu        sync.Mutex
	sources   map[netip.Prefix]*sourceRate
	others    *rate.Limiter // shared by those that cannot be remembered
}

type sourceRate struct {
	*rate.Limiter
	seen time.Time
}

func newRates(perSecond int, now func() time.Time) *rates {
	r := &rates{perSecond: perSecond, now: now, sources: map[netip.Prefix]*sourceRate{}}
	r.others = r.limiter()
	return r
}

func (r *rates) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(r.perSecond), 10*r.perSecond)
}

// allow says whether source may send another request now.
func (r *rates) allow(source netip.Addr) bool {
	if r.perSecond <= 0 || source.IsLoopback() {
		return true
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	key := bridge.NetworkOf(source)
	known, ok := r.sources[key]
	if !ok {
		if len(r.sources) >= maxSources {
			r.forget(now)
		}
		if len(r.sources) >= maxSources {
			return r.others.AllowN(now, 1)
		}
		known = &sourceRate{Limiter: r.limiter()}
		r.sources[key] = known
	}
	known.seen = now
	return known.AllowN(now, 1)
}

func (r *rates) forget(now time.Time) {
	for key, known := range r.sources {
		if now.Sub(known.seen) > idle {
			delete(r.sources, key)
		}
	}
}
