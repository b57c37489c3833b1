package betterbugs

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// rootKind is what a top-level field of the document holds.
type rootKind int

const (
	other  rootKind = iota // undocumented: anything
	scalar                 // bugId, title, …
	object                 // customFields
	list                   // metadata, assignees
)

// knownFields are BetterBugs' names, as in its sample payload, with what they hold.
var knownFields = map[string]rootKind{
	"customFields": object, "bugId": scalar, "projectId": scalar, "workspaceId": scalar, "userId": scalar, "title": scalar,
	"description": scalar, "status": scalar, "priority": scalar, "type": scalar, "createdAt": scalar, "updatedAt": scalar,
	"metadata": list, "assignees": list, "sessionUrl": scalar, "screenshotUrl": scalar,
}

func kindOf(root string) rootKind {
	name, _ := canonical(root)
	return knownFields[name]
}

// canonical returns BetterBugs' spelling of a name, whatever its case (metaData), and whether it has one.
func canonical(name string) (string, bool) {
	if _, ok := knownFields[name]; ok {
		return name, true
	}
	for known := range knownFields {
		if strings.EqualFold(known, name) {
			return known, true
		}
	}
	return name, false
}

// step is one part of a path: a name, an index, or the next free index.
type step struct {
	name  string
	index int // -1: not an index
	next  bool
	large bool // an index above maxIndex
}

// path is a form's name, taken apart. Its first step is the name of a top-level field.
type path struct {
	steps []step
	json  bool // axios' "{}" suffix: the value is JSON
}

func (p path) root() string { return p.steps[0].name }

func (p path) parent() path { return path{steps: p.steps[:len(p.steps)-1]} }

// reserved says that the name reaches for JavaScript's prototype, which no report has.
func (p path) reserved() bool {
	for _, s := range p.steps {
		if s.name == "__proto__" {
			return true
		}
	}
	return false
}

// isList says that the path ends in [].
func isList(p path) bool { return len(p.steps) > 1 && p.steps[len(p.steps)-1].next }

var (
	errDepth   = errors.New("nested deeper than " + strconv.Itoa(maxDepth))
	errIndex   = errors.New("index above " + strconv.Itoa(maxIndex))
	errNesting = errors.New("not a nesting")
)

// parseName takes a form's name apart, in every style that clients use: a[b], a[0][b], a[][b], a.b, a.0.b, a[0].b and, with
// JSON as value, a{}. A name that makes no sense as a nesting is one literal name: people call custom fields "Area [UI]".
func parseName(name string) (path, error) {
	base, isJSON := strings.CutSuffix(name, "{}")
	if base == "" {
		base, isJSON = name, false
	}
	root, rest := cutRoot(base)
	var steps []step
	switch kindOf(root) {
	case object:
		steps = objectSteps(rest)
	case list:
		steps = listSteps(root, rest)
	default:
		var err error
		if steps, err = nesting(rest); err != nil {
			root, steps = base, nil
		}
	}
	return path{steps: append([]step{{name: root, index: -1}}, steps...), json: isJSON}, withinCaps(steps)
}

func withinCaps(steps []step) error {
	for _, s := range steps {
		if s.large {
			return errIndex
		}
	}
	if len(steps) >= maxDepth {
		return errDepth
	}
	return nil
}

// cutRoot splits off the top-level field's name. A dot ends it only where the field is known to have members.
func cutRoot(name string) (root, rest string) {
	if before, _, found := strings.Cut(name, "."); found && kindOf(before) >= object {
		return before, name[len(before):]
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		return name[:i], name[i:]
	}
	return name, ""
}

// objectSteps reads what follows customFields. The first level is always a name, even 2026, and takes everything behind a
// dot, even release.train, because axios 0.27 and qs write dots unescaped; only a list at its end is recognised.
func objectSteps(rest string) []step {
	if strings.HasPrefix(rest, ".") {
		if at := listEnd.FindStringIndex(rest); at != nil && at[0] > 1 {
			if end, err := nesting(rest[at[0]:]); err == nil && !end[0].large {
				return append([]step{{name: undot(rest[1:at[0]]), index: -1}}, end...)
			}
		}
		return []step{{name: undot(rest[1:]), index: -1}}
	}
	steps, err := nesting(rest)
	if err != nil {
		return literalStep(rest)
	}
	if len(steps) > 0 {
		steps[0].index, steps[0].large = -1, false
	}
	return steps
}

// listEnd is how a dotted name may end in a list, or in members of a list's elements: [0], [], [0].text.
var listEnd = regexp.MustCompile(`(?:\[\d*\])+(?:\.[^.\[\]]+|\[\d*\])*$`)

// undot undoes what qs with encodeDotInKeys makes of a name's own dots.
func undot(name string) string {
	return strings.NewReplacer("%2E", ".", "%2e", ".").Replace(name)
}

// elementNames are the members by which a metadata entry is known.
var elementNames = []string{"title", "value", "key", "name", "label"}

// listSteps reads what follows metadata and assignees. assignees[email], repeated, is how superagent writes a list of
// objects: the same as assignees[][email].
func listSteps(root, rest string) []step {
	steps, err := nesting(rest)
	if err != nil {
		steps = literalStep(rest)
	}
	switch {
	case len(steps) == 0, steps[0].next, steps[0].index >= 0, steps[0].large:
		return steps
	case strings.EqualFold(root, "assignees"), isOneOf(steps[0].name, elementNames):
		return append([]step{{index: -1, next: true}}, steps...)
	case strings.HasPrefix(rest, "."): // metadata as an object whose names have dots
		return literalStep(undot(rest))
	}
	return steps
}

// literalStep takes everything between the first and the last bracket, or after the dot, as one name.
func literalStep(rest string) []step {
	rest = rest[1:]
	return []step{{name: strings.TrimSuffix(rest, "]"), index: -1}}
}

// nesting reads a run of [name], [0], [] and .name.
func nesting(rest string) ([]step, error) {
	var steps []step
	for rest != "" {
		var token string
		var end int
		if rest[0] == '[' {
			if end = strings.IndexByte(rest, ']'); end < 0 {
				return nil, errNesting
			}
			token, rest = rest[1:end], rest[end+1:]
		} else {
			if end = strings.IndexAny(rest[1:], ".["); end < 0 {
				end = len(rest) - 1
			}
			if token, rest = rest[1:end+1], rest[end+1:]; token == "" {
				return nil, errNesting
			}
		}
		if strings.ContainsRune(token, '[') || rest != "" && rest[0] != '[' && rest[0] != '.' {
			return nil, errNesting
		}
		steps = append(steps, stepOf(token))
	}
	return steps, nil
}

func stepOf(token string) step {
	if token == "" {
		return step{index: -1, next: true}
	}
	if strings.Trim(token, "0123456789") != "" {
		return step{name: token, index: -1}
	}
	index, err := strconv.Atoi(token)
	if err != nil || index > maxIndex {
		return step{name: token, index: -1, large: true}
	}
	return step{name: token, index: index}
}

func isOneOf(name string, names []string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
