package main

import (
	_ "embed" // what the document begins with
	"fmt"
	"strings"

	"github.com/bugferry/bugferry/config"
)

//go:embed head.md
var documentHead string

// document writes docs/configuration.md.
func document(says *comments) string {
	d := book{says: says}
	d.WriteString(documentHead)
	d.WriteString("\n## bugferry.yaml\n\n")
	d.chapter(config.MainKeys(), "")
	d.WriteString("\n## projects/NAME.yaml\n\n")
	d.chapter(config.ProjectKeys(), "")
	return d.String()
}

type book struct {
	strings.Builder
	says *comments
}

// chapter writes a table of keys, and a chapter for each that has keys of its own.
func (d *book) chapter(keys []config.Key, path string) {
	set := false
	for _, k := range keys {
		set = set || k.Environment != ""
	}
	head, rule := "| key | value | default | |", "|---|---|---|---|"
	if set {
		head, rule = "| key | value | default | | also set by |", "|---|---|---|---|---|"
	}
	d.WriteString(head + "\n" + rule + "\n")
	for _, k := range keys {
		fmt.Fprintf(d, "| `%s` | %s | %s | %s |", k.Name, kindOf(k), cell(defaultCell(k)), cell(d.explain(k)))
		if set {
			fmt.Fprintf(d, " %s |", ways(k))
		}
		d.WriteString("\n")
	}
	for _, k := range keys {
		inner, suffix := k.Keys, ""
		if k.Element != nil {
			inner, suffix = k.Element.Keys, map[config.Kind]string{config.KindList: "[]", config.KindNames: ".NAME"}[k.Kind]
		}
		if len(inner) == 0 || k.Name == "defaults" {
			continue
		}
		name := path + k.Name + suffix
		fmt.Fprintf(d, "\n### `%s`\n\n%s\n\n", name, d.says.of(k))
		d.chapter(inner, name+".")
	}
}

// explain is an explanation with what the table has no column for.
func (d *book) explain(k config.Key) string {
	text := d.says.of(k)
	for _, example := range k.Examples {
		if example != "" && len(k.Entries) == 0 && k.Kind != config.KindBool && len(k.Enum) == 0 {
			return text + " Example: `" + k.Name + ": " + strings.TrimSpace(example) + "`"
		}
	}
	if len(k.Keys) > 0 || k.Element != nil && len(k.Element.Keys) > 0 {
		return text + " See below."
	}
	return text
}

func kindOf(k config.Key) string {
	switch {
	case len(k.Enum) > 0:
		return "`" + strings.Join(k.Enum, "`, `") + "`"
	case k.Kind == config.KindNumber:
		return fmt.Sprintf("number, %d to %d", k.Min, k.Max)
	case k.Kind == config.KindList && k.Element.Kind == config.KindSection:
		return "list of mappings"
	case k.Kind == config.KindList:
		return kindOf(*k.Element) + ", or a list"
	case k.Kind == config.KindNames && k.Element.Kind == config.KindSection:
		return "name → mapping"
	case k.Kind == config.KindNames:
		return "name → " + kindOf(*k.Element)
	case k.Kind == config.KindSection, k.Kind == config.KindReport:
		return "mapping"
	case k.Kind == config.KindBool:
		return "`true`, `false`"
	}
	return string(k.Kind)
}

func defaultCell(k config.Key) string {
	switch {
	case k.Required != "":
		return "required"
	case k.Default != nil:
		return "`" + strings.ReplaceAll(*k.Default, ",", "`, `") + "`"
	}
	return ""
}

func ways(k config.Key) string {
	if k.Flag != "" {
		return "`" + k.Environment + "`, `--" + k.Flag + "`"
	}
	if k.Environment != "" {
		return "`" + k.Environment + "`"
	}
	return ""
}

// cell escapes what would end a table's cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
