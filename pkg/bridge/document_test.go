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

// In the table that a layout makes of the facts, wherever that stands.
func TestDocumentExceptInTables(t *testing.T) {
	words := func(text string) []bridge.Block {
		return []bridge.Block{bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: text}}}}
	}
	row := func(name, value string, people ...bridge.Named) bridge.Row {
		return bridge.Row{Cells: []bridge.Cell{{Header: true, Blocks: words(name)}, {Blocks: words(value)}}, People: people}
	}
	table := func(rows ...bridge.Row) bridge.Table { return bridge.Table{Rows: rows} }
	bob, ana := bridge.Named{Name: "Bob", Address: "bob@example.com"}, bridge.Named{Name: "Ana", Address: "ana@example.com"}
	within := func(t bridge.Table) bridge.Document {
		in := []bridge.Block{t}
		return bridge.Document{
			bridge.Quote{Blocks: in}, bridge.Details{Blocks: in}, bridge.List{Items: []bridge.Item{{Blocks: in}}},
			bridge.Table{Rows: []bridge.Row{{Cells: []bridge.Cell{{Blocks: in}}}}}, t,
		}
	}
	said := row("Said", "Bob, Ana") // in a description
	mixed := func() bridge.Document { return within(table(said, row("Assigned to", "Bob, Ana", bob, ana))) }
	doc := mixed()
	for _, c := range []struct {
		name  string
		found []string
		want  bridge.Document
	}{
		{"nobody", []string{"eve@example.com"}, mixed()},
		{"one", []string{"bob@example.com"}, within(table(said, row("Assigned to", "Ana", ana)))},
		{"all", []string{"bob@example.com", "ana@example.com"}, within(table(said))},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, doc.Except(c.found)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(mixed(), doc); diff != "" {
				t.Errorf("the document has changed:\n%s", diff)
			}
		})
	}
	alone := append(bridge.Document(words("x")), table(row("Assigned to", "Bob", bob)))
	if got := alone.Except([]string{"bob@example.com"}); len(got) != 1 {
		t.Errorf("a table without rows is left: %v", got)
	}
}
