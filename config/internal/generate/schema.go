package main

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/bugferry/bugferry/config"
)

// public is where the repository's folder config is to be had.
const public = "https://raw.githubusercontent.com/bugferry/bugferry/main/config/"

// expands is what has an environment variable in it: it may become anything.
const expands = `\$\{`

func mainSchema(says *comments) string {
	s := schema{says: says, expands: true}
	return s.file("schema.json", "bugferry.yaml", "Bugferry's configuration: the process and the accounts.", config.MainKeys())
}

func projectSchema(says *comments) string {
	s := schema{says: says}
	return s.file("project.schema.json", "projects/*.yaml", "What becomes of the reports of one or more BetterBugs projects.", config.ProjectKeys())
}

// schema writes JSON Schema, draft 2020-12. It takes whatever the loader takes, but for ways of writing that nobody uses;
// what it cannot say, the loader finds.
type schema struct {
	says    *comments
	expands bool // ${NAME} is replaced in the file
}

func (s schema) file(name, title, description string, keys []config.Key) string {
	head := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", public + name},
		{"title", title},
		{"description", description},
	}
	return append(head, s.section(keys, "object")...).text()
}

// section is a mapping with keys.
func (s schema) section(keys []config.Key, types ...any) object {
	var properties object
	var required []any
	for _, k := range keys {
		properties = properties.with(k.Name, s.key(k))
		if k.Required != "" {
			required = append(required, k.Name)
		}
	}
	return object{{"type", oneOrList(types)}}.
		with("properties", properties).
		with("required", required).
		with("additionalProperties", false).
		with("allOf", kinds(keys))
}

// kinds refuses the keys of one type of tracker where the other is meant: type says so in trackers, and repo and project
// in destinations.
func kinds(keys []config.Key) []any {
	var all []any
	for _, kind := range []string{config.GitHub, config.Jira} {
		var condition, others object
		for _, k := range keys {
			switch {
			case k.Name == "type":
				condition = object{{"properties", object{{"type", object{{"const", kind}}}}}, {"required", []any{"type"}}}
			case k.Only == kind && (k.Name == "repo" || k.Name == "project"):
				condition = object{{"required", []any{k.Name}}}
			case k.Only != "" && k.Only != kind:
				others = others.with(k.Name, false)
			}
		}
		if len(condition) > 0 && len(others) > 0 {
			all = append(all, object{{"if", condition}, {"then", object{{"properties", others}}}})
		}
	}
	return all
}

// key is a key's value with what is said of it.
func (s schema) key(k config.Key) object {
	o := object{{"description", s.says.of(k)}}
	if k.Default != nil {
		o = o.with("default", value(defaultOf(k)))
	}
	var examples []any
	for _, example := range k.Examples {
		if example != "" {
			examples = append(examples, value(example))
		}
	}
	return append(o.with("examples", examples), s.value(k)...)
}

// value is what may stand as a key's value. A section, a list and a mapping may be empty, where their lines are commented out.
func (s schema) value(k config.Key) object {
	types := []any{"null"}
	if k.Required != "" {
		types = nil
	}
	switch k.Kind {
	case config.KindSection:
		return s.section(k.Keys, append([]any{"object"}, types...)...)
	case config.KindNames:
		o := object{{"type", oneOrList(append([]any{"object"}, types...))}, {"additionalProperties", s.element(*k.Element)}, {"propertyNames", object{{"minLength", 1}}}}
		if k.NonEmpty {
			o = o.with("minProperties", 1)
		}
		return o
	case config.KindList:
		o := object{{"type", oneOrList(append([]any{"array"}, types...))}, {"items", s.element(*k.Element)}}
		if k.NonEmpty {
			o = o.with("minItems", 1)
		}
		if k.Element.Kind == config.KindSection {
			return o
		}
		return object{{"anyOf", []any{s.element(*k.Element), o}}}
	}
	return s.scalar(k)
}

// element is what may stand in a list or behind a name.
func (s schema) element(k config.Key) object {
	switch {
	case k.Kind == config.KindSection:
		return s.section(k.Keys, "object")
	case len(k.Keys) > 0:
		return object{{"anyOf", []any{s.value(k), s.section(k.Keys, "object")}}}
	}
	return s.value(k)
}

func (s schema) scalar(k config.Key) object {
	switch k.Kind {
	case config.KindReport:
		return object{{"type", "object"}}
	case config.KindBool:
		return s.orVariable(object{{"type", "boolean"}}, "true|false")
	case config.KindNumber:
		return s.orVariable(object{{"type", "integer"}, {"minimum", k.Min}, {"maximum", k.Max}}, "[0-9]+")
	case config.KindSize:
		return object{{"type", []any{"string", "integer"}}, {"minimum", 1}, {"pattern", s.pattern(`^[0-9]+ ?(GiB|MiB|KiB|GB|MB|KB|kB|B)?$`)}}
	case config.KindDuration:
		o := object{{"type", "string"}, {"pattern", s.pattern(`^([0-9]{1,5}d)?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$`)}, {"minLength", 2}}
		if k.Zero {
			return object{{"anyOf", []any{o, object{{"enum", []any{0, "0"}}}}}}
		}
		return o
	}
	switch {
	case len(k.Enum) > 0:
		return s.orVariable(object{{"enum", words(k.Enum)}}, "")
	case k.Pattern == "" && (k.Kind == config.KindSecret || k.Required != ""):
		return object{{"type", []any{"string", "number", "boolean"}}, {"minLength", 1}}
	case k.Pattern == "":
		return object{{"type", []any{"string", "number", "boolean"}}}
	case regexp.MustCompile(k.Pattern).MatchString("123456"):
		return object{{"type", []any{"string", "number"}}, {"pattern", s.pattern(k.Pattern)}}
	}
	return object{{"type", "string"}, {"pattern", s.pattern(k.Pattern)}}
}

// orVariable is o, or in a file where it is replaced ${NAME}, or what o is in quotes.
func (s schema) orVariable(o object, quoted string) object {
	if !s.expands {
		return o
	}
	pattern := expands
	if quoted != "" {
		pattern = "^(" + quoted + ")$|" + expands
	}
	return object{{"anyOf", []any{o, object{{"type", "string"}, {"pattern", pattern}}}}}
}

func (s schema) pattern(p string) string {
	if s.expands {
		return p + "|" + expands
	}
	return p
}

// words are the values of an enumeration, true and false as YAML has them.
func words(enum []string) []any {
	var all []any
	for _, word := range enum {
		if b, err := strconv.ParseBool(word); err == nil {
			all = append(all, b)
		}
		all = append(all, word)
	}
	return all
}

func oneOrList(types []any) any {
	if len(types) == 1 {
		return types[0]
	}
	return types
}

// value reads YAML from a tag.
func value(text string) any {
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		panic("generate: " + strings.TrimPrefix(err.Error(), "yaml: ") + " in " + text) // a mistake in a tag: tests see it
	}
	return jsonOf(node.Content[0])
}

// jsonOf turns YAML into what JSON knows, mappings in their order.
func jsonOf(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		o := object{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			o = append(o, member{n.Content[i].Value, jsonOf(n.Content[i+1])})
		}
		return o
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			list = append(list, jsonOf(item))
		}
		return list
	}
	switch n.Tag {
	case "!!bool":
		return n.Value == "true"
	case "!!int":
		if number, err := strconv.Atoi(n.Value); err == nil {
			return number
		}
	}
	return n.Value
}
