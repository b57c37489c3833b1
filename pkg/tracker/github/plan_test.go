package github_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

func paragraph(text string) bridge.Document {
	return bridge.Document{bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: text}}}}
}

// people answers who can be assigned: all but outsiders.
func people(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/outsider") {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func TestPlan(t *testing.T) {
	s := answering(t, people)
	crowd := strings.Split("a,b,c,d,e,f,g,h,i,j,k", ",")
	for _, c := range []struct {
		name  string
		issue bridge.Issue
		want  func(*bridge.Draft) // what differs from the plan of an issue with nothing but a title
	}{
		{"labels are cleaned, kept in order, and dropped where too long",
			bridge.Issue{Labels: []string{" b ", "", "a", "B", "two  words", strings.Repeat("é", 50), strings.Repeat("x", 51)}},
			func(d *bridge.Draft) {
				d.Labels = []string{"b", "a", "two words", strings.Repeat("é", 50)}
				d.Dropped = []bridge.Dropped{{Field: "labels", Value: strings.Repeat("x", 51), Why: "GitHub's labels have at most 50 characters"}}
			}},
		{"assignees are left for later, those who cannot be are dropped one by one",
			bridge.Issue{Assignees: []string{"Zoe", "outsider", "ana", "zoe", "", "../user"}},
			func(d *bridge.Draft) {
				d.Fields["assignees"], d.Later = "ana,zoe", []string{"assignees"}
				d.Dropped = []bridge.Dropped{
					{Field: "assignees", Value: "outsider", Why: "it cannot be assigned to issues of acme/web"},
					{Field: "assignees", Value: "../user", Why: "that is not a GitHub login"},
				}
			}},
		{"at most ten assignees", bridge.Issue{Assignees: crowd},
			func(d *bridge.Draft) {
				d.Fields["assignees"], d.Later = strings.Join(crowd[:10], ","), []string{"assignees"}
				d.Dropped = []bridge.Dropped{{Field: "assignees", Value: "k", Why: "GitHub assigns at most 10 people"}}
			}},
		{"status", bridge.Issue{Status: "Closed"},
			func(d *bridge.Draft) { d.Fields["status"], d.Later = "closed", []string{"status"} }},
		{"unknown status", bridge.Issue{Status: "Done"},
			func(d *bridge.Draft) {
				d.Dropped = []bridge.Dropped{{Field: "status", Value: "Done", Why: `GitHub knows "open", "closed" or "completed", "not_planned" and "duplicate"`}}
			}},
		{"what GitHub does not have", bridge.Issue{Priority: "High", Components: []string{"Frontend"},
			Fields: []bridge.IssueField{{Name: "Train", Value: "7"}, {Name: "Empty"}}},
			func(d *bridge.Draft) {
				why := "GitHub has no such field"
				d.Dropped = []bridge.Dropped{{Field: "priority", Value: "High", Why: why},
					{Field: "components", Value: "Frontend", Why: why}, {Field: "Train", Value: "7", Why: why}}
			}},
		{"the screenshot is in the body", bridge.Issue{Screenshot: "https://cdn.example/s.png", Remote: bridge.RemoteLink{URL: "https://x.example"}},
			func(*bridge.Draft) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.issue.Marker, c.issue.Title, c.issue.Body = trackertest.Marker, "Cart", paragraph("empty")
			want := bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "Cart",
				"body": "<!-- bugferry:begin v1 installation=test bug=682c1dbb3b574d66f3863324 -->\nempty\n<!-- bugferry:end -->"}}
			c.want(&want)
			got, err := s.Tracker.Plan(t.Context(), s.Place, c.issue)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlanWithinLimits(t *testing.T) {
	s := answering(t, people)
	for _, c := range []struct{ name, text string }{
		{"letters", strings.Repeat("long ", 30_000)},
		{"emoji, two units each", strings.Repeat("😀", 50_000)},
		{"what has to be escaped", strings.Repeat("*@a#1<", 30_000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Marker: trackertest.Marker, Title: c.text, Body: paragraph(c.text), FullText: "https://app.betterbugs.io/session/1"})
			if err != nil {
				t.Fatal(err)
			}
			if n := len(utf16.Encode([]rune(d.Fields["body"]))); n > 65536 || n < 50_000 {
				t.Errorf("body of %d characters", n)
			}
			if n := len(utf16.Encode([]rune(d.Fields["title"]))); n > 250 {
				t.Errorf("title of %d characters", n)
			}
			if !strings.HasSuffix(d.Fields["body"], "\n<!-- bugferry:end -->") {
				t.Error("the end is cut off")
			}
		})
	}
}

// Who can be assigned is asked once for all plans within ten minutes, and an answer that is not to be had drops nobody.
func TestPlanAsksOnceAndBelievesOnlyAnAnswer(t *testing.T) {
	var asked []string
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/quinn") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		people(w, r)
	})
	for range 2 {
		d, err := s.Tracker.Plan(t.Context(), s.Place, bridge.Issue{Title: "x", Assignees: []string{"ana", "quinn", "outsider"}})
		if err != nil || d.Fields["assignees"] != "ana,quinn" {
			t.Fatalf("assignees %q, %v", d.Fields["assignees"], err)
		}
	}
	slices.Sort(asked)
	want := []string{"ana", "outsider", "quinn", "quinn"}
	for i := range want {
		want[i] = "/repos/acme/web/assignees/" + want[i]
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
