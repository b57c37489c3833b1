package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// plain reads text without markup: empty lines part paragraphs, other newlines stay line breaks.
func plain(text string) bridge.Document {
	var doc bridge.Document
	var lines []bridge.Inline
	end := func() {
		if len(lines) > 0 {
			doc = append(doc, bridge.Paragraph{Content: lines})
		}
		lines = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = keepSpaces(strings.TrimRight(line, " \t"))
		if blank(line) {
			end()
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, bridge.Break{})
		}
		lines = linkify(lines, bridge.Text{Text: line})
	}
	end()
	return doc
}
