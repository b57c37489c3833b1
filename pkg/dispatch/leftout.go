package dispatch

import (
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

const notSet = "the tracker took it without a word and did not set it; the account may lack the right to"

// loud are the fields that no tracker leaves out without a word, and which it may show in words of its own.
var loud = []string{bridge.FieldTitle, bridge.FieldBody, bridge.FieldStatus}

// noteLeftOut compares what was asked of the tracker with what it shows after it: a field that is as it was before was left
// out without a word. So may some of the labels be; that is only told.
func (w *work) noteLeftOut(asked map[string]string, labels []string, before, after bridge.Content) {
	for name, wanted := range asked {
		is := after.Fields[name]
		same := is == before.Fields[name] || name == bridge.FieldAssignees // some of whom may have been set
		if is != wanted && same && !slices.Contains(loud, name) {
			w.leftOut = append(w.leftOut, bridge.Dropped{Field: name, Value: wanted, Why: notSet, Said: w.said[name]})
		}
	}
	missing := slices.DeleteFunc(slices.Clone(labels), func(label string) bool { return hasLabel(after.Labels, label) })
	switch {
	case len(missing) == 0:
	case len(missing) == len(labels):
		w.leftOut = append(w.leftOut, bridge.Dropped{Field: bridge.FieldLabels, Value: strings.Join(labels, ", "), Why: notSet})
	default:
		w.dropped = append(w.dropped, bridge.Dropped{Field: bridge.FieldLabels, Value: strings.Join(missing, ", "), Why: notSet})
	}
}

// tellLeftOut remembers what was left out as if the tracker had refused it, so that the footer tells it. It returns
// false where there is nothing to tell.
func (w *work) tellLeftOut() bool {
	found := w.leftOut
	w.leftOut = nil
	for _, d := range found {
		w.refuse(d)
		delete(w.link.Fields, d.Field) // what stands there is not ours, however little it is
	}
	return len(found) > 0
}
