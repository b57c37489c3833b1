package dispatch

import (
	"maps"
	"slices"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// settled says that everything that would be sent was sent and confirmed before: no call is needed.
func (w *work) settled(draft bridge.Draft) bool {
	for name, value := range draft.Fields {
		if st := w.link.Fields[name]; st.Open || st.Answered == "" || st.Sent != bridge.Hash(value) {
			return false
		}
	}
	for _, step := range draft.Steps {
		if w.link.Steps[step.Name] != bridge.Hash(step.Value) {
			return false
		}
	}
	return w.labelsRefused() || sameLabels(w.link.Labels, draft.Labels)
}

// labelsRefused says that the tracker would not take the report's labels. Those of the issue stay as they are then: one may be the
// marker.
func (w *work) labelsRefused() bool {
	return slices.ContainsFunc(w.link.Dropped, func(d bridge.Dropped) bool { return d.Field == bridge.FieldLabels })
}

// compare decides per field: written, left as a person changed it, or right already. It returns what to write, and
// whether there is a new description that a person's edit keeps out.
func (w *work) compare(draft bridge.Draft, content bridge.Content) (bridge.Change, bool) {
	if w.link.Fields == nil {
		w.link.Fields = bridge.Confirmed{}
	}
	change := bridge.Change{Fields: map[string]string{}}
	news := false
	waiting := func(name string) bool { return w.asCreated(content) && slices.Contains(draft.Later, name) }
	for name, wanted := range draft.Fields {
		current, sent := content.Fields[name], bridge.Hash(wanted)
		st := w.link.Fields[name]
		switch {
		case current == wanted, w.fresh && st.Sent == sent, !st.Open && st.Sent == sent && st.Ours(current):
			// Right already, in our form or in the tracker's own.
			w.link.Fields[name] = bridge.FieldState{Sent: sent, Answered: bridge.Hash(current)}
		case (st == bridge.FieldState{} || st.Open && st.Answered == "") && (w.fresh || current == "" || waiting(name)), st.Ours(current):
			change.Fields[name] = wanted
		default:
			if st.Sent != sent {
				w.wrote = append(w.wrote, "left the "+name+" as a person changed it")
			}
			if st.Sent != sent && name == bridge.FieldBody {
				news = true // and stays so until it is told
				continue
			}
			w.link.Fields[name] = bridge.FieldState{Sent: sent, Answered: notOurs(st)}
		}
	}
	if w.fresh {
		created := maps.Clone(draft.Fields)
		maps.DeleteFunc(created, func(name, _ string) bool { return slices.Contains(draft.Later, name) })
		w.noteLeftOut(created, draft.Labels, bridge.Content{}, content)
	}
	change.Labels = mergeLabels(content.Labels, w.link.Labels, draft.Labels)
	change.SetLabels = !w.labelsRefused() && !sameLabels(change.Labels, content.Labels)
	return change, news
}

// asCreated says that the issue was found after the answer of its create was lost, or after a crash, and that nobody has changed
// it: what a create leaves for later was not set, and is not a person's.
func (w *work) asCreated(content bridge.Content) bool {
	return content.Untouched && w.link.Applied == (bridge.Version{})
}

// notOurs keeps what the tracker last answered to us, so that a field that a person changed stays known as theirs.
func notOurs(st bridge.FieldState) string {
	if st.Answered == "" {
		return "-" // the hash of nothing: settled, and no value is ours by it
	}
	return st.Answered
}
