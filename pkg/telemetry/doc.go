// Package telemetry lets the outside see how Bugferry is: whether it lives and whether it can take reports (health.go), in
// numbers what became of them (metrics.go), and whether the disk under the store is filling up (disk.go).
//
// What it promises: nothing of a report and no cause of an error is in the answers to a request; the number of time series
// is fixed, whatever the outside sends; there are no globals, so that a test or a second server in the process starts at
// zero.
package telemetry
