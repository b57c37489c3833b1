// Package bench compares pkg/markup with html-to-markdown v2, the Go library that most people would take for the same
// work. It is a module of its own, so that nobody who builds Bugferry gets a second converter along. It promises nothing
// but figures, as ratios inside one run: machines are noisy, and what is measured at another moment is another machine.
//
//	CGO_ENABLED=0 go test -bench . -benchtime 1s .
package bench
