package rules

import (
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// field is a part of a report that a condition can name.
type field struct {
	path   string
	fold   bool // compared without regard to case: one of BetterBugs' enumerations, or an e-mail address
	bare   bool // shown without quotes
	values func(*bridge.Report) []string
}

// plainFields are the fields that have one value of text, by BetterBugs' names.
var plainFields = map[string]func(*bridge.Report) string{
	"bugId":         func(r *bridge.Report) string { return r.BugID },
	"projectId":     func(r *bridge.Report) string { return r.ProjectID },
	"workspaceId":   func(r *bridge.Report) string { return r.WorkspaceID },
	"userId":        func(r *bridge.Report) string { return r.UserID },
	"title":         func(r *bridge.Report) string { return r.Title },
	"description":   func(r *bridge.Report) string { return r.Description },
	"status":        func(r *bridge.Report) string { return r.Status },
	"priority":      func(r *bridge.Report) string { return r.Priority },
	"type":          func(r *bridge.Report) string { return r.Type },
	"createdAt":     func(r *bridge.Report) string { return wireTime(r.CreatedAt) },
	"updatedAt":     func(r *bridge.Report) string { return wireTime(r.UpdatedAt) },
	"sessionUrl":    func(r *bridge.Report) string { return r.SessionURL },
	"screenshotUrl": func(r *bridge.Report) string { return r.ScreenshotURL },

	"reporter.email": func(r *bridge.Report) string { return r.Reporter().Email },
	"reporter.name":  func(r *bridge.Report) string { return r.Reporter().Name },
	"reporter.id":    func(r *bridge.Report) string { return r.Reporter().ID },
}

var personFields = map[string]func(bridge.Person) string{
	"email": func(p bridge.Person) string { return p.Email },
	"name":  func(p bridge.Person) string { return p.Name },
	"id":    func(p bridge.Person) string { return p.ID },
}

// nameable are the names a misspelt field is compared with.
var nameable = append(keys(plainFields),
	"customFields", "metadata", "assignees", "assignees.email", "assignees.name", "assignees.id")

// fieldOf finds a field by its path. Whatever BetterBugs does not document is looked for among the report's unknown
// fields, unless it can only be a misspelling: then problem says so.
func fieldOf(path string) (f field, problem string) {
	if get, ok := plainFields[path]; ok {
		enumeration := path == "priority" || path == "status" || path == "type"
		fold := enumeration || path == "reporter.email"
		return field{path, fold, enumeration, func(r *bridge.Report) []string { return present(get(r)) }}, ""
	}
	text := func(values func(*bridge.Report) []string) field { return field{path: path, values: values} }
	root, name, _ := strings.Cut(path, ".")
	switch {
	case root == "customFields" && name != "":
		return text(func(r *bridge.Report) []string { return textsAt(r.CustomFields, name) }), ""
	case root == "metadata" && name != "":
		return text(func(r *bridge.Report) []string { return metadataOf(r, name) }), ""
	case root == "assignees" && personFields[name] != nil:
		get := personFields[name]
		return field{path: path, fold: name == "email", values: func(r *bridge.Report) []string { return assigneesOf(r, get) }}, ""
	case root == "extra" && name != "":
		return text(func(r *bridge.Report) []string { return textsAt(r.Extra, name) }), ""
	}
	return text(func(r *bridge.Report) []string { return textsAt(r.Extra, path) }), misspelt(path, root, name)
}

// containers are the fields that hold many values. A condition can ask whether there is any.
var containers = map[string]func(*bridge.Report) []string{
	"assignees": func(r *bridge.Report) []string {
		return assigneesOf(r, func(p bridge.Person) string { return person(p).String() })
	},
	"customFields": func(r *bridge.Report) []string {
		var values []string
		for _, f := range r.CustomFields {
			values = append(values, present(bridge.TextOf(f.Value))...)
		}
		return values
	},
	"metadata": func(r *bridge.Report) []string {
		var values []string
		for _, datum := range r.Metadata {
			values = append(values, present(datum.Value)...)
		}
		return values
	},
}

func misspelt(path, root, name string) string {
	switch {
	case root == "assignees":
		return "assignees is a list of people: compare assignees.email, assignees.name or assignees.id"
	case path == "reporter":
		return "reporter is a person: compare reporter.email, reporter.name or reporter.id"
	case path == "customFields" || path == "metadata" || path == "extra":
		return path + " holds many values: name one of them, " + path + ".x"
	case path == "" || strings.HasSuffix(path, ".") || root == "":
		return "the field " + quote(path) + " has no name"
	}
	for _, known := range nameable {
		if strings.EqualFold(path, known) || distance(path, known) == 1 {
			return "unknown field " + path + "; did you mean " + known + "? (extra." + path + " takes the name as it is)"
		}
		if name != "" && root != known && (strings.EqualFold(root, known) || distance(root, known) == 1) {
			return "unknown field " + path + "; did you mean " + known + "." + name + "?"
		}
	}
	return ""
}

// textsAt returns what stands under name: by its literal name, else by a path of names through nested objects. The items
// of a list are values of their own.
func textsAt(fields bridge.Fields, name string) []string {
	if value, ok := fields.Get(name); ok {
		return textsOf(value)
	}
	for i, c := range name {
		if c != '.' {
			continue
		}
		value, _ := fields.Get(name[:i])
		if nested, ok := value.(bridge.Fields); ok {
			if texts := textsAt(nested, name[i+1:]); texts != nil {
				return texts
			}
		}
	}
	return nil
}

func textsOf(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return present(bridge.TextOf(value))
	}
	var texts []string
	for _, item := range list {
		texts = append(texts, present(bridge.TextOf(item))...)
	}
	return texts
}

func metadataOf(r *bridge.Report, title string) []string {
	var values []string
	for _, datum := range r.Metadata {
		if datum.Title == title {
			values = append(values, present(datum.Value)...)
		}
	}
	return values
}

func assigneesOf(r *bridge.Report, get func(bridge.Person) string) []string {
	var values []string
	for _, p := range r.Assignees {
		values = append(values, present(get(p))...)
	}
	return values
}

func present(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// wireTime writes a time as BetterBugs does.
func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func (f field) show(value string) string {
	if f.bare && value != "" && len(value) < 40 {
		return value
	}
	return quote(value)
}

// showAll shows the first few of a field's values.
func (f field) showAll(values []string) string {
	const few = 3
	shown := make([]string, 0, few+1)
	for i, value := range values {
		if i == few {
			shown = append(shown, "…")
			break
		}
		shown = append(shown, f.show(value))
	}
	return strings.Join(shown, ", ")
}
