package betterbugs_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestLenientTypes(t *testing.T) {
	at := time.Date(2025, 5, 20, 6, 14, 18, 0, time.UTC)
	tests := []struct {
		name, json string
		want       bridge.Report
	}{
		{"nothing but a bugId", `{}`, bridge.Report{}},
		{"null everywhere", `{"title":null,"status":null,"metadata":null,"assignees":null,"customFields":null,"createdAt":null}`, bridge.Report{}},
		{"empty", `{"metadata":[],"assignees":[],"customFields":{}}`,
			bridge.Report{Metadata: []bridge.Datum{}, Assignees: []bridge.Person{}, CustomFields: bridge.Fields{}}},
		{"case of status and priority", `{"status":"inProgress","priority":" urgent "}`, bridge.Report{Status: "INPROGRESS", Priority: "URGENT"}},
		{"case of names", `{"SessionURL":"u","projectID":"p"}`, bridge.Report{SessionURL: "u", ProjectID: "p"}},
		{"numbers and objects for words", `{"userId":12,"status":{"id":1,"name":"Open"},"projectId":{"$oid":"68"}}`,
			bridge.Report{UserID: "12", Status: "OPEN", ProjectID: "68"}},
		{"times", `{"createdAt":"2025-05-20T08:14:18+02:00","updatedAt":"Tue May 20 2025 06:14:18 GMT+0000 (Coordinated Universal Time)"}`,
			bridge.Report{CreatedAt: at, UpdatedAt: at}},
		{"times as numbers", `{"createdAt":1747721658000,"updatedAt":"1747721658"}`, bridge.Report{CreatedAt: at, UpdatedAt: at}},
		{"times without a zone", `{"createdAt":"2025-05-20T06:14:18","updatedAt":"2025-05-20 06:14:18"}`, bridge.Report{CreatedAt: at, UpdatedAt: at}},
		{"no times", `{"createdAt":"yesterday","updatedAt":"0001-01-01T00:00:00Z"}`, bridge.Report{Warnings: []string{
			`createdAt: absent: "yesterday" is not a time`, `updatedAt: absent: "0001-01-01T00:00:00Z" is not a time`}}},
		{"assignees as strings", `{"assignees":["a@x","7",{"_id":"8","fullName":"N"},{}]}`, bridge.Report{
			Assignees: []bridge.Person{{Email: "a@x"}, {ID: "7"}, {ID: "8", Name: "N"}},
			Warnings:  []string{"assignees: an entry without e-mail, id and name is left out"}}},
		{"one assignee", `{"assignees":{"email":"a@x"}}`, bridge.Report{Assignees: []bridge.Person{{Email: "a@x"}}}},
		{"metadata as an object", `{"metaData":{"version":"1","beta":true}}`, bridge.Report{Metadata: []bridge.Datum{{Title: "version", Value: "1"}, {Title: "beta", Value: "true"}}}},
		{"metadata of other objects", `{"metadata":[{"title":"gone"},{"key":"k","value":null},{"version":2},{"os":"mac","browser":"ff"},"plain",{"name":"n","a":"1","b":"2"}]}`,
			bridge.Report{Metadata: []bridge.Datum{{Title: "gone"}, {Title: "k"}, {Title: "version", Value: "2"}, {Value: "os: mac, browser: ff"},
				{Value: "plain"}, {Title: "n", Value: "a: 1, b: 2"}}}},
		{"metadata as text", `{"metadata":"v1"}`, bridge.Report{Metadata: []bridge.Datum{{Value: "v1"}}}},
		{"custom fields as a list", `{"customFields":[{"name":"a","value":1},{"value":2}]}`, bridge.Report{
			CustomFields: bridge.Fields{{Name: "a", Value: json.Number("1")}}, Warnings: []string{"customFields: an entry without a name is left out"}}},
		{"custom fields as text", `{"customFields":"x"}`, bridge.Report{Warnings: []string{"customFields: absent: neither an object nor a list"}}},
		{"JSON in JSON", `{"customFields":"{\"a\":\"b\"}","assignees":"[\"7\"]","metadata":["{\"title\":\"t\",\"value\":\"v\"}"]}`, bridge.Report{
			CustomFields: bridge.Fields{{Name: "a", Value: "b"}}, Assignees: []bridge.Person{{ID: "7"}}, Metadata: []bridge.Datum{{Title: "t", Value: "v"}}}},
		{"unknown fields", `{"tags":["a",1],"_warnings":["forged"]}`, bridge.Report{Extra: bridge.Fields{{Name: "tags", Value: []any{"a", json.Number("1")}}}}},
		{"a known name twice", `{"metaData":"x","metadata":[],"TITLE":"y"}`, bridge.Report{Title: "y", Metadata: []bridge.Datum{},
			Warnings: []string{`"metaData": left out: it came beside metadata`}}},
		{"too deep", `{"x":` + strings.Repeat(`[`, 11) + strings.Repeat(`]`, 11) + `}`, bridge.Report{
			Extra:    bridge.Fields{{Name: "x", Value: []any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{[]any{`[[]]`}}}}}}}}}}},
			Warnings: []string{"what is nested deeper than 10 is kept as text"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			comma := ","
			if test.json == "{}" {
				comma = ""
			}
			test.want.BugID = "1"
			got := decodeJSON(t, []byte(`{"bugId":"1"`+comma+test.json[1:]))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
			checkRoundTrip(t, got)
		})
	}
}

// checkRoundTrip says whether the store can give the report back as it took it.
func checkRoundTrip(t *testing.T, report bridge.Report) {
	t.Helper()
	data, err := bridge.JSON(report)
	if err != nil {
		t.Fatal(err)
	}
	var again bridge.Report
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	if diff := cmp.Diff(report, again); diff != "" {
		t.Errorf("after the store (-before +after):\n%s", diff)
	}
}

// A name that no store takes must not push another out of the report, least of all bugId.
func TestNamesThatCannotBeKeptStayTheirOwn(t *testing.T) {
	got, err := betterbugs.Decode(betterbugs.Request{Body: []byte("bugId%00=x&bugId=1&customFields[a%ff]=1&customFields[a%fe]=2&customFields[a\ufffd]=3")})
	want := bridge.Fields{{Name: "a\ufffd (2)", Value: "1"}, {Name: "a\ufffd (3)", Value: "2"}, {Name: "a\ufffd", Value: "3"}}
	if diff := cmp.Diff(want, got.CustomFields); diff != "" || err != nil || got.BugID != "1" {
		t.Errorf("bugId %q, %v\n%s", got.BugID, err, diff)
	}
	checkRoundTrip(t, got)
}

func TestLongListIsCutWithWarning(t *testing.T) {
	list := "[" + strings.Repeat(`"7",`, 1001) + `"7"]`
	got := decodeJSON(t, []byte(`{"bugId":"1","assignees":`+list+`}`))
	if len(got.Assignees) != 1001 || len(got.Warnings) != 1 {
		t.Errorf("%d assignees, warnings %q", len(got.Assignees), got.Warnings)
	}
}
