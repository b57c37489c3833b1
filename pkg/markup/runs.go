package markup

import (
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// run is a piece of a line as it stands in the source: text, a line break or an image.
type run struct {
	text  string
	marks bridge.Marks
	link  string
	pre   bool
	br    bool
	image *bridge.Image
}

// paragraphs reads runs as a browser lays them out: white space folds, two line breaks part paragraphs, and what shows
// nothing is no paragraph.
func paragraphs(runs []run) [][]bridge.Inline {
	runs = fold(runs)
	if !slices.ContainsFunc(runs, func(r run) bool { return r.br }) {
		if !visible(runs) {
			return nil
		}
		return [][]bridge.Inline{inlines(runs)}
	}
	var out [][]bridge.Inline
	var line []run
	breaks := 0
	end := func() {
		if visible(line) {
			out = append(out, inlines(line))
		}
		line = nil
	}
	for _, r := range runs {
		switch {
		case r.br:
			breaks++
			continue
		case breaks > 0 && r.image == nil && blank(r.text):
			continue
		case breaks >= 2:
			end()
		case breaks == 1 && visible(line):
			line = append(line, run{br: true})
		}
		breaks = 0
		line = append(line, r)
	}
	end()
	return out
}

func visible(runs []run) bool {
	for _, r := range runs {
		if r.image != nil || !r.br && !blank(r.text) {
			return true
		}
	}
	return false
}

// fold applies CSS' white-space: normal across runs; in runs that keep it, newlines become line breaks.
func fold(runs []run) []run {
	out := make([]run, 0, len(runs))
	space := true // at the start of a line, or after white space
	for _, r := range runs {
		switch {
		case r.br:
			out = append(trimSpace(out), r)
			space = true
		case r.image != nil:
			out = append(out, r)
			space = false
		case r.pre:
			out = appendLines(out, r)
			space = false
		default:
			if r.text = foldText(r.text, space); r.text != "" {
				out = append(out, r)
				space = r.text[len(r.text)-1] == ' '
			}
		}
	}
	return trimSpace(out)
}

// foldText makes one space of each run of white space, none at the beginning if there is one before.
func foldText(s string, space bool) string {
	if folded(s, space) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; c {
		case ' ', '\t', '\n', '\f':
			if !space {
				b.WriteByte(' ')
			}
			space = true
		default:
			b.WriteByte(c)
			space = false
		}
	}
	return b.String()
}

// folded says that foldText would leave s as it is.
func folded(s string, space bool) bool {
	for i := range len(s) {
		switch s[i] {
		case '\t', '\n', '\f':
			return false
		case ' ':
			if space {
				return false
			}
			space = true
		default:
			space = false
		}
	}
	return true
}

// trimSpace removes white space before the end of a line.
func trimSpace(runs []run) []run {
	for i := len(runs) - 1; i >= 0; i-- {
		r := &runs[i]
		if r.br || r.image != nil || r.pre {
			break
		}
		if r.text = strings.TrimRight(r.text, " "); r.text != "" {
			break
		}
		runs = runs[:i]
	}
	return runs
}

func appendLines(out []run, r run) []run {
	first := true
	for line := range strings.SplitSeq(r.text, "\n") {
		if !first {
			out = append(out, run{br: true})
		}
		first = false
		if line != "" {
			part := r
			part.text = keepSpaces(line)
			out = append(out, part)
		}
	}
	return out
}

// inlines makes the inlines of one paragraph, neighbours of one style as one Text.
func inlines(runs []run) []bridge.Inline {
	out := make([]bridge.Inline, 0, len(runs))
	for len(runs) > 0 {
		r := runs[0]
		n := 1
		switch {
		case r.br:
			out = append(out, bridge.Break{})
		case r.image != nil:
			out = append(out, *r.image)
		default:
			for n < len(runs) && runs[n].sameStyle(r) {
				n++
			}
			out = linkify(out, bridge.Text{Text: joinRuns(runs[:n]), Marks: r.marks, Link: r.link})
		}
		runs = runs[n:]
	}
	return out
}

func (r run) sameStyle(other run) bool {
	return !r.br && r.image == nil && r.marks == other.marks && r.link == other.link
}

func joinRuns(runs []run) string {
	if len(runs) == 1 {
		return runs[0].text
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
}
