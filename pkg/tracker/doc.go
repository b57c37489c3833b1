// Package tracker holds what the adapters for GitHub and Jira share: the HTTP layering, the table that turns an answer
// into a [bridge.Error], and the guarded download of screenshots.
//
// # The layering
//
// [NewClient] stacks, from the outside in:
//
//	deadline    one for a write, over its credentials and all tries
//	auth        puts the credentials on the request, which a GitHub App first asks for through the layers below
//	stamp       User-Agent; the method into the context
//	deadline    again, for what the credentials ask for by themselves
//	retry       go-retryablehttp: GET and HEAD again on errors and 5xx, any method only when it was certainly never sent
//	redirects   followed only where neither method, scheme nor host changes; otherwise the 3xx is the answer
//	note        every exchange goes to bridge.NoteCall, its URL without the query
//	net/http
//
// Two promises rest on it: a write that may have reached the tracker is never sent a second time, and credentials never
// leave the host they were configured for. All other repetition is the queue's.
package tracker
