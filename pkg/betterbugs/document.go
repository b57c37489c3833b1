package betterbugs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// wrappers are the names under which a sender may put the whole document into one field.
var wrappers = []string{"payload", "data", "body", "json"}

// readDocument returns the document in r's body, [ErrNoReport] where there is none at all.
func readDocument(r Request, warn *warnings) (bridge.Fields, error) {
	body, err := inflate(r)
	if err != nil {
		return nil, err
	}
	kind, params := contentType(r.ContentType)
	if body = toUTF8(body, params["charset"]); len(trimmed(body)) == 0 {
		return nil, ErrNoReport
	}
	doc, err := parseBody(body, kind, params, warn)
	if err != nil {
		return nil, err
	}
	if doc, err = unwrap(doc); err != nil {
		return nil, err
	}
	if !hasBug(doc) && !isForm(body, kind) {
		return nil, undecodable("byte 0", "neither JSON nor a form")
	}
	return tidyFields(unstringify(doc), 0, warn), nil
}

// parseBody looks at the body first: the Content-Type of real clients is often wrong (axios 0.21 sends JSON as multipart).
func parseBody(body []byte, kind string, params map[string]string, warn *warnings) (bridge.Fields, error) {
	start := trimmed(body)
	switch {
	case bytes.IndexByte([]byte(`{["`), start[0]) >= 0:
		return parseJSON(body)
	case kind == "application/json" && !bytes.ContainsRune(start, '='):
		return parseJSON(body)
	case strings.HasPrefix(kind, "multipart/"), bytes.HasPrefix(start, []byte("--")):
		return parseMultipart(start, params["boundary"], warn)
	default:
		return parseURLEncoded(body, params["charset"], warn)
	}
}

// contentType splits a Content-Type; a malformed one is no reason to refuse a report.
func contentType(header string) (kind string, params map[string]string) {
	kind, params, err := mime.ParseMediaType(header)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(header), ";")
	}
	return strings.TrimSpace(kind), params
}

// trimmed is the body without a byte order mark and the space around it.
func trimmed(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
}

// parseJSON reads a JSON document; one that is JSON within a JSON string, or alone in a list, is unpacked.
func parseJSON(body []byte) (bridge.Fields, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	value, err := bridge.ParseJSON(body)
	if err != nil {
		return nil, jsonError(err, len(body))
	}
	if text, ok := value.(string); ok && strings.HasPrefix(strings.TrimSpace(text), "{") {
		if value, err = bridge.ParseJSON([]byte(text)); err != nil {
			return nil, undecodable("JSON within a string", "%w", err)
		}
	}
	if list, ok := value.([]any); ok {
		if len(list) > 1 {
			return nil, undecodable("top level", "a list of %d values; one report is expected", len(list))
		}
		if len(list) == 1 {
			value = list[0]
		}
	}
	doc, _ := value.(bridge.Fields)
	return doc, nil
}

func jsonError(err error, length int) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return undecodable(fmt.Sprintf("byte %d", syntax.Offset), "JSON: %w", err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return undecodable(fmt.Sprintf("byte %d", length), "JSON: the body ends too early")
	}
	return undecodable("JSON", "%w", err)
}

// unwrap returns the document that doc carries in one of its fields, or doc itself. Fields beside it are kept.
func unwrap(doc bridge.Fields) (bridge.Fields, error) {
	if len(doc) > maxKeys {
		return nil, undecodable("top level", "more than %d keys", maxKeys)
	}
	if hasBug(doc) {
		return doc, nil
	}
	for i, field := range doc {
		if !isOneOf(field.Name, wrappers) {
			continue
		}
		inner, ok := asObject(field.Value)
		if !ok || !hasBug(inner) {
			continue
		}
		if len(inner) > maxKeys {
			return nil, undecodable(label(field.Name), "more than %d keys", maxKeys)
		}
		for j, beside := range doc {
			if _, known := lookup(inner, beside.Name); i != j && !known {
				inner = append(inner, beside)
			}
		}
		return inner, nil
	}
	return doc, nil
}

// asObject returns value as an object, parsed if it is JSON text.
func asObject(value any) (bridge.Fields, bool) {
	if text, ok := value.(string); ok {
		value = parsed(text)
	}
	fields, ok := value.(bridge.Fields)
	return fields, ok
}

// parsed returns the object or list that text holds as JSON, or text itself.
func parsed(text string) any {
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		if value, err := bridge.ParseJSON([]byte(t)); err == nil {
			return value
		}
	}
	return text
}

func isJSON(text string) bool {
	_, unparsed := parsed(text).(string)
	return !unparsed
}

// unstringify undoes the JSON.stringify that some senders put around known objects and lists, or around a list's items.
func unstringify(doc bridge.Fields) bridge.Fields {
	for i, field := range doc {
		if kindOf(field.Name) < object {
			continue
		}
		value := field.Value
		if text, ok := value.(string); ok {
			value = parsed(text)
		}
		if items, ok := value.([]any); ok {
			for j, item := range items {
				if text, ok := item.(string); ok {
					items[j] = parsed(text)
				}
			}
		}
		doc[i].Value = value
	}
	return doc
}

func hasBug(doc bridge.Fields) bool {
	_, ok := lookup(doc, "bugId")
	return ok
}

// carriesBug says that doc is a report, wrapped or not. One beyond the caps is taken for one, to be refused as such.
func carriesBug(doc bridge.Fields) bool {
	inner, err := unwrap(doc)
	return err != nil || hasBug(inner)
}

var (
	word     = regexp.MustCompile(`^[\w.-]{1,64}$`)
	formLike = regexp.MustCompile(`^[!-;=?-~]+$`) // printable, no space, no angle brackets
	control  = regexp.MustCompile(`[\x00-\x08\x0e-\x1f\x7f]`)
)

// isForm says that a body without a bugId may pass for an empty form or a ping. Anything else that has no bugId could be a
// report in an encoding nobody thought of, and must not be mistaken for a ping and forgotten.
func isForm(body []byte, kind string) bool {
	start := trimmed(body)
	switch {
	case word.Match(start), bytes.IndexByte([]byte(`{["`), start[0]) >= 0:
		return true
	case strings.HasPrefix(kind, "multipart/"), bytes.HasPrefix(start, []byte("--")):
		return true
	case !bytes.ContainsRune(start, '='):
		return false
	case kind == "application/x-www-form-urlencoded":
		return !control.Match(start)
	}
	return formLike.Match(start)
}
