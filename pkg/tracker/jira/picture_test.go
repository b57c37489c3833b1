package jira_test

import (
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// docs/decisions/0010: the description shows the picture where it is kept, from the create on, and the attachment changes
// nothing of it.
func TestPictureIsShownAndAttached(t *testing.T) {
	w := world(t, "/jira-cloud", quinn)
	issue := bridge.Issue{Title: "T", Marker: bridge.Marker{Bug: "1"}, Screenshot: w.Picture, Body: bridge.Document{bridge.Picture{URL: w.Picture, Alt: "Screenshot"}}}
	d, err := w.Tracker.Plan(t.Context(), w.Place, issue)
	if err != nil || len(d.Steps) != 1 || len(d.Dropped) > 0 {
		t.Fatalf("steps %v, dropped %v, %v", d.Steps, d.Dropped, err)
	}
	want := `{"attrs":{"alt":"Screenshot","type":"external","url":"` + w.Picture + `"},"type":"media"}`
	if !strings.Contains(d.Fields["body"], want) {
		t.Errorf("planned %s, want in it %s", d.Fields["body"], want)
	}
	ref, err := w.Tracker.Create(t.Context(), w.Place, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Tracker.Do(t.Context(), w.Place, ref, d.Steps[0]); err != nil {
		t.Fatal(err)
	}
	c, err := w.Tracker.Read(t.Context(), w.Place, ref)
	if err != nil || c.Fields["body"] != d.Fields["body"] || w.Extras(ref) != 1 {
		t.Errorf("%d attachments, description %s, %v", w.Extras(ref), c.Fields["body"], err)
	}
}
