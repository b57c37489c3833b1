package show

import "strings"

// list writes the items from here on that are of one kind: bullets, or numbers.
func (b *mdBlocks) list() {
	first := mdItem.FindStringSubmatch(b.lines[0])
	ordered := first[2] != ""
	items, loose := b.items(ordered)
	tag := "ul"
	if ordered {
		tag = "ol"
		b.w.raw(`<ol start="`).text(first[2]).raw("\">\n")
	} else {
		b.w.raw("<ul>\n")
	}
	for _, lines := range items {
		b.item(lines, !loose)
	}
	b.w.raw("</" + tag + ">\n")
}

func (b *mdBlocks) item(lines []string, tight bool) {
	if m := mdTask.FindStringSubmatch(lines[0]); m != nil {
		b.w.raw(`<li class="task">`).checkbox(m[1] != " ")
		lines[0] = lines[0][len(m[0]):]
	} else {
		b.w.raw("<li>")
	}
	b.nest(lines, tight)
	b.w.raw("</li>\n")
}

// items takes the lines of each item, without their indentation. A list is loose if a blank line stands between items
// or blocks of one item.
func (b *mdBlocks) items(ordered bool) (items [][]string, loose bool) {
	for len(b.lines) > 0 {
		m := mdItem.FindStringSubmatch(b.lines[0])
		if m == nil || (m[2] != "") != ordered || mdRule.MatchString(b.lines[0]) {
			break
		}
		indent := len(m[0])
		if rest := b.lines[0][len(m[1]):]; strings.TrimSpace(rest) == "" || len(m[0])-len(m[1]) > 4 {
			indent = len(m[1]) + 1
		}
		first := b.take(1)[0]
		lines := []string{first[min(indent, len(first)):]}
		more, blankInside, blankAfter := b.continued(indent)
		items = append(items, append(lines, more...))
		next := len(b.lines) > 0 && mdItem.MatchString(b.lines[0])
		loose = loose || blankInside || blankAfter && next
	}
	return items, loose
}

// continued takes the lines that belong to an item beside its first: those indented as far, and those that go on with
// its paragraph.
func (b *mdBlocks) continued(indent int) (lines []string, blankInside, blankAfter bool) {
	pad := strings.Repeat(" ", indent)
	for len(b.lines) > 0 {
		line := b.lines[0]
		switch {
		case strings.TrimSpace(line) == "":
			blankAfter = true
			line = ""
		case strings.HasPrefix(line, pad):
			blankInside = blankInside || blankAfter
			blankAfter = false
			line = line[indent:]
		case blankAfter || startsBlock(line) || mdItem.MatchString(line):
			return lines, blankInside, blankAfter
		}
		lines = append(lines, line)
		b.take(1)
	}
	return lines, blankInside, blankAfter
}
