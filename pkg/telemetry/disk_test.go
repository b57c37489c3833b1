package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bugferry/bugferry/pkg/telemetry"
)

func TestDiskWarnsWhileItIsFillingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		var now atomic.Pointer[space]
		now.Store(&space{20 << 30, 100 << 30, nil})
		m := telemetry.NewMetrics("test")
		d := &telemetry.Disk{
			Space:   func() (uint64, uint64, error) { s := now.Load(); return s.free, s.total, s.err },
			Metrics: m, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { d.Run(ctx); close(done) }()
		later := func(wait time.Duration, warns bool, says string) {
			t.Helper()
			<-time.After(wait) // by the bubble's clock
			synctest.Wait()
			got := strings.Join(d.Warnings(), "\n")
			if (got != "") != warns || !strings.Contains(got, says) {
				t.Errorf("warning %q, want %q", got, says)
			}
		}
		later(time.Second, false, "")
		now.Store(&space{4 << 30, 100 << 30, nil}) // less than a twentieth
		later(30*time.Second, true, "4096 MiB are free of 102400 MiB")
		later(9*time.Minute, true, "")
		if n := strings.Count(log.String(), "disk warning"); n != 1 {
			t.Errorf("logged %d times in nine minutes, want once:\n%s", n, log.String())
		}
		later(2*time.Minute, true, "")
		if n := strings.Count(log.String(), "disk warning"); n != 2 {
			t.Errorf("logged %d times in eleven minutes, want twice", n)
		}
		if got := scrape(t, m, "bugferry_store_low"); len(got) != 1 || got[0] != "bugferry_store_low 1" {
			t.Errorf("metric %q", got)
		}
		now.Store(&space{6 << 30, 200 << 30, nil}) // less than a twentieth, but enough
		later(time.Minute, false, "")
		now.Store(&space{500 << 20, 1 << 30, nil})
		later(time.Minute, true, "500 MiB")
		now.Store(&space{err: errors.New("no such disk")})
		later(11*time.Minute, true, "cannot be told")
		if !strings.Contains(log.String(), "no such disk") || strings.Contains(strings.Join(d.Warnings(), ""), "no such disk") {
			t.Errorf("the cause belongs into the log, and only there: %s", log.String())
		}
		stop()
		<-done
	})
}

type space struct {
	free, total uint64
	err         error
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

func TestAnUnknownDiskIsNotWatched(t *testing.T) {
	d := &telemetry.Disk{
		Space:  func() (uint64, uint64, error) { return 0, 0, errors.ErrUnsupported },
		Logger: slog.New(slog.DiscardHandler), Metrics: telemetry.NewMetrics("test"),
	}
	d.Run(t.Context())
	if len(d.Warnings()) > 0 {
		t.Error(d.Warnings())
	}
}
