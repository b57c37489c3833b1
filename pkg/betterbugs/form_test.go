package betterbugs_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
		{"unknown a.0", query("tags.0", "a", "tags.1", "b", "n.0.x", "1", "n.1.x", "2", "one.0", "c"), bridge.Report{Extra: bridge.Fields{
			{Name: "tags", Value: []any{"a", "b"}},
			{Name: "n", Value: []any{bridge.Fields{{Name: "x", Value: "1"}}, bridge.Fields{{Name: "x", Value: "2"}}}},
			{Name: "one", Value: []any{"c"}}}}},
		{"what only looks like a.0", query("Sprint.3", "a", "WCAG 2.0", "b", "one.0", "c"), bridge.Report{Extra: bridge.Fields{
			{Name: "Sprint.3", Value: "a"}, {Name: "WCAG 2.0", Value: "b"}, {Name: "one", Value: []any{"c"}}}}},
		{"object-to-formdata allowEmptyArrays", query("metadata[]", "", "assignees[]", "", "tags[]", "") + "&x[]=a&x[]=", bridge.Report{Metadata: []bridge.Datum{},
			Extra: bridge.Fields{{Name: "tags", Value: []any{}}, {Name: "x", Value: []any{"a", ""}}}, Assignees: []bridge.Person{}}},
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
	names := []string{"team", "release.train", "a]b", "x[y]", "Área [UI]", `cost "tier"`, "2026", "a[", "50% + 3", "a=b&c", "日本", "line\nend", "x{y}", "x{}", "x[2026]"}
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
		{"list by a.b.0", query("customFields.f.0", "x", "customFields.f.1", "y"), []any{"x", "y"}},
		{"objects by a.b[0].c", query("customFields.f[0].g", "x", "customFields.f[1].g", "y"),
			[]any{bridge.Fields{{Name: "g", Value: "x"}}, bridge.Fields{{Name: "g", Value: "y"}}}},
		{"objects by a.b.0.c", query("customFields.f.0.g", "x", "customFields.f.1.g", "y"),
			[]any{bridge.Fields{{Name: "g", Value: "x"}}, bridge.Fields{{Name: "g", Value: "y"}}}},
		{"JSON by a.b{}", query("customFields.f{}", `["x"]`), []any{"x"}},
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

