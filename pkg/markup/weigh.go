package markup

import "github.com/bugferry/bugferry/pkg/bridge"

// weigh tells roughly what a document takes in any dialect: its text and URLs in bytes, and two for each thing in it. It
// places cuts and bounds how much is written in vain; the limit itself is measured on what is written.
func weigh(blocks []bridge.Block) int {
	sum := 0
	for _, block := range blocks {
		sum += weighBlock(block)
	}
	return sum
}

func weighBlock(block bridge.Block) int {
	sum := 2
	switch v := block.(type) {
	case bridge.Paragraph:
		sum += weighInlines(v.Content)
	case bridge.Heading:
		sum += weighInlines(v.Content)
	case bridge.List:
		for _, item := range v.Items {
			sum += 2 + weigh(item.Blocks)
		}
	case bridge.Quote:
		sum += weigh(v.Blocks)
	case bridge.CodeBlock:
		sum += len(v.Text)
	case bridge.Table:
		for _, row := range v.Rows {
			sum += weighRow(row)
		}
	case bridge.Picture:
		sum += len(v.URL) + len(v.Alt)
	case bridge.Details:
		sum += weighInlines(v.Summary) + weigh(v.Blocks)
	case bridge.Facts:
		for _, row := range v.Rows {
			sum += 2 + len(row.Name) + len(row.Value)
		}
	}
	return sum
}

func weighRow(row bridge.Row) int {
	sum := 2
	for _, cell := range row.Cells {
		sum += 2*max(1, cell.ColSpan) + weigh(cell.Blocks)
	}
	return sum
}

func weighInlines(in []bridge.Inline) int {
	sum := 0
	for _, inline := range in {
		sum += weighInline(inline)
	}
	return sum
}

func weighInline(in bridge.Inline) int {
	switch v := in.(type) {
	case bridge.Text:
		return len(v.Text) + len(v.Link)
	case bridge.Image:
		return len(v.URL) + len(v.Alt)
	}
	return 1
}
