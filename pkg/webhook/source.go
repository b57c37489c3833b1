package webhook

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

func within(addr netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(addr) })
}

// sourceOf returns the address that sent r. Behind trusted proxies it is the last address of X-Forwarded-For that is not one
// of theirs: what stands before it is the sender's own invention. The zero Addr stands for an address that cannot be read.
func sourceOf(r *http.Request, proxies []netip.Prefix) netip.Addr {
	source := parseAddr(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(source, proxies); i-- {
		hop := parseAddr(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		source = hop
	}
	return source
}

// parseAddr reads an address with or without a port.
func parseAddr(text string) netip.Addr {
	if addr, err := netip.ParseAddrPort(text); err == nil {
		return addr.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone("")
}

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
	key := networkOf(source)
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

// networkOf is what one sender has at least: an IPv4 address, or the 64 bits of an IPv6 network.
func networkOf(source netip.Addr) netip.Prefix {
	bits := source.BitLen()
	if source.Is6() {
		bits = 64
	}
	network, _ := source.Prefix(bits) // fails for no valid address; the zero one has the zero network
	return network
}
