package bridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Fields is a JSON object that keeps the order and the spelling of its names. Values are nil, bool, json.Number, string,
// []any or Fields.
type Fields []Field

// Field is one member of [Fields].
type Field struct {
	Name  string
	Value any
}

// Get returns the value of the first field of that name.
func (f Fields) Get(name string) (any, bool) {
	for _, field := range f {
		if field.Name == name {
			return field.Value, true
		}
	}
	return nil, false
}

// Set gives name the value, in its old position if it has one, else at the end.
func (f *Fields) Set(name string, value any) {
	for i := range *f {
		if (*f)[i].Name == name {
			(*f)[i].Value = value
			return
		}
	}
	*f = append(*f, Field{Name: name, Value: value})
}

// Map returns the fields as a plain map for expressions and templates: nested Fields become maps, numbers float64.
func (f Fields) Map() map[string]any {
	m := make(map[string]any, len(f))
	for _, field := range f {
		m[field.Name] = plain(field.Value)
	}
	return m
}

func plain(v any) any {
	switch v := v.(type) {
	case Fields:
		return v.Map()
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case json.Number:
		if n, err := v.Float64(); err == nil {
			return n
		}
		return v.String()
	default:
		return v
	}
}

// TextOf returns a field's value as a person would read it: nothing for null, lists joined by commas, objects as JSON.
func TextOf(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		words := make([]string, 0, len(v))
		for _, item := range v {
			if word := TextOf(item); word != "" {
				words = append(words, word)
			}
		}
		return strings.Join(words, ", ")
	case Fields:
		data, err := encode(v)
		if err != nil {
			return ""
		}
		return string(data)
	default:
		return fmt.Sprint(v)
	}
}

// MarshalJSON writes the object in its own order.
func (f Fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, field := range f {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := encode(field.Name)
		if err != nil {
			return nil, err
		}
		value, err := encode(field.Value)
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", field.Name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode is json.Marshal without the escaping of <, > and & that HTML in descriptions would suffer.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// UnmarshalJSON reads one JSON object; of a name that stands twice the last value counts, as in JavaScript.
func (f *Fields) UnmarshalJSON(data []byte) error {
	value, err := ParseJSON(data)
	if err != nil {
		return err
	}
	fields, ok := value.(Fields)
	if !ok {
		return errors.New("json: not an object")
	}
	*f = fields
	return nil
}

// maxDepth is how deeply JSON may be nested; encoding/json itself would allow 10,000.
const maxDepth = 64

// ParseJSON reads exactly one JSON value in the types that [Fields] holds.
func ParseJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	value, err := parseValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("json: something follows the value at byte %d", dec.InputOffset())
	}
	return value, nil
}

func parseValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("json: nested deeper than %d", maxDepth)
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(dec, depth)
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			item, err := parseValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := dec.Token()
		return list, err
	}
	return token, nil
}

func parseObject(dec *json.Decoder, depth int) (any, error) {
	fields := Fields{}
	at := map[string]int{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		key, ok := name.(string)
		if !ok { // encoding/json promises a string where a name stands
			return nil, fmt.Errorf("json: %v stands where a name should at byte %d", name, dec.InputOffset())
		}
		if i, twice := at[key]; twice {
			fields[i].Value = value
			continue
		}
		at[key] = len(fields)
		fields = append(fields, Field{Name: key, Value: value})
	}
	_, err := dec.Token()
	return fields, err
}
