package config

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Snapshot is what the files of a configuration held when they were read: a hash by path. Of a directory it is the names of its
// project files, of what could not be read the reason.
type Snapshot map[string]string

// held is what a Snapshot says of a file, or of the listing of a directory.
func held(data []byte, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Look returns what the same files hold now. It goes through symbolic links, however many: what counts is what a reader gets.
func (s Snapshot) Look() Snapshot {
	now := make(Snapshot, len(s))
	for path := range s {
		if names, err := projectFiles(path); err == nil {
			now[path] = held([]byte(strings.Join(names, "\n")), nil)
			continue
		}
		now[path] = held(readFile(path))
	}
	return now
}

// Hash names what all files together held, in twelve hex digits.
func (s Snapshot) Hash() string {
	var all strings.Builder
	for _, path := range slices.Sorted(maps.Keys(s)) {
		all.WriteString(path + "\x00" + s[path] + "\x00")
	}
	return held([]byte(all.String()), nil)[:12]
}

// Watcher has a configuration read again when its files change.
//
// It compares what the files hold, and does so every few seconds. That sees on every file system what a notification may miss:
// a network share, a bind mount, Kubernetes' exchange of a symbolic link to a directory above the file.
type Watcher struct {
	// Every is the time between two looks. A change is read once two looks in a row have found it the same, so that a file
	// that is still being written is not.
	Every time.Duration
	// Asked has the configuration read at once, changed or not.
	Asked <-chan os.Signal
	// Reload reads the configuration, and returns what its files held as it did. Whether it could be used does not matter: it
	// is not read again until something changes.
	Reload func(context.Context) Snapshot
}

// Run watches the files of read until ctx ends.
func (w Watcher) Run(ctx context.Context, read Snapshot) {
	tick := time.NewTicker(w.Every)
	defer tick.Stop()
	seen := read
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.Asked:
			read = w.Reload(ctx)
			seen = read
		case <-tick.C:
			now := read.Look()
			settled := maps.Equal(now, seen)
			seen = now
			if settled && !maps.Equal(now, read) {
				read = w.Reload(ctx)
				seen = read
			}
		}
	}
}
