package rules

// The names of a report's parts, for the test of the page that documents them.
var (
	ExpressionNames = viewTags
	PersonNames     = personTags
	MatchNames      = keys(plainFields)
)
