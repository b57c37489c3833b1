// Package markup turns a description into a [bridge.Document] and a Document into what the trackers read: GitHub
// Markdown, Jira wiki markup and the Atlassian Document Format. It is pure: the same input gives the same output, and
// nothing is fetched, logged or remembered.
//
// # The way of a description
//
//	Parse            HTML (tree.go, build*.go) or plain text (plain.go) -> Document
//	  prepare        per paragraph: neighbours of one style join, white space leaves the marks, bare URLs become links
//	  nest           runs of text -> spans within spans
//	GFM, Wiki, ADF   one writer per dialect; what a stranger's text must not do there is in *_escape.go, and only there
//	  fit            the length limit, measured on what the writer wrote
//
// # What it promises
//
// Parse never fails and never loses text that a browser would show, but for what stands in controls and drawings
// (select, textarea, svg, math). No writer lets text from a report mention, refer, close, run or embed anything; targets
// are links only if their scheme cannot run anything, only http and https sources are images.
// The visible text is what the author wrote: where a dialect has no escape, a zero-width space (U+200B) is put into the
// text, outside of code wherever code is inert. Text that is marked Trusted is escaped but not broken up. Time and memory grow
// linearly with the input; nesting beyond [maxNesting] levels is flattened.
package markup
