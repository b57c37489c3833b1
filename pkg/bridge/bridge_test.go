package bridge_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestFieldsKeepOrderAndSpelling(t *testing.T) {
	const document = `{"Zeta":1.50,"alpha":"<b> & c","list":[null,true,{"b":1,"a":2}],"":""}`
	var fields bridge.Fields
	if err := json.Unmarshal([]byte(document), &fields); err != nil {
		t.Fatal(err)
	}
	got, err := bridge.JSON(fields)
	if err != nil || string(got) != document {
		t.Errorf("got  %s\nwant %s (%v)", got, document, err)
	}
}

func TestOfANameThatStandsTwiceTheLastValueCounts(t *testing.T) {
	value, err := bridge.ParseJSON([]byte(`{"a":1,"b":2,"a":3}`))
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.Fields{{Name: "a", Value: json.Number("3")}, {Name: "b", Value: json.Number("2")}}
	if diff := cmp.Diff(any(want), value); diff != "" {
		t.Error(diff)
	}
}

func TestParseJSONRefuses(t *testing.T) {
	for name, document := range map[string]string{
		"nothing": "", "two values": "{} {}", "an open object": `{"a":`, "too deep": strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		t.Run(name, func(t *testing.T) {
			if value, err := bridge.ParseJSON([]byte(document)); err == nil {
				t.Errorf("got %v", value)
			}
		})
	}
}

func TestTextOf(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, ""}, {"x", "x"}, {json.Number("1.0"), "1.0"}, {true, "true"},
		{[]any{"a", nil, json.Number("2")}, "a, 2"}, {bridge.Fields{{Name: "a", Value: "<"}}, `{"a":"<"}`},
	} {
		if got := bridge.TextOf(test.value); got != test.want {
			t.Errorf("TextOf(%v) = %q, want %q", test.value, got, test.want)
		}
	}
}

func TestReportSurvivesTheStore(t *testing.T) {
	at := time.Date(2025, 5, 20, 6, 14, 18, 814e6, time.UTC)
	want := bridge.Report{
		BugID: "b", ProjectID: "p", WorkspaceID: "w", UserID: "u", Title: "<t> & more", Description: "<p>x</p>",
		Status: "OPEN", Priority: "HIGH", Type: "screenshot", CreatedAt: at, UpdatedAt: at.Add(time.Second),
		CustomFields: bridge.Fields{{Name: "z.z", Value: "1"}, {Name: "a", Value: nil}},
		Metadata:     []bridge.Datum{}, Assignees: []bridge.Person{{Email: "e", ID: "i", Name: "n"}},
		SessionURL: "s", ScreenshotURL: "p.png",
		Extra:    bridge.Fields{{Name: "event", Value: "share"}, {Name: "n", Value: json.Number("7")}},
		Warnings: []string{"metadata was empty"},
	}
	data, err := bridge.JSON(want)
	if err != nil {
		t.Fatal(err)
	}
	var got bridge.Report
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, part := range []string{`"createdAt":"2025-05-20T06:14:18.814Z"`, `"metadata":[]`, `"<t> & more"`, `"event":"share"`} {
		if !strings.Contains(string(data), part) {
			t.Errorf("%s is not in %s", part, data)
		}
	}
}

func TestAReportLeavesOutWhatIsMissing(t *testing.T) {
	data, err := bridge.JSON(bridge.Report{BugID: "b"})
	if err != nil || string(data) != `{"bugId":"b"}` {
		t.Errorf("got %s, %v", data, err)
	}
}

func TestVersionOrder(t *testing.T) {
	at := time.Unix(1000, 0)
	for _, test := range []struct {
		name   string
		v, w   bridge.Version
		before bool
	}{
		{"earlier updatedAt", bridge.Version{UpdatedAt: at, Seq: 9}, bridge.Version{UpdatedAt: at.Add(1), Seq: 1}, true},
		{"later updatedAt", bridge.Version{UpdatedAt: at.Add(1), Seq: 1}, bridge.Version{UpdatedAt: at, Seq: 9}, false},
		{"equal updatedAt: arrival", bridge.Version{UpdatedAt: at, Seq: 1}, bridge.Version{UpdatedAt: at, Seq: 2}, true},
		{"one without: arrival", bridge.Version{Seq: 2}, bridge.Version{UpdatedAt: at, Seq: 1}, false},
		{"itself", bridge.Version{UpdatedAt: at, Seq: 1}, bridge.Version{UpdatedAt: at, Seq: 1}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.v.Before(test.w); got != test.before {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestMarkerKeyIsFitForComments(t *testing.T) {
	if got := (bridge.Marker{Bug: "682c1dbb3b574d66f3863324"}).Key(); got != "682c1dbb3b574d66f3863324" {
		t.Errorf("got %q", got)
	}
	seen := map[string]bool{}
	for _, bug := range []string{"", "-->", "a b", `x" OR 1`, strings.Repeat("a", 65), "ü"} {
		key := bridge.Marker{Bug: bug}.Key()
		if strings.ContainsAny(key, " \"<>-") || len(key) != 33 || seen[key] {
			t.Errorf("%q -> %q", bug, key)
		}
		seen[key] = true
	}
}

func TestPlaceKeyIsTheSameWhateverItIsCalled(t *testing.T) {
	a := bridge.Place{Tracker: "gh", Base: "https://API.github.com/", Name: "Acme/Web"}
	b := bridge.Place{Tracker: "other", Base: "https://api.github.com", Name: "acme/web"}
	if a.Key() != b.Key() {
		t.Errorf("%q, %q", a.Key(), b.Key())
	}
}

func TestFieldStateKnowsOurs(t *testing.T) {
	st := bridge.FieldState{Sent: bridge.Hash("a\nb"), Answered: bridge.Hash("A B")}
	for value, want := range map[string]bool{"a\r\nb": true, "A B": true, "a b": false, "": false} {
		if got := st.Ours(value); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	if (bridge.FieldState{}).Ours("") {
		t.Error("a field never sent has nothing of ours")
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	parked := fmt.Errorf("create: %w", bridge.Park(errors.New("no such project"), "make it"))
	if bridge.KindOf(parked) != bridge.Permanent || !bridge.CertainlyNothing(parked) || bridge.Hint(parked) != "make it" {
		t.Errorf("%v", parked)
	}
	unknown := errors.New("cut")
	if bridge.KindOf(unknown) != bridge.Retry || bridge.CertainlyNothing(unknown) || bridge.Hint(unknown) != "" {
		t.Errorf("%v", unknown)
	}
}

func TestNewIDsSortByTime(t *testing.T) {
	now := time.Now()
	a, b, c := bridge.NewID("ev", now), bridge.NewID("ev", now.Add(time.Millisecond)), bridge.NewID("ev", now)
	if a >= b || a == c || !strings.HasPrefix(a, "ev_") || len(a) != 29 {
		t.Errorf("%s %s %s", a, b, c)
	}
}

func TestCallsAreGatheredUnderTheirContext(t *testing.T) {
	ctx, calls := bridge.RecordCalls(t.Context())
	bridge.NoteCall(ctx, bridge.Call{Method: "GET"})
	bridge.NoteCall(t.Context(), bridge.Call{Method: "POST"}) // nobody asked for it
	if got := calls.List(); len(got) != 1 || got[0].Method != "GET" {
		t.Errorf("%v", got)
	}
}

func ExampleFields() {
	var fields bridge.Fields
	fields.Set("team", "checkout")
	fields.Set("release.train", "2026.11")
	data, _ := bridge.JSON(fields)
	fmt.Println(string(data))
	// Output: {"team":"checkout","release.train":"2026.11"}
}
