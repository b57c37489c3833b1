package config

import "reflect"

// Kind is the form of a key's value.
type Kind string

// The kinds. All but the last four are single values.
const (
	KindText     Kind = "text"
	KindSecret   Kind = "secret"
	KindBool     Kind = "true or false"
	KindNumber   Kind = "number"
	KindSize     Kind = "size"
	KindDuration Kind = "duration"
	KindReport   Kind = "report"  // a mapping of any form
	KindList     Kind = "list"    // of Element; a single one may stand for a list of one if it is a single value
	KindNames    Kind = "names"   // a mapping from names to Element
	KindSection  Kind = "section" // a mapping with Keys
)

// Key describes a key that a file of the configuration can have, as the tags of its struct field do. The reference, the
// JSON Schemas and docs/configuration.md are generated from it (config/internal/generate), each explanation from the
// comment of the field that Source names.
type Key struct {
	Name    string // as it is written; empty for the elements of a list or mapping
	Source  string // Server.Listen; of an element that is a section, its type: Webhook
	Kind    Kind
	Keys    []Key // of a section; of any other element: a mapping with these may stand in its place
	Element *Key  // of a list or mapping from names

	Required string // what is expected; empty: the key may be left out
	NonEmpty bool
	Default  *string // as it would be written; of a list, separated by commas
	Enum     []string
	Pattern  string // a regular expression that every good text matches
	Min, Max int    // of a number
	Zero     bool   // a duration that may be 0
	Only     string // the type of the trackers that have it; empty: all

	Environment string // the variable that sets it too
	Flag        string // the flag of `bugferry serve` that sets it too

	Entries  []string  // the elements that the reference shows
	Examples [2]string // YAML: in the first of them, or where there is only one; in the second
	Live     string    // the numbers of those in which it stands uncommented without having a default
}

// MainKeys returns the keys of bugferry.yaml.
func MainKeys() []Key {
	keys := sectionKeys(reflect.TypeFor[Config]())
	environments := map[string]string{}
	for _, s := range settings(&Config{}) {
		environments[s.source] = s.environment()
	}
	for i := range keys {
		keys[i].Environment = environments[keys[i].Source]
		for j := range keys[i].Keys {
			keys[i].Keys[j].Environment = environments[keys[i].Keys[j].Source]
		}
	}
	return keys
}

// ProjectKeys returns the keys of a project file.
func ProjectKeys() []Key { return sectionKeys(reflect.TypeFor[Project]()) }

func sectionKeys(t reflect.Type) []Key {
	var keys []Key
	for _, f := range fieldsOf(t) {
		keys = append(keys, keyOf(t.Field(f.index).Type, f))
	}
	return keys
}

// keyOf describes field f of type t, by the same rules as the decoder.
func keyOf(t reflect.Type, f field) Key {
	k := Key{
		Name: f.name, Source: f.source, Required: f.required, NonEmpty: f.nonempty, Enum: f.enum, Pattern: patterns[f.check],
		Min: f.min, Max: f.max, Zero: f.zero, Only: f.only, Flag: f.flag, Entries: f.entries, Examples: f.examples, Live: f.live,
	}
	if f.hasDef {
		k.Default = &f.def
	}
	switch {
	case isScalar(t):
		k.Kind = scalarKind(t)
	case f.named:
		k.Kind, k.Element = KindNames, elementOf(t.Elem())
	case t.Kind() == reflect.Slice && isScalar(t.Elem()):
		k.Kind, k.Element = KindList, &Key{Kind: scalarKind(t.Elem()), Enum: k.Enum, Pattern: k.Pattern}
	case t.Kind() == reflect.Slice:
		k.Kind, k.Element = KindList, &Key{Kind: KindSection, Source: t.Elem().Name(), Keys: sectionKeys(t.Elem())}
	default:
		k.Kind, k.Keys = KindSection, sectionKeys(t)
	}
	return k
}

// elementOf describes what stands behind a name.
func elementOf(t reflect.Type) *Key {
	value, ok := fieldThat(t, func(f field) bool { return f.isValue })
	if !ok {
		return &Key{Kind: KindSection, Source: t.Name(), Keys: sectionKeys(t)}
	}
	k := keyOf(t.Field(value.index).Type, value)
	k.Name, k.Keys = "", sectionKeys(t)
	return &k
}

func scalarKind(t reflect.Type) Kind {
	switch t {
	case secretType:
		return KindSecret
	case durationType:
		return KindDuration
	case sizeType:
		return KindSize
	case inlineType:
		return KindReport
	}
	switch t.Kind() {
	case reflect.Bool:
		return KindBool
	case reflect.Int:
		return KindNumber
	}
	return KindText
}
