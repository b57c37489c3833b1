package rules

import (
	"errors"
	"fmt"
	"html"
	htmltemplate "html/template"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// layout is a destination's own body: HTML in which parts of a report and of the usual body stand where it wants them. What
// comes of it is read as a description is, so that it serves every dialect and nothing in it escapes neutralising.
type layout struct {
	at     string
	run    *htmltemplate.Template
	broken bool
}

// page is what a layout sees: the report, and the parts of the usual body. In a public repository all of it is without what is personal.
type page struct {
	*view
	Description htmltemplate.HTML
	Links       htmltemplate.HTML // the session, its console and its network
	Screenshot  htmltemplate.HTML // as the destination's screenshot has it
	Facts       htmltemplate.HTML // a table of what is known beside the description
}

// Tab is the address of a tab of the session's developer tools, such as console or network; empty without a session.
func (v *view) Tab(name string) string {
	session := webURL(v.SessionURL)
	if session == nil {
		return ""
	}
	return devTab(session, url.QueryEscape(name))
}

var errLayout = errors.New("the body has a mistake that `bugferry check` names")

// compileLayout compiles a body; nil is the usual one.
func compileLayout(source Text, found *findings) *layout {
	if strings.TrimSpace(source.Value) == "" {
		return nil
	}
	l := &layout{at: source.At, broken: true}
	if wrong := l.compile(source.Value); wrong.text != "" {
		found.within(source.At, wrong)
	}
	return l
}

// layoutFunctions are those of other templates, with a printer that leaves alone what is HTML already.
var layoutFunctions = func() htmltemplate.FuncMap {
	set := htmltemplate.FuncMap{}
	maps.Copy(set, functions)
	set[printer] = func(value any) any {
		if markup, is := value.(htmltemplate.HTML); is {
			return markup
		}
		return text(value)
	}
	return set
}()

func (l *layout) compile(source string) problem {
	if len(source) > maxSource {
		return problem{text: fmt.Sprintf("the template is longer than %d bytes", maxSource)}
	}
	run, err := htmltemplate.New(templateName).Funcs(layoutFunctions).Option("missingkey=zero").Parse(source)
	if err != nil {
		return parseProblem(err, source)
	}
	if len(run.Templates()) > 1 {
		return problem{text: "a template cannot define others"}
	}
	if run.Tree == nil || run.Tree.Root == nil || parse.IsEmptyTree(run.Tree.Root) {
		return problem{text: "the body shows nothing"}
	}
	reader := &templateReader{source: source, more: pageNames}
	reader.list(run.Tree.Root, true)
	if reader.wrong.text != "" {
		return reader.wrong
	}
	l.run, l.broken = run, false
	for _, trial := range trials {
		if _, err := l.fill(page{view: trial.view}); err != nil {
			l.broken = true
			return problem{text: "it fails for " + trial.name + ": " + err.Error()}
		}
	}
	return problem{}
}

// pageNames are what a layout can name beside the fields of a report.
var pageNames = []string{"Links", "Screenshot", "Facts"}

func (l *layout) fill(p page) (bridge.Document, error) {
	if l.broken {
		return nil, errLayout
	}
	w := &boundedWriter{limit: maxOutput + 2*(len(p.Description)+len(p.Facts))}
	if err := l.run.Execute(w, p); err != nil && !errors.Is(err, errFull) {
		return nil, errors.New(templateProblem(err))
	}
	// An address that html/template refuses is none.
	return asHTML(strings.ReplaceAll(w.String(), "#ZgotmplZ", "")), nil
}

// asHTML reads HTML. In a div, what has no tag of its own is HTML all the same.
func asHTML(source string) bridge.Document { return markup.Parse("<div>" + source + "</div>") }

// laidOut is the body as the destination's layout has it, without the footer.
func (d *destination) laidOut(r bridge.Report, v *view, others []bridge.Person) (bridge.Document, error) {
	p := page{view: v, Description: htmltemplate.HTML(markup.Fragment(r.Description))} //nolint:gosec // read again by markup.Parse, which neutralises
	if !d.personal {
		p.view = d.public(v)
	}
	if session := webURL(r.SessionURL); session != nil {
		p.Links = inHTML(links(session))
	}
	if picture := webURL(r.ScreenshotURL); picture != nil && d.screenshot != ScreenshotOff {
		p.Screenshot = inHTML(bridge.Picture{URL: picture.String(), Alt: "Screenshot"})
	}
	facts := d.facts(r, others)
	p.Facts = inHTML(facts...)
	doc, err := d.layout.fill(p)
	return markup.ShowImages(naming(doc, facts), d.images), err
}

// naming says in doc, wherever the table of the facts stands in it, whom its rows name: HTML has no place for that.
func naming(doc bridge.Document, facts []bridge.Block) bridge.Document {
	if len(facts) == 0 {
		return doc
	}
	open, _ := facts[0].(bridge.Facts)
	at := slices.IndexFunc(open.Rows, func(row bridge.Fact) bool { return len(row.People) > 0 })
	if at < 0 {
		return doc
	}
	table := asHTML(string(inHTML(open)))
	var name func([]bridge.Block) []bridge.Block
	name = func(in []bridge.Block) []bridge.Block {
		out := make([]bridge.Block, len(in))
		for i, block := range in {
			out[i] = bridge.Within(block, name)
			if found, ok := out[i].(bridge.Table); ok && reflect.DeepEqual(bridge.Document{block}, table) {
				found.Rows[at].People = open.Rows[at].People
			}
		}
		return out
	}
	return name(doc)
}

// public is a report without what may not be shown to everybody.
func (d *destination) public(v *view) *view {
	out := *v
	out.Metadata, out.Extra = map[string]string{}, harmless(v.Extra)
	out.CustomFields = harmless(v.CustomFields)
	out.Reporter = d.unnamed(v.Reporter)
	out.Assignees = slices.Clone(v.Assignees)
	for i, p := range out.Assignees {
		out.Assignees[i] = d.unnamed(p)
	}
	return &out
}

func (d *destination) unnamed(p person) person {
	return person{Name: d.nameOf(bridge.Person(p)), ID: p.ID}
}

func harmless(fields map[string]string) map[string]string {
	out := maps.Clone(fields)
	maps.DeleteFunc(out, looksPersonal)
	return out
}

// inHTML writes the blocks that Bugferry itself makes.
func inHTML(blocks ...bridge.Block) htmltemplate.HTML {
	var b strings.Builder
	for _, block := range blocks {
		switch block := block.(type) {
		case bridge.Paragraph:
			b.WriteString("<p>" + wordsInHTML(block.Content) + "</p>")
		case bridge.Picture:
			fmt.Fprintf(&b, `<p><img src="%s" alt="%s"></p>`, html.EscapeString(block.URL), html.EscapeString(block.Alt))
		case bridge.Facts:
			b.WriteString("<table>")
			for _, row := range block.Rows {
				value := strings.ReplaceAll(html.EscapeString(row.Value), "\n", "<br>")
				fmt.Fprintf(&b, "<tr><th>%s</th><td>%s</td></tr>", html.EscapeString(row.Name), value)
			}
			b.WriteString("</table>")
		case bridge.Details:
			fmt.Fprintf(&b, "<details><summary>%s</summary>%s</details>", wordsInHTML(block.Summary), inHTML(block.Blocks...))
		}
	}
	return htmltemplate.HTML(b.String()) //nolint:gosec // all that is not ours is escaped above
}

func wordsInHTML(content []bridge.Inline) string {
	var b strings.Builder
	for _, inline := range content {
		word, ok := inline.(bridge.Text)
		if !ok {
			continue
		}
		s := html.EscapeString(word.Text)
		if word.Marks&bridge.Strong != 0 {
			s = "<b>" + s + "</b>"
		}
		if word.Link != "" {
			s = fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(word.Link), s)
		}
		b.WriteString(s)
	}
	return b.String()
}
