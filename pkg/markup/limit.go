package markup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// fit writes doc within opt.Limit, as size measures it. What is too long is cut at the end of its longest beginning that
// fits, followed by a line that says so; what Bugferry adds below a description (facts, screenshot, footer) stays where
// it leaves at least half of the room.
func fit[T any](doc bridge.Document, opt Options, write func(bridge.Document) T, size func(T) int) T {
	if opt.Limit <= 0 {
		return write(doc)
	}
	if weigh(doc)/8 <= opt.Limit { // what is far too long is not even tried
		if whole := write(doc); size(whole) <= opt.Limit {
			return whole
		}
	}
	head, tail := splitTail(doc)
	for _, end := range []bridge.Document{append(notice(opt.FullText), tail...), notice(opt.FullText), notice("")} {
		if room := opt.Limit - size(write(end)); room >= opt.Limit/2 {
			return longest(head, end, opt.Limit, write, size)
		}
	}
	return longest(doc, nil, opt.Limit, write, size)
}

// longest finds a longest beginning of head that fits in front of end: what is written grows with the weight of what is
// taken, so it guesses in proportion, halves where that leads nowhere, and is content with nineteen parts of twenty.
func longest[T any](head, end bridge.Document, limit int, write func(bridge.Document) T, size func(T) int) T {
	best := write(end)
	low, fits := 0, size(best)
	high, tooLong := min(weigh(head), 2*limit)+1, 0
	for try := 0; high-low > 1 && fits < limit-limit/20; try++ {
		guess := (low + high) / 2
		if try%3 < 2 {
			guess = low + limit - fits // as if each byte were written as it is
			if tooLong > fits {
				guess = low + (high-low)*(limit-fits)/(tooLong-fits)
			}
			guess = min(max(guess, low+1), high-1)
		}
		cut := write(append(beginning(head, guess), end...))
		if n := size(cut); n <= limit {
			best, low, fits = cut, guess, n
		} else {
			high, tooLong = guess, n
		}
	}
	return best
}

func notice(fullText string) bridge.Document {
	content := []bridge.Inline{bridge.Text{Text: "The text is cut here: it is too long for this tracker.", Marks: bridge.Emphasis, Trusted: true}}
	if link := safeLink(fullText); link != "" {
		content = append(content, bridge.Text{Text: " ", Trusted: true}, bridge.Text{Text: "The full text is in the session.", Link: link, Trusted: true})
	}
	return bridge.Document{bridge.Paragraph{Content: content}}
}

// splitTail finds what Bugferry itself put below the description: a screenshot, facts, and paragraphs that begin with
// words of its own.
func splitTail(doc bridge.Document) (head, tail bridge.Document) {
	i := len(doc)
	for i > 0 && own(doc[i-1]) {
		i--
	}
	if i > 0 {
		if _, ok := doc[i-1].(bridge.Picture); ok && i < len(doc) {
			i--
		}
	}
	return doc[:i:i], doc[i:]
}

func own(block bridge.Block) bool {
	switch v := block.(type) {
	case bridge.Facts:
		return true
	case bridge.Paragraph:
		if len(v.Content) > 0 {
			t, _ := v.Content[0].(bridge.Text)
			return t.Trusted
		}
	}
	return false
}

// beginning returns the first blocks of a weight of at most budget. A block that is too heavy by itself is entered: the
// cut is then between its inner blocks, rows, items or lines, or in a long paragraph between words.
func beginning(doc bridge.Document, budget int) bridge.Document {
	c := cutter{left: budget}
	return c.blocks(doc)
}

// longParagraph is the weight from which a paragraph may be cut between words.
const longParagraph = 1000

// cutter takes blocks until its budget is used up; full says that something did not fit, and that nothing may follow.
type cutter struct {
	left int
	full bool
}

func (c *cutter) take(weight int) bool {
	if c.full || weight > c.left {
		c.full = true
		return false
	}
	c.left -= weight
	return true
}

func (c *cutter) blocks(in []bridge.Block) []bridge.Block {
	var out []bridge.Block
	for _, block := range in {
		if c.full {
			break
		}
		if w := weighBlock(block); w <= c.left {
			c.left -= w
			out = append(out, block)
			continue
		}
		if part := c.part(block); part != nil {
			out = append(out, part)
		}
		c.full = true
	}
	return out
}

// part returns as much of a block as fits, nil if nothing does.
func (c *cutter) part(block bridge.Block) bridge.Block {
	c.left -= 2
	switch v := block.(type) {
	case bridge.Quote:
		if v.Blocks = c.blocks(v.Blocks); len(v.Blocks) > 0 {
			return v
		}
	case bridge.Details:
		if v.Blocks = c.blocks(v.Blocks); len(v.Blocks) > 0 {
			return v
		}
	case bridge.List:
		if v.Items = c.items(v.Items); len(v.Items) > 0 {
			return v
		}
	case bridge.Table:
		rows := 0
		for rows < len(v.Rows) && c.take(weighRow(v.Rows[rows])) {
			rows++
		}
		if v.Rows = slices.Clone(v.Rows[:rows]); rows > 0 {
			for y := range v.Rows {
				v.Rows[y].Cells = slices.Clone(v.Rows[y].Cells)
			}
			clipSpans(v.Rows)
			return v
		}
	case bridge.CodeBlock:
		if v.Text = c.lines(v.Text); v.Text != "" {
			return v
		}
	case bridge.Paragraph:
		if weighBlock(v) > longParagraph {
			if v.Content = c.inlines(v.Content); len(v.Content) > 0 {
				return v
			}
		}
	}
	return nil
}

func (c *cutter) items(in []bridge.Item) []bridge.Item {
	var out []bridge.Item
	for _, item := range in {
		if c.full {
			break
		}
		c.left -= 2
		if item.Blocks = c.blocks(item.Blocks); len(item.Blocks) > 0 || !c.full {
			out = append(out, item)
		}
	}
	return out
}

// lines returns the first lines of s that fit.
func (c *cutter) lines(s string) string {
	end := 0
	for end < len(s) {
		next := strings.IndexByte(s[end:], '\n') + 1
		if next == 0 {
			next = len(s) - end
		}
		if !c.take(next) {
			break
		}
		end += next
	}
	return strings.TrimRight(s[:end], "\n")
}

func (c *cutter) inlines(in []bridge.Inline) []bridge.Inline {
	var out []bridge.Inline
	for _, inline := range in {
		if c.take(weighInline(inline)) {
			out = append(out, inline)
			continue
		}
		if t, ok := inline.(bridge.Text); ok && t.Link == "" && t.Marks&bridge.Code == 0 && c.left > 0 {
			if t.Text = beginningOfText(t.Text, c.left); t.Text != "" {
				out = append(out, t)
			}
		}
		break
	}
	return out
}

// beginningOfText returns at most budget bytes of s, up to a space if one is near.
func beginningOfText(s string, budget int) string {
	end := min(len(s), budget)
	for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	if space := strings.LastIndexFunc(s[:end], unicode.IsSpace); space > max(0, end-200) {
		end = space
	}
	return s[:end]
}
