// Package console is the operator's pages: what came in last, what became of it and why; the trackers; the configuration. Over each
// of them stands whatever needs a person now.
//
//	console.go   the handler: paths, headers, writing a page
//	events.go    the first page
//	trackers.go  what the trackers say to a live check
//	running.go   which configuration runs, and what became of the last change of it
//	api.go       the same as JSON, under /api/v1/; openapi.json describes it
//	states.go    the states of an event in an operator's words
//	pages/       the HTML and its style, embedded
//
// What it promises: it only reads. Whatever came with a report is a stranger's text and is shown as text, cut to a length
// that a table can bear; the pages have no scripts and tell the browser to run none, load nothing from elsewhere, keep no
// copy and let no other site frame them. A cause of an error goes to the log, not to the page.
//
// It does not ask who is looking: it belongs on the admin address, which is not for the outside.
package console
