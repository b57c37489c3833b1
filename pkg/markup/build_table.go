package markup

import (
	"strconv"

	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// maxSpan bounds the columns that one cell may take; HTML allows a thousand, which costs whoever writes them out.
const maxSpan = 50

func (b *builder) table(n *html.Node, c scope) {
	b.flush()
	var t bridge.Table
	b.rows(n, c, &t)
	clipSpans(t.Rows)
	if showsCells(t) {
		b.blocks = append(b.blocks, t)
	}
}

// rows gathers the rows below n, and puts captions before the table.
func (b *builder) rows(n *html.Node, c scope, t *bridge.Table) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.ElementNode || styleOf(child).hidden {
			continue
		}
		switch child.Data {
		case "caption":
			b.blocks = append(b.blocks, b.inside(child, c)...)
		case "thead", "tbody", "tfoot":
			b.rows(child, c, t)
		case "tr":
			t.Rows = append(t.Rows, b.row(child, c, n.Data == "thead"))
		case "td", "th":
			// Only a tree of our own has cells outside of rows.
			t.Rows = append(t.Rows, bridge.Row{Cells: []bridge.Cell{b.cell(child, c, false)}})
		}
	}
}

func (b *builder) row(n *html.Node, c scope, head bool) bridge.Row {
	var row bridge.Row
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if isElement(child, "td", "th") && !styleOf(child).hidden {
			row.Cells = append(row.Cells, b.cell(child, c, head))
		}
	}
	return row
}

func (b *builder) cell(n *html.Node, c scope, head bool) bridge.Cell {
	return bridge.Cell{
		Header:  head || n.Data == "th",
		ColSpan: min(spanOf(n, "colspan"), maxSpan),
		RowSpan: spanOf(n, "rowspan"),
		Blocks:  b.inside(n, c),
	}
}

func spanOf(n *html.Node, name string) int {
	value, ok := findAttr(n, name)
	if !ok {
		return 1
	}
	v, err := strconv.Atoi(value)
	if err != nil || v < 1 {
		return 1
	}
	return v
}

// clipSpans ends cells with the table.
func clipSpans(rows []bridge.Row) {
	for y, row := range rows {
		for x := range row.Cells {
			row.Cells[x].RowSpan = min(row.Cells[x].RowSpan, len(rows)-y)
		}
	}
}

func showsCells(t bridge.Table) bool {
	for _, row := range t.Rows {
		for _, cell := range row.Cells {
			if len(cell.Blocks) > 0 {
				return true
			}
		}
	}
	return false
}
