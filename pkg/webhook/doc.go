// Package webhook is HTTP in: it takes BetterBugs' requests, tells a verify request from a report, authenticates, and
// answers a report only once it is stored.
//
//	handler.go   one request's way: hook, rate, URL secret, address, method, body, report or not
//	accept.go    a report's way: header secrets, project, rules, store, answer
//	refuse.go    what has no effect: verify requests, and refused reports on their way into quarantine
//	source.go    who sent it, and how often that source may
//	secret.go    comparing secrets in constant time, keeping them out of what is stored
//	answer.go    the JSON of every answer
//
// What it promises: a 200 with an event's id means that the event is durable; a report that is decoded, or that cannot be
// decoded, is stored whatever the rules make of it; a verify request, which BetterBugs sends before custom headers can be
// configured, needs only the secret in the URL and has no effect; a report that is refused for its secret, its project or
// its address can be released by a person; the hook's path never redirects; no secret stands in a
// log, an answer or an event.
package webhook
