package show

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
)

// maxDepth is how deep documents may nest before the rest is shown flat.
const maxDepth = 64

type object = map[string]any

// Children are the objects in a member of a node, such as its content, that is a list.
func Children(n map[string]any, member string) (out []map[string]any) {
	list, _ := n[member].([]any)
	for _, one := range list {
		if o, is := one.(object); is {
			out = append(out, o)
		}
	}
	return out
}

// attr is an attribute of a node as text.
func attr(n object, name string) string {
	attrs, _ := n["attrs"].(object)
	if attrs[name] == nil {
		return ""
	}
	return fmt.Sprint(attrs[name])
}

// ADF shows an Atlassian document, decoded from its JSON, as Jira Cloud does.
func (p Page) ADF(document any) template.HTML {
	w := htmlWriter{page: p}
	n, _ := document.(object)
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
		for _, child := range Children(n, "content") {
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
		w.raw(fmt.Sprintf(`<ol start="%d">`, start(attr(n, "order"))))
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

// start is the number that a list begins with.
func start(order string) int {
	n, err := strconv.Atoi(order)
	if err != nil {
		return 1
	}
	return min(n, 1_000_000)
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
	for _, m := range Children(n, "marks") {
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
