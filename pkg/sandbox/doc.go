// Package sandbox is a stand-in for GitHub, Jira Cloud and Jira Data Center: one http.Handler that keeps issues in memory, answers the
// REST operations a bridge needs in the vendors' own shapes, refuses what they refuse, and shows the issues on pages
// as a person would read them.
//
//	GitHub REST            /github/api/v3/…
//	Jira Cloud             /jira-cloud/rest/api/3/… (and /2/ with descriptions as strings)
//	Jira Data Center       /jira-dc/rest/api/2/…
//	pages                  /, /github/{owner}/{repo}/issues/{number}, /jira-cloud/browse/{key}, /jira-dc/browse/{key}
//	GET  /_sandbox/state   everything as JSON
//	POST /_sandbox/reset   back to the seed
//	POST /_sandbox/faults  what shall go wrong from now on; GET tells it, and how often it did
//	GET  /_sandbox/screenshot.png
//
// It promises, as far as no fault was asked for, that an answered write is there for every later read, that a refused
// write changed nothing, and that text out of an issue never becomes active on a page. It is for loopback: any token opens it but those that begin
// with "bad", which stand for revoked ones, and those of a GitHub App, which are good for an hour. Limits and error texts are those of the vendors' documents or of reports
// from the field; where neither says, the comment at the place does.
package sandbox
