package show

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline writes the words of one paragraph. It is CommonMark's algorithm with its two stacks (but without its
// "rule of three" for runs such as a***b), so its time is linear but for what unmatched code marks cost.
func inline(w *htmlWriter, src string) {
	p := inlineParser{src: src, page: w.page}
	for p.at < len(p.src) {
		p.step()
	}
	p.emphasis(0)
	for n := len(p.tags) - 1; n >= 0; n-- {
		p.emit("</" + p.tags[n] + ">")
	}
	for _, t := range p.out {
		w.raw(t.closed).text(strings.Repeat(string(t.mark), t.left)).raw(t.opened).raw(t.html)
	}
}

// piece is a stretch of output: either finished HTML, or a run of marks of which some have become elements.
type piece struct {
	html     string
	mark     rune
	left     int    // marks that are text still
	opened   string // start tags, behind the marks
	closed   string // end tags, before the marks
	canOpen  bool
	canClose bool
}

type bracket struct {
	out   int // the piece of the bracket
	image bool
	src   int // where its text begins
}

type inlineParser struct {
	page     Page
	src      string
	at       int
	out      []piece
	brackets []bracket
	tags     []string // elements of inlineTags that are open
}

func (p *inlineParser) emit(html string) { p.out = append(p.out, piece{html: html}) }

func (p *inlineParser) plain(s string) { p.emit(html.EscapeString(s)) }

// inlineTags are the elements that live on in a text; none of them takes attributes.
var inlineTags = regexp.MustCompile(`^(?i)</?(?:sub|sup|kbd|ins|del|mark|b|i|em|strong|code)>|^<br ?/?>`)

var (
	inlineAuto   = regexp.MustCompile(`^<(https?://[^\s<>]*)>`)
	inlineBare   = regexp.MustCompile(`^https?://[^\s<>]+`)
	inlineEntity = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
)

func (p *inlineParser) step() {
	rest := p.src[p.at:]
	switch c := rest[0]; c {
	case '\\':
		p.escape(rest)
	case '\n':
		p.emit("<br>\n")
		p.at++
	case '`':
		p.code(rest)
	case '<':
		p.angle(rest)
	case '&':
		p.entity(rest)
	case '*', '_', '~':
		p.marks(rest)
	case '!', '[', ']':
		p.bracket(rest)
	default:
		p.words(rest)
	}
}

func (p *inlineParser) escape(rest string) {
	switch {
	case len(rest) > 1 && rest[1] == '\n':
		p.emit("<br>\n")
	case len(rest) > 1 && rest[1] < utf8.RuneSelf && unicode.In(rune(rest[1]), unicode.Punct, unicode.Symbol):
		p.plain(rest[1:2])
	default:
		p.plain(`\`)
		p.at++
		return
	}
	p.at += 2
}

func (p *inlineParser) code(rest string) {
	n := len(rest) - len(strings.TrimLeft(rest, "`"))
	for from := n; ; {
		i := strings.IndexByte(rest[from:], '`')
		if i < 0 {
			p.plain(rest[:n])
			p.at += n
			return
		}
		from += i
		run := len(rest[from:]) - len(strings.TrimLeft(rest[from:], "`"))
		if run == n {
			text := strings.ReplaceAll(rest[n:from], "\n", " ")
			if len(text) > 2 && text[0] == ' ' && text[len(text)-1] == ' ' && strings.Trim(text, " ") != "" {
				text = text[1 : len(text)-1]
			}
			p.emit("<code>" + html.EscapeString(text) + "</code>")
			p.at += from + run
			return
		}
		from += run
	}
}

func (p *inlineParser) angle(rest string) {
	if strings.HasPrefix(rest, "<!--") {
		if end := strings.Index(rest[4:], "-->"); end >= 0 {
			p.at += 4 + end + 3
			return
		}
	}
	if m := inlineAuto.FindStringSubmatch(rest); m != nil {
		p.emit(linkTo(m[1]) + html.EscapeString(m[1]) + "</a>")
		p.at += len(m[0])
		return
	}
	tag := strings.ToLower(inlineTags.FindString(rest))
	name := strings.Trim(tag, "</ >")
	open := len(p.tags) - 1
	switch {
	case name == "br":
	case strings.HasPrefix(tag, "</") && open >= 0 && p.tags[open] == name:
		p.tags = p.tags[:open]
	case tag != "" && tag[1] != '/':
		p.tags = append(p.tags, name)
	default: // no element, or the end of one that is not open
		p.plain("<")
		p.at++
		return
	}
	p.emit(tag)
	p.at += len(tag)
}

func (p *inlineParser) entity(rest string) {
	e := inlineEntity.FindString(rest)
	if e == "" {
		e = "&"
	}
	p.plain(html.UnescapeString(e))
	p.at += len(e)
}

// words takes text up to the next character that could mean something, and links bare addresses.
func (p *inlineParser) words(rest string) {
	if rest[0] == 'h' && (p.at == 0 || !isWord(p.src[p.at-1])) {
		if u := strings.TrimRight(inlineBare.FindString(rest), "?!.,:*_~'\")]"); safeURL(u) {
			p.emit(linkTo(u) + html.EscapeString(u) + "</a>")
			p.at += len(u)
			return
		}
	}
	n := 1
	for n < len(rest) && !strings.ContainsRune("\\\n`<&*_~![]", rune(rest[n])) && (rest[n] != 'h' || isWord(rest[n-1])) {
		n++
	}
	p.plain(rest[:n])
	p.at += n
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf
}

// marks notes a run of * _ or ~ and whether it may begin or end emphasis there.
func (p *inlineParser) marks(rest string) {
	c := rest[:1]
	n := len(rest) - len(strings.TrimLeft(rest, c))
	before, _ := utf8.DecodeLastRuneInString(p.src[:p.at])
	after, _ := utf8.DecodeRuneInString(rest[n:])
	spaceBefore, spaceAfter := p.at == 0 || unicode.IsSpace(before), n == len(rest) || unicode.IsSpace(after)
	punctBefore, punctAfter := isPunct(before), isPunct(after)
	left := !spaceAfter && (!punctAfter || spaceBefore || punctBefore)
	right := !spaceBefore && (!punctBefore || spaceAfter || punctAfter)
	t := piece{mark: rune(c[0]), left: n, canOpen: left, canClose: right}
	switch {
	case c == "_":
		t.canOpen, t.canClose = left && (!right || punctBefore), right && (!left || punctAfter)
	case c == "~" && n > 2:
		t.canOpen, t.canClose = false, false
	}
	p.out = append(p.out, t)
	p.at += n
}

func isPunct(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

func linkTo(u string) string {
	return `<a rel="nofollow noreferrer" href="` + html.EscapeString(u) + `">`
}
