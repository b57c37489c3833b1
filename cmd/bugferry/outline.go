package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bugferry/bugferry/pkg/rehearsal"
	"github.com/bugferry/bugferry/pkg/sandbox/show"
)

// margin stands before each line of a longer text.
const margin = "  │ "

// first are the members of a body that people look for, in this order; the others follow by name.
var first = []string{"title", "summary", "labels", "assignees", "fields", "properties"}

// last are those that take the most room.
var last = []string{"description", "body"}

// writeBody writes what a request carries, a member a line, and longer texts as the tracker's readers would have them.
func writeBody(to *page, r rehearsal.Request) {
	for _, file := range r.Files {
		if file.Size > 0 {
			to.line("  file       %s, %d bytes", file.Name, file.Size)
			continue
		}
		to.line("  file       %s", file.Name)
	}
	body := members(r)
	for _, name := range ordered(body) {
		writeMember(to, name, body[name])
	}
}

// members are those of a request's body; nil if it has none.
func members(r rehearsal.Request) map[string]any {
	body := object(r.Body)
	if fields, ok := body["fields"].(map[string]any); ok { // of an issue of Jira's, beside which stands what is small
		delete(body, "fields")
		maps.Copy(body, fields)
	}
	return body
}

// object is a JSON object with its numbers as they are written; nil if it is none.
func object(raw []byte) (o map[string]any) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&o) != nil {
		return nil
	}
	return o
}

func ordered(body map[string]any) []string {
	rank := func(name string) int {
		if at := slices.Index(first, name); at >= 0 {
			return at
		}
		return len(first) + 1 + slices.Index(last, name)
	}
	return slices.SortedFunc(maps.Keys(body), func(a, b string) int {
		if rank(a) != rank(b) {
			return rank(a) - rank(b)
		}
		return strings.Compare(a, b)
	})
}

func writeMember(to *page, name string, value any) {
	text := ""
	switch v := value.(type) {
	case string:
		text = v
	case map[string]any:
		if v["type"] == "doc" {
			text = outline(v)
		}
	}
	if strings.ContainsAny(text, "\r\n") || slices.Contains(last, name) && text != "" {
		to.line("  %s", name)
		to.block(margin, text)
		return
	}
	to.line("  %-10s %s", name, onOneLine(value))
}

// onOneLine is a value on one line: texts as they are, lists of texts with commas, everything else as JSON.
func onOneLine(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if v["type"] == "doc" {
			return outline(v)
		}
	case []any:
		texts := make([]string, 0, len(v))
		for _, one := range v {
			text, ok := one.(string)
			if !ok {
				return compact(v)
			}
			texts = append(texts, text)
		}
		return strings.Join(texts, ", ")
	}
	return compact(value)
}

func compact(value any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// outline is an Atlassian document as text that shows how it is built; its JSON has all of it.
func outline(doc map[string]any) string {
	var o outliner
	for _, block := range content(doc) {
		o.block(block, "", "")
		o.text.WriteByte('\n')
	}
	return strings.Trim(o.text.String(), "\n")
}

type outliner struct{ text strings.Builder }

// blocks writes what a node holds: the first line behind begin, the others behind rest.
func (o *outliner) blocks(node map[string]any, begin, rest string) {
	for n, child := range content(node) {
		if n > 0 {
			begin = rest
		}
		o.block(child, begin, rest)
	}
}

func (o *outliner) block(node map[string]any, begin, rest string) {
	switch node["type"] {
	case "heading":
		o.write(begin+strings.Repeat("#", level(node))+" ", rest, inlines(node))
	case "bulletList":
		for _, item := range content(node) {
			o.blocks(item, begin+"- ", rest+"  ")
			begin = rest
		}
	case "orderedList":
		for n, item := range content(node) {
			number := strconv.Itoa(n+1) + ". "
			o.blocks(item, begin+number, rest+strings.Repeat(" ", len(number)))
			begin = rest
		}
	case "blockquote", "panel", "expand", "nestedExpand", "mediaSingle", "mediaGroup":
		o.blocks(node, begin+"> ", rest+"> ")
	case "codeBlock":
		o.write(begin, rest, "```\n"+inlines(node)+"\n```")
	case "rule":
		o.write(begin, rest, "----")
	case "table":
		for _, row := range content(node) {
			o.row(row, begin)
			begin = rest
		}
	case "media":
		o.write(begin, rest, fmt.Sprintf("[picture %v]", attr(node, "url")))
	default:
		o.write(begin, rest, inlines(node))
	}
}

func (o *outliner) row(row map[string]any, begin string) {
	var cells []string
	for _, cell := range content(row) {
		var inner outliner
		inner.blocks(cell, "", "")
		cells = append(cells, strings.ReplaceAll(strings.TrimSpace(inner.text.String()), "\n", " / "))
	}
	o.write(begin, begin, "| "+strings.Join(cells, " | ")+" |")
}

func (o *outliner) write(begin, rest, text string) {
	o.text.WriteString(begin + strings.ReplaceAll(text, "\n", "\n"+rest) + "\n")
}

// inlines is the text of a block, with its links and the marks that the other dialects have characters for.
func inlines(node map[string]any) string {
	var b strings.Builder
	for _, child := range content(node) {
		switch child["type"] {
		case "text":
			b.WriteString(marked(child))
		case "hardBreak":
			b.WriteByte('\n')
		default:
			if text, ok := attr(child, "text").(string); ok {
				b.WriteString(text)
				continue
			}
			b.WriteString(inlines(child))
		}
	}
	return b.String()
}

func marked(node map[string]any) string {
	text, _ := node["text"].(string)
	marks, _ := node["marks"].([]any)
	for _, one := range marks {
		mark, _ := one.(map[string]any)
		switch mark["type"] {
		case "strong":
			text = "**" + text + "**"
		case "em":
			text = "_" + text + "_"
		case "code":
			text = "`" + text + "`"
		case "link":
			text += fmt.Sprintf(" <%v>", attr(mark, "href"))
		}
	}
	return text
}

func content(node map[string]any) []map[string]any { return show.Children(node, "content") }

func attr(node map[string]any, name string) any {
	attrs, _ := node["attrs"].(map[string]any)
	return attrs[name]
}

func level(node map[string]any) int {
	n, _ := strconv.Atoi(fmt.Sprint(attr(node, "level")))
	return min(max(n, 1), 6)
}
