package markup

import "github.com/bugferry/bugferry/pkg/bridge"

// tagKind is what an element does to the page around its content.
type tagKind int

const (
	kindOther  tagKind = iota
	kindBlock          // begins and ends a line
	kindHidden         // shows nothing, or what it shows cannot be carried over
	kindMark           // changes the style of its text
)

func kind(tag string) tagKind {
	switch tag {
	case "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
		"fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
		"legend", "li", "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section",
		"summary", "table", "ul", "xmp":
		return kindBlock
	case "applet", "area", "audio", "base", "canvas", "col", "colgroup", "datalist", "embed", "head", "iframe", "link", "map", "math",
		"meta", "meter", "noembed", "noframes", "noscript", "object", "param", "progress", "rp", "script", "select", "source", "style",
		"svg", "template", "textarea", "title", "track", "video":
		return kindHidden
	}
	if markOf(tag) != 0 {
		return kindMark
	}
	return kindOther
}

func markOf(tag string) bridge.Marks {
	switch tag {
	case "b", "strong":
		return bridge.Strong
	case "i", "em", "cite", "dfn", "var":
		return bridge.Emphasis
	case "u", "ins":
		return bridge.Underline
	case "s", "strike", "del":
		return bridge.Strike
	case "code", "tt", "samp":
		return bridge.Code
	case "kbd":
		return bridge.Keyboard
	case "sup":
		return bridge.Superscript
	case "sub":
		return bridge.Subscript
	case "mark":
		return bridge.Highlight
	case "small":
		return bridge.Small
	}
	return 0
}

// void elements have no content and no end tag.
func void(tag string) bool {
	switch tag {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}
