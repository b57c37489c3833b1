// Package show shows what stands in an issue as its tracker's page would: GitHub Markdown, Jira wiki markup and the Atlassian document
// format become HTML. The sandbox's pages are made of it, and the console's preview of an issue.
//
//	html.go      the writer, through which all text comes
//	markdown*.go GitHub Markdown
//	wiki*.go     wiki markup
//	adf.go       Atlassian documents
//
// It covers what a writer of issues produces and shows the rest as the text it is; it is no judge of a dialect. What it promises: text never
// becomes active, links lead to http and https alone, and the time it takes grows with the length of the text.
package show

import (
	"fmt"
	"html/template"
)

// Page is the page that the HTML is for.
type Page struct {
	// WithoutPictures has their descriptions and addresses in the place of pictures, for a page that loads nothing from elsewhere.
	WithoutPictures bool
}

// Text shows a value as the text it is; nil is nothing.
func (p Page) Text(v any) template.HTML {
	w := htmlWriter{page: p}
	if v != nil {
		w.raw(`<div class="plain">`).text(fmt.Sprint(v)).raw("</div>")
	}
	return w.html()
}
