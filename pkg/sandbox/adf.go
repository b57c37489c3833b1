package sandbox

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// maxDepth is how deep documents may nest before the rest is refused or shown flat.
const maxDepth = 64

// isADF says whether a value is an Atlassian Document at all.
func isADF(v any) bool {
	o, _ := v.(object)
	_, hasContent := o["content"].([]any)
	return o["type"] == "doc" && o["version"] == json.Number("1") && hasContent
}

// adfNodes are the node types that the published schema knows (adf-schema, full).
var adfNodes = strings.Fields(`doc paragraph heading text hardBreak rule blockquote bulletList orderedList listItem taskList
	taskItem decisionList decisionItem codeBlock panel table tableRow tableHeader tableCell mediaSingle mediaGroup media
	mediaInline caption expand nestedExpand inlineCard blockCard embedCard mention emoji date status placeholder layoutSection
	layoutColumn extension inlineExtension bodiedExtension`)

// adfMarks are the marks that the published schema knows.
var adfMarks = strings.Fields(`strong em code strike underline link subsup textColor backgroundColor alignment indentation
	border breakout annotation dataConsumer fragment`)

// validADF finds the faults that writers make: unknown nodes and marks, text that is empty or stands among blocks. The
// whole schema is for the writers' own tests.
func validADF(v any, depth int) bool {
	n, _ := v.(object)
	kind, _ := n["type"].(string)
	if depth > maxDepth || !slices.Contains(adfNodes, kind) || kind == "doc" != (depth == 0) {
		return false
	}
	if text, _ := n["text"].(string); (kind == "text") != (text != "") || kind == "text" && depth == 1 {
		return false
	}
	for _, m := range children(n, "marks") {
		if name, _ := m["type"].(string); !slices.Contains(adfMarks, name) {
			return false
		}
	}
	list, isList := n["content"].([]any)
	if n["content"] != nil && !isList {
		return false
	}
	return !slices.ContainsFunc(list, func(child any) bool { return !validADF(child, depth+1) })
}

func children(n object, member string) (out []object) {
	list, _ := n[member].([]any)
	for _, one := range list {
		if o, is := one.(object); is {
			out = append(out, o)
		}
	}
	return out
}

// adfText is the text one sees: all text nodes, and a line's end for each hard break.
func adfText(v any) string {
	n, _ := v.(object)
	switch n["type"] {
	case "text":
		s, _ := n["text"].(string)
		return s
	case "hardBreak":
		return "\n"
	}
	var b strings.Builder
	for _, child := range children(n, "content") {
		b.WriteString(adfText(child))
	}
	return b.String()
}

// attr is an attribute of a node as text.
func attr(n object, name string) string {
	attrs, _ := n["attrs"].(object)
	if attrs[name] == nil {
		return ""
	}
	return fmt.Sprint(attrs[name])
}

// renderADF shows a document as Jira does. All text is escaped, all addresses are judged by safeURL.
func renderADF(v any) template.HTML {
	var w htmlWriter
	n, _ := v.(object)
	w.adf(n, 0)
	return w.html()
}

// adfTags are the nodes that are one element and nothing else.
var adfTags = map[string]string{
	"paragraph": "p", "blockquote": "blockquote", "bulletList": "ul", "listItem": "li", "table": "table", "tableRow": "tr",
	"tableHeader": "th", "tableCell": "td", "mediaSingle": "figure", "mediaGroup": "figure", "caption": "figcaption",
	"taskList": "ul", "decisionList": "ul", "decisionItem": "li", "panel": "aside", "layoutSection": "section", "layoutColumn": "div",
}

func (w *htmlWriter) adf(n object, depth int) {
	if depth > maxDepth {
		return
	}
	inside := func() {
		for _, child := range children(n, "content") {
			w.adf(child, depth+1)
		}
	}
	kind, _ := n["type"].(string)
	if tag, plain := adfTags[kind]; plain {
		w.tag(tag, inside)
		return
	}
	switch kind {
	case "text":
		w.adfText(n)
	case "hardBreak":
		w.raw("<br>")
	case "rule":
		w.raw("<hr>")
	case "heading":
		w.tag("h"+oneOf(attr(n, "level"), "1", "2", "3", "4", "5", "6"), inside)
	case "orderedList":
		w.raw(fmt.Sprintf(`<ol start="%d">`, number(attr(n, "order"), 1)))
		inside()
		w.raw("</ol>")
	case "taskItem":
		w.raw(`<li class="task">`).checkbox(attr(n, "state") == "DONE")
		inside()
		w.raw("</li>")
	case "codeBlock":
		w.tag("pre", func() { w.tag("code", inside) })
	case "expand", "nestedExpand":
		w.raw("<details open><summary>").text(attr(n, "title")).raw("</summary>")
		inside()
		w.raw("</details>")
	case "media", "mediaInline":
		w.media(n)
	case "inlineCard", "blockCard", "embedCard":
		w.link(attr(n, "url"), func() { w.text(attr(n, "url")) })
	case "mention", "emoji", "status", "date", "placeholder":
		w.raw(`<span class="chip">`).text(attr(n, "text") + attr(n, "shortName") + attr(n, "timestamp")).raw("</span>")
	default:
		inside()
	}
}

// oneOf returns s if it is among the values, else the first of them.
func oneOf(s string, values ...string) string {
	if slices.Contains(values, s) {
		return s
	}
	return values[0]
}

func (w *htmlWriter) media(n object) {
	if attr(n, "type") == "external" {
		w.image(attr(n, "url"), attr(n, "alt"))
		return
	}
	w.raw(`<span class="chip">`).text("attachment " + attr(n, "alt")).raw("</span>")
}

var markTags = map[string]string{"strong": "strong", "em": "em", "code": "code", "strike": "s", "underline": "u"}

func (w *htmlWriter) adfText(n object) {
	text, _ := n["text"].(string)
	write := func() { w.lines(text) }
	for _, m := range children(n, "marks") {
		kind, _ := m["type"].(string)
		inner, tag := write, markTags[kind]
		switch {
		case tag != "":
			write = func() { w.tag(tag, inner) }
		case kind == "subsup":
			write = func() { w.tag(oneOf(attr(m, "type"), "sub", "sup"), inner) }
		case kind == "link":
			write = func() { w.link(attr(m, "href"), inner) }
		}
	}
	write()
}
