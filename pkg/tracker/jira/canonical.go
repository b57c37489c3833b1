package jira

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/bugferry/bugferry/pkg/tracker"
)

// canonical is the one form in which a value is compared, whether it is to be sent or was answered: JSON with sorted
// keys, things by their id alone, documents without the ids that Jira's editor adds, line ends alike. It can be sent, a
// document once its tasks have ids again. A null is "", and so is an empty text: Jira answers the one for the other.
func canonical(raw []byte) string {
	return whole(decode(raw))
}

// whole is canonical of what is decoded already.
func whole(value any) string {
	if value == nil || value == "" {
		return ""
	}
	return encode(reduce(value))
}

func encode(value any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(value) != nil { // cannot be: all values are made of what JSON was decoded to
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func reduce(value any) any {
	switch v := value.(type) {
	case string:
		return tracker.Lines(v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = reduce(element)
		}
		// The order in which components, options and labels are listed says nothing.
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(encode(a), encode(b)) })
		return out
	case map[string]any:
		return reduceObject(v)
	}
	return value
}

func reduceObject(v map[string]any) any {
	if v["type"] == "doc" {
		return node(v)
	}
	for _, name := range []string{"accountId", "id", "name"} {
		id, ok := v[name].(string)
		if !ok {
			continue
		}
		out := map[string]any{name: id}
		if child, ok := v["child"].(map[string]any); ok { // of a cascading select
			out["child"] = reduce(child)
		}
		return out
	}
	out := map[string]any{}
	for name, element := range v {
		if element != nil {
			out[name] = reduce(element)
		}
	}
	return out
}

// node is a node of a document. Its order counts, but not that of a text's marks.
func node(value any) any {
	switch v := value.(type) {
	case string:
		return tracker.Lines(v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = node(element)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, element := range v {
			if name == "localId" || element == nil {
				continue
			}
			part := node(element)
			if list, ok := part.([]any); ok && name == "marks" {
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(encode(a), encode(b)) })
			}
			if !hollow(name, part) {
				out[name] = part
			}
		}
		return out
	}
	return value
}

// hollow says that an attribute set or a list of marks holds nothing, which Jira leaves out or in as it likes.
func hollow(name string, value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return name == "attrs" && len(v) == 0
	case []any:
		return name == "marks" && len(v) == 0
	}
	return false
}

// withTasks gives the tasks of a document the ids without which it is none, and which canonical leaves out (ADF's schema:
// taskList and taskItem require attrs.localId). What is no document with tasks stays as it is.
func withTasks(raw json.RawMessage) json.RawMessage {
	if !bytes.Contains(raw, []byte(`"taskList"`)) {
		return raw
	}
	doc, ok := decode(raw).(map[string]any)
	if !ok || doc["type"] != "doc" {
		return raw
	}
	numberTasks(doc, new(int))
	return json.RawMessage(encode(doc))
}

// numberTasks numbers the tasks below value from the count on.
func numberTasks(value any, count *int) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			numberTasks(element, count)
		}
	case map[string]any:
		if v["type"] == "taskList" || v["type"] == "taskItem" {
			attrs, ok := v["attrs"].(map[string]any)
			if !ok {
				attrs = map[string]any{}
				v["attrs"] = attrs
			}
			*count++
			attrs["localId"] = "task-" + strconv.Itoa(*count)
		}
		numberTasks(v["content"], count)
	}
}
