package betterbugs_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// documented returns the first two columns of the table of docs/payload.md that begins so: what stands in code there, or the words.
func documented(t *testing.T, head string) [][2]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/payload.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), head)
	table, _, _ = strings.Cut(table, "\n\n")
	var rows [][2]string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (?:`([^`]+)`)?.*\\|$").FindAllStringSubmatch(table, -1) {
		rows = append(rows, [2]string{m[1], m[2]})
	}
	if len(rows) < 8 {
		t.Fatalf("only %d rows after %q", len(rows), head)
	}
	return rows
}

func TestDocumentedFormsAreRead(t *testing.T) {
	want := bridge.Report{
		BugID: "b", CustomFields: bridge.Fields{{Name: "team", Value: "web"}}, Assignees: []bridge.Person{{Email: "a@example.com"}},
	}
	for _, row := range documented(t, "| written |") {
		body := row[0]
		if !strings.Contains(strings.ToLower(body), "bugid") {
			body = "bugId=b&" + body
		}
		got, err := betterbugs.Decode(betterbugs.Request{ContentType: "application/x-www-form-urlencoded", Body: []byte(body)})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", row[0], err, diff)
		}
	}
}

func TestDocumentedOddValues(t *testing.T) {
	page, err := os.ReadFile("../../docs/payload.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range documented(t, "| comes |") {
		report, err := betterbugs.Decode(betterbugs.Request{Body: []byte(`{"bugId": "b", ` + row[0] + `}`)})
		if err != nil {
			t.Errorf("%s: %v", row[0], err)
			continue
		}
		_, line, _ := strings.Cut(string(page), row[0])
		line, _, _ = strings.Cut(line, "\n")
		if told := strings.Contains(line, "with a warning"); told != (len(report.Warnings) > 0) {
			t.Errorf("%s: warnings %q, documented %v", row[0], report.Warnings, told)
		}
		report.Warnings = nil
		want := `{"bugId": "b"}`
		if row[1] != "" {
			want = `{"bugId": "b", ` + row[1] + `}`
		}
		got, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(anyOf(t, want), anyOf(t, string(got))); diff != "" {
			t.Errorf("%s: (-documented +read)\n%s", row[0], diff)
		}
	}
}

func anyOf(t *testing.T, document string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return value
}
