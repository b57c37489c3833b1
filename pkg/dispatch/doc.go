// Package dispatch works deliveries: it owns the delivery protocol, by which one report becomes one issue whatever dies
// in between.
//
// For each delivery, under the lease (1) of the link between its bug and its place:
//
//	look    (3)    if a create was intended and its outcome is not known: find the issue by its marker, before anything else
//	create  (4, 5) only with the intent on disk and enough of the lease left, once, and record the answer before all else
//	update  (7)    write what the report changed and no person did; a person's text gets our news as a comment
//	steps   (6)    what stands beside the issue: the attached screenshot, the remote link
//
// The numbers are those of docs/exactly-one.md. What this promises, in these words: one issue per bug and place, provided
// the tracker shows a created issue within the settle time and no worker is paused between the check in 4 and its write
// for longer than lease plus settle; beyond that the double is found by the sweep (links created after an unknown outcome
// are looked at again later) and reported, not hidden. Nothing of a person's is closed or deleted by it.
//
// Retry times are computed here once, stored on the delivery, and handed to the queue as a snooze, so that the two
// cannot disagree.
package dispatch
