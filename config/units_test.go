package config_test

import (
	"testing"
	"time"

	"github.com/bugferry/bugferry/config"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"60s": time.Minute, "1h30m": 90 * time.Minute, "90d": 90 * day, "1d12h": 36 * time.Hour, "250ms": 250 * time.Millisecond,
		"0": 0, "0d": 0, "1.5h": 90 * time.Minute,
	} {
		if got, err := config.ParseDuration(text); err != nil || got != want {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "5", "-5s", "+5s", "1.5d", "1d-2h", "1d+2h", "5 m", "1w", "99999999d", "99999d2562047h", "s", "1h1d"} {
		if got, err := config.ParseDuration(text); err == nil {
			t.Errorf("%q is %v, want an error", text, got)
		}
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]config.Size{
		"5MiB": 5 << 20, "5 MiB": 5 << 20, "512KiB": 512 << 10, "1GB": 1e9, "10kB": 10_000, "1048576": 1 << 20, "7B": 7,
	} {
		got, err := config.ParseSize(text)
		if err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
		if again, err := config.ParseSize(got.String()); err != nil || again != got {
			t.Errorf("%q is written %s, which is %d, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "MiB", "0", "-1MiB", "1.5MiB", "5mb", "5 miB", "9999999999GiB", "99999999999999999999"} {
		if got, err := config.ParseSize(text); err == nil {
			t.Errorf("%q is %d, want an error", text, got)
		}
	}
}
