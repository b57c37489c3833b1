package sandbox

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/sandbox/show"
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
	for _, m := range show.Children(n, "marks") {
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
	for _, child := range show.Children(n, "content") {
		b.WriteString(adfText(child))
	}
	return b.String()
}
