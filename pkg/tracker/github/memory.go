package github

import (
	"maps"
	"sync"
	"time"
)

// keepFor is how long what GitHub said of a repository, its people and its lists is taken to be so still.
const keepFor = 10 * time.Minute

// memory keeps answers that rarely change, for a while.
type memory[V any] struct {
	mu   sync.Mutex
	said map[string]remark[V]
}

type remark[V any] struct {
	value V
	at    time.Time
}

func newMemory[V any]() *memory[V] { return &memory[V]{said: map[string]remark[V]{}} }

func (r remark[V]) old() bool { return time.Since(r.at) >= keepFor }

func (m *memory[V]) get(key string) (value V, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.said[key]
	if !ok || r.old() {
		return value, false
	}
	return r.value, true
}

// crowded is how many answers are kept before the old ones are thrown out: some keys come from reports.
const crowded = 1000

func (m *memory[V]) put(key string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.said) >= crowded {
		maps.DeleteFunc(m.said, func(_ string, r remark[V]) bool { return r.old() })
	}
	m.said[key] = remark[V]{value, time.Now()}
}

func (m *memory[V]) forget(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.said, key)
}
