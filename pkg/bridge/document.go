package bridge

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
type Fact struct{ Name, Value string }

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
