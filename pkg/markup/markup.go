package markup

import "github.com/bugferry/bugferry/pkg/bridge"

// Options are the same for all writers.
type Options struct {
	// Limit is the longest output, in the tracker's own counting (UTF-16 code units, which is never less than characters):
	// GitHub's body takes 65,536, Jira's description 32,767 unless its administrator set another limit. 0: no limit.
	Limit int
	// FullText is the http or https URL that is named in the line that tells of a cut. It may be empty.
	FullText string
}

// GFM writes doc as GitHub Flavored Markdown, for a page that shows newlines as line breaks, as issues do.
func GFM(doc bridge.Document, opt Options) string {
	return fit(doc, opt, writeGFM, utf16Len)
}

// Wiki writes doc as Jira's wiki markup, as both Data Center and the v2 API of Cloud read it.
func Wiki(doc bridge.Document, opt Options) string {
	return fit(doc, opt, writeWiki, utf16Len)
}

// ADF writes doc as JSON in the Atlassian Document Format, version 1, its members always in the same order. Its Limit
// is measured on the JSON: Jira does not say what it counts, and this is never less.
func ADF(doc bridge.Document, opt Options) []byte {
	return fit(doc, opt, writeADF, adfNode.size).json()
}
