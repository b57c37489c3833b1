package bridge_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestDocumentExcept(t *testing.T) {
	text := bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: "Bob broke it"}}}
	priority := bridge.Fact{Name: "Priority", Value: "HIGH"}
	bob, ana, id := bridge.Named{Name: "Bob", Address: "bob@example.com"}, bridge.Named{Name: "Ana", Address: "ana@example.com"}, bridge.Named{Name: "b3"}
	twin, nameless := bridge.Named{Name: "Bob", Address: "bob@example.net"}, bridge.Named{Address: "x@example.com"}
	for _, c := range []struct {
		name   string
		people []bridge.Named
		found  []string
		want   string // empty: no row
	}{
		{"nobody is found", []bridge.Named{bob, ana}, nil, "Bob, Ana"},
		{"another is found", []bridge.Named{bob, ana}, []string{"eve@example.com"}, "Bob, Ana"},
		{"one is", []bridge.Named{bob, ana, id}, []string{"bob@example.com"}, "Ana, b3"},
		{"all are", []bridge.Named{bob, ana}, []string{"ana@example.com", "bob@example.com"}, ""},
		{"of one name with another", []bridge.Named{bob, twin}, []string{"bob@example.com"}, "Bob"},
		{"without a name", []bridge.Named{nameless, id}, []string{"bob@example.com"}, "b3"},
		{"no address is none of theirs", []bridge.Named{id}, []string{""}, "b3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := bridge.PeopleFact("Assigned to", c.people)
			doc := bridge.Document{text, bridge.Facts{Rows: []bridge.Fact{priority, row}}}
			before := bridge.Document{text, bridge.Facts{Rows: []bridge.Fact{priority, bridge.PeopleFact("Assigned to", slices.Clone(c.people))}}}
			rows := doc.Except(c.found)[1].(bridge.Facts).Rows
			got := ""
			if len(rows) > 1 {
				got = rows[1].Value
			}
			if got != c.want || rows[0].Value != "HIGH" {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if diff := cmp.Diff(before, doc); diff != "" {
				t.Errorf("the document has changed:\n%s", diff)
			}
		})
	}
	alone := bridge.Document{text, bridge.Facts{Rows: []bridge.Fact{bridge.PeopleFact("Assigned to", []bridge.Named{bob})}}}
	if diff := cmp.Diff(bridge.Document{text}, alone.Except([]string{"bob@example.com"})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
