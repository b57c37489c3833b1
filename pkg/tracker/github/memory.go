package github

import (
	"sync"
	"time"
)

// memory keeps answers that rarely change, for a while.
type memory struct {
	mu   sync.Mutex
	keep time.Duration
	said map[string]remark
}

type remark struct {
	yes bool
	at  time.Time
}

func newMemory(keep time.Duration) *memory {
	return &memory{keep: keep, said: map[string]remark{}}
}

func (m *memory) get(key string) (yes, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.said[key]
	return r.yes, ok && time.Since(r.at) < m.keep
}

func (m *memory) put(key string, yes bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.said[key] = remark{yes, time.Now()}
}
