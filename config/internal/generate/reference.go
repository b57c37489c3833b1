package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bugferry/bugferry/config"
)

const mainHead = `# yaml-language-server: $schema=schema.json
# bugferry.yaml: every key. What has a default stands here with it, so that this file without its comments and with only
# the defaults left out means the same; what has none stands in a comment. ${NAME} and ${NAME:-default} are environment
# variables; $${ is a literal ${. Durations are written 20s, 5m, 1h30m, 7d; sizes 512KiB, 5MiB. Relative paths start at this
# file's folder.
#
# The sections server, console, store, delivery and screenshots, installation and projects_dir can also be set by environment
# variables, such as BUGFERRY_SERVER_LISTEN, which go before this file, and by flags of bugferry serve, which go before both.
#
# Generated from the structs of package config, as docs/configuration.md is, which says the same at greater length.
`

const projectHead = `# yaml-language-server: $schema=project.schema.json
# projects/NAME.yaml: every key of a project file. What has a default stands here with it, what has none in a comment.
# Where it says "template", {{ … }} may stand for parts of the report; it has to be in quotes.
#
# Generated from the structs of package config, as docs/configuration.md is, which says the same at greater length.
`

func mainReference(says *comments) string { return mainHead + reference(config.MainKeys(), says) }

func projectReference(says *comments) string {
	return projectHead + reference(config.ProjectKeys(), says)
}

// reference writes keys a paragraph for each section.
func reference(keys []config.Key, says *comments) string {
	var out strings.Builder
	for i, k := range keys {
		p := page{says: says, told: map[string]bool{}}
		p.key(k, place{entry: 1})
		if len(p.lines) > 1 || i == 0 || isLong(keys[i-1]) {
			out.WriteString("\n")
		}
		out.WriteString(p.String())
	}
	return out.String()
}

// isLong says that a key's value takes more than a line.
func isLong(k config.Key) bool {
	return len(k.Entries) > 0 || k.Kind == config.KindNames || k.Kind == config.KindSection
}

// line is one line of a reference with what is said beside it.
type line struct{ text, comment string }

// page is a paragraph of a reference.
type page struct {
	says  *comments
	told  map[string]bool // by key's source: it has been explained
	lines []line
}

// place is where a key is to be written.
type place struct {
	indent int
	entry  int  // the number of the example
	dash   bool // the first key of a list's element
	off    bool // within something that is commented out,
	column int  // from this column on
}

func (p *page) add(at place, text, comment string) {
	before := strings.Repeat(" ", at.indent)
	if at.off {
		before = strings.Repeat(" ", at.column) + "# " + strings.Repeat(" ", at.indent-at.column)
	}
	if at.dash {
		before = strings.TrimSuffix(before, "  ") + "- "
	}
	p.lines = append(p.lines, line{before + text, comment})
}

// key writes k if it has anything to show as that example, and says whether it did.
func (p *page) key(k config.Key, at place) bool {
	value, live := example(k, at.entry)
	if !at.off && !live {
		at.off, at.column = true, at.indent
	}
	switch {
	case len(k.Entries) > 0 && (value != "" || k.Examples == [2]string{}):
		p.entries(k, at)
	case k.Kind == config.KindSection && value == "":
		return p.section(k, at)
	case value == "":
		return false
	case k.Kind == config.KindNames && !strings.HasPrefix(value, "{"):
		p.add(at, k.Name+":", p.explain(k))
		p.add(deeper(at), value, "")
	default:
		for i, text := range written(k, value) {
			comment := ""
			if i == 0 {
				comment = p.explain(k)
			}
			p.add(at, text, comment)
			at.dash = false
		}
	}
	return true
}

// section writes a section that the file has as one; it is in a comment if all its keys are.
func (p *page) section(k config.Key, at place) bool {
	shown := false
	at.off = true
	for _, inner := range k.Keys {
		value, live := example(inner, at.entry)
		shown = shown || value != ""
		at.off = at.off && !live
	}
	if !shown {
		return false
	}
	at.column = at.indent
	p.add(at, k.Name+":", p.explain(k))
	for _, inner := range k.Keys {
		p.key(inner, deeper(at))
	}
	return true
}

