package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// wikiDepth is how deep Jira nests lists.
const wikiDepth = 20

// wikiWriter writes blocks. Wiki markup knows no blocks within quotes within quotes, nor tables and headings within
// lists: what stands there is lifted or becomes lines.
type wikiWriter struct {
	quoted bool
}

func writeWiki(doc bridge.Document) string {
	var w wikiWriter
	return w.blocks(doc)
}

// blocks writes blocks with an empty line between them: a table right below a list would be swallowed.
func (w wikiWriter) blocks(blocks []bridge.Block) string {
	var out []string
	for _, block := range blocks {
		if text := w.block(block); text != "" {
			out = append(out, text)
		}
	}
	return strings.Join(out, "\n\n")
}

func (w wikiWriter) block(block bridge.Block) string {
	switch v := block.(type) {
	case bridge.Paragraph:
		return wikiParagraph(v.Content)
	case bridge.Heading:
		if w.quoted {
			// Cloud would write it in capitals.
			return wikiParagraph(strong(v.Content))
		}
		return wikiHeading(v)
	case bridge.List:
		return w.list(v, "")
	case bridge.Quote:
		return w.quote(v)
	case bridge.CodeBlock:
		return wikiCodeBlock(v, w.quoted)
	case bridge.Table:
		return wikiTable(v)
	case bridge.Rule:
		return "----"
	case bridge.Picture:
		return wikiParagraph([]bridge.Inline{bridge.Image{URL: v.URL, Alt: v.Alt}})
	case bridge.Details:
		summary := bridge.Heading{Level: 4, Content: v.Summary}
		return strings.TrimSpace(w.block(summary) + "\n\n" + w.blocks(v.Blocks))
	case bridge.Facts:
		return wikiFacts(v)
	}
	return ""
}

// wikiParagraph writes words and, each on a line of its own, the images among them.
func wikiParagraph(content []bridge.Inline) string {
	return strings.Join(wikiParts(content, wikiText), "\n")
}

// wikiParts writes words and images apart, in order; what is empty is left out.
func wikiParts(content []bridge.Inline, place wikiPlace) []string {
	var out []string
	for _, part := range splitImages(content) {
		text := wikiImage(part[0])
		if text == "" {
			text = wikiLine(part, place)
		}
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

func wikiHeading(h bridge.Heading) string {
	var out []string
	var words []bridge.Inline
	for _, part := range splitImages(h.Content) {
		if image := wikiImage(part[0]); image != "" {
			out = append(out, image)
		} else {
			words = append(words, part...)
		}
	}
	if text := wikiLine(words, wikiOneLine); text != "" {
		out = append([]string{"h" + string(rune('0'+min(max(h.Level, 1), 6))) + ". " + text}, out...)
	}
	return strings.Join(out, "\n\n")
}

func (w wikiWriter) quote(q bridge.Quote) string {
	if w.quoted {
		return w.blocks(q.Blocks)
	}
	w.quoted = true
	text := w.blocks(q.Blocks)
	if text == "" {
		return ""
	}
	return "{quote}\n" + text + "\n{quote}"
}

// list writes items in front of which stand the bullets of all lists around them.
func (w wikiWriter) list(list bridge.List, path string) string {
	bullet := "*"
	if list.Ordered {
		bullet = "#"
	}
	if len(path) < wikiDepth {
		path += bullet
	}
	var out []string
	for _, item := range list.Items {
		out = append(out, w.item(item, path)...)
	}
	return strings.Join(out, "\n")
}

// item writes an item: no empty line may stand within, it would end the list.
func (w wikiWriter) item(item bridge.Item, path string) []string {
	first := path + " "
	if item.Box != bridge.NoBox {
		first += wikiEscape(boxText(item.Box), wikiContext{})
	}
	var out []string
	for _, block := range item.Blocks {
		if list, ok := block.(bridge.List); ok {
			if len(out) == 0 {
				out = append(out, zeroWidth)
			}
			out = append(out, w.list(list, path))
			continue
		}
		out = append(out, w.itemBlock(block)...)
	}
	if len(out) == 0 {
		out = append(out, zeroWidth)
	}
	out[0] = first + out[0]
	return out
}

// itemBlock writes the blocks that an item can hold, and the words of others.
func (w wikiWriter) itemBlock(block bridge.Block) []string {
	text := ""
	switch v := block.(type) {
	case bridge.Paragraph, bridge.Picture, bridge.CodeBlock:
		text = w.block(v)
	case bridge.Rule:
	case bridge.Quote:
		var out []string
		for _, inner := range v.Blocks {
			out = append(out, w.itemBlock(inner)...)
		}
		return out
	default:
		text = wikiParagraph(flatInlines(block))
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

func wikiTable(t bridge.Table) string {
	rows, _ := grid(t)
	var out []string
	for _, row := range rows {
		var line strings.Builder
		bar := "|"
		for _, cell := range row {
			if bar = "|"; cell.Header {
				bar = "||"
			}
			line.WriteString(bar)
			if text := wikiCell(cell); text != "" {
				line.WriteString(text)
			} else {
				line.WriteByte(' ')
			}
		}
		line.WriteString(bar)
		out = append(out, line.String())
	}
	return strings.Join(out, "\n")
}

func wikiCell(cell bridge.Cell) string {
	return strings.Join(wikiParts(flatInlines(cell.Blocks...), wikiCellText), " ")
}

func wikiFacts(facts bridge.Facts) string {
	var out []string
	for _, row := range facts.Rows {
		cell := func(s string) string {
			if s = wikiLine([]bridge.Inline{bridge.Text{Text: s}}, wikiCellText); s == "" {
				return " "
			}
			return s
		}
		out = append(out, "||"+cell(row.Name)+"|"+cell(row.Value)+"|")
	}
	return strings.Join(out, "\n")
}
