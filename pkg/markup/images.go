package markup

import (
	"net/url"
	"path"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ShowImages returns doc with only the images of the hosts in from; others are links to them, so that opening an issue
// tells nobody that it was opened.
func ShowImages(doc bridge.Document, from bridge.Hosts) bridge.Document {
	return imageFilter(from).blocks(doc)
}

// imageFilter walks over blocks, which nest no deeper than maxNesting.
type imageFilter bridge.Hosts

func (f imageFilter) blocks(in []bridge.Block) []bridge.Block {
	out := make([]bridge.Block, len(in))
	for i, block := range in {
		out[i] = f.block(block)
	}
	return out
}

func (f imageFilter) block(block bridge.Block) bridge.Block {
	switch v := block.(type) {
	case bridge.Paragraph:
		return bridge.Paragraph{Content: f.inlines(v.Content)}
	case bridge.Heading:
		return bridge.Heading{Level: v.Level, Content: f.inlines(v.Content)}
	case bridge.Picture:
		if img := (bridge.Image{URL: v.URL, Alt: v.Alt}); !f.shows(img) {
			return bridge.Paragraph{Content: imageWords(img)}
		}
	case bridge.Details:
		v.Summary = f.inlines(v.Summary)
		block = v
	}
	return bridge.Within(block, f.blocks)
}

func (f imageFilter) inlines(in []bridge.Inline) []bridge.Inline {
	out := make([]bridge.Inline, 0, len(in))
	for _, inline := range in {
		if img, ok := inline.(bridge.Image); ok && !f.shows(img) {
			out = append(out, imageWords(img)...)
		} else {
			out = append(out, inline)
		}
	}
	return out
}

// shows leaves it to the writers what becomes of images that nobody can show.
func (f imageFilter) shows(img bridge.Image) bool {
	source := shownImage(img.URL)
	u, err := url.Parse(source)
	return source == "" || err == nil && bridge.Hosts(f).Cover(u)
}

// imageWords returns the link that stands for an image that is not shown: its alternative text or else the name of its
// file leads to img.URL. If the image was a link itself, to somewhere on the web, that leads where it led, and a word
// behind it to the image. An image that nothing may lead to is only its alternative text.
func imageWords(img bridge.Image) []bridge.Inline {
	alt := oneLine(cleanText(img.Alt))
	switch {
	case img.URL == "":
		return []bridge.Inline{bridge.Text{Text: alt, Link: img.Link}}
	case blank(alt) || safeLink(alt) == img.URL:
		alt = fileName(img.URL)
	}
	if relative(img.Link) || img.Link == img.URL {
		return []bridge.Inline{bridge.Text{Text: alt, Link: img.URL}}
	}
	return []bridge.Inline{
		bridge.Text{Text: alt, Link: img.Link}, bridge.Text{Text: " ", Trusted: true}, bridge.Text{Text: "(image)", Link: img.URL, Trusted: true},
	}
}

// fileName returns the last part of a URL's path, "image" if it has none.
func fileName(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return "image"
	}
	if name := path.Base(u.Path); !blank(strings.Trim(name, "./")) {
		return oneLine(cleanText(name))
	}
	return "image"
}
