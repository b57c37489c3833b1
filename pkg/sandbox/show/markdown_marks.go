package show

import (
	"html"
	"regexp"
	"strings"
)

// emphasis matches the runs of marks from a piece on: closers look back for the nearest opener of their kind.
func (p *inlineParser) emphasis(from int) {
	stacks := map[rune][]int{} // openers by mark, innermost last
	for n := from; n < len(p.out); n++ {
		closer := &p.out[n]
		if closer.mark == 0 {
			continue
		}
		for closer.canClose && closer.left > 0 && len(stacks[closer.mark]) > 0 {
			stack := stacks[closer.mark]
			at := stack[len(stack)-1]
			opener := &p.out[at]
			if !pair(opener, closer) {
				break
			}
			for mark, other := range stacks { // openers between the two have lost their chance
				for len(other) > 0 && (other[len(other)-1] > at || other[len(other)-1] == at && opener.left == 0) {
					other = other[:len(other)-1]
				}
				stacks[mark] = other
			}
		}
		if closer.canOpen && closer.left > 0 {
			stacks[closer.mark] = append(stacks[closer.mark], n)
		}
	}
	for n := from; n < len(p.out); n++ {
		p.out[n].canOpen, p.out[n].canClose = false, false
	}
}

// pair makes an element of the two runs, or says that they do not fit.
func pair(opener, closer *piece) bool {
	n, tag := 1, "em"
	switch {
	case closer.mark == '~' && opener.left != closer.left:
		return false
	case closer.mark == '~':
		n, tag = closer.left, "del"
	case opener.left >= 2 && closer.left >= 2:
		n, tag = 2, "strong"
	}
	opener.left -= n
	closer.left -= n
	opener.opened = "<" + tag + ">" + opener.opened
	closer.closed += "</" + tag + ">"
	return true
}

// target is what stands behind ] of a link: an address, perhaps in angle brackets, perhaps with a title.
var target = regexp.MustCompile(`^\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)`)

var unescape = regexp.MustCompile(`\\([[:punct:]])`)

func (p *inlineParser) bracket(rest string) {
	switch {
	case strings.HasPrefix(rest, "!["):
		p.brackets = append(p.brackets, bracket{out: len(p.out), image: true, src: p.at + 2})
		p.plain("![")
		p.at += 2
	case rest[0] == '[':
		p.brackets = append(p.brackets, bracket{out: len(p.out), src: p.at + 1})
		p.plain("[")
		p.at++
	case rest[0] == ']' && len(p.brackets) > 0:
		p.closeBracket(rest)
	default:
		p.plain(rest[:1])
		p.at++
	}
}

func (p *inlineParser) closeBracket(rest string) {
	open := p.brackets[len(p.brackets)-1]
	p.brackets = p.brackets[:len(p.brackets)-1]
	m := target.FindStringSubmatch(rest[1:])
	to := ""
	if m != nil {
		to = html.UnescapeString(unescape.ReplaceAllString(m[1]+m[2], "$1"))
	}
	if !safeURL(to) {
		p.plain("]")
		p.at++
		return
	}
	if open.image {
		alt := html.UnescapeString(unescape.ReplaceAllString(p.src[open.src:p.at], "$1"))
		w := htmlWriter{page: p.page}
		w.image(to, alt)
		p.out = p.out[:open.out]
		p.emit(w.b.String())
	} else {
		p.emphasis(open.out)
		p.out[open.out].html = linkTo(to)
		p.emit("</a>")
		p.brackets = withoutLinks(p.brackets)
	}
	p.at += 1 + len(m[0])
}

// withoutLinks closes the outer brackets to links, which do not nest; images around stay possible.
func withoutLinks(open []bracket) []bracket {
	kept := open[:0]
	for _, b := range open {
		if b.image {
			kept = append(kept, b)
		}
	}
	return kept
}
