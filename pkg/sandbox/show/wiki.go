package show

import (
	"html/template"
	"regexp"
	"strings"
)

// Wiki shows Jira wiki markup as far as it is known here: headings, quotes, lists, tables, code, rules and what stands in a
// line. What it does not know is shown as the text it is.
func (p Page) Wiki(text string) template.HTML {
	r := wikiReader{htmlWriter: htmlWriter{page: p}, lines: strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")}
	for len(r.lines) > 0 {
		r.block()
	}
	r.quote(false)
	return r.html()
}

// wikiReader writes blocks; lines are those that are still to be read.
type wikiReader struct {
	htmlWriter
	lines  []string
	quoted bool
}

var (
	wikiHead   = regexp.MustCompile(`^ *h([1-6])\. +(.*)$`)
	wikiBullet = regexp.MustCompile(`^ *([*#]+|-) +(.*)$`)
	wikiFence  = regexp.MustCompile(`^ *\{(code|noformat)(:[^}]*)?\}(.*)$`)
	wikiRule   = regexp.MustCompile(`^ *-{4,} *$`)
)

// plainLine says that a line continues a paragraph or an item.
func plainLine(line string) bool {
	trimmed := strings.TrimSpace(line)
	return trimmed != "" && trimmed != "{quote}" && !strings.HasPrefix(trimmed, "|") && !strings.HasPrefix(trimmed, "bq. ") &&
		!wikiHead.MatchString(line) && !wikiBullet.MatchString(line) && !wikiFence.MatchString(line) && !wikiRule.MatchString(line)
}

func (r *wikiReader) next() string {
	line := r.lines[0]
	r.lines = r.lines[1:]
	return line
}

// block reads one block, or an empty line.
func (r *wikiReader) block() {
	line := r.lines[0]
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		r.next()
	case trimmed == "{quote}":
		r.next()
		r.quote(!r.quoted)
	case wikiFence.MatchString(line):
		r.code()
	case wikiRule.MatchString(line):
		r.next()
		r.raw("<hr>")
	case wikiHead.MatchString(line):
		part := wikiHead.FindStringSubmatch(r.next())
		r.tag("h"+oneOf(part[1], "1", "2", "3", "4", "5", "6"), func() { r.inline(part[2], 0) })
	case strings.HasPrefix(trimmed, "bq. "):
		r.next()
		r.tag("blockquote", func() { r.inline(trimmed[len("bq. "):], 0) })
	case wikiBullet.MatchString(line):
		r.list()
	case trimmed[0] == '|':
		r.table()
	default:
		r.tag("p", func() { r.inline(r.paragraph(r.next()), 0) })
	}
}

// paragraph is a line with those that continue it.
func (r *wikiReader) paragraph(first string) string {
	lines := []string{first}
	for len(r.lines) > 0 && plainLine(r.lines[0]) {
		lines = append(lines, r.next())
	}
	return strings.Join(lines, "\n")
}

// quote opens or closes a quote; there is none within another.
func (r *wikiReader) quote(open bool) {
	switch {
	case open && !r.quoted:
		r.raw("<blockquote>")
	case !open && r.quoted:
		r.raw("</blockquote>")
	}
	r.quoted = open
}

// code reads to the closing macro of the same name, or to the end.
func (r *wikiReader) code() {
	part := wikiFence.FindStringSubmatch(r.next())
	end := "{" + part[1] + "}"
	var lines []string
	rest, closed := strings.CutSuffix(part[3], end)
	if rest != "" {
		lines = append(lines, rest)
	}
	for !closed && len(r.lines) > 0 {
		if rest, closed = strings.CutSuffix(r.next(), end); !closed || rest != "" {
			lines = append(lines, rest)
		}
	}
	r.tag("pre", func() { r.tag("code", func() { r.text(strings.Join(lines, "\n")) }) })
}

// list reads items as long as there are any; in front of each stand the bullets of all lists it is in.
func (r *wikiReader) list() {
	var open []byte
	closeTo := func(depth int) {
		for len(open) > depth {
			r.raw("</li></" + listTag(open[len(open)-1]) + ">")
			open = open[:len(open)-1]
		}
	}
	for len(r.lines) > 0 {
		part := wikiBullet.FindStringSubmatch(r.lines[0])
		if part == nil {
			break
		}
		r.next()
		bullets := part[1][:min(len(part[1]), maxDepth)]
		same := 0
		for same < min(len(open), len(bullets)) && open[same] == bullets[same] {
			same++
		}
		closeTo(same)
		if same == len(bullets) {
			r.raw("</li><li>")
		}
		for _, b := range []byte(bullets[same:]) {
			r.raw("<" + listTag(b) + "><li>")
			open = append(open, b)
		}
		r.inline(r.paragraph(part[2]), 0)
	}
	closeTo(0)
}

func listTag(bullet byte) string {
	if bullet == '#' {
		return "ol"
	}
	return "ul"
}

func (r *wikiReader) table() {
	r.tag("table", func() {
		for len(r.lines) > 0 && strings.HasPrefix(strings.TrimSpace(r.lines[0]), "|") {
			row := strings.TrimSpace(r.next())
			r.tag("tr", func() { r.row(row) })
		}
	})
}

// row writes the cells of a line: || is in front of a head, | of any other.
func (r *wikiReader) row(row string) {
	for row != "" {
		tag := "td"
		if strings.HasPrefix(row, "||") {
			tag, row = "th", row[1:]
		}
		row = row[1:]
		end := cellEnd(row)
		if cell := strings.TrimSpace(row[:end]); cell != "" || end < len(row) {
			r.tag(tag, func() { r.inline(cell, 0) })
		}
		row = row[end:]
	}
}

// cellEnd is where the next bar stands that is neither escaped nor in a link, a macro or a picture.
func cellEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			if n := within(s[i+1:], "]"); n >= 0 {
				i += n + 1
			}
		case '!':
			if n := pictureEnd(s[i+1:]); n >= 0 {
				i += n + 1
			}
		case '|':
			if !strings.HasPrefix(s[i:], "|{color}") {
				return i
			}
		}
	}
	return len(s)
}
