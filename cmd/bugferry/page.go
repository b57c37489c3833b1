package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

// page is text for people. Whatever stands in it may be a stranger's: nothing of it moves the cursor.
type page struct {
	to    io.Writer
	width int // characters at which lines are wrapped; 0: they are not
}

// defaultWidth is how wide a terminal is taken to be that does not say so in COLUMNS.
const defaultWidth = 100

// page returns the page on standard output: wrapped on a terminal, and as it is for a file or another program.
func (p *program) page() *page {
	out := &page{to: p.stdout}
	if !terminal(p.stdout) {
		return out
	}
	if out.width, _ = strconv.Atoi(os.Getenv("COLUMNS")); out.width <= 0 {
		out.width = defaultWidth
	}
	return out
}

// terminal says whether what is written there is read by a person at once.
func terminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// line writes a line. What does not fit goes on below, a little to the right of where it began.
func (p *page) line(format string, args ...any) {
	p.put("", fmt.Sprintf(format, args...))
}

// entry writes a line that begins with a name.
func (p *page) entry(name, format string, args ...any) {
	p.line("%-9s %s", name, fmt.Sprintf(format, args...))
}

// block writes a text of several lines behind a margin.
func (p *page) block(margin, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\r\n"), "\n") {
		p.put(margin, strings.TrimSuffix(line, "\r"))
	}
}

func (p *page) put(margin, text string) {
	text = strings.TrimRight(printable(text), " ")
	for n, part := range wrap(text, p.width-utf8.RuneCountInString(margin)) {
		if n > 0 {
			part = strings.Repeat(" ", indent(text)+2) + part
		}
		_, _ = fmt.Fprintln(p.to, strings.TrimRight(margin+part, " "))
	}
}

func indent(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

// narrowest is the least width at which lines are wrapped: below it nothing could be read.
const narrowest = 30

// wrap cuts a line at its spaces into parts that fit into width, those after the first with room for an indent. A word that is too
// long stays whole.
func wrap(text string, width int) []string {
	if width < narrowest || utf8.RuneCountInString(text) <= width {
		return []string{text}
	}
	hang := min(indent(text)+2, width/2)
	var parts []string
	part := strings.Repeat(" ", indent(text))
	used, empty := indent(text), true
	for word := range strings.FieldsSeq(text) {
		length := utf8.RuneCountInString(word)
		if !empty && used+1+length > width {
			parts = append(parts, part)
			part, used, empty = "", hang, true
		}
		if !empty {
			part += " "
			used++
		}
		part += word
		used += length
		empty = false
	}
	return append(parts, part)
}
