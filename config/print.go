package config

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

const masked = "***"

// Print writes the configuration as it is in effect, with the defaults and what environment and flags decide, as YAML: a
// document for bugferry.yaml and one for each project file, in whose destinations the defaults are. Every secret is ***; what
// a file holds is left to the key that names the file. Without the secrets each document means what was read.
func (c *Config) Print(w io.Writer) error {
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	main := c.withoutFiles()
	if err := encoder.Encode(document(printer{expands: true}.section(reflect.ValueOf(main)), c.Files[0])); err != nil {
		return err
	}
	for _, project := range c.Projects {
		if err := encoder.Encode(document(printer{}.section(reflect.ValueOf(project)), project.File)); err != nil {
			return err
		}
	}
	return encoder.Close()
}

func document(root *yaml.Node, file string) *yaml.Node {
	return &yaml.Node{Kind: yaml.DocumentNode, HeadComment: "# " + file, Content: []*yaml.Node{root}}
}

// withoutFiles returns c without what secretFiles has added to it.
func (c *Config) withoutFiles() Config {
	main := *c
	main.Webhooks, main.Trackers = slices.Clone(c.Webhooks), slices.Clone(c.Trackers)
	for i := range main.Webhooks {
		webhook := &main.Webhooks[i]
		webhook.Tokens = webhook.Tokens[:max(0, len(webhook.Tokens)-len(webhook.TokenFile))]
		webhook.Headers = slices.Clone(webhook.Headers)
		for _, files := range webhook.HeaderFiles {
			for j, header := range webhook.Headers {
				if sameHeader(header.Name.Value, files.Name.Value) {
					webhook.Headers[j].Values = header.Values[:max(0, len(header.Values)-len(files.Files))]
				}
			}
		}
		webhook.Headers = slices.DeleteFunc(webhook.Headers, func(h Header) bool { return len(h.Values) == 0 })
	}
	for i := range main.Trackers {
		tracker := &main.Trackers[i]
		if tracker.TokenFile.Value != "" {
			tracker.Token = Secret{}
		}
		if tracker.App.PrivateKeyFile.Value != "" {
			tracker.App.PrivateKey = Secret{}
		}
	}
	return main
}

// printer turns values into the YAML they were read from.
type printer struct{ expands bool } // ${NAME} is replaced in the file

// section is a mapping with the keys of struct v that say something.
func (p printer) section(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	kind := v.FieldByName("Type") // of a tracker, or of a destination's
	for _, f := range fieldsOf(v.Type()) {
		if f.only != "" && kind.IsValid() && kind.String() != f.only || v.Field(f.index).Type() == defaultsType {
			continue
		}
		if value := p.value(v.Field(f.index), f); value != nil {
			out.Content = append(out.Content, text(f.name), value)
		}
	}
	return out
}

// value is nil for what was not given and has no default.
func (p printer) value(v reflect.Value, f field) *yaml.Node {
	switch {
	case v.Type() == inlineType:
		return p.inline(v)
	case isScalar(v.Type()):
		return p.scalar(v, f)
	case v.Kind() == reflect.Struct && v.IsZero():
		return nil
	case v.Kind() == reflect.Struct:
		return p.section(v)
	case v.Len() == 0 && f.required == "":
		return nil
	case f.named:
		return p.named(v)
	}
	out := &yaml.Node{Kind: yaml.SequenceNode}
	if isScalar(v.Type().Elem()) {
		out.Style = yaml.FlowStyle
	}
	for i := range v.Len() {
		item := p.value(v.Index(i), field{required: "an element"})
		out.Content = append(out.Content, item)
	}
	return out
}

// named is a mapping whose keys are names.
func (p printer) named(v reflect.Value) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}
	name, _ := fieldThat(v.Type().Elem(), func(f field) bool { return f.isName })
	inner, hasValue := fieldThat(v.Type().Elem(), func(f field) bool { return f.isValue })
	for i := range v.Len() {
		element := v.Index(i)
		var value *yaml.Node
		if hasValue {
			value = p.value(element.Field(inner.index), inner)
		}
		if value == nil {
			value = p.section(element)
		}
		out.Content = append(out.Content, text(element.Field(name.index).FieldByName("Value").String()), value)
	}
	return out
}

func (p printer) inline(v reflect.Value) *yaml.Node {
	var document yaml.Node
	// JSON is YAML, and this was made by encoding/json: no error is possible.
	if inline, ok := v.Interface().(Inline); !ok || yaml.Unmarshal(inline.JSON, &document) != nil || len(document.Content) == 0 {
		return nil
	}
	return document.Content[0]
}

func (p printer) scalar(v reflect.Value, f field) *yaml.Node {
	switch value := v.Interface().(type) {
	case Secret:
		if value.IsZero() {
			return nil
		}
		return text(masked)
	case time.Duration:
		if value == 0 && !f.zero {
			return nil
		}
		return plainNode(durationText(value))
	case Size:
		return plainNode(value.String())
	case bool:
		return plainNode(strconv.FormatBool(value))
	case int:
		return plainNode(strconv.Itoa(value))
	}
	shown := fmt.Sprint(v.Interface()) // a text or a string
	if shown == "" && f.required == "" {
		return nil
	}
	if p.expands {
		shown = strings.ReplaceAll(shown, "${", "$${")
	}
	return text(shown)
}

// text is a text, in quotes where YAML would take it for something else.
func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

func plainNode(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

// durationText writes a duration as people do: 90d, 1h30m, 20s.
func durationText(d time.Duration) string {
	const day = 24 * time.Hour
	out := ""
	if d >= day {
		out = strconv.Itoa(int(d/day)) + "d"
		d %= day
	}
	if d == 0 && out != "" {
		return out
	}
	rest := d.String()
	if strings.HasSuffix(rest, "m0s") {
		rest = strings.TrimSuffix(rest, "0s")
	}
	if strings.HasSuffix(rest, "h0m") {
		rest = strings.TrimSuffix(rest, "0m")
	}
	return out + rest
}
