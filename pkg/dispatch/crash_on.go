//go:build crash

package dispatch

import (
	"context"
	"os"
	"sync"
	"syscall"
	"time"
)

// crashAt kills the process at the point of the protocol that BUGFERRY_CRASH names, and stops it, once, at the one that
// BUGFERRY_PAUSE names: whoever started it has to continue it with SIGCONT.
func crashAt(point string) {
	if os.Getenv("BUGFERRY_CRASH") == point {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	}
	if os.Getenv("BUGFERRY_PAUSE") == point {
		pauseOnce.Do(pauseHere)
	}
}

var pauseOnce sync.Once

// pauseHere leaves the file "paused" for whoever waits for it, stops the process, and returns when it was continued. The
// signal may take a moment to reach all threads; the caller must not go on before it has.
func pauseHere() {
	_ = os.WriteFile("paused", nil, 0o600)
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	_ = pause(context.Background(), time.Now().Add(time.Second))
}
