package betterbugs_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// query writes names and values as a form, every character escaped, so that the tests can be read.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString("&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}

func decodeForm(t *testing.T, body string) bridge.Report {
	t.Helper()
	report, err := betterbugs.Decode(betterbugs.Request{ContentType: form, Body: []byte("bugId=1" + body)})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestNestingOfLists(t *testing.T) {
	people := []bridge.Person{{Email: "a@x", ID: "1"}, {Email: "b@x", ID: "2"}}
	plain := []bridge.Person{{Email: "a@x"}, {ID: "2"}}
	data := []bridge.Datum{{Title: "v", Value: "1"}, {Title: "w", Value: "2"}}
	tests := []struct {
		name, form string
		want       bridge.Report
	}{
		{"a[0][b]", query("assignees[0][email]", "a@x", "assignees[0][id]", "1", "assignees[1][email]", "b@x", "assignees[1][id]", "2"), bridge.Report{Assignees: people}},
		{"a[][b]", query("assignees[][email]", "a@x", "assignees[][id]", "1", "assignees[][email]", "b@x", "assignees[][id]", "2"), bridge.Report{Assignees: people}},
		{"repeated a[b]", query("assignees[email]", "a@x", "assignees[id]", "1", "assignees[email]", "b@x", "assignees[id]", "2"), bridge.Report{Assignees: people}},
		{"a.0.b", query("assignees.0.email", "a@x", "assignees.0.id", "1", "assignees.1.email", "b@x", "assignees.1.id", "2"), bridge.Report{Assignees: people}},
		{"a[0].b", query("assignees[0].email", "a@x", "assignees[0].id", "1", "assignees[1].email", "b@x", "assignees[1].id", "2"), bridge.Report{Assignees: people}},
		{"a[].b", query("assignees[].email", "a@x", "assignees[].id", "1", "assignees[].email", "b@x", "assignees[].id", "2"), bridge.Report{Assignees: people}},
		{"a{}", query("assignees{}", `[{"email":"a@x","id":"1"},{"email":"b@x","id":"2"}]`), bridge.Report{Assignees: people}},
		{"JSON for each", query("assignees", `{"email":"a@x","id":"1"}`, "assignees", `{"email":"b@x","id":"2"}`), bridge.Report{Assignees: people}},
		{"JSON in a[]", query("assignees[]", `{"email":"a@x","id":"1"}`, "assignees[]", `{"email":"b@x","id":"2"}`), bridge.Report{Assignees: people}},
		{"a gap in the indexes", query("assignees[7][email]", "b@x", "assignees[7][id]", "2", "assignees[3][email]", "a@x", "assignees[3][id]", "1"), bridge.Report{Assignees: people}},
		{"a[]", query("assignees[]", "a@x", "assignees[]", "2"), bridge.Report{Assignees: plain}},
		{"a[0]", query("assignees[0]", "a@x", "assignees[1]", "2"), bridge.Report{Assignees: plain}},
		{"repeated a", query("assignees", "a@x", "assignees", "2"), bridge.Report{Assignees: plain}},
		{"a,b", query("assignees", "a@x,2"), bridge.Report{Assignees: plain}},
		{"metadata a[0][b]", query("metadata[0][title]", "v", "metadata[0][value]", "1", "metadata[1][title]", "w", "metadata[1][value]", "2"), bridge.Report{Metadata: data}},
		{"metadata repeated a[b]", query("metadata[title]", "v", "metadata[value]", "1", "metadata[title]", "w", "metadata[value]", "2"), bridge.Report{Metadata: data}},
		{"metaData a.0.b", query("metaData.0.title", "v", "metaData.0.value", "1", "metaData.1.title", "w", "metaData.1.value", "2"), bridge.Report{Metadata: data}},
		{"metadata as an object", query("metadata[v]", "1", "metadata[w]", "2"), bridge.Report{Metadata: data}},
		{"metadata as an object with dots", query("metadata.app.v", "1"), bridge.Report{Metadata: []bridge.Datum{{Title: "app.v", Value: "1"}}}},
		{"qs allowEmptyArrays", "&metadata[]&assignees[]&customFields[]", bridge.Report{Metadata: []bridge.Datum{}, Assignees: []bridge.Person{}, CustomFields: bridge.Fields{}}},
		{"unknown lists", query("tags[]", "a", "tags[]", "b", "n[0][x]", "1", "n[1][x]", "2"), bridge.Report{Extra: bridge.Fields{
			{Name: "tags", Value: []any{"a", "b"}},
			{Name: "n", Value: []any{bridge.Fields{{Name: "x", Value: "1"}}, bridge.Fields{{Name: "x", Value: "2"}}}}}}},
		{"unknown JSON", query("tags", `["a"]`), bridge.Report{Extra: bridge.Fields{{Name: "tags", Value: []any{"a"}}}}},
		{"unknown name with a dot", query("app.version", "1"), bridge.Report{Extra: bridge.Fields{{Name: "app.version", Value: "1"}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.BugID = "1"
			if diff := cmp.Diff(test.want, decodeForm(t, test.form)); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// Custom fields are named by people: whatever the name, it survives every style of writing it.
func TestCustomFieldNames(t *testing.T) {
	names := []string{"team", "release.train", "a]b", "x[y]", "Área [UI]", `cost "tier"`, "2026", "a[", "50% + 3", "a=b&c", "日本", "line\nend", "x{y}"}
	for _, name := range names {
		for _, style := range []string{"customFields[%s]", "customFields.%s"} {
			t.Run(fmt.Sprintf(style, name), func(t *testing.T) {
				got := decodeForm(t, query(fmt.Sprintf(style, name), "v"))
				want := bridge.Fields{{Name: name, Value: "v"}}
				if diff := cmp.Diff(want, got.CustomFields); diff != "" || got.Warnings != nil {
					t.Errorf("custom fields (-want +got), warnings %q:\n%s", got.Warnings, diff)
				}
			})
		}
	}
}

func TestCustomFieldValues(t *testing.T) {
	tests := []struct {
		name, form string
		want       any
	}{
		{"list by a[b][]", query("customFields[f][]", "x", "customFields[f][]", "y"), []any{"x", "y"}},
		{"list by a[b][0]", query("customFields[f][0]", "x", "customFields[f][1]", "y"), []any{"x", "y"}},
		{"list by a.b[0]", query("customFields.f[0]", "x", "customFields.f[1]", "y"), []any{"x", "y"}},
		{"list by repetition", query("customFields[f]", "x", "customFields[f]", "y"), []any{"x", "y"}},
		{"object", query("customFields[f][g]", "x"), bridge.Fields{{Name: "g", Value: "x"}}},
		{"empty", query("customFields[f]", ""), ""},
		{"text that looks like JSON", query("customFields[f]", "[x]"), "[x]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(bridge.Fields{{Name: "f", Value: test.want}}, decodeForm(t, test.form).CustomFields); diff != "" {
				t.Errorf("custom fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSemicolonsAndRawAmpersands(t *testing.T) {
	got := decodeForm(t, `&description=<p style="a: b;">x&nbsp;y &amp; z; <b class="q">100%</b></p>&status=open;&title=a`)
	if want := `<p style="a: b;">x&nbsp;y &amp; z; <b class="q">100%</b></p>`; got.Description != want {
		t.Errorf("description %q, want %q", got.Description, want)
	}
	if got.Status != "OPEN;" || got.Title != "a" || got.Warnings != nil {
		t.Errorf("got %+v", got)
	}
}

func TestLossyValues(t *testing.T) {
	got := decodeForm(t, query("title", "undefined", "type", "null", "userId", "", "customFields[a]", "[object Object]",
		"assignees[0][name]", "null", "assignees[0][id]", "7", "x", "[object Object],[object Object]", "description", "see [object Object]"))
	want := bridge.Report{BugID: "1", Description: "see [object Object]", Assignees: []bridge.Person{{ID: "7"}}, Warnings: []string{
		`title: absent: the sender's encoding made "undefined" of it`,
		`type: absent: the sender's encoding made "null" of it`,
		`userId: absent: it came empty`,
		`"customFields[a]": absent: the sender's encoding made "[object Object]" of it`,
		`"assignees[0][name]": absent: the sender's encoding made "null" of it`,
		`"x": absent: the sender's encoding made "[object Object]" of it`,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestCaps(t *testing.T) {
	deep := "a" + strings.Repeat("[b]", 9)
	tests := []struct {
		name, form, warning string
		extra               int
	}{
		{"index 1000", query("tags[1000]", "x"), "", 1},
		{"index 1001", query("tags[1001]", "x"), `"tags[1001]": left out: index above 1000`, 0},
		{"index beyond int", query("tags[99999999999999999999]", "x"), `"tags[99999999999999999999]": left out: index above 1000`, 0},
		{"depth 10", query(deep, "x"), "", 1},
		{"depth 11", query(deep+"[b]", "x"), `"` + deep + `[b]": left out: nested deeper than 10`, 0},
		{"prototype", query("__proto__[x]", "1", "a[__proto__]", "1"), "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := decodeForm(t, test.form)
			if len(got.Extra) != test.extra || strings.Join(got.Warnings, "|") != test.warning {
				t.Errorf("extra %v, warnings %q, want %d and %q", got.Extra, got.Warnings, test.extra, test.warning)
			}
		})
	}
}

func TestWholeDocumentInOneField(t *testing.T) {
	const doc = `{"bugId":"2","title":"t"}`
	part := func(disposition, kind string) string {
		return "--x\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: " + kind + "\r\n\r\n" + doc + "\r\n--x--\r\n"
	}
	const multi = "multipart/form-data; boundary=x"
	tests := []struct{ name, contentType, body string }{
		{"payload", form, query("payload", doc)},
		{"Data", form, query("Data", doc)},
		{"nested", form, query("body[bugId]", "2", "body[title]", "t")},
		{"in JSON", "application/json", `{"data":` + doc + `}`},
		{"as a string in JSON", "application/json", `{"json":"{\"bugId\":\"2\",\"title\":\"t\"}"}`},
		{"part of type JSON", multi, part(`name="anything"`, "application/json; charset=utf-8")},
		{"file", multi, part(`name="f"; filename="report.json"`, "application/octet-stream")},
		{"multipart without its boundary in the header", "multipart/form-data", part(`name="payload"`, "text/plain")},
		{"multipart with another boundary in the header", "multipart/form-data; boundary=y", part(`name="payload"`, "text/plain")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := betterbugs.Decode(betterbugs.Request{ContentType: test.contentType, Body: []byte(test.body)})
			if diff := cmp.Diff(bridge.Report{BugID: "2", Title: "t"}, got); diff != "" || err != nil {
				t.Errorf("error %v, report (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestMultipartFile(t *testing.T) {
	body := "--x\r\nContent-Disposition: form-data; name=\"bugId\"\r\n\r\n1\r\n" +
		"--x\r\nContent-Disposition: form-data; name=\"screenshot\"; filename=\"s.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n"
	got, err := betterbugs.Decode(betterbugs.Request{ContentType: "multipart/form-data; boundary=x", Body: []byte(body)})
	want := bridge.Report{BugID: "1", Warnings: []string{`"screenshot": left out: a file of 4 bytes`}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, report (-want +got):\n%s", err, diff)
	}
}

// Each of these once took time or memory that grows with the square of the body.
func TestHostileBodiesAreLinear(t *testing.T) {
	const megabytes = 4 << 20
	bodies := map[string]string{
		"entities":       "bugId=1" + strings.Repeat("&a;", megabytes/3),
		"ampersands":     "bugId=1" + strings.Repeat("&", megabytes),
		"many keys":      "bugId=1" + strings.Repeat("&a=1", megabytes/4),
		"wrapped keys":   `{"a":1,"data":{"bugId":"1"` + manyKeys(megabytes/10) + `}}`,
		"open brackets":  "bugId=1&a" + strings.Repeat("[", megabytes) + "=1",
		"deep brackets":  "bugId=1&a" + strings.Repeat("[b]", megabytes/3) + "=1",
		"deep JSON":      `{"bugId":"1","a":` + strings.Repeat("[", megabytes),
		"percent signs":  "bugId=1&a=" + strings.Repeat("%", megabytes),
		"empty lists":    `{"bugId":"1","a":[` + strings.Repeat("[],", megabytes/3) + "[]]}",
		"boundary lines": strings.Repeat("--x\r\n", megabytes/5),
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, _ = betterbugs.Decode(betterbugs.Request{Body: []byte(body)})
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":1`, i)
	}
	return b.String()
}

func TestPercentEscapes(t *testing.T) {
	for escaped, want := range map[string]string{
		"%2F%2f": "//", "100%": "100%", "%zz%4": "%zz%4", "a+b%2Bc": "a b+c", "%\x10\x11": "%\x10\x11", "%C3%A9": "é", "%E9": "\ufffd",
	} {
		if got := decodeForm(t, "&title="+escaped).Title; got != want {
			t.Errorf("%q became %q, want %q", escaped, got, want)
		}
	}
}
