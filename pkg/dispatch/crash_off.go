//go:build !crash

package dispatch

// crashAt marks the points of the protocol at which the tests kill the process, in builds with the tag crash. Here it
// does nothing.
func crashAt(string) {}
