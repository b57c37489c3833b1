//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// outliveFullDisk makes a write beyond the limit on the size of files (ulimit -f) an error like that of a full disk, which
// the webhook answers with 503. Go's default is to die of the signal.
func outliveFullDisk() { signal.Ignore(syscall.SIGXFSZ) }
