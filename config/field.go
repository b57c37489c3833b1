package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// field is what the tags of a struct field say:
//
//	yaml:"key"        its key; "-" for what has none
//	form:"named"      a mapping whose keys are names, kept as a list in the order of the file
//	form:"name"       in the elements of such a list: the name
//	form:"value"      and, where the name's value is not a mapping of keys: that value
//	required:"…"      must be given; the text says what is meant
//	nonempty:"true"   a list or mapping that must not be empty
//	default:"…"       as one would write it; elements of a list are separated by commas
//	enum:"a|b"        the values it may have
//	check:"…"         one of checks
//	min:"1" max:"9"   of a number
//	own:"true"        a destination's own: not among defaults
//	zero:"true"       a duration that may be 0
//
// What follows is for people, see [Key]:
//
//	for:"jira"        it belongs to that type of tracker
//	flag:"listen"     the flag of `bugferry serve` that sets it, too
//	entries:"a,b"     of a list or mapping: how many elements the reference shows, and their names
//	example:"…"       its value in the reference, as YAML; example2:"…" in the second element
//	live:"12"         in which of them it stands uncommented although it has no default
type field struct {
	index    int
	source   string // Type.Field in Go
	name     string
	named    bool
	isName   bool
	isValue  bool
	def      string
	hasDef   bool
	required string
	nonempty bool
	enum     []string
	check    string
	min, max int
	zero     bool
	own      bool

	only     string
	flag     string
	entries  []string
	examples [2]string
	live     string
}

// fieldsOf returns the fields of struct type t that can stand in a file, its name field excepted.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := fieldOf(t, i)
		if t == defaultsType {
			if f.own {
				continue
			}
			f.hasDef = false // what is not there is not inherited
		}
		if f.name != "-" && f.name != "" {
			fields = append(fields, f)
		}
	}
	return fields
}

// fieldThat returns the field of t that pick chooses.
func fieldThat(t reflect.Type, pick func(field) bool) (field, bool) {
	for i := range t.NumField() {
		if f := fieldOf(t, i); pick(f) {
			return f, true
		}
	}
	return field{}, false
}

func fieldOf(t reflect.Type, index int) field {
	sf := t.Field(index)
	forms := strings.Split(sf.Tag.Get("form"), ",")
	f := field{
		index: index, source: t.Name() + "." + sf.Name, name: sf.Tag.Get("yaml"),
		named: slices.Contains(forms, "named"), isName: slices.Contains(forms, "name"), isValue: slices.Contains(forms, "value"),
		required: sf.Tag.Get("required"), nonempty: sf.Tag.Get("nonempty") == "true", check: sf.Tag.Get("check"),
		zero: sf.Tag.Get("zero") == "true", own: sf.Tag.Get("own") == "true",
		only: sf.Tag.Get("for"), flag: sf.Tag.Get("flag"), live: sf.Tag.Get("live"),
		examples: [2]string{sf.Tag.Get("example"), sf.Tag.Get("example2")},
	}
	if entries := sf.Tag.Get("entries"); entries != "" {
		f.entries = strings.Split(entries, ",")
	}
	f.def, f.hasDef = sf.Tag.Lookup("default")
	if enum := sf.Tag.Get("enum"); enum != "" {
		f.enum = strings.Split(enum, "|")
	}
	f.min, _ = strconv.Atoi(sf.Tag.Get("min"))
	f.max, _ = strconv.Atoi(sf.Tag.Get("max"))
	return f
}

func names(fields []field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return list
}
