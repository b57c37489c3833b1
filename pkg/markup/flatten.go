package markup

import (
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// flatInlines returns the words of a block as one line of inlines, its inner blocks parted by line breaks: for headings,
// summaries and the cells of dialects whose cells hold no blocks.
func flatInlines(blocks ...bridge.Block) []bridge.Inline {
	var out []bridge.Inline
	for _, block := range blocks {
		inner := flatBlock(block)
		if len(inner) > 0 && len(out) > 0 {
			out = append(out, bridge.Break{})
		}
		out = append(out, inner...)
	}
	return out
}

func flatBlock(block bridge.Block) []bridge.Inline {
	switch v := block.(type) {
	case bridge.Paragraph:
		return v.Content
	case bridge.Heading:
		return v.Content
	case bridge.Picture:
		return []bridge.Inline{bridge.Image{URL: v.URL, Alt: v.Alt}}
	case bridge.CodeBlock:
		return flatCode(v)
	case bridge.Quote:
		return flatInlines(v.Blocks...)
	case bridge.List:
		var all []bridge.Block
		for _, item := range v.Items {
			all = append(all, taskText(item)...)
		}
		return flatInlines(all...)
	case bridge.Table:
		return flatInlines(cellBlocks(v)...)
	case bridge.Details:
		return flatInlines(append([]bridge.Block{bridge.Paragraph{Content: v.Summary}}, v.Blocks...)...)
	case bridge.Facts:
		return flatFacts(v)
	}
	return nil
}

// plainText returns the words of inlines on one line without any style, for an image its alternative text.
func plainText(in []bridge.Inline) string {
	var text strings.Builder
	for _, inline := range in {
		switch v := inline.(type) {
		case bridge.Text:
			text.WriteString(oneLine(cleanText(v.Text)))
		case bridge.Image:
			text.WriteString(oneLine(cleanText(v.Alt)))
		case bridge.Break:
			text.WriteByte(' ')
		}
	}
	return text.String()
}

func flatCode(code bridge.CodeBlock) []bridge.Inline {
	var out []bridge.Inline
	for i, line := range codeLines(code.Text) {
		if i > 0 {
			out = append(out, bridge.Break{})
		}
		if line != "" {
			out = append(out, bridge.Text{Text: line, Marks: bridge.Code})
		}
	}
	return out
}

func flatFacts(facts bridge.Facts) []bridge.Inline {
	var out []bridge.Inline
	for i, row := range facts.Rows {
		if i > 0 {
			out = append(out, bridge.Break{})
		}
		out = append(out, bridge.Text{Text: row.Name + ": " + row.Value})
	}
	return out
}

// strong returns inlines in bold.
func strong(in []bridge.Inline) []bridge.Inline {
	out := make([]bridge.Inline, len(in))
	for i, inline := range in {
		if t, ok := inline.(bridge.Text); ok {
			t.Marks |= bridge.Strong
			inline = t
		}
		out[i] = inline
	}
	return out
}

// splitImages parts a line of inlines into rows of words and single images that can be shown.
func splitImages(in []bridge.Inline) [][]bridge.Inline {
	var out [][]bridge.Inline
	begin := 0
	for i, inline := range in {
		if img, ok := inline.(bridge.Image); ok && shownImage(img.URL) != "" {
			if begin < i {
				out = append(out, in[begin:i])
			}
			out = append(out, in[i:i+1])
			begin = i + 1
		}
	}
	if begin < len(in) {
		out = append(out, in[begin:])
	}
	return out
}

// taskText shows the state of a task as text in front of it.
func taskText(item bridge.Item) []bridge.Block {
	if item.Box == bridge.NoBox {
		return item.Blocks
	}
	box := bridge.Text{Text: boxText(item.Box), Trusted: true}
	if len(item.Blocks) > 0 {
		if p, ok := item.Blocks[0].(bridge.Paragraph); ok {
			p.Content = append([]bridge.Inline{box}, p.Content...)
			return append([]bridge.Block{p}, item.Blocks[1:]...)
		}
	}
	return append([]bridge.Block{bridge.Paragraph{Content: []bridge.Inline{box}}}, item.Blocks...)
}

// cellBlocks returns the blocks of all cells, row by row.
func cellBlocks(t bridge.Table) []bridge.Block {
	var out []bridge.Block
	for _, row := range t.Rows {
		for _, cell := range row.Cells {
			out = append(out, cell.Blocks...)
		}
	}
	return out
}

// maxFill bounds the empty cells that spans may leave behind in one table.
const maxFill = 20_000

// grid lays a table out on a grid: cells that span leave empty cells behind. Rows keep their own lengths; those without
// any cell are left out.
func grid(t bridge.Table) (rows [][]bridge.Cell, width int) {
	var carry []int // per column the rows that a cell above still reaches down
	left := maxFill
	for _, row := range t.Rows {
		var line []bridge.Cell
		fill := func() {
			for len(line) < len(carry) && carry[len(line)] > 0 && left > 0 {
				carry[len(line)]--
				line = append(line, bridge.Cell{})
				left--
			}
		}
		for _, cell := range row.Cells {
			fill()
			for i := range max(1, min(cell.ColSpan, maxSpan, left)) {
				for len(carry) <= len(line) {
					carry = append(carry, 0)
				}
				carry[len(line)] = max(0, cell.RowSpan-1)
				if i > 0 {
					cell = bridge.Cell{Header: cell.Header, RowSpan: cell.RowSpan}
					left--
				}
				line = append(line, cell)
			}
		}
		fill()
		if len(line) > 0 {
			rows, width = append(rows, line), max(width, len(line))
		}
	}
	return rows, width
}

func codeLines(text string) []string { return strings.Split(strings.Trim(text, "\n"), "\n") }
