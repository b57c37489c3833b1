package console

import (
	"bytes"
	"encoding/json"
	"html/template"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// mostDescribed is how many bytes of a description are shown: the body has it whole.
const mostDescribed = 64 << 10

// described is a report's description as the page shows it.
type described struct {
	HTML     template.HTML // ours: what the policy leaves, every element closed
	Plain    bool          // its line ends are its own
	Cut      bool
	Pictures int // that are left out
}

// policy leaves the structure of a text and its links, and nothing that loads, runs, names, places or dresses anything.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "li",
		"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "td", "th", "div")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddSpaceWhenStrippingTag(true)
	return p
}()

// describe makes of a stranger's HTML, or text, what can stand in a page.
func describe(text string) described {
	d := described{Plain: !strings.Contains(text, "<"), Pictures: strings.Count(strings.ToLower(text), "<img")}
	if len(text) > mostDescribed {
		text, d.Cut = strings.ToValidUTF8(text[:mostDescribed], ""), true
	}
	d.HTML = closed(policy.Sanitize(text))
	return d
}

// closed closes what is open and drops what closes nothing: the policy judges tags one by one, and a link that is never closed would
// go on to the end of the page.
func closed(clean string) template.HTML {
	nodes, err := html.ParseFragment(strings.NewReader(clean), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	var out bytes.Buffer
	for _, n := range nodes {
		if err == nil {
			err = html.Render(&out, n)
		}
	}
	if err != nil { // nested too deeply
		return template.HTML(template.HTMLEscapeString(clean)) //nolint:gosec // escaped
	}
	return template.HTML(out.String()) //nolint:gosec // sanitised above
}

// fieldsOf are a report's fields by BetterBugs' own names, but for the description.
func fieldsOf(r bridge.Report) []field {
	r.Description, r.Warnings = "", nil
	text, err := bridge.JSON(r)
	var all bridge.Fields
	if err != nil || all.UnmarshalJSON(text) != nil {
		return nil
	}
	var list []field
	for _, f := range all {
		list = append(list, field{cut(f.Name), cutTo(valueOf(f.Value), longestText)})
	}
	return list
}

// valueOf writes a field's value: text as it is, the rest as JSON.
func valueOf(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	text, err := bridge.JSON(v)
	var out bytes.Buffer
	if err != nil || json.Indent(&out, text, "", "  ") != nil {
		return ""
	}
	return out.String()
}
