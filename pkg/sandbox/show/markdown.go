package show

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
)

// Markdown shows GitHub Markdown as an issue's page does: each line end in a paragraph is a break, comments are
// hidden, of HTML only a few harmless elements live. It covers what a writer of issues produces (paragraphs, headings,
// lists, tables, code, quotes, details); what it does not know stays text.
func (p Page) Markdown(src string) template.HTML {
	w := htmlWriter{page: p}
	src = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD", "\t", "    ").Replace(src)
	(&mdBlocks{w: &w, lines: strings.Split(src, "\n")}).all()
	return w.html()
}

// mdBlocks writes the blocks of some lines.
type mdBlocks struct {
	w     *htmlWriter
	lines []string
	depth int
	tight bool // of a tight list: paragraphs have no element
	open  int  // how many details were found to have no end
}

func (b *mdBlocks) nest(lines []string, tight bool) {
	(&mdBlocks{w: b.w, lines: lines, depth: b.depth + 1, tight: tight}).all()
}

func (b *mdBlocks) all() {
	for len(b.lines) > 0 {
		if strings.TrimSpace(b.lines[0]) == "" {
			b.lines = b.lines[1:]
			continue
		}
		if !b.block() {
			b.paragraph()
		}
	}
}

// block writes one block that is not a paragraph, if one begins here.
func (b *mdBlocks) block() bool {
	line := b.lines[0]
	switch {
	case b.depth > maxDepth:
		return false
	case mdFence.MatchString(line):
		b.fence()
	case strings.HasPrefix(strings.TrimSpace(line), "<!--"):
		b.comment()
	case strings.HasPrefix(strings.TrimSpace(line), "<details"):
		return b.details()
	case mdHeading.MatchString(line):
		b.heading()
	case mdRule.MatchString(line):
		b.w.raw("<hr>\n")
		b.lines = b.lines[1:]
	case mdQuote.MatchString(line):
		b.quote()
	case mdItem.MatchString(line):
		b.list()
	case len(b.lines) > 1 && mdDelimiter.MatchString(b.lines[1]) && len(mdCells(line)) == len(mdCells(b.lines[1])) && strings.Contains(line, "|"):
		b.table()
	default:
		return false
	}
	return true
}

var (
	mdFence     = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	mdHeading   = regexp.MustCompile(`^ {0,3}(#{1,6})(?: +(.*?))?(?: +#+)? *$`)
	mdRule      = regexp.MustCompile(`^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$`)
	mdQuote     = regexp.MustCompile(`^ {0,3}> ?`)
	mdItem      = regexp.MustCompile(`^( {0,3}(?:[-*+]|(\d{1,9})[.)]))(?: +|$)`)
	mdDelimiter = regexp.MustCompile(`^ *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$`)
	mdTask      = regexp.MustCompile(`^\[([ xX])\] +`)
)

// take removes the first n lines and returns them.
func (b *mdBlocks) take(n int) []string {
	lines := b.lines[:n]
	b.lines = b.lines[n:]
	return lines
}

func (b *mdBlocks) fence() {
	mark := mdFence.FindStringSubmatch(b.take(1)[0])[1]
	n := 0
	for n < len(b.lines) {
		line := strings.TrimSpace(b.lines[n])
		if strings.HasPrefix(line, mark) && strings.Trim(line, mark[:1]) == "" {
			break
		}
		n++
	}
	code := strings.Join(b.take(n), "\n")
	b.take(min(1, len(b.lines)))
	b.w.raw("<pre><code>").text(code).raw("</code></pre>\n")
}

// comment hides everything up to the line on which the comment ends; one that does not end hides the rest, as there.
func (b *mdBlocks) comment() {
	for len(b.lines) > 0 {
		if _, rest, ends := strings.Cut(b.take(1)[0], "-->"); ends {
			if strings.TrimSpace(rest) != "" {
				b.lines = append([]string{rest}, b.lines...)
			}
			return
		}
	}
}

