// Package bridge holds the words that the rest of Bugferry is written in. It imports nothing but the standard library,
// and every other package of the house may import it.
//
// # One report, one way
//
// A person shares a bug report in BetterBugs. BetterBugs POSTs it to the webhook:
//
//	pkg/webhook     reads, authenticates, tells a verify request from a report
//	pkg/betterbugs  bytes -> [Report]
//	pkg/rules       [Report] -> [Match]es, with a [Trace] of why
//	pkg/store       [Event] + [Delivery]s + queue jobs in one durable transaction
//	                200: from here on BetterBugs may forget the report
//	pkg/dispatch    works each [Delivery]: lease, intent, look, create, record
//	pkg/tracker     [Issue] -> GitHub or Jira, behind the [Tracker] seam
//	pkg/store       [Attempt], [Ref], state
//
// What stands above the 200 happens once while the sender waits. What stands below it may be repeated any number of
// times without harm: one [Link] per bug and [Place] remembers what was intended, what was created and what was
// confirmed, so that one report is one issue, whatever dies in between.
//
// # Identity
//
// A bug is known by its bugId, a place by its API base and name, an issue by the [Marker] it carries. Names that people
// give in the configuration (trackers, destinations, rules) are for people; nothing durable hangs on them alone.
package bridge
