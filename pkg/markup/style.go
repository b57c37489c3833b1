package markup

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// inlineStyle is what an element's style attribute means for a description.
type inlineStyle struct {
	hidden bool

	display, visibility, office bool // each hides, if the last declaration of its property says so

	pre      bool // white space is kept
	noBullet bool // an item shows none
	bullet   bool // a bullet or number that Word wrote as text, with spaces to where the item begins
	block    bool
	add      bridge.Marks
	remove   bridge.Marks
}

// styleOf reads the declarations of n that carry meaning, and leaves colours, fonts and sizes.
func styleOf(n *html.Node) inlineStyle {
	var s inlineStyle
	if _, ok := findAttr(n, "hidden"); ok {
		s.hidden = true
	}
	style := attr(n, "style")
	if style == "" {
		return s
	}
	for decl := range strings.SplitSeq(style, ";") {
		name, value, ok := strings.Cut(decl, ":")
		if ok {
			value = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(value)), "!important")
			s.declare(strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value))
		}
	}
	s.hidden = s.hidden || s.display || s.visibility || s.office
	return s
}

func (s *inlineStyle) declare(name, value string) {
	switch name {
	case "display":
		s.display = value == "none"
		s.block = value == "block" || value == "flex" || value == "grid" || value == "table" || value == "list-item"
	case "visibility":
		s.visibility = value == "hidden" || value == "collapse"
	case "mso-hide":
		s.office = value == "all"
	case "list-style", "list-style-type":
		s.noBullet = strings.HasPrefix(value, "none")
	case "mso-list":
		s.bullet = value == "ignore"
	case "white-space":
		s.pre = value == "pre" || value == "pre-wrap" || value == "pre-line" || value == "break-spaces"
	case "font-weight":
		s.turn(bridge.Strong, heavy(value))
	case "font-style":
		s.turn(bridge.Emphasis, strings.Contains(value, "italic") || strings.Contains(value, "oblique"))
	case "text-decoration", "text-decoration-line":
		s.decorate(value)
	case "vertical-align":
		switch value {
		case "sub":
			s.add |= bridge.Subscript
		case "super":
			s.add |= bridge.Superscript
		}
	}
}

func (s *inlineStyle) decorate(value string) {
	if strings.Contains(value, "line-through") {
		s.add |= bridge.Strike
	}
	if strings.Contains(value, "underline") {
		s.add |= bridge.Underline
	}
}

func (s *inlineStyle) turn(m bridge.Marks, on bool) {
	if on {
		s.add, s.remove = s.add|m, s.remove&^m
	} else {
		s.add, s.remove = s.add&^m, s.remove|m
	}
}

// heavy says whether a font-weight is bold: CSS calls 700 so, browsers show 600 alike.
func heavy(value string) bool {
	if strings.HasPrefix(value, "bold") {
		return true
	}
	weight, err := strconv.Atoi(value)
	return err == nil && weight >= 600
}
