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
type Row struct{ Cells []Cell }

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

// Except returns the document without the names of those, in its facts, whose accounts were found by one of the addresses. Rows that
// name nobody else go.
func (d Document) Except(found []string) Document {
	if len(found) == 0 {
		return d
	}
	is := func(p Named) bool { return p.Address != "" && slices.Contains(found, p.Address) }
	out := make(Document, 0, len(d))
	for _, block := range d {
		facts, ok := block.(Facts)
		if !ok {
			out = append(out, block)
			continue
		}
		var rows []Fact
		for _, row := range facts.Rows {
			if slices.ContainsFunc(row.People, is) {
				row = PeopleFact(row.Name, slices.DeleteFunc(slices.Clone(row.People), is))
			}
			if row.Value != "" {
				rows = append(rows, row)
			}
		}
		if len(rows) > 0 {
			out = append(out, Facts{Rows: rows})
		}
	}
	return out
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
