// Package console is the operator's pages: what came in, what became of it and why, and doing it again; the trackers; the
// configuration. Over each of them stands whatever needs a person now.
//
//	gate.go        who may come in: by a password, or as a trusted proxy says
//	passwords.go   checking one, and believing it for a while
//	throttle.go    how often somebody may be wrong
//	denial.go      what is answered to who may not
//	console.go     the handler: paths, headers, writing a page
//	overview.go    how it goes: what needs a person, what happened of late
//	figures.go     the numbers of that, by the hour
//	plot.go        drawing them
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
//	record.go      what operators did
//	rules.go       the rules that run, and how often each took a report
//	playground.go  what rules would do with a report, nothing being filed
//	trackers.go    what the trackers say to a live check
//	running.go     which configuration runs, and what became of the last change of it
//	words.go       what templates have in common; errors, told to people
//	ago.go         times, as a person would say them
//	api.go         the same as JSON, under /api/v1/; openapi.json describes it
//	api_things.go  what that JSON looks like
//	pages/         the HTML, its style and its scripts, embedded
//
// What it promises: whatever came with a report is a stranger's text and is shown as text, cut to a length that a page can bear; of a
// description's HTML only the structure of the text and its links are left. The pages run no scripts but their own, which every
// function works without, load nothing from elsewhere, keep no copy and let no other site frame them or send their forms. Nothing
// changes by looking; what changes something is a form, and is noted with what came of it. A cause of an error goes to the log, not
// to the page.
//
// Who is looking is asked by the [Gate], which stands before the console and whatever else is on the admin address. Without somebody
// who may sign in it lets in this machine alone.
package console
