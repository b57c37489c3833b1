package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestPageWraps(t *testing.T) {
	const text = "    - one two three four five six seven eight nine ten eleven twelve"
	var out bytes.Buffer
	p := &page{to: &out, width: 36}
	p.block("| ", text+"\n\nend")
	want := "|     - one two three four five six\n|       seven eight nine ten eleven\n|       twelve\n|\n| end\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(out.String()) {
		if utf8.RuneCountInString(line) > p.width+1 {
			t.Errorf("too wide: %q", line)
		}
	}
	out.Reset()
	(&page{to: &out}).block("", text)
	if out.String() != text+"\n" {
		t.Errorf("not on a terminal: %q", out.String())
	}
}

// Blocks of a document stand below one another, whatever stands within what.
func TestOutline(t *testing.T) {
	const doc = `{"type":"doc","version":1,"content":[
		{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Steps"}]},
		{"type":"orderedList","content":[
			{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]},
				{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"a","marks":[{"type":"code"}]}]}]}]}]},
			{"type":"listItem","content":[{"type":"codeBlock","content":[{"type":"text","text":"x\ny"}]}]}]},
		{"type":"blockquote","content":[{"type":"paragraph","content":[{"type":"text","text":"said"},{"type":"hardBreak"},{"type":"text","text":"so","marks":[{"type":"em"}]}]}]},
		{"type":"table","content":[{"type":"tableRow","content":[
			{"type":"tableHeader","content":[{"type":"paragraph","content":[{"type":"text","text":"Browser"}]}]},
			{"type":"tableCell","content":[{"type":"paragraph","content":[{"type":"text","text":"Firefox"}]},{"type":"paragraph","content":[{"type":"text","text":"141"}]}]}]}]},
		{"type":"rule"},
		{"type":"mediaSingle","content":[{"type":"media","attrs":{"type":"external","url":"https://x/y.png"}}]},
		{"type":"surprise","content":[{"type":"text","text":"kept"}]}]}`
	const want = "## Steps\n\n1. one\n   - `a`\n2. ```\n   x\n   y\n   ```\n\n> said\n> _so_\n\n| Browser | Firefox / 141 |\n\n----\n\n> [picture https://x/y.png]\n\nkept"
	var value map[string]any
	if err := json.Unmarshal([]byte(doc), &value); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, outline(value)); diff != "" {
		t.Error(diff)
	}
}

// What is escaped in JSON reads as it did.
func TestVisibleJSON(t *testing.T) {
	const hidden = "a\u009b2J\u202e\u200d\U000e0041z\x7f<ü>"
	text, err := json.Marshal(hidden)
	if err != nil {
		t.Fatal(err)
	}
	visible := visibleJSON(text)
	if bytes.ContainsAny(visible, "\u009b\u202e\u200d\U000e0041\x7f") {
		t.Errorf("left as they are: %q", visible)
	}
	var back string
	if err := json.Unmarshal(visible, &back); err != nil || back != hidden {
		t.Errorf("reads %q, %v", back, err)
	}
}
