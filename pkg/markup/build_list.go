package markup

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// entry is an item of a list before lists are told apart: Quill writes all kinds and levels into one ol.
type entry struct {
	ordered bool
	indent  int
	bare    bool // it shows no bullet
	item    bridge.Item
}

func (b *builder) list(n *html.Node, c scope) {
	ordered := n.Data == "ol"
	var entries []entry
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch {
		case child.Type == html.TextNode && blank(child.Data), child.Type == html.CommentNode:
		case isElement(child, "li"):
			if !styleOf(child).hidden {
				entries = append(entries, b.entry(child, c, ordered))
			}
		default:
			entries = stray(entries, b.strayBlocks(child, c), child, ordered)
		}
	}
	b.flush()
	b.blocks = append(b.blocks, lists(nested(entries), listStart(n))...)
}

// nested puts lists that are an item without a bullet into the item before, as TinyMCE and Lexical mean them.
func nested(entries []entry) []entry {
	out := entries[:0]
	for _, e := range entries {
		if last := len(out) - 1; last >= 0 && e.bare && onlyLists(e.item) && out[last].indent == e.indent {
			out[last].item.Blocks = append(out[last].item.Blocks, e.item.Blocks...)
			continue
		}
		out = append(out, e)
	}
	return out
}

func onlyLists(item bridge.Item) bool {
	notList := func(block bridge.Block) bool { _, ok := block.(bridge.List); return !ok }
	return item.Box == bridge.NoBox && len(item.Blocks) > 0 && !slices.ContainsFunc(item.Blocks, notList)
}

// looseItem makes an item outside any list part of the list of its neighbours.
func (b *builder) looseItem(n *html.Node, c scope) {
	b.flush()
	e := b.entry(n, c, false)
	if last := len(b.blocks) - 1; last >= 0 {
		if list, ok := b.blocks[last].(bridge.List); ok && list.Ordered == e.ordered {
			list.Items = append(list.Items, e.item)
			b.blocks[last] = list
			return
		}
	}
	b.blocks = append(b.blocks, lists([]entry{e}, 1)...)
}

func (b *builder) entry(n *html.Node, c scope, ordered bool) entry {
	inner := builder{item: true}
	inner.children(n, c)
	e := entry{ordered: ordered, indent: quillIndent(n), item: bridge.Item{Box: inner.box, Blocks: inner.finish()}}
	e.bare = styleOf(n).noBullet || strings.Contains(attr(n, "class"), "nestedListItem")
	list, done := attr(n, "data-list"), attr(n, "data-checked")
	switch {
	case list == "bullet":
		e.ordered = false
	case list == "checked", list == "unchecked":
		e.ordered = false
		e.item.Box = boxOf(list == "checked")
	case e.item.Box != bridge.NoBox:
	case done == "true", done == "false":
		e.item.Box = boxOf(done == "true")
	case attr(n, "role") == "checkbox":
		e.item.Box = boxOf(attr(n, "aria-checked") == "true")
	}
	return e
}

func quillIndent(n *html.Node) int {
	_, after, ok := strings.Cut(attr(n, "class"), "ql-indent-")
	if !ok || after == "" || !digit(after[0]) {
		return 0
	}
	return int(after[0] - '0')
}

func listStart(n *html.Node) int {
	value := strings.TrimSpace(attr(n, "start"))
	if value == "" {
		return 1
	}
	start, err := strconv.Atoi(value)
	if err != nil || start < 0 || start > 999_999_999 {
		return 1
	}
	return start
}

func (b *builder) strayBlocks(n *html.Node, c scope) []bridge.Block {
	inner := builder{}
	inner.node(n, c)
	return inner.finish()
}

// stray places content that stands between items: a list belongs to the item before it, as browsers show it and
// editors mean it; anything else becomes an item.
func stray(entries []entry, blocks []bridge.Block, n *html.Node, ordered bool) []entry {
	if len(blocks) == 0 {
		return entries
	}
	if last := len(entries) - 1; last >= 0 && isElement(n, "ul", "ol") {
		entries[last].item.Blocks = append(entries[last].item.Blocks, blocks...)
		return entries
	}
	return append(entries, entry{ordered: ordered, item: bridge.Item{Blocks: blocks}})
}

// lists makes a list of each row of entries of one kind, and nests those that are indented deeper.
func lists(entries []entry, start int) []bridge.Block {
	var out []bridge.Block
	number := start
	for len(entries) > 0 {
		first := entries[0]
		list := bridge.List{Ordered: first.ordered, Start: 1}
		if list.Ordered {
			list.Start = number
		}
		n := 0
		for n < len(entries) && entries[n].ordered == first.ordered && entries[n].indent <= first.indent {
			item := entries[n].item
			n++
			deeper := n
			for deeper < len(entries) && entries[deeper].indent > first.indent {
				deeper++
			}
			item.Blocks = append(item.Blocks, lists(entries[n:deeper], 1)...)
			list.Items = append(list.Items, item)
			n = deeper
		}
		if list.Ordered {
			number += len(list.Items)
		}
		entries = entries[n:]
		if shows(list) {
			out = append(out, list)
		}
	}
	return out
}

// shows says that a list has an item with content.
func shows(list bridge.List) bool {
	for _, item := range list.Items {
		if len(item.Blocks) > 0 {
			return true
		}
	}
	return false
}
