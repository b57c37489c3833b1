package markup

import (
	"strconv"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// writeGFM writes blocks with an empty line between them.
func writeGFM(doc bridge.Document) string { return gfmBlocks(doc, false) }

// gfmBlocks writes blocks; tight keeps a list at the paragraph before it, where Markdown still reads it as a list.
func gfmBlocks(blocks []bridge.Block, tight bool) string {
	var out strings.Builder
	var before bridge.Block
	alternate := false
	for _, block := range blocks {
		// Lists that follow one another would become one, unless their markers differ.
		list, isList := block.(bridge.List)
		if last, ok := before.(bridge.List); ok && isList && last.Ordered == list.Ordered {
			alternate = !alternate
		} else {
			alternate = false
		}
		text := gfmBlock(block, alternate)
		if text == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if _, paragraph := before.(bridge.Paragraph); !tight || !paragraph || !isList || !interrupts(list) {
				out.WriteByte('\n')
			}
		}
		out.WriteString(text)
		before = block
	}
	return out.String()
}

// interrupts says that a list may follow a paragraph without an empty line: Markdown wants it to begin with an item that
// has content, and with 1 if it is numbered.
func interrupts(list bridge.List) bool {
	return (!list.Ordered || list.Start == 1) && len(list.Items) > 0 && len(list.Items[0].Blocks) > 0
}

func gfmBlock(block bridge.Block, alternate bool) string {
	switch v := block.(type) {
	case bridge.Paragraph:
		return gfmLine(v.Content, gfmParagraph)
	case bridge.Heading:
		if text := gfmLine(v.Content, gfmHeading); text != "" {
			return strings.Repeat("#", min(max(v.Level, 1), 6)) + " " + text
		}
	case bridge.List:
		return gfmList(v, alternate)
	case bridge.Quote:
		if text := gfmBlocks(v.Blocks, false); text != "" {
			return indent("> ", "> ", text)
		}
	case bridge.CodeBlock:
		return gfmCodeBlock(v)
	case bridge.Table:
		return gfmTable(v)
	case bridge.Rule:
		// Unlike --- it cannot be taken for a heading's underline, nor for a list.
		return "___"
	case bridge.Picture:
		return gfmLine([]bridge.Inline{bridge.Image{URL: v.URL, Alt: v.Alt}}, gfmParagraph)
	case bridge.Details:
		return gfmDetails(v)
	case bridge.Facts:
		return gfmTable(factsTable(v))
	}
	return ""
}

// indent puts first in front of the first line of text and rest in front of the others, without trailing space.
func indent(first, rest, text string) string {
	var out strings.Builder
	prefix := first
	for line := range strings.SplitAfterSeq(text, "\n") {
		if line == "\n" {
			prefix = strings.TrimRight(prefix, " ")
		}
		out.WriteString(prefix)
		out.WriteString(line)
		prefix = rest
	}
	return out.String()
}

func gfmList(list bridge.List, alternate bool) string {
	var out strings.Builder
	for i, item := range list.Items {
		if i > 0 {
			out.WriteByte('\n')
		}
		marker := "- "
		if alternate {
			marker = "* "
		}
		if list.Ordered {
			marker = strconv.Itoa(max(list.Start, 0)+i) + ". "
			if alternate {
				marker = strings.Replace(marker, ".", ")", 1)
			}
		}
		out.WriteString(gfmItem(item, marker))
	}
	return out.String()
}

func gfmItem(item bridge.Item, marker string) string {
	blocks, box := item.Blocks, boxText(item.Box)
	if len(blocks) == 0 && box == "" {
		return strings.TrimRight(marker, " ")
	}
	margin := strings.Repeat(" ", len(marker))
	first := paragraphFirst(blocks)
	switch {
	case box != "" && !first:
		// Only words make a box of the box.
		nothing := bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: zeroWidth, Trusted: true}}}
		blocks = append([]bridge.Block{nothing}, blocks...)
	case !first && hasBoxes(blocks[0]):
		// Nor is a box one in a list that begins on the line of another item.
		return strings.TrimRight(marker, " ") + "\n" + indent(margin, margin, gfmBlocks(blocks, true))
	}
	return indent(marker+box, margin, gfmBlocks(blocks, true))
}

func paragraphFirst(blocks []bridge.Block) bool {
	if len(blocks) == 0 {
		return false
	}
	_, ok := blocks[0].(bridge.Paragraph)
	return ok
}

// hasBoxes says that block is a list that begins with a check box.
func hasBoxes(block bridge.Block) bool {
	list, ok := block.(bridge.List)
	return ok && len(list.Items) > 0 && list.Items[0].Box != bridge.NoBox
}

func gfmCodeBlock(code bridge.CodeBlock) string {
	text := strings.Trim(cleanText(code.Text), "\n")
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return fence + gfmLanguage(code.Language) + "\n" + text + "\n" + fence
}

// gfmLanguage leaves out the languages that GitHub draws instead of showing them.
func gfmLanguage(name string) string {
	switch name = languageName(name); name {
	case "mermaid", "math", "geojson", "topojson", "stl":
		return ""
	}
	return name
}

// longestRun returns the length of the longest unbroken run of c in s.
func longestRun(s string, c byte) int {
	longest, n := 0, 0
	for i := range len(s) {
		if s[i] != c {
			n = 0
			continue
		}
		n++
		longest = max(longest, n)
	}
	return longest
}

func gfmDetails(d bridge.Details) string {
	text := gfmBlocks(d.Blocks, false)
	summary := gfmSummary(d.Summary)
	return strings.TrimSpace("<details>\n<summary>"+summary+"</summary>\n\n"+text) + "\n\n</details>"
}

// factsTable makes a table of two columns, of which the first row is the header, since Markdown knows no table without.
func factsTable(facts bridge.Facts) bridge.Table {
	var t bridge.Table
	for i, row := range facts.Rows {
		cell := func(s string) bridge.Cell {
			return bridge.Cell{Header: i == 0, Blocks: []bridge.Block{bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: s}}}}}
		}
		t.Rows = append(t.Rows, bridge.Row{Cells: []bridge.Cell{cell(row.Name), cell(row.Value)}})
	}
	return t
}

// gfmTable writes a table of one line a row. The first row is the header, whatever it was in the source.
func gfmTable(t bridge.Table) string {
	rows, width := grid(t)
	if width == 0 {
		return ""
	}
	var out strings.Builder
	for y, row := range rows {
		if y == 0 {
			row = append(row, make([]bridge.Cell, width-len(row))...)
		}
		out.WriteByte('|')
		for _, cell := range row {
			out.WriteByte(' ')
			out.WriteString(gfmLine(flatInlines(cell.Blocks...), gfmCell))
			out.WriteString(" |")
		}
		if y == 0 {
			out.WriteString("\n|" + strings.Repeat("---|", width))
		}
		if y < len(rows)-1 {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
