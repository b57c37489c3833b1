// Package betterbugs knows the sender: it turns the body of a BetterBugs webhook request into a [bridge.Report] and can
// make such bodies itself.
//
// BetterBugs documents two payload formats, JSON and "Form Data", without saying how the latter nests its values. So
// [Decode] takes whatever clients of its kind produce: JSON under any Content-Type, urlencoded and multipart forms in
// every nesting style, values that are JSON, the whole document in one field, compressed bodies. The way is always
// the same:
//
//	inflate.go    undo the Content-Encoding, within the limit
//	document.go   tell JSON, multipart and urlencoded apart by looking, not by trusting the Content-Type
//	split.go      form -> pairs          wrapped.go  pairs -> pairs as others would have written them
//	names.go      name -> path           tree.go     paths -> document   (form.go leads through all three)
//	report.go     document -> bridge.Report, lenient in every type, strict only about bugId
//
// What it promises: nothing in a body makes it panic or use time or memory out of proportion to the limit; a value that
// the sender's encoding destroyed counts as absent and leaves a warning; a body that does carry something but cannot
// be read is a [DecodeError] with its place, never silently "no report".
package betterbugs
