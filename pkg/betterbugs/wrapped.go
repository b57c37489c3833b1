package betterbugs

import (
	"regexp"
	"strings"
)

// unwrapped takes the wrapper off the names of a document that is nested in one field: payload[bugId], data.title. What
// stands beside it is kept where it does not collide.
func unwrapped(pairs []pair) []pair {
	wrapper := ""
	for _, p := range pairs {
		root, member, _ := cutMember(p.name)
		switch {
		case strings.EqualFold(p.name, "bugId"):
			return pairs
		case wrapper == "" && strings.EqualFold(member, "bugId") && isOneOf(root, wrappers):
			wrapper = root
		}
	}
	if wrapper == "" {
		return pairs
	}
	inner := make([]pair, 0, len(pairs))
	taken := map[string]bool{}
	for _, p := range pairs {
		if root, member, rest := cutMember(p.name); root == wrapper && member != "" {
			p.name = member + rest
			inner = append(inner, p)
			taken[member] = true
		}
	}
	for _, p := range pairs {
		root, member, _ := cutMember(p.name)
		if (root != wrapper || member == "") && !taken[root] {
			inner = append(inner, p)
		}
	}
	return inner
}

// member is the first step of a nesting, in brackets or behind a dot.
var member = regexp.MustCompile(`^([^.\[]+)(?:\[([^\[\]]+)\]|\.([^.\[]+))`)

// cutMember cuts "data[title]…" and "data.title…" into "data", "title" and the rest.
func cutMember(name string) (root, first, rest string) {
	m := member.FindStringSubmatch(name)
	if m == nil {
		root, _ = cutRoot(name)
		return root, "", ""
	}
	return m[1], m[2] + m[3], name[len(m[0]):]
}

// dottedIndex finds the first index that stands behind a dot. One behind a digit is none: "WCAG 2.0".
var dottedIndex = regexp.MustCompile(`^((?:[^.]|\.)*?[^.\d])\.(\d+)((?s:[.\[].*)?)$`)

// cutDottedIndex cuts "steps.1.text" into "steps", "1" and ".text". A name that long is no list's.
func cutDottedIndex(name string) (before, index, rest string, found bool) {
	if len(name) > 1024 {
		return "", "", "", false
	}
	m := dottedIndex.FindStringSubmatch(name)
	if m == nil {
		return "", "", "", false
	}
	return m[1], m[2], m[3], true
}

// bracketed rewrites list.0 and steps.1.text, as flat and axios with dots:true write lists, as list[0] and
// steps[1].text. Only names that have a first element are lists: "Sprint.3" is somebody's custom field.
func bracketed(pairs []pair) []pair {
	lists := map[string]bool{}
	for _, p := range pairs {
		if before, index, _, _ := cutDottedIndex(p.name); index == "0" {
			lists[before] = true
		}
	}
	if len(lists) == 0 {
		return pairs
	}
	out := make([]pair, len(pairs))
	for i, p := range pairs {
		before, index, rest, found := cutDottedIndex(p.name)
		if root, _ := cutRoot(p.name); found && lists[before] && kindOf(root) != list {
			p.name = before + "[" + index + "]" + rest
		}
		out[i] = p
	}
	return out
}
