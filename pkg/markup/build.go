package markup

import (
	"strings"

	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// scope is what an element inherits from those around it.
type scope struct {
	marks bridge.Marks
	link  string
	pre   bool // white space is kept
	fold  bool // no-break spaces are spaces
	depth int  // of containers among blocks
}

// builder gathers blocks from nodes, and text that is in no block yet.
type builder struct {
	blocks []bridge.Block
	runs   []run
	item   bool       // what is gathered is an item of a list
	box    bridge.Box // the first check box in the item
}

// finish returns the blocks gathered.
func (b *builder) finish() []bridge.Block {
	b.flush()
	return b.blocks
}

// flush makes paragraphs of the pending text.
func (b *builder) flush() {
	for _, content := range paragraphs(b.runs) {
		if img, ok := content[0].(bridge.Image); ok && len(content) == 1 && img.Link == "" && shownImage(img.URL) != "" {
			b.blocks = append(b.blocks, bridge.Picture{URL: img.URL, Alt: img.Alt})
			continue
		}
		b.blocks = append(b.blocks, bridge.Paragraph{Content: content})
	}
	b.runs = b.runs[:0]
}

// add ends the pending text and adds a block.
func (b *builder) add(block bridge.Block) {
	b.flush()
	b.blocks = append(b.blocks, block)
}

// inside builds the content of n apart.
func (b *builder) inside(n *html.Node, c scope) []bridge.Block {
	inner := builder{}
	inner.children(n, c)
	return inner.finish()
}

func (b *builder) children(n *html.Node, c scope) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		b.node(child, c)
	}
}

func (b *builder) node(n *html.Node, c scope) {
	switch n.Type {
	case html.TextNode:
		text := cleanText(n.Data)
		if c.fold {
			text = strings.ReplaceAll(text, "\u00a0", " ")
		}
		b.runs = append(b.runs, run{text: text, marks: c.marks, link: c.link, pre: c.pre})
	case html.ElementNode:
		b.element(n, c)
	}
}

func (b *builder) element(n *html.Node, c scope) {
	style := styleOf(n)
	// ql-ui is where Quill draws its bullets and check marks.
	if isElement(n, "iframe", "video", "audio") {
		b.film(n, c)
		return
	}
	if kind(n.Data) == kindHidden || n.Namespace != "" || style.hidden || hasClass(n, "ql-ui") {
		return
	}
	if href := attr(n, "href"); n.Data == "a" && href != "" {
		c.link = safeLink(href)
	}
	if n.Data == "a" || c.link != "" {
		style.add &^= bridge.Underline // the look of a link
	}
	c.fold = c.fold || style.bullet
	c.marks = (c.marks | markOf(n.Data) | style.add) &^ style.remove
	c.pre = c.pre || style.pre
	switch {
	case b.inlineElement(n, c), b.blockElement(n, c):
	case kind(n.Data) == kindBlock, style.block:
		b.flush()
		b.children(n, c)
		b.flush()
	default:
		b.children(n, c)
	}
}

// inlineElement takes the elements that are a thing among words rather than a style of words.
func (b *builder) inlineElement(n *html.Node, c scope) bool {
	switch n.Data {
	case "br":
		b.runs = append(b.runs, run{br: true})
	case "img", "image":
		src := safeImage(attr(n, "src"))
		alt := strings.Join(strings.Fields(cleanText(attr(n, "alt"))), " ")
		if src != "" {
			b.runs = append(b.runs, run{image: &bridge.Image{URL: src, Alt: alt, Link: c.link}})
		} else if attr(n, "src") != "" {
			b.runs = append(b.runs, run{text: alt, marks: c.marks, link: c.link})
		}
	case "input":
		if strings.EqualFold(attr(n, "type"), "checkbox") {
			_, checked := findAttr(n, "checked")
			b.checkBox(boxOf(checked))
		}
	default:
		return false
	}
	return true
}

// film makes a link of what an issue cannot play.
func (b *builder) film(n *html.Node, c scope) {
	if src := webURL(normalURL(attr(n, "src"))); src != "" && !styleOf(n).hidden {
		b.runs = append(b.runs, run{text: src, marks: c.marks, link: src})
	}
}

// checkBox makes the first box in an item the item's own, and words of one that begins another line.
func (b *builder) checkBox(box bridge.Box) {
	switch {
	case b.item && b.box == bridge.NoBox:
		b.box = box
	case !b.item && !visible(b.runs):
		b.runs = append(b.runs, run{text: boxText(box)})
	}
}

func boxOf(done bool) bridge.Box {
	if done {
		return bridge.DoneBox
	}
	return bridge.OpenBox
}

// boxText is how a check box is written where none can be, "" for none.
func boxText(box bridge.Box) string {
	switch box {
	case bridge.OpenBox:
		return "[ ] "
	case bridge.DoneBox:
		return "[x] "
	}
	return ""
}

// blockElement takes the elements that are a block of their own kind. Where blocks nest too deeply, a container's
// content takes its place.
func (b *builder) blockElement(n *html.Node, c scope) bool {
	switch n.Data {
	case "hr":
		b.add(bridge.Rule{})
		return true
	case "h1", "h2", "h3", "h4", "h5", "h6":
		b.flush()
		b.heading(n, c)
		return true
	case "pre", "listing", "xmp", "plaintext":
		b.flush()
		b.code(n)
		return true
	}
	if hasClass(n, quillCode) {
		b.flush()
		b.code(n)
		return true
	}
	if c.depth >= maxNesting {
		return false
	}
	c.depth++
	switch n.Data {
	case "blockquote":
		b.flush()
		if blocks := b.inside(n, c); len(blocks) > 0 {
			b.add(bridge.Quote{Blocks: blocks})
		}
	case "ul", "ol", "menu", "dir":
		b.list(n, c)
	case "li":
		b.looseItem(n, c)
	case "table":
		b.table(n, c)
	case "details":
		b.details(n, c)
	case "dt":
		c.marks |= bridge.Strong
		b.flush()
		b.children(n, c)
		b.flush()
	default:
		return false
	}
	return true
}

// heading joins what a heading holds into one line.
func (b *builder) heading(n *html.Node, c scope) {
	var line []bridge.Inline
	for _, block := range b.inside(n, c) {
		if inner := flatInlines(block); len(inner) > 0 {
			if len(line) > 0 {
				line = append(line, bridge.Text{Text: " "})
			}
			line = append(line, inner...)
		}
	}
	for i, in := range line {
		if _, ok := in.(bridge.Break); ok {
			line[i] = bridge.Text{Text: " "}
		}
	}
	if len(line) > 0 {
		b.add(bridge.Heading{Level: int(n.Data[1] - '0'), Content: line})
	}
}

func (b *builder) details(n *html.Node, c scope) {
	b.flush()
	var summary []bridge.Inline
	body := builder{}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if !isElement(child, "summary") || summary != nil {
			body.node(child, c)
			continue
		}
		summary = flatInlines(b.inside(child, c)...)
	}
	blocks := body.finish()
	if len(summary) > 0 || len(blocks) > 0 {
		b.add(bridge.Details{Summary: summary, Blocks: blocks})
	}
}
