package config

import (
	"cmp"
	"encoding/json"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// maxNodes bounds the work of one file: aliases can make a small file mean a very large one.
const maxNodes = 100_000

// decoder reads YAML nodes into structs, strictly, and goes on after each mistake. What it does not understand stays zero.
type decoder struct {
	file     string
	source   []string                    // the file's lines
	lookup   func(string) (string, bool) // of environment variables; nil: values are taken as they are
	findings *Findings
	given    map[string]Pos // every key of a struct that has a value in the file
	budget   int
}

func newDecoder(file string, source []string, lookup func(string) (string, bool), findings *Findings) *decoder {
	return &decoder{file: file, source: source, lookup: lookup, findings: findings, given: map[string]Pos{}, budget: maxNodes}
}

func (d *decoder) pos(n *yaml.Node) Pos { return Pos{File: d.file, Line: n.Line, Column: n.Column} }

func (d *decoder) mistake(n *yaml.Node, key, format string, args ...any) {
	d.findings.mistake(d.pos(n), key, format, args...)
}

// root decodes a whole file into the struct v points to. A nil node is an empty file.
func (d *decoder) root(n *yaml.Node, v any) {
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	}
	d.mapping(n, reflect.ValueOf(v).Elem(), "", d.pos(n))
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, f field, key string) {
	n, ok := d.follow(n, key)
	if !ok {
		return
	}
	switch {
	case v.Type() == inlineType:
		d.inline(n, v, key)
	case isScalar(v.Type()):
		d.scalar(n, v, f, key)
	case f.named:
		d.named(n, v, f, key)
	case v.Kind() == reflect.Slice:
		d.list(n, v, f, key)
	default:
		d.mapping(n, v, key, d.pos(n))
	}
}

// inline decodes a mapping of whatever form.
func (d *decoder) inline(n *yaml.Node, v reflect.Value, key string) {
	var value map[string]any
	err := n.Decode(&value)
	var text []byte
	if err == nil {
		text, err = json.Marshal(value)
	}
	if err != nil || n.Kind != yaml.MappingNode {
		d.mistake(n, key, "is %s that cannot be read as a report; expected a mapping of its fields, such as {priority: HIGH}", kind(n))
		return
	}
	v.Set(reflect.ValueOf(Inline{JSON: text, At: d.pos(n)}))
}

// mapping decodes a mapping with the keys of struct v.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, key string, at Pos) {
	if n.Kind != yaml.MappingNode {
		d.mistake(n, key, "is %s; expected a mapping with the keys %s", kind(n), list(names(fieldsOf(v.Type()))))
		return
	}
	setAt(v, at)
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	for _, pair := range d.pairs(n, key) {
		f, known := find(fields, pair.name.Value)
		if !known {
			d.mistake(pair.name, join(key, pair.name.Value), "unknown key%s", suggest(pair.name.Value, names(fields)))
			continue
		}
		if isNull(pair.value) && !isScalar(v.Field(f.index).Type()) {
			continue // a section whose lines are all commented out
		}
		seen[f.name] = true
		d.given[join(key, f.name)] = d.pos(pair.value)
		d.value(pair.value, v.Field(f.index), f, join(key, f.name))
	}
	for _, f := range fields {
		if !seen[f.name] {
			d.missing(v.Field(f.index), f, join(key, f.name), at)
		}
	}
}

// missing gives a field that is not in the file its default.
func (d *decoder) missing(v reflect.Value, f field, key string, at Pos) {
	switch {
	case f.required != "":
		d.findings.mistake(at, key, "is missing; expected %s", f.required)
	case f.hasDef:
		if err := setText(v, f.def, f); err != nil {
			panic("config: default of " + key + ": " + err.Error()) // a mistake in our own tags: tests see it
		}
	case v.Kind() == reflect.Struct && !isScalar(v.Type()):
		for _, inner := range fieldsOf(v.Type()) {
			d.missing(v.Field(inner.index), inner, join(key, inner.name), at)
		}
	}
}

// list decodes a list; one scalar stands for a list of one.
func (d *decoder) list(n *yaml.Node, v reflect.Value, f field, key string) {
	element := v.Type().Elem()
	items := n.Content
	switch {
	case n.Kind == yaml.ScalarNode && isScalar(element):
		items = []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		d.mistake(n, key, "is %s; expected a list%s%s", kind(n), orOne(element), quoteHint(n))
		return
	}
	d.notEmpty(n, f, key)
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		itemKey := key
		if n.Kind == yaml.SequenceNode {
			itemKey = index(key, i)
		}
		d.value(item, out.Index(i), f, itemKey)
	}
	v.Set(out)
}

// named decodes a mapping from names to values into a list of structs that have a name.
func (d *decoder) named(n *yaml.Node, v reflect.Value, f field, key string) {
	if n.Kind != yaml.MappingNode {
		d.mistake(n, key, "is %s; expected a mapping from names to values", kind(n))
		return
	}
	d.notEmpty(n, f, key)
	element := v.Type().Elem()
	nameField, _ := fieldThat(element, func(f field) bool { return f.isName })
	valueField, hasValue := fieldThat(element, func(f field) bool { return f.isValue })
	pairs := d.pairs(n, key)
	out := reflect.MakeSlice(v.Type(), len(pairs), len(pairs))
	for i, pair := range pairs {
		item, itemKey := out.Index(i), join(key, pair.name.Value)
		item.Field(nameField.index).Set(reflect.ValueOf(Text{Value: pair.name.Value, At: d.pos(pair.name), Key: itemKey}))
		if pair.name.Value == "" {
			d.mistake(pair.name, itemKey, "is empty; a name was meant")
		}
		switch value, ok := d.follow(pair.value, itemKey); {
		case !ok:
		case hasValue && (value.Kind != yaml.MappingNode || len(fieldsOf(element)) == 0):
			d.value(pair.value, item.Field(valueField.index), valueField, itemKey)
		default:
			d.mapping(value, item, itemKey, d.pos(pair.name))
		}
	}
	v.Set(out)
}

func (d *decoder) notEmpty(n *yaml.Node, f field, key string) {
	if f.nonempty && n.Kind != yaml.ScalarNode && len(n.Content) == 0 {
		d.mistake(n, key, "is empty; expected %s", cmp.Or(f.required, "at least one"))
	}
}

// setAt notes where a struct stands, if it has a field for that.
func setAt(v reflect.Value, at Pos) {
	if field := v.FieldByName("At"); field.IsValid() {
		field.Set(reflect.ValueOf(at))
	}
}

func find(fields []field, name string) (field, bool) {
	for _, f := range fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}
