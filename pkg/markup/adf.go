package markup

import (
	"bytes"
	"encoding/json"
)

// adfNode is a node of the Atlassian Document Format; its members are written in this order.
type adfNode struct {
	Type    string         `json:"type"`
	Version int            `json:"version,omitempty"`
	Attrs   map[string]any `json:"attrs,omitempty"`
	Content []adfNode      `json:"content,omitempty"`
	Text    string         `json:"text,omitempty"`
	Marks   []adfMark      `json:"marks,omitempty"`
}

type adfMark struct {
	Type  string            `json:"type"`
	Attrs map[string]string `json:"attrs,omitempty"`
}

// json writes the node; <, > and & stay as they are.
func (n adfNode) json() []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if len(n.Content) == 0 {
		return []byte(`{"type":"doc","version":1,"content":[]}`)
	}
	if err := enc.Encode(n); err != nil {
		// Strings, numbers and slices of them always encode.
		panic("markup: write adf: " + err.Error())
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// size is the length of what is sent.
func (n adfNode) size() int { return utf16Len(string(n.json())) }