// Clients that escape nothing, or not everything, leave it to the reader where a field ends and what a + means.
func TestUnescapedForms(t *testing.T) {
	type fields = bridge.Fields
	tests := []struct {
		name, form string
		want       bridge.Report
	}{
		{"ampersands and pluses", `&title=a & b & c=d+e 100%&tags[]=x y&tags[]=z&status=open`,
			bridge.Report{Title: "a & b & c=d+e 100%", Status: "OPEN", Extra: fields{{Name: "tags", Value: []any{"x y", "z"}}}}},
		{"a URL", `&title=x y&sessionUrl=https://x/?a=1&b=%2F+&userId=7`, bridge.Report{Title: "x y", SessionURL: "https://x/?a=1&b=%2F+", UserID: "7",
			Warnings: []string{"sessionUrl: the form came unescaped: it may hold the fields that followed"}}},
		{"an unknown field", `&title=x y?&team=z&userId=7`, bridge.Report{Title: "x y?&team=z", UserID: "7",
			Warnings: []string{"title: the form came unescaped: it may hold the fields that followed"}}},
		{"an unknown field after a word", `&title=why? x&team=z`, bridge.Report{Title: "why? x", Extra: fields{{Name: "team", Value: "z"}}}},
		{"empty lists", `&title=x y&metadata[]&assignees[]`, bridge.Report{Title: "x y", Metadata: []bridge.Datum{}, Assignees: []bridge.Person{}}},
		{"bare names", `&title=x y&type&status=open&userId`, bridge.Report{Title: "x y", Status: "OPEN",
			Warnings: []string{"type: absent: it came empty", "userId: absent: it came empty"}}},
		{"one value escaped", `&title=x y&description=%3Cp%3Ea+b%3C%2Fp%3E`, bridge.Report{Title: "x y", Description: "<p>a b</p>"}},
		{"all but spaces", `&title=x %26 y %25+%C3%A9`, bridge.Report{Title: "x & y %+é"}},
		{"delimiters only", `&title=x %26 y %3D 5%`, bridge.Report{Title: "x & y = 5%"}},
		{"names", `&customFields[R&D]=1&customFields[a=b]=2&customFields[c d+%41]=3`, bridge.Report{CustomFields: fields{
			{Name: "R&D", Value: "1"}, {Name: "a=b", Value: "2"}, {Name: "c d+%41", Value: "3"}}}},
		{"names that stay open", `&customFields[a&customFields[b=1&title=x`, bridge.Report{Title: "x", CustomFields: fields{
			{Name: "a", Value: ""}, {Name: "b", Value: "1"}}}},
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

func TestFormSeparators(t *testing.T) {
	for _, body := range []string{"?bugId=1&title=a", "bugId=1;title=a", "title=a;bugId=1"} {
		got, err := betterbugs.Decode(betterbugs.Request{ContentType: form, Body: []byte(body)})
		if diff := cmp.Diff(bridge.Report{BugID: "1", Title: "a"}, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, report (-want +got):\n%s", body, err, diff)
		}
	}
}

// A document nested in a field is read like any other, lists and custom fields included.
func TestDocumentNestedInAField(t *testing.T) {
	const body = "event=created&title=outer&data[bugId]=1&data[title]=t&data[customFields][a]b]=x&data[customFields][2026]=y&" +
		"data[assignees][email]=a@x&data[assignees][email]=b@x&data[tags]=[1]&data=z"
	got, err := betterbugs.Decode(betterbugs.Request{ContentType: form, Body: []byte(body)})
	want := bridge.Report{BugID: "1", Title: "t", CustomFields: bridge.Fields{{Name: "a]b", Value: "x"}, {Name: "2026", Value: "y"}},
		Assignees: []bridge.Person{{Email: "a@x"}, {Email: "b@x"}},
		Extra:     bridge.Fields{{Name: "tags", Value: []any{json.Number("1")}}, {Name: "event", Value: "created"}, {Name: "data", Value: "z"}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, report (-want +got):\n%s", err, diff)
	}
}

func TestMultipartPartHeaders(t *testing.T) {
	tests := map[string]struct{ header, value, field string }{
		"quoted-printable": {"name=title\r\nContent-Transfer-Encoding: quoted-printable", "a=3D=\r\nb", "a=b"},
		"base64":           {"name=title\r\nContent-Transfer-Encoding: BASE64", "YT1i", "a=b"},
		"not base64":       {"name=title\r\nContent-Transfer-Encoding: base64", "a=b", "a=b"},
		"control":          {"name=\"x\x1by\"\r\n\r\nz\r\n--x\r\nContent-Disposition: form-data; name=title", "a=b", "a=b"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			body := "--x\r\nContent-Disposition: form-data; " + test.header + "\r\n\r\n" + test.value +
				"\r\n--x\r\nContent-Disposition: form-data; name=bugId\r\n\r\n1\r\n--x--\r\n"
			got, err := betterbugs.Decode(betterbugs.Request{ContentType: "multipart/form-data; boundary=x", Body: []byte(body)})
			if err != nil || got.Title != test.field {
				t.Errorf("title %q, error %v", got.Title, err)
			}
		})
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

// hostileBodies are about that many bytes each: a careless reader of them takes time or memory that grows with the square.
func hostileBodies(size int) map[string]string {
	return map[string]string{
		"entities":       "bugId=1" + strings.Repeat("&a;", size/3),
		"ampersands":     "bugId=1" + strings.Repeat("&", size),
		"many keys":      "bugId=1" + strings.Repeat("&a=1", size/4),
		"wrapped keys":   `{"a":1,"data":{"bugId":"1"` + manyKeys(size/10) + `}}`,
		"open brackets":  "bugId=1&a" + strings.Repeat("[", size) + "=1",
		"deep brackets":  "bugId=1&a" + strings.Repeat("[b]", size/3) + "=1",
		"deep JSON":      `{"bugId":"1","a":` + strings.Repeat("[", size),
		"percent signs":  "bugId=1&a=" + strings.Repeat("%", size),
		"empty lists":    `{"bugId":"1","a":[` + strings.Repeat("[],", size/3) + "[]]}",
		"boundary lines": strings.Repeat("--x\r\n", size/5),
		"unescaped":      `bugId=1&a="` + strings.Repeat("&b", size/2),
		"unescaped URL":  `bugId=1&a="x" ?` + strings.Repeat("&b=1", size/4),
		"open names":     "bugId=1" + strings.Repeat("&a[", size/3),
		"open values":    `bugId=1&a[=" ` + strings.Repeat("&b]=", size/4),
		"dotted indexes": "bugId=1&a" + strings.Repeat(".0", size/2) + "=1",
		"dots":           "bugId=1&customFields" + strings.Repeat(".", size) + "=1",
		"list ends":      "bugId=1&customFields.a" + strings.Repeat("[0]", size/3) + "x=1",
		"semicolons":     "bugId=1" + strings.Repeat(";a=1", size/4),
		"quotes":         "--x\r\nContent-Disposition: form-data; name=\"" + strings.Repeat(`";`, size/2) + "\r\n\r\n1\r\n--x--\r\n",
		"controls":       "--x\r\n" + strings.Repeat("Content-Disposition: form-data\x01\r\n", size/34) + "\r\n1\r\n--x--\r\n",
		"transfer":       "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("\n", size) + "\r\n--x--\r\n",
	}
}

// Whatever a body holds, Decode comes back with a report or one of its errors; how long it takes is for BenchmarkHostile.
func TestHostileBodies(t *testing.T) {
	for name, body := range hostileBodies(1 << 20) {
		t.Run(name, func(t *testing.T) {
			_, err := betterbugs.Decode(betterbugs.Request{Body: []byte(body)})
			if _, known := errors.AsType[*betterbugs.DecodeError](err); err != nil && !known && !errors.Is(err, betterbugs.ErrNoReport) {
				t.Error(err)
			}
		})
	}
}

// BenchmarkHostile reports the growth of the time as an exponent: twice the body takes 2^growth times as long, so 1 is linear.
func BenchmarkHostile(b *testing.B) {
	half, full := hostileBodies(2<<20), hostileBodies(4<<20)
	for name := range full {
		b.Run(name, func(b *testing.B) {
			var took [2]time.Duration
			for b.Loop() {
				for i, body := range []string{half[name], full[name]} {
					start := time.Now()
					_, _ = betterbugs.Decode(betterbugs.Request{Body: []byte(body)})
					took[i] += time.Since(start)
				}
			}
			b.ReportMetric(math.Log2(float64(took[1])/float64(took[0])), "growth")
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
