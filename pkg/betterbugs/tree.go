package betterbugs

import (
	"maps"
	"slices"
	"strconv"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// node is a place in the document while a form's pairs are put together. It may be reached as a value, an object and a list
// at once; resolve decides.
type node struct {
	values []any
	names  []string // of fields, in order of arrival
	fields map[string]*node
	items  map[int]*node
	next   int  // the index after the highest of items
	list   bool // a list even without items, or with nothing but an empty one
}

func (n *node) add(value any) { n.values = append(n.values, value) }

// at returns the place that p names, made if need be.
func (n *node) at(p path) *node {
	for i, s := range p.steps {
		n = n.child(s, p.steps[i+1:])
	}
	return n
}

// child goes one step down. For a[][b] it stays in the last element until that has a b.
func (n *node) child(s step, rest []step) *node {
	switch {
	case s.next:
		if last, ok := n.items[n.next-1]; ok && len(rest) > 0 && !last.taken(rest) {
			return last
		}
		return n.item(n.next)
	case s.index >= 0:
		return n.item(s.index)
	}
	child, ok := n.fields[s.name]
	if !ok {
		if n.fields == nil {
			n.fields = map[string]*node{}
		}
		child = &node{}
		n.fields[s.name] = child
		n.names = append(n.names, s.name)
	}
	return child
}

func (n *node) item(index int) *node {
	child, ok := n.items[index]
	if !ok {
		if n.items == nil {
			n.items = map[int]*node{}
		}
		child = &node{}
		n.items[index] = child
		n.next = max(n.next, index+1)
	}
	return child
}

// taken says that n already has a value at the path.
func (n *node) taken(steps []step) bool {
	for _, s := range steps {
		var ok bool
		switch {
		case s.next:
			return false
		case s.index >= 0:
			n, ok = n.items[s.index]
		default:
			n, ok = n.fields[s.name]
		}
		if !ok {
			return false
		}
	}
	return len(n.values) > 0
}

// resolve returns the value of n. Members count before items, items before plain values; nothing of the former is lost,
// since items beside members become members.
func (n *node) resolve() any {
	indexes := slices.Sorted(maps.Keys(n.items))
	switch {
	case len(n.fields) > 0:
		fields := make(bridge.Fields, 0, len(n.names)+len(indexes))
		for _, name := range n.names {
			fields = append(fields, bridge.Field{Name: name, Value: n.fields[name].resolve()})
		}
		for _, index := range indexes {
			if name := strconv.Itoa(index); n.fields[name] == nil {
				fields = append(fields, bridge.Field{Name: name, Value: n.items[index].resolve()})
			}
		}
		return fields
	case len(indexes) > 0 || n.list:
		items := make([]any, 0, len(indexes)+len(n.values))
		for _, index := range indexes {
			items = append(items, n.items[index].resolve())
		}
		items = append(items, n.values...)
		if n.list && len(items) == 1 && items[0] == "" {
			return []any{}
		}
		return items
	case len(n.values) == 0:
		return nil
	case len(n.values) == 1:
		return n.values[0]
	}
	return slices.Clone(n.values)
}
