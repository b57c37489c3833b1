package console

import (
	"sync"
	"time"
)

// throttle counts failures by key and forgives one each so often. What it remembers is bounded: a stranger chooses the keys. Its
// methods may be called from several goroutines.
type throttle[K comparable] struct {
	free int           // failures before the first wait
	each time.Duration // after which one is forgiven
	most int           // keys

	mu    sync.Mutex
	until map[K]time.Time // when all is forgiven
}

func newThrottle[K comparable](free int, each time.Duration, most int) *throttle[K] {
	return &throttle[K]{free: free, each: each, most: most, until: map[K]time.Time{}}
}

// wait returns how long key must wait from now on; 0: it need not.
func (t *throttle[K]) wait(key K, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waitFor(key, now)
}

func (t *throttle[K]) waitFor(key K, now time.Time) time.Duration {
	until, known := t.until[key]
	if !known {
		return 0
	}
	return max(0, until.Sub(now)-time.Duration(t.free-1)*t.each)
}

// charge counts a failure of key.
func (t *throttle[K]) charge(key K, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.add(key, now)
}

// take counts one if key need not wait, and says whether it did.
func (t *throttle[K]) take(key K, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waitFor(key, now) > 0 {
		return false
	}
	t.add(key, now)
	return true
}

func (t *throttle[K]) add(key K, now time.Time) {
	until, known := t.until[key]
	if !known && len(t.until) >= t.most {
		t.forget(now)
	}
	if until.Before(now) {
		until = now
	}
	t.until[key] = until.Add(t.each)
}

// forget makes room: all that is forgiven goes, or else whoever would be forgiven first.
func (t *throttle[K]) forget(now time.Time) {
	var first K
	var at time.Time
	for key, until := range t.until {
		if !until.After(now) {
			delete(t.until, key)
			continue
		}
		if at.IsZero() || until.Before(at) {
			first, at = key, until
		}
	}
	if len(t.until) >= t.most {
		delete(t.until, first)
	}
}
