package bridge

import (
	"slices"
	"strings"
)

// Document is a description as a tree of blocks and inlines, in no tracker's dialect. pkg/markup makes it from HTML or
// text and writes it as GitHub Markdown, Jira wiki markup and ADF.
type Document []Block

// Block is one of Paragraph, Heading, List, Quote, CodeBlock, Table, Rule, Picture, Details and Facts.
type Block interface{ block() }

// Inline is one of Text, Break and Image.
type Inline interface{ inline() }

// Paragraph is a run of inlines.
type Paragraph struct{ Content []Inline }

// Heading is a heading of Level 1 to 6.
type Heading struct {
	Level   int
	Content []Inline
}

// List is a list with bullets or, if it is Ordered, with numbers from Start.
type List struct {
	Ordered bool
	Start   int
	Items   []Item
}

// Item is one item of a list.
type Item struct {
	Box    Box
	Blocks []Block
}

// Box is the check box in front of an item.
type Box int

// The states of a check box.
const (
	NoBox Box = iota
	OpenBox
	DoneBox
)

// Quote is a block quotation.
type Quote struct{ Blocks []Block }

// CodeBlock is preformatted text; Language may be empty.
type CodeBlock struct {
	Language string
	Text     string
}

// Table is a table; its rows need not have the same number of cells.
type Table struct{ Rows []Row }

// Row is one row of a table.
type Row struct {
	Cells  []Cell
	People []Named // those whom the last cell names and nothing else, as in a Fact
}

// Cell is one cell of a table; spans of 0 count as 1.
type Cell struct {
	Header  bool
	ColSpan int
	RowSpan int
	Blocks  []Block
}

// Rule is a horizontal line.
type Rule struct{}

// Picture is an image that stands for itself, shown large.
type Picture struct {
	URL string
	Alt string
}

// Details is text that opens under its summary.
type Details struct {
	Summary []Inline
	Blocks  []Block
}

// Facts is a compact block of names and values below the description: a table in one dialect, a few lines in another.
type Facts struct{ Rows []Fact }

// Fact is one row of Facts, plain text on both sides.
type Fact struct {
	Name, Value string
	People      []Named // those whom Value names, where an adapter may find out that it should not; see Document.Except
}

// Named is somebody whom a Fact names.
type Named struct {
	Name    string // may be empty
	Address string // the e-mail address, as in Issue.Sought, by which an adapter may find their account; empty: it cannot
}

// PeopleFact is a row that names people, each name once; it has no Value where there is none.
func PeopleFact(name string, people []Named) Fact {
	var names []string
	for _, p := range people {
		if p.Name != "" && !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return Fact{Name: name, Value: strings.Join(names, ", "), People: people}
}

// Except returns the document without the names of those, in its facts and in rows of tables that say whom they name, whose accounts were
// found by one of the addresses. Rows that name nobody else go, and what has no row any more.
func (d Document) Except(found []string) Document {
	if len(found) == 0 {
		return d
	}
	return without(found).blocks(d)
}

// without are the addresses of those who are not to be named.
type without []string

func (w without) names(p Named) bool { return p.Address != "" && slices.Contains(w, p.Address) }

// rest is of people those who are to be named; same says that all are.
func (w without) rest(people []Named) (rest []Named, same bool) {
	if !slices.ContainsFunc(people, w.names) {
		return people, true
	}
	return slices.DeleteFunc(slices.Clone(people), w.names), false
}

func (w without) blocks(in []Block) []Block {
	out := make([]Block, 0, len(in))
	for _, block := range in {
		rows := 1
		switch v := block.(type) {
		case Facts:
			v.Rows = w.facts(v.Rows)
			block, rows = v, len(v.Rows)
		case Table:
			v.Rows = w.rows(v.Rows)
			block, rows = v, len(v.Rows)
		}
		if rows > 0 {
			out = append(out, Within(block, w.blocks))
		}
	}
	return out
}

func (w without) facts(in []Fact) (out []Fact) {
	for _, row := range in {
		if rest, same := w.rest(row.People); !same {
			row = PeopleFact(row.Name, rest)
		}
		if row.Value != "" {
			out = append(out, row)
		}
	}
	return out
}

func (w without) rows(in []Row) (out []Row) {
	for _, row := range in {
		rest, same := w.rest(row.People)
		names := PeopleFact("", rest).Value
		switch {
		case same:
			out = append(out, row)
		case names != "" && len(row.Cells) > 0:
			row.Cells, row.People = slices.Clone(row.Cells), rest
			row.Cells[len(row.Cells)-1].Blocks = []Block{Paragraph{Content: []Inline{Text{Text: names}}}}
			out = append(out, row)
		}
	}
	return out
}

// Within returns the block with f applied to each list of blocks that stands in it.
func Within(block Block, f func([]Block) []Block) Block {
	switch v := block.(type) {
	case Quote:
		return Quote{Blocks: f(v.Blocks)}
	case Details:
		v.Blocks = f(v.Blocks)
		return v
	case List:
		v.Items = slices.Clone(v.Items)
		for i := range v.Items {
			v.Items[i].Blocks = f(v.Items[i].Blocks)
		}
		return v
	case Table:
		v.Rows = slices.Clone(v.Rows)
		for y := range v.Rows {
			v.Rows[y].Cells = slices.Clone(v.Rows[y].Cells)
			for x := range v.Rows[y].Cells {
				v.Rows[y].Cells[x].Blocks = f(v.Rows[y].Cells[x].Blocks)
			}
		}
		return v
	}
	return block
}

// Marks are the styles of a Text, as bits.
type Marks uint16

// The marks.
const (
	Strong Marks = 1 << iota
	Emphasis
	Underline
	Strike
	Code
	Superscript
	Subscript
	Highlight
	Keyboard
	Small
)

// Text is a run of characters of one style. Its text may be a stranger's: writers neutralise it unless Trusted is set,
// which only Bugferry's own words may have.
type Text struct {
	Text    string
	Marks   Marks
	Link    string // target, empty: none
	Trusted bool
}

// Break is a line break within a paragraph.
type Break struct{}

// Image is a picture among words.
type Image struct {
	URL  string
	Alt  string
	Link string
}

func (Paragraph) block() {}
func (Heading) block()   {}
func (List) block()      {}
func (Quote) block()     {}
func (CodeBlock) block() {}
func (Table) block()     {}
func (Rule) block()      {}
func (Picture) block()   {}
func (Details) block()   {}
func (Facts) block()     {}

func (Text) inline()  {}
func (Break) inline() {}
func (Image) inline() {}
