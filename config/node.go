package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)`)

// parse reads the one YAML document in data; of an empty file it returns nil. A syntax error becomes a finding.
func parse(file string, data []byte, findings *Findings) (root *yaml.Node, ok bool) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, true
	case err != nil:
		notYAML(file, err, findings)
		return nil, false
	}
	var second yaml.Node
	switch err := decoder.Decode(&second); {
	case err == nil:
		findings.mistake(Pos{file, second.Line, second.Column}, "", "a second document; expected one, without a line of ---")
	case !errors.Is(err, io.EOF):
		notYAML(file, err, findings)
	}
	if root = document.Content[0]; isNull(root) {
		return nil, true
	}
	return root, true
}

func notYAML(file string, err error, findings *Findings) {
	what := yamlLine.FindStringSubmatch(err.Error())[2]
	remedy := "look at the lines around this one"
	if strings.HasPrefix(what, "did not find expected ','") { // within {…} or […], where a regular expression is often not plain
		remedy += "; between brackets a value with one of ?,[]{} stands in quotes"
	}
	findings.mistake(syntaxPos(file, err), "", "not YAML: %s; %s", what, remedy)
}

func syntaxPos(file string, err error) Pos {
	line, _ := strconv.Atoi(yamlLine.FindStringSubmatch(err.Error())[1])
	return Pos{File: file, Line: max(line, 1)}
}

// pair is one entry of a mapping node.
type pair struct{ name, value *yaml.Node }

// pairs returns the entries of a mapping, each name once, with what merge keys (<<) add at the end.
func (d *decoder) pairs(n *yaml.Node, key string) []pair {
	var own []pair
	var merged []*yaml.Node
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		before := first[name.Value]
		switch {
		case name.Kind != yaml.ScalarNode:
			d.mistake(name, key, "has a key that is %s; expected a word%s", kind(name), quoteHint(name))
		case name.Tag == "!!merge":
			merged = append(merged, value)
		case before != nil:
			d.mistake(name, join(key, name.Value), "stands here a second time; the first is on line %d", before.Line)
		default:
			first[name.Value] = name
			own = append(own, pair{name, value})
		}
	}
	for _, value := range merged {
		own = d.merge(own, first, value, key)
	}
	return own
}

// merge adds to own the entries of value, a mapping or a list of mappings, that are not there yet.
func (d *decoder) merge(own []pair, first map[string]*yaml.Node, value *yaml.Node, key string) []pair {
	value, ok := d.follow(value, key)
	if !ok {
		return own
	}
	switch value.Kind {
	case yaml.SequenceNode:
		for _, item := range value.Content {
			own = d.merge(own, first, item, key)
		}
	case yaml.MappingNode:
		for _, p := range d.pairs(value, key) {
			if first[p.name.Value] == nil {
				first[p.name.Value] = p.name
				own = append(own, p)
			}
		}
	default:
		d.mistake(value, join(key, "<<"), "is %s; expected an alias of a mapping, such as *defaults", kind(value))
	}
	return own
}

// follow returns the node that an alias stands for.
func (d *decoder) follow(n *yaml.Node, key string) (*yaml.Node, bool) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n, d.spend(n, key)
}

// spend takes the cost of looking at n off the budget, and says whether there was enough.
func (d *decoder) spend(n *yaml.Node, key string) bool {
	enough := d.budget > 0
	d.budget -= 1 + len(n.Content)
	if enough && d.budget <= 0 {
		d.mistake(n, key, "aliases make the file too large; expected at most %d values", maxNodes)
	}
	return d.budget > 0
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// kind names what a node is, for "x is …".
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	}
	return "a single value"
}

// quoteHint recognises {{ .Title }} without quotes, which YAML reads as a mapping within a mapping.
func quoteHint(n *yaml.Node) string {
	if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode {
		return "; a template has to stand in quotes: \"{{ … }}\""
	}
	return ""
}

func orOne(element reflect.Type) string {
	if isScalar(element) {
		return " or one value"
	}
	return fmt.Sprintf(" of mappings with the keys %s", list(names(fieldsOf(element))))
}
