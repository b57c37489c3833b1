package trackertest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// World is an adapter pointed at a stand-in that keeps what it is told.
type World struct {
	Tracker  bridge.Tracker
	Place    bridge.Place
	Account  string               // somebody who can be assigned
	Status   string               // a status that a new issue can be brought to
	Comments func(bridge.Ref) int // how many comments an issue has
	Extras   func(bridge.Ref) int // how many attachments and remote links it has
	Picture  string               // URL of a picture that may be attached; empty: none is
	Pass     func(time.Duration)  // sets the stand-in's clock forward

	BadRefs   []string // what is not an issue's id
	BadPlaces []string // what is not a place's name
}

// Contract runs the contract of [bridge.Tracker]. open returns a fresh world each time.
func Contract(t *testing.T, open func(t *testing.T) World) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, World)
	}{
		{"what is planned is what is read", planned},
		{"the marker finds the issue and no other", markers},
		{"a stranger's bugId is harmless", strangeBug},
		{"a write changes what it names", writes},
		{"what is left for later can be written", later},
		{"an issue is untouched until it is written to", untouched},
		{"a refused field is named", refusedField},
		{"a comment is made once", comments},
		{"a step is done once, and a remote link of the same globalId replaces it", steps},
		{"a bad name makes no call: neither an issue key nor a repository with ../ reaches the path", badNames},
		{"the place is checked", checks},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// Issue is an issue as the rules would compose it.
func Issue(w World) bridge.Issue {
	return bridge.Issue{
		Marker:     Marker,
		Title:      "Cart is empty",
		Body:       bridge.Document{bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: "It was full before."}}}},
		Labels:     []string{"bug", "", "bug", "betterbugs"},
		Assignees:  []string{w.Account},
		Status:     w.Status,
		Screenshot: w.Picture,
		Remote:     bridge.RemoteLink{ID: Marker.Bug, URL: "https://app.betterbugs.io/session/1", Title: "Session"},
	}
}

func (w World) plan(t *testing.T, issue bridge.Issue) bridge.Draft {
	t.Helper()
	d, err := w.Tracker.Plan(t.Context(), w.Place, issue)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	return d
}

func (w World) create(t *testing.T, issue bridge.Issue) (bridge.Draft, bridge.Ref) {
	t.Helper()
	d := w.plan(t, issue)
	ref, err := w.Tracker.Create(t.Context(), w.Place, d)
	if err != nil || ref.ID == "" || ref.Name == "" || ref.URL == "" {
		t.Fatalf("create: %+v, %v", ref, err)
	}
	return d, ref
}

func (w World) read(t *testing.T, ref bridge.Ref) bridge.Content {
	t.Helper()
	c, err := w.Tracker.Read(t.Context(), w.Place, ref)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return c
}

var anyOrder = cmpopts.SortSlices(strings.Compare)

func planned(t *testing.T, w World) {
	d, ref := w.create(t, Issue(w))
	if diff := cmp.Diff(d, w.plan(t, Issue(w))); diff != "" {
		t.Errorf("the second plan differs:\n%s", diff)
	}
	got := w.read(t, ref)
	if diff := cmp.Diff(ref, got.Ref); diff != "" {
		t.Errorf("ref (-created +read):\n%s", diff)
	}
	for name, want := range d.Fields {
		left := false
		for _, l := range d.Later {
			left = left || l == name
		}
		if diff := cmp.Diff(want, got.Fields[name]); diff != "" && !left {
			t.Errorf("%s (-planned +read):\n%s", name, diff)
		}
	}
	if got.Fields[bridge.FieldAssignees] != "" {
		t.Errorf("the create has set what is for later: %q", got.Fields[bridge.FieldAssignees])
	}
	if diff := cmp.Diff(d.Labels, got.Labels, anyOrder); diff != "" {
		t.Errorf("labels (-planned +read):\n%s", diff)
	}
}

func (w World) find(t *testing.T, m bridge.Marker) (bridge.Ref, bool) {
	t.Helper()
	refs, err := w.Tracker.Find(t.Context(), w.Place, m, time.Now())
	if err != nil || len(refs) > 1 {
		t.Fatalf("find: %v, %v", refs, err)
	}
	if len(refs) == 0 {
		return bridge.Ref{}, false
	}
	return refs[0], true
}

func markers(t *testing.T, w World) {
	if ref, found := w.find(t, Marker); found {
		t.Fatalf("found %v before it was created", ref)
	}
	_, ref := w.create(t, Issue(w))
	if got, found := w.find(t, Marker); !found || got != ref {
		t.Errorf("found %v, %v; want %v", got, found, ref)
	}
	for name, m := range map[string]bridge.Marker{
		"installation": {Installation: "test2", Bug: Marker.Bug},
		"bug":          {Installation: Marker.Installation, Bug: Marker.Bug[:20]},
	} {
		if got, found := w.find(t, m); found {
			t.Errorf("found %v for another %s", got, name)
		}
	}
}

func strangeBug(t *testing.T, w World) {
	issue := Issue(w)
	issue.Marker.Bug = "x --> \" OR labels IS NOT EMPTY\n<!-- bugferry:begin"
	_, ref := w.create(t, issue)
	if got, found := w.find(t, issue.Marker); !found || got != ref {
		t.Errorf("found %v, %v; want %v", got, found, ref)
	}
	if got, found := w.find(t, Marker); found {
		t.Errorf("found %v for another bug", got)
	}
}

func (w World) write(t *testing.T, ref bridge.Ref, change bridge.Change) bridge.Content {
	t.Helper()
	c, err := w.Tracker.Write(t.Context(), w.Place, ref, change)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	return c
}

func writes(t *testing.T, w World) {
	_, ref := w.create(t, Issue(w))
	want := w.read(t, ref)
	want.Fields[bridge.FieldTitle] = "Cart is still empty"
	got := w.write(t, ref, bridge.Change{Fields: map[string]string{bridge.FieldTitle: "Cart is still empty"}})
	if diff := cmp.Diff(want, got, anyOrder); diff != "" {
		t.Errorf("after the title (-want +got):\n%s", diff)
	}
	want.Labels = []string{"mine"}
	got = w.write(t, ref, bridge.Change{SetLabels: true, Labels: []string{"mine"}})
	if diff := cmp.Diff(want, got, anyOrder); diff != "" {
		t.Errorf("after the labels (-want +got):\n%s", diff)
	}
	if got = w.write(t, ref, bridge.Change{SetLabels: true}); len(got.Labels) != 0 {
		t.Errorf("after taking all labels away: %q", got.Labels)
	}
	if diff := cmp.Diff(got, w.read(t, ref), anyOrder); diff != "" {
		t.Errorf("what a write returns is not what is read (-write +read):\n%s", diff)
	}
}

func later(t *testing.T, w World) {
	d, ref := w.create(t, Issue(w))
	change := bridge.Change{Fields: map[string]string{}}
	for _, name := range d.Later {
		change.Fields[name] = d.Fields[name]
	}
	if len(change.Fields) != 2 {
		t.Fatalf("left for later: %v, want assignees and status", d.Later)
	}
	for range 2 { // doing it again changes nothing
		got := w.write(t, ref, change)
		for name, want := range change.Fields {
			if got.Fields[name] != want {
				t.Errorf("%s is %q, want %q", name, got.Fields[name], want)
			}
		}
	}
	got := w.write(t, ref, bridge.Change{Fields: map[string]string{bridge.FieldAssignees: ""}})
	if got.Fields[bridge.FieldAssignees] != "" {
		t.Errorf("still assigned to %q", got.Fields[bridge.FieldAssignees])
	}
}
