package dispatch

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// A machine that slept between the intent and the create wakes up with a monotonic clock that stood still: only the wall
// clock says that the deadline, by which others go, is over.
func TestFenceAfterASleep(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		name  string
		slept time.Duration
		sends bool
	}{
		{"awake", 0, true},
		{"a nap", 10 * time.Second, true},
		{"past the deadline, within the lease", 25 * time.Second, false},
		{"past the lease", time.Hour, false},
	} {
		earlier := now.Round(0).Add(-test.slept) // without a monotonic reading, as after a sleep
		w := &work{
			Dispatcher: New(Config{Lease: time.Minute}), target: Target{Timeout: 20 * time.Second}, granted: earlier,
			link: bridge.Link{Intent: bridge.Intent{At: earlier, Deadline: earlier.Add(20 * time.Second)}},
		}
		if err := w.fence(); (err == nil) != test.sends {
			t.Errorf("%s: %v", test.name, err)
		}
		if left := leftUntil(w.link.Intent.Deadline); left > 20*time.Second-test.slept {
			t.Errorf("%s: %s left", test.name, left)
		}
	}
}
