// Package rules owns the decisions: which destinations a report goes to and why, and what the issue there says.
//
// [Compile] judges a configuration once and names all its mistakes. The [Set] it returns answers two questions:
//
//	Route    Report               -> Matches, and for every rule a Trace of why
//	Compose  Report x destination -> Issue, its body a Document in no tracker's dialect
//
// Both are pure: no clock, no randomness, no input or output, the same answer for the same report and configuration.
// They take microseconds, and a Set may be used from any number of goroutines.
//
// # What a report looks like to expressions and templates
//
// Expressions (expr-lang/expr) see it under BetterBugs' own names, templates (text/template with sprig's functions)
// under Go's: report.customFields.team and {{ .CustomFields.team }}. Everything is text, except the two times and the
// lists, so that a rule does not care whether BetterBugs sent JSON or form data. What is missing is empty, never an
// error and never "<no value>".
//
// Expressions and templates are the operator's, the values in them a stranger's. What grows with a number that a report
// could hold (repeat, until, a range of numbers) is bounded or absent, loops in expressions stand at most two within one
// another and have a bound of steps, expressions see the first 64 KiB of a text and the first 100 people, and a template's output is cut at 64 KiB.
package rules
