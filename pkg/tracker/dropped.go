package tracker

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Silent collects what trackers took without a word and did not set. It may be used from several goroutines.
type Silent struct {
	mu   sync.Mutex
	list []bridge.Dropped
}

type silentKey struct{}

// RecordSilent returns a context under which the adapters' Create and Write note each field that their tracker did not set
// though it said that all is well, in the Silent returned beside it.
func RecordSilent(ctx context.Context) (context.Context, *Silent) {
	s := &Silent{}
	return context.WithValue(ctx, silentKey{}, s), s
}

// NoteSilent adds to the Silent of ctx, if there is one.
func NoteSilent(ctx context.Context, dropped ...bridge.Dropped) {
	if s, ok := ctx.Value(silentKey{}).(*Silent); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.list = append(s.list, dropped...)
	}
}

// List returns what was noted so far, in order.
func (s *Silent) List() []bridge.Dropped {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bridge.Dropped(nil), s.list...)
}

// MissingLabels are the labels that were sent and are not among those answered, each a Dropped of its own. Trackers read
// labels without regard to case.
func MissingLabels(sent, answered []string, why string) (missing []bridge.Dropped) {
	for _, label := range sent {
		if !slices.ContainsFunc(answered, func(l string) bool { return strings.EqualFold(l, label) }) {
			missing = append(missing, bridge.Dropped{Field: bridge.FieldLabels, Value: label, Why: why})
		}
	}
	return missing
}

// Unset is a field of which the answer shows another value than was sent.
func Unset(field, sent, answered, why string) bridge.Dropped {
	if answered == "" {
		answered = "nothing"
	}
	return bridge.Dropped{Field: field, Value: sent, Why: fmt.Sprintf("%s; the issue shows %s", why, answered)}
}
