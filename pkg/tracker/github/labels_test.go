package github_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// color is that of a label in the sandbox; empty where it is not there.
func color(t *testing.T, base, repo, name string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/github/api/v3/repos/"+repo+"/labels/"+name, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer x")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	_, rest, _ := strings.Cut(string(body), `"color":"`)
	found, _, _ := strings.Cut(rest, `"`)
	return found
}

func TestLabelsAreMadeInTheirColour(t *testing.T) {
	s, base := at(t, "acme/web")
	issue := bridge.Issue{
		Marker: trackertest.Marker, Title: "T", Labels: []string{"bug", "Priority: High/1", "plain", ".."},
		LabelColors: map[string]string{"bug": "111111", "priority: high/1": "b60205", "of another report": "222222", "..": "333333"},
	}
	want := []bridge.Step{{Name: "label", Value: `{"name":"Priority: High/1","color":"b60205"}`}}
	for range 2 { // planning changes nothing
		d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, d.First); diff != "" {
			t.Fatalf("first (-want +got):\n%s", diff)
		}
	}
	for range 2 { // the second time it is there
		if err := s.Tracker.Do(t.Context(), s.Place, bridge.Ref{}, want[0]); err != nil {
			t.Fatal(err)
		}
	}
	d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
	if err != nil || len(d.First) != 0 {
		t.Errorf("planned %v again, %v", d.First, err)
	}
	if _, err := s.Tracker.Create(t.Context(), s.Place, d); err != nil {
		t.Fatal(err)
	}
	got := []string{color(t, base, "acme/web", "bug"), color(t, base, "acme/web", "Priority:%20High%2F1"), color(t, base, "acme/web", "plain")}
	if diff := cmp.Diff([]string{"d73a4a", "b60205", "ededed"}, got); diff != "" {
		t.Errorf("colours (-want +got):\n%s", diff)
	}
}

// A label that cannot be made is asked for once and not again and again.
func TestALabelThatCannotBeMade(t *testing.T) {
	s, _ := at(t, "acme/readonly")
	issue := bridge.Issue{Title: "T", Labels: []string{"new"}, LabelColors: map[string]string{"new": "b60205"}}
	d, err := s.Tracker.Plan(t.Context(), s.Place, issue)
	if err != nil || len(d.First) != 1 {
		t.Fatalf("planned %v, %v", d.First, err)
	}
	if err := s.Tracker.Do(t.Context(), s.Place, bridge.Ref{}, d.First[0]); bridge.KindOf(err) != bridge.Permanent {
		t.Errorf("without the right to: %v", err)
	}
	if d, err = s.Tracker.Plan(t.Context(), s.Place, issue); err != nil || len(d.First) != 0 {
		t.Errorf("planned %v again, %v", d.First, err)
	}
}

// Known labels are asked for once, and an answer that is not to be had makes none.
func TestLabelsAreAskedForOnce(t *testing.T) {
	var asked []string
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "hidden") {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, "{}")
	})
	issue := bridge.Issue{Title: "T", Labels: []string{"bug", "hidden"}, LabelColors: map[string]string{"bug": "111111", "hidden": "222222"}}
	for range 2 {
		if d, err := s.Tracker.Plan(t.Context(), s.Place, issue); err != nil || len(d.First) != 0 {
			t.Errorf("planned %v, %v", d.First, err)
		}
	}
	const labels = "/repos/acme/web/labels/"
	if diff := cmp.Diff([]string{labels + "bug", labels + "hidden", labels + "hidden"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}
