//go:build !linux && !darwin && !freebsd

package store

import "errors"

// Space is not known on this system.
func (s *Store) Space() (free, total uint64, err error) {
	return 0, 0, errors.ErrUnsupported
}