// details needs its end; without one it is text. Looking for the end has its limit, or many of them would take for ever.
func (b *mdBlocks) details() bool {
	if b.open > maxDepth {
		return false
	}
	open, end := 0, -1
	for n, line := range b.lines {
		open += strings.Count(line, "<details") - strings.Count(line, "</details>")
		if open <= 0 {
			end = n
			break
		}
	}
	if end < 0 {
		b.open++
		return false
	}
	inside := strings.TrimSpace(strings.Join(b.take(end+1), "\n"))
	_, inside, _ = strings.Cut(inside, ">")
	inside = strings.TrimSuffix(inside, "</details>")
	b.w.raw("<details>")
	if rest, has := strings.CutPrefix(strings.TrimSpace(inside), "<summary>"); has {
		var summary string
		summary, inside, _ = strings.Cut(rest, "</summary>")
		b.w.raw("<summary>")
		inline(b.w, summary)
		b.w.raw("</summary>")
	}
	b.nest(strings.Split(inside, "\n"), false)
	b.w.raw("</details>\n")
	return true
}

func (b *mdBlocks) heading() {
	m := mdHeading.FindStringSubmatch(b.take(1)[0])
	level := strconv.Itoa(len(m[1]))
	b.w.raw("<h" + level + ">")
	inline(b.w, m[2])
	b.w.raw("</h" + level + ">\n")
}

func (b *mdBlocks) quote() {
	var inside []string
	for len(b.lines) > 0 && strings.TrimSpace(b.lines[0]) != "" && (mdQuote.MatchString(b.lines[0]) || !startsBlock(b.lines[0])) {
		line := b.take(1)[0]
		inside = append(inside, line[len(mdQuote.FindString(line)):])
	}
	b.w.raw("<blockquote>")
	b.nest(inside, false)
	b.w.raw("</blockquote>\n")
}

// startsBlock says whether a line ends the paragraph before it.
func startsBlock(line string) bool {
	if m := mdItem.FindStringSubmatch(line); m != nil {
		return strings.TrimSpace(line) != strings.TrimSpace(m[1]) && (m[2] == "" || m[2] == "1")
	}
	return mdFence.MatchString(line) || mdHeading.MatchString(line) || mdRule.MatchString(line) || mdQuote.MatchString(line) ||
		strings.HasPrefix(strings.TrimSpace(line), "<!--") || strings.HasPrefix(strings.TrimSpace(line), "<details")
}

func (b *mdBlocks) paragraph() {
	n := 1
	for n < len(b.lines) && strings.TrimSpace(b.lines[n]) != "" && !startsBlock(b.lines[n]) {
		n++
	}
	lines := b.take(n)
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], " ")
	}
	text := strings.TrimRight(strings.Join(lines, "\n"), " ")
	if b.tight {
		inline(b.w, text)
		b.w.raw("\n")
		return
	}
	b.w.raw("<p>")
	inline(b.w, text)
	b.w.raw("</p>\n")
}

func (b *mdBlocks) table() {
	head, aligns := mdCells(b.lines[0]), mdCells(b.lines[1])
	b.take(2)
	b.w.raw("<table>\n")
	b.row("th", head, aligns)
	for len(b.lines) > 0 && strings.TrimSpace(b.lines[0]) != "" && !startsBlock(b.lines[0]) {
		b.row("td", mdCells(b.take(1)[0]), aligns)
	}
	b.w.raw("</table>\n")
}

func (b *mdBlocks) row(tag string, cells, aligns []string) {
	b.w.raw("<tr>")
	for n, align := range aligns {
		class := ""
		if strings.HasSuffix(align, ":") {
			class = ` class="right"`
			if strings.HasPrefix(align, ":") {
				class = ` class="center"`
			}
		}
		b.w.raw("<" + tag + class + ">")
		if n < len(cells) {
			inline(b.w, cells[n])
		}
		b.w.raw("</" + tag + ">")
	}
	b.w.raw("</tr>\n")
}

// mdCells splits a row at pipes that are not escaped; an escaped one is a pipe in the cell.
func mdCells(line string) (cells []string) {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	var cell strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			cell.WriteByte('|')
			i++
		case line[i] == '|':
			cells = append(cells, strings.TrimSpace(cell.String()))
			cell.Reset()
		default:
			cell.WriteByte(line[i])
		}
	}
	if last := strings.TrimSpace(cell.String()); last != "" || len(cells) == 0 {
		cells = append(cells, last)
	}
	return cells
}
