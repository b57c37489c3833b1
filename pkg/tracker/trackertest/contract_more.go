package trackertest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func untouched(t *testing.T, w World) {
	_, ref := w.create(t, Issue(w))
	w.Pass(bridge.UntouchedFor + time.Second)
	if !w.read(t, ref).Untouched {
		t.Error("touched before anybody wrote to it")
	}
	if w.write(t, ref, bridge.Change{Fields: map[string]string{bridge.FieldTitle: "Cart is still empty"}}).Untouched || w.read(t, ref).Untouched {
		t.Error("still untouched after a write")
	}
}

func refusedField(t *testing.T, w World) {
	_, ref := w.create(t, Issue(w))
	before := w.read(t, ref)
	for name, value := range map[string]string{
		bridge.FieldAssignees: "nobody-like-that", bridge.FieldStatus: "Forgotten", "no_such_field": "x",
	} {
		_, err := w.Tracker.Write(t.Context(), w.Place, ref, bridge.Change{Fields: map[string]string{name: value}})
		e, ok := errors.AsType[*bridge.Error](err)
		if !ok || e.Kind != bridge.Permanent || e.Fields[name] == "" {
			t.Errorf("%s: %#v, want a permanent error that names it", name, err)
		}
	}
	if diff := cmp.Diff(before, w.read(t, ref), anyOrder); diff != "" {
		t.Errorf("a refused write changed the issue:\n%s", diff)
	}
}

func comments(t *testing.T, w World) {
	_, ref := w.create(t, Issue(w))
	for _, mark := range []string{"one", "one", "two", "an odd mark -->", "an odd mark -->"} {
		if err := w.Tracker.Comment(t.Context(), w.Place, ref, "News of the cart.\nIt is empty.", mark); err != nil {
			t.Fatalf("comment: %v", err)
		}
	}
	// The body of a plan is a comment too, where what a person wrote must stay.
	if err := w.Tracker.Comment(t.Context(), w.Place, ref, w.plan(t, Issue(w)).Fields[bridge.FieldBody], "four"); err != nil {
		t.Fatalf("comment: %v", err)
	}
	if n := w.Comments(ref); n != 4 {
		t.Errorf("%d comments, want 4", n)
	}
}

func steps(t *testing.T, w World) {
	d, ref := w.create(t, Issue(w))
	for range 2 {
		for _, step := range d.Steps {
			if err := w.Tracker.Do(t.Context(), w.Place, ref, step); err != nil {
				t.Fatalf("step %s: %v", step.Name, err)
			}
		}
	}
	if n := w.Extras(ref); n != len(d.Steps) {
		t.Errorf("%d attachments and links, want %d", n, len(d.Steps))
	}
	if err := w.Tracker.Do(t.Context(), w.Place, ref, bridge.Step{Name: "dance"}); bridge.KindOf(err) != bridge.Permanent {
		t.Errorf("an unknown step: %v, want a permanent error", err)
	}
}

func badNames(t *testing.T, w World) {
	ctx, calls := bridge.RecordCalls(t.Context())
	for _, id := range w.BadRefs {
		bad := bridge.Ref{ID: id, Name: "good"}
		_, readErr := w.Tracker.Read(ctx, w.Place, bad)
		_, writeErr := w.Tracker.Write(ctx, w.Place, bad, bridge.Change{Fields: map[string]string{bridge.FieldTitle: "x"}})
		for _, err := range []error{readErr, writeErr, w.Tracker.Comment(ctx, w.Place, bad, "x", "y")} {
			if bridge.KindOf(err) != bridge.Permanent || !bridge.CertainlyNothing(err) {
				t.Errorf("ref %q: %v, want a permanent error", id, err)
			}
		}
	}
	for _, name := range w.BadPlaces {
		bad := w.Place
		bad.Name = name
		_, planErr := w.Tracker.Plan(ctx, bad, Issue(w))
		_, createErr := w.Tracker.Create(ctx, bad, bridge.Draft{Marker: Marker})
		if worst := w.Tracker.Check(ctx, bad, bridge.Wishes{}).Worst(); worst != bridge.LevelProblem {
			t.Errorf("check of place %q: %s", name, worst)
		}
		for _, err := range []error{planErr, createErr} {
			if bridge.KindOf(err) != bridge.Permanent || !bridge.CertainlyNothing(err) {
				t.Errorf("place %q: %v, want a permanent error", name, err)
			}
		}
	}
	for _, call := range calls.List() {
		t.Errorf("%s %s was called", call.Method, call.URL)
	}
}

func checks(t *testing.T, w World) {
	for what, found := range map[string]bridge.Checks{
		"account": w.Tracker.CheckAccount(t.Context()), "place": w.Tracker.Check(t.Context(), w.Place, bridge.Wishes{}),
	} {
		if len(found) == 0 || found.Worst() == bridge.LevelWarning || found.Worst() == bridge.LevelProblem {
			t.Errorf("check of the %s: %+v", what, found)
		}
	}
	missing := w.Place
	missing.Name += "X"
	if found := w.Tracker.Check(t.Context(), missing, bridge.Wishes{}); found.Worst() != bridge.LevelProblem || found[len(found)-1].Hint == "" {
		t.Errorf("check of a place that is not there: %+v, want a problem with a hint", found)
	}
	if _, err := w.Tracker.Find(t.Context(), missing, bridge.Marker{Bug: "none"}, time.Now()); err != nil && bridge.Hint(err) == "" {
		t.Errorf("find at a place that is not there: %v, want a hint", err)
	}
}
