package markup

import (
	"strconv"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// adfPlace is where blocks stand: ADF's schema says for each node what it may hold.
type adfPlace int

const (
	adfDoc    adfPlace = iota
	adfExpand          // all but another expand
	adfNested          // nestedExpand: no tables, no expands
	adfCell
	adfItem
	adfQuote
)

// adfWriter writes blocks; it numbers the task lists and items, which need an id that is unique in the document.
type adfWriter struct{ ids int }

func writeADF(doc bridge.Document) adfNode {
	var w adfWriter
	return adfNode{Type: "doc", Version: 1, Content: w.blocks(doc, adfDoc)}
}

func (w *adfWriter) blocks(blocks []bridge.Block, place adfPlace) []adfNode {
	var out []adfNode
	for _, block := range blocks {
		out = append(out, w.block(block, place)...)
	}
	return out
}

// filled is blocks, with an empty paragraph where ADF wants at least one.
func (w *adfWriter) filled(blocks []bridge.Block, place adfPlace) []adfNode {
	if out := w.blocks(blocks, place); len(out) > 0 {
		return out
	}
	return []adfNode{{Type: "paragraph"}}
}

func (w *adfWriter) block(block bridge.Block, place adfPlace) []adfNode {
	switch v := block.(type) {
	case bridge.Paragraph:
		return adfParagraphs(v.Content)
	case bridge.Heading:
		return adfHeading(v, place)
	case bridge.List:
		return w.list(v, place)
	case bridge.Quote:
		if place == adfItem || place == adfQuote {
			return w.blocks(v.Blocks, place)
		}
		if content := w.blocks(v.Blocks, adfQuote); len(content) > 0 {
			return []adfNode{{Type: "blockquote", Content: content}}
		}
	case bridge.CodeBlock:
		return adfCode(v)
	case bridge.Table:
		return w.table(v, place)
	case bridge.Rule:
		if place != adfItem && place != adfQuote {
			return []adfNode{{Type: "rule"}}
		}
	case bridge.Picture:
		return adfParagraphs([]bridge.Inline{bridge.Image{URL: v.URL, Alt: v.Alt}})
	case bridge.Details:
		return w.details(v, place)
	case bridge.Facts:
		return adfFacts(v)
	}
	return nil
}

// adfParagraphs writes words and, between them, images, which ADF knows only as blocks.
func adfParagraphs(content []bridge.Inline) []adfNode {
	var out []adfNode
	for _, part := range splitImages(content) {
		if picture := adfPicture(part[0]); picture != nil {
			out = append(out, picture...)
		} else if inner := adfInlines(part, true); len(inner) > 0 {
			out = append(out, adfNode{Type: "paragraph", Content: inner})
		}
	}
	return out
}

// adfHeading writes a heading, where none may stand a bold paragraph; images in it follow it.
func adfHeading(h bridge.Heading, place adfPlace) []adfNode {
	var words []bridge.Inline
	var pictures []adfNode
	for _, part := range splitImages(h.Content) {
		if picture := adfPicture(part[0]); picture != nil {
			pictures = append(pictures, picture...)
		} else {
			words = append(words, part...)
		}
	}
	node := adfNode{Type: "heading", Attrs: map[string]any{"level": min(max(h.Level, 1), 6)}}
	if place == adfItem || place == adfQuote {
		node = adfNode{Type: "paragraph"}
		words = strong(words)
	}
	node.Content = adfInlines(words, false)
	if len(node.Content) == 0 {
		return pictures
	}
	return append([]adfNode{node}, pictures...)
}

func adfCode(code bridge.CodeBlock) []adfNode {
	text := cleanText(code.Text)
	if blank(text) {
		return nil
	}
	node := adfNode{Type: "codeBlock", Content: []adfNode{{Type: "text", Text: text}}}
	if name := languageName(code.Language); name != "" {
		node.Attrs = map[string]any{"language": name}
	}
	return []adfNode{node}
}

// adfPicture writes an image that can be shown, and nil for anything else.
func adfPicture(in bridge.Inline) []adfNode {
	img, ok := in.(bridge.Image)
	if !ok {
		return nil
	}
	url := shownImage(img.URL)
	if url == "" {
		return nil
	}
	attrs := map[string]any{"type": "external", "url": url}
	if alt := oneLine(cleanText(img.Alt)); alt != "" {
		attrs["alt"] = alt
	}
	media := adfNode{Type: "media", Attrs: attrs}
	if link := absoluteLink(img.Link); link != "" {
		media.Marks = []adfMark{{Type: "link", Attrs: map[string]string{"href": link}}}
	}
	return []adfNode{{Type: "mediaSingle", Attrs: map[string]any{"layout": "center"}, Content: []adfNode{media}}}
}

func (w *adfWriter) details(d bridge.Details, place adfPlace) []adfNode {
	kind, inner := "expand", adfExpand
	switch place {
	case adfExpand, adfCell:
		kind, inner = "nestedExpand", adfNested
	case adfNested, adfItem, adfQuote:
		summary := bridge.Paragraph{Content: strong(d.Summary)}
		return append(w.block(summary, place), w.blocks(d.Blocks, place)...)
	}
	return []adfNode{{
		Type:    kind,
		Attrs:   map[string]any{"title": plainText(d.Summary)},
		Content: w.filled(d.Blocks, inner),
	}}
}

// table writes a table; where none may stand, what is in its cells.
func (w *adfWriter) table(t bridge.Table, place adfPlace) []adfNode {
	if place != adfDoc && place != adfExpand {
		return w.blocks(cellBlocks(t), place)
	}
	node := adfNode{Type: "table"}
	for _, row := range t.Rows {
		line := adfNode{Type: "tableRow"}
		for _, cell := range row.Cells {
			line.Content = append(line.Content, w.cell(cell))
		}
		if len(line.Content) > 0 {
			node.Content = append(node.Content, line)
		}
	}
	if len(node.Content) == 0 {
		return nil
	}
	return []adfNode{node}
}

func (w *adfWriter) cell(cell bridge.Cell) adfNode {
	node := adfNode{Type: "tableCell", Content: w.filled(cell.Blocks, adfCell)}
	if cell.Header {
		node.Type = "tableHeader"
	}
	attrs := map[string]any{}
	if cell.ColSpan > 1 {
		attrs["colspan"] = cell.ColSpan
	}
	if cell.RowSpan > 1 {
		attrs["rowspan"] = cell.RowSpan
	}
	if len(attrs) > 0 {
		node.Attrs = attrs
	}
	return node
}

// factsPerLine is how many short facts share a line.
const factsPerLine = 4

// adfFacts writes facts as one small paragraph, below which nothing has to be scrolled over.
func adfFacts(facts bridge.Facts) []adfNode {
	var content []bridge.Inline
	for i, row := range facts.Rows {
		switch {
		case i == 0:
		case i%factsPerLine == 0:
			content = append(content, bridge.Break{})
		default:
			content = append(content, bridge.Text{Text: " · ", Trusted: true})
		}
		content = append(content, bridge.Text{Text: row.Name + ": " + row.Value})
	}
	return adfParagraphs(content)
}

func (w *adfWriter) id() string {
	w.ids++
	return "task-" + strconv.Itoa(w.ids)
}
