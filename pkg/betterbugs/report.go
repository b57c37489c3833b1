package betterbugs

import (
	"errors"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// lookup finds a known field: under its own name, else in another case (metaData).
func lookup(doc bridge.Fields, name string) (any, bool) {
	if value, ok := doc.Get(name); ok {
		return value, true
	}
	for _, field := range doc {
		if strings.EqualFold(field.Name, name) {
			return field.Value, true
		}
	}
	return nil, false
}

// builder reads fields of a document, each in whatever type it came.
type builder struct {
	doc  bridge.Fields
	warn *warnings
}

// buildReport makes the report. Only its bugId may make it fail.
func buildReport(doc bridge.Fields, warn *warnings) (bridge.Report, error) {
	b := builder{doc: doc, warn: warn}
	id, err := b.bugID()
	if err != nil {
		return bridge.Report{}, err
	}
	r := bridge.Report{
		BugID: id, ProjectID: b.word("projectId"), WorkspaceID: b.word("workspaceId"), UserID: b.word("userId"),
		Title: b.text("title"), Description: b.text("description"),
		Status: strings.ToUpper(b.word("status")), Priority: strings.ToUpper(b.word("priority")), Type: b.word("type"),
		SessionURL: b.word("sessionUrl"), ScreenshotURL: b.word("screenshotUrl"),
		CreatedAt: b.time("createdAt"), UpdatedAt: b.time("updatedAt"),
		CustomFields: b.customFields(), Metadata: b.metadata(), Assignees: b.assignees(),
		Extra: b.extra(),
	}
	if len(*warn) > 0 {
		r.Warnings = *warn
	}
	return r, nil
}

// bugID returns the bug's id. A bugId that is there but unusable is no ping: the event must be kept.
func (b builder) bugID() (string, error) {
	if _, ok := lookup(b.doc, "bugId"); !ok {
		return "", ErrNoReport
	}
	switch id := b.word("bugId"); {
	case id == "":
		return "", &DecodeError{Place: "bugId", Err: errors.New("it is empty")}
	case len(id) > maxBugID:
		return "", undecodable("bugId", "longer than %d bytes", maxBugID)
	default:
		return id, nil
	}
}

// word is text without space around it.
func (b builder) word(name string) string { return strings.TrimSpace(b.text(name)) }

func (b builder) text(name string) string {
	value, _ := lookup(b.doc, name)
	switch v := value.(type) {
	case []any:
		if len(v) == 0 {
			return ""
		}
		if len(v) > 1 {
			b.warn.add("%s: came %d times: the first counts", name, len(v))
		}
		return essence(v[0])
	default:
		return essence(v)
	}
}

// essence is the text of a value that may have become an object: {"name": "Open"}, {"$oid": "682c…"}.
func essence(value any) string {
	fields, ok := value.(bridge.Fields)
	if !ok {
		return bridge.TextOf(value)
	}
	if text := firstOf(fields, "name", "label", "value", "title", "id", "_id", "$oid", "$date"); text != "" {
		return text
	}
	return bridge.TextOf(value)
}

// firstOf returns the text of the first of names that has any, whatever the names' case.
func firstOf(fields bridge.Fields, names ...string) string {
	for _, name := range names {
		if value, ok := lookup(fields, name); ok {
			if text := essence(value); text != "" {
				return text
			}
		}
	}
	return ""
}

// customFields reads an object; a list of {name, value} is one as well.
func (b builder) customFields() bridge.Fields {
	value, _ := lookup(b.doc, "customFields")
	switch v := value.(type) {
	case nil:
		return nil
	case bridge.Fields:
		return v
	case []any:
		fields := bridge.Fields{}
		for _, item := range v {
			entry, _ := item.(bridge.Fields)
			name := firstOf(entry, "name", "key", "title", "label")
			if name == "" {
				b.warn.add("customFields: an entry without a name is left out")
				continue
			}
			value, _ := lookup(entry, "value")
			fields.Set(name, value)
		}
		return fields
	}
	if bridge.TextOf(value) != "" {
		b.warn.add("customFields: absent: neither an object nor a list")
	}
	return nil
}

// extra keeps what BetterBugs does not document. A second spelling of a known name would be mistaken for it when the
// report is read back, and `_warnings` is ours.
func (b builder) extra() bridge.Fields {
	var extra bridge.Fields
	for _, field := range b.doc {
		name, known := canonical(field.Name)
		_, exact := b.doc.Get(name)
		switch {
		case known && exact && field.Name != name:
			b.warn.add("%s: left out: it came beside %s", quoted(field.Name), name)
		case known, strings.EqualFold(field.Name, "_warnings"):
		default:
			extra = append(extra, field)
		}
	}
	return extra
}

// metadata reads a list of {title, value}, of other objects, of plain values, or an object.
func (b builder) metadata() []bridge.Datum {
	value, _ := lookup(b.doc, "metadata")
	switch v := value.(type) {
	case nil:
		return nil
	case bridge.Fields:
		data := make([]bridge.Datum, 0, len(v))
		for _, field := range v {
			data = append(data, bridge.Datum{Title: field.Name, Value: bridge.TextOf(field.Value)})
		}
		return data
	case []any:
		data := make([]bridge.Datum, 0, len(v))
		for _, item := range v {
			if datum := datumOf(item); datum != (bridge.Datum{}) {
				data = append(data, datum)
			}
		}
		return data
	case string:
		if v == "" {
			return nil
		}
		return []bridge.Datum{{Value: v}}
	default:
		return []bridge.Datum{{Value: bridge.TextOf(v)}}
	}
}

func datumOf(item any) bridge.Datum {
	fields, ok := item.(bridge.Fields)
	if !ok {
		return bridge.Datum{Value: bridge.TextOf(item)}
	}
	title := firstOf(fields, "title", "key", "name", "label")
	value := firstOf(fields, "value", "content", "text")
	_, hasValue := lookup(fields, "value")
	if value != "" || hasValue || title != "" && len(fields) == 1 {
		return bridge.Datum{Title: title, Value: value}
	}
	if len(fields) == 1 {
		return bridge.Datum{Title: fields[0].Name, Value: bridge.TextOf(fields[0].Value)}
	}
	var words []string
	for _, field := range fields {
		if text := bridge.TextOf(field.Value); text != "" && text != title {
			words = append(words, field.Name+": "+text)
		}
	}
	return bridge.Datum{Title: title, Value: strings.Join(words, ", ")}
}

// assignees reads people as objects or as plain e-mail addresses and ids.
func (b builder) assignees() []bridge.Person {
	value, _ := lookup(b.doc, "assignees")
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return b.people(v)
	case string:
		if v == "" {
			return nil
		}
		var items []any
		for word := range strings.SplitSeq(v, ",") { // what JavaScript makes of a list of strings
			items = append(items, strings.TrimSpace(word))
		}
		return b.people(items)
	default:
		return b.people([]any{v})
	}
}

func (b builder) people(items []any) []bridge.Person {
	people := make([]bridge.Person, 0, len(items))
	for _, item := range items {
		var p bridge.Person
		switch v := item.(type) {
		case bridge.Fields:
			p.Email = firstOf(v, "email", "mail")
			p.ID = firstOf(v, "id", "_id", "userId")
			p.Name = firstOf(v, "name", "fullName", "displayName")
		default:
			if text := bridge.TextOf(v); strings.Contains(text, "@") {
				p.Email = text
			} else {
				p.ID = text
			}
		}
		if p == (bridge.Person{}) {
			b.warn.add("assignees: an entry without e-mail, id and name is left out")
			continue
		}
		people = append(people, p)
	}
	return people
}
