// Package console is the operator's pages: what came in, what became of it and why, and doing it again; the trackers; the
// configuration. Over each of them stands whatever needs a person now.
//
//	console.go     the handler: paths, headers, writing a page
//	lookup.go      what the query of a listing asks for
//	states.go      the states of events and deliveries in an operator's words
//	requests.go    all that came
//	deliveries.go  reports on their way to a tracker
//	acts.go        redeliver, park, release; what is done is noted
//	report.go      one report, from its request to its issues
//	described.go   a stranger's description, made harmless
//	curl.go        commands to copy
//	again.go       what today's rules would do with a stored request, and having them do it
//	live.go        telling open pages that something has changed
//	trackers.go    what the trackers say to a live check
//	running.go     which configuration runs, and what became of the last change of it
//	api.go         the same as JSON, under /api/v1/; openapi.json describes it
//	pages/         the HTML, its style and its scripts, embedded
//
// What it promises: whatever came with a report is a stranger's text and is shown as text, cut to a length that a page can bear; of a
// description's HTML only the structure of the text and its links are left. The pages run no scripts but their own, which every
// function works without, load nothing from elsewhere, keep no copy and let no other site frame them or send their forms. Nothing
// changes by looking; what changes something is a form, and is noted with what came of it. A cause of an error goes to the log, not
// to the page.
//
// It does not ask who is looking: it belongs on the admin address, which is not for the outside.
package console