// entries writes the elements of a list or mapping that the reference shows.
func (p *page) entries(k config.Key, at place) {
	at.off = false
	p.add(at, k.Name+":", p.explain(k))
	at = deeper(at)
	if value, _ := example(k, at.entry); value != "" {
		p.add(at, value, "")
		at.off, at.column = true, at.indent
	}
	for i, name := range k.Entries {
		inner := deeper(at)
		inner.entry = i + 1
		if k.Kind == config.KindNames {
			p.add(at, name+":", "")
		} else {
			inner.dash = true
		}
		for _, key := range k.Element.Keys {
			if p.key(key, inner) {
				inner.dash = false
			}
		}
		if k.Kind == config.KindNames && i+1 < len(k.Entries) {
			p.lines = append(p.lines, line{})
		}
	}
}

func deeper(at place) place {
	at.indent, at.dash = at.indent+2, false
	return at
}

// example returns what a reference has as a key's value, as YAML, and whether it stands there uncommented. An empty value
// means that it is not to be shown in that example.
func example(k config.Key, entry int) (value string, live bool) {
	value = k.Examples[entry-1]
	live = k.Required != "" || strings.Contains(k.Live, strconv.Itoa(entry))
	elsewhere := k.Only != "" && k.Examples[1] != ""
	if value == "" && entry == 1 && !elsewhere && k.Default != nil {
		return defaultOf(k), true
	}
	return value, live
}

// defaultOf writes a default as YAML.
func defaultOf(k config.Key) string {
	if k.Kind == config.KindList {
		items := strings.Split(*k.Default, ",")
		for i := range items {
			items[i] = plain(items[i])
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return plain(*k.Default)
}

// plain quotes what YAML would take for something else.
func plain(text string) string {
	if strings.HasPrefix(text, ":") || strings.HasPrefix(text, "*") {
		return strconv.Quote(text)
	}
	return text
}

// written is a key with its value; a list too long for a line has one for each element.
func written(k config.Key, value string) []string {
	if k.Kind != config.KindList || len(value) < 80 {
		return []string{k.Name + ": " + value}
	}
	lines := []string{k.Name + ":"}
	for item := range strings.SplitSeq(strings.Trim(value, "[]"), ", ") {
		lines = append(lines, "  - "+item)
	}
	return lines
}

// explain is what is said beside a key where it stands for the first time.
func (p *page) explain(k config.Key) string {
	text := p.says.of(k)
	if p.told[k.Source] {
		return ""
	}
	p.told[k.Source] = true
	if k.Required != "" && !strings.Contains(text, "required") {
		text = "Required. " + text
	}
	if len(k.Enum) > 0 && !strings.Contains(text, "`"+k.Enum[0]+"`") {
		text += " One of " + strings.Join(k.Enum, ", ") + "."
	}
	return text
}

const (
	width     = 132 // of a line of a reference
	minColumn = 28  // where explanations begin,
	maxColumn = 46  // as far to the left as the lines allow
)

// String writes the lines with what is said beside them, one below the other.
func (p *page) String() string {
	column := minColumn
	for _, l := range p.lines {
		if n := utf8.RuneCountInString(l.text) + 2; n <= maxColumn && l.comment != "" {
			column = max(column, n)
		}
	}
	var out strings.Builder
	for _, l := range p.lines {
		if l.comment == "" {
			out.WriteString(l.text + "\n")
			continue
		}
		start := max(column, utf8.RuneCountInString(l.text)+2)
		for i, part := range wrap(l.comment, width-start-2, width-column-2) {
			before := l.text + strings.Repeat(" ", start-utf8.RuneCountInString(l.text))
			if i > 0 {
				before = strings.Repeat(" ", column)
			}
			out.WriteString(before + "# " + part + "\n")
		}
	}
	return out.String()
}

// wrap breaks text into lines of at most so many runes.
func wrap(text string, first, others int) []string {
	var lines []string
	current, limit := "", first
	for word := range strings.FieldsSeq(text) {
		if current != "" && utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > limit {
			lines = append(lines, current)
			current, limit = "", others
		}
		current = strings.TrimPrefix(current+" "+word, " ")
	}
	return append(lines, current)
}
