// Package store keeps events, deliveries, attempts and links durably, and the queue's jobs beside them. Nobody else in
// the house knows SQL.
//
// # What it promises
//
// [Store.Accept] returns without an error only after event, deliveries and jobs are committed together and flushed to
// the disk (SQLite in WAL mode with synchronous=FULL). Requests that wait at the same time share one commit; a request
// that is alone waits for nobody.
//
// The deliveries table is the truth and the queue's jobs are its engine: [Store.Reconcile] gives a job to each delivery
// that is not final and has none, whatever became of the job it had.
//
// A link is written only by the holder of its lease. Leases go by the database's clock.
//
// One process serves a SQLite file at a time; others may read it and add deliveries.
package store
