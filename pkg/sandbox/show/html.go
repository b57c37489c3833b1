package show

import (
	"html"
	"html/template"
	"net/url"
	"strings"
)

// htmlWriter is the only thing that makes HTML of a stranger's text. raw takes constants of this package; whatever
// comes from an issue goes through text, link or image.
type htmlWriter struct {
	page Page
	b    strings.Builder
}

func (w *htmlWriter) html() template.HTML {
	return template.HTML(w.b.String()) //nolint:gosec // escaped on the way in, see htmlWriter
}

func (w *htmlWriter) raw(s string) *htmlWriter {
	w.b.WriteString(s)
	return w
}

func (w *htmlWriter) text(s string) *htmlWriter {
	w.b.WriteString(html.EscapeString(s))
	return w
}

// lines writes text whose line ends are seen.
func (w *htmlWriter) lines(s string) {
	w.b.WriteString(strings.ReplaceAll(html.EscapeString(s), "\n", "<br>\n"))
}

func (w *htmlWriter) tag(name string, inside func()) {
	w.raw("<" + name + ">")
	inside()
	w.raw("</" + name + ">")
}

// link makes a link of http and https; of any other address only what it would have stood around.
func (w *htmlWriter) link(to string, inside func()) {
	if !safeURL(to) {
		inside()
		return
	}
	w.raw(`<a rel="nofollow noreferrer" href="`).text(to).raw(`">`)
	inside()
	w.raw("</a>")
}

// image shows a picture of http and https, of any other address its description.
func (w *htmlWriter) image(at, alt string) {
	switch {
	case !safeURL(at):
		w.text(alt)
		return
	case w.page.WithoutPictures:
		w.raw(`<span class="picture">`).text(alt).raw(" <code>").text(at).raw("</code></span>")
		return
	}
	w.raw(`<img referrerpolicy="no-referrer" src="`).text(at).raw(`" alt="`).text(alt).raw(`">`)
}

func (w *htmlWriter) checkbox(done bool) {
	if done {
		w.raw(`<input type="checkbox" aria-label="done" disabled checked> `)
		return
	}
	w.raw(`<input type="checkbox" aria-label="to do" disabled> `)
}

func safeURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
