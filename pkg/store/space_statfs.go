//go:build linux || darwin || freebsd

package store

import (
	"fmt"
	"path/filepath"
	"syscall"
)

// Space says how many bytes are free to us, and how many there are, on the disk that holds the store.
func (s *Store) Space() (free, total uint64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(s.path), &fs); err != nil {
		return 0, 0, fmt.Errorf("space on the disk of %s: %w", s.path, err)
	}
	size := uint64(fs.Bsize)                               //nolint:gosec // its type differs between systems; it is never negative
	return uint64(fs.Bavail) * size, fs.Blocks * size, nil //nolint:unconvert // as above
}
