package jira_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// boxed is an adapter in front of the sandbox, with an issue in one of its projects.
type boxed struct {
	trackertest.Subject
	*sandbox.Server
	url string
}

func sandboxed(t *testing.T, project string) boxed {
	t.Helper()
	b := boxed{Server: sandbox.New(sandbox.Config{})}
	server := judge.Listen(t, b.Server)
	b.url = server.URL + "/jira-cloud"
	b.Subject = with(t, jira.Config{BaseURL: b.url})
	b.Place.Name = project
	ref, err := b.Tracker.Create(t.Context(), b.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T", "type": `{"id":"10001"}`}})
	if err != nil {
		t.Fatal(err)
	}
	b.Ref = ref
	return b
}

func status(name string) bridge.Change {
	return bridge.Change{Fields: map[string]string{bridge.FieldStatus: name}}
}

func TestTransitionsOfTheSandbox(t *testing.T) {
	for _, c := range []struct{ name, wanted, reached, refused string }{
		{"by name", "In Progress", "In Progress", ""},
		{"by name in another case", "in progress", "In Progress", ""},
		{"by id", "3", "In Progress", ""},
		{"the one that asks for nothing, though another comes first", "Rejected", "Rejected", ""},
		{"only with a field", "Done", "To Do", `from "To Do" to "Done" asks for what Bugferry does not fill in: Resolution`},
		{"none that leads there", "Nirvana", "To Do", "no transition leads"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := sandboxed(t, "FLOW")
			wrote, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, status(c.wanted))
			if c.refused == "" && (err != nil || wrote.Fields["status"] != c.reached) {
				t.Errorf("answered %q, %v", wrote.Fields["status"], err)
			}
			if e, ok := errors.AsType[*bridge.Error](err); c.refused != "" && (!ok || !e.Nothing || !strings.Contains(e.Fields["status"], c.refused)) {
				t.Errorf("%#v", err)
			}
			if now := b.State().Jira[0].Status; now != c.reached {
				t.Errorf("the issue is in %q, want %q", now, c.reached)
			}
		})
	}
}

func TestTransitionThatIsChosen(t *testing.T) {
	const (
		done     = `"to":{"id":"10","name":"Done"}`
		asks     = `"fields":{"resolution":{"required":true,"hasDefaultValue":false,"name":"Resolution"}}`
		asksTwo  = `"fields":{"customfield_9":{"required":true,"name":""},"resolution":{"required":true,"name":"Resolution"}}`
		optional = `"fields":{"comment":{"required":false,"name":"Comment"},"resolution":{"required":true,"hasDefaultValue":true,"name":"Resolution"}}`
	)
	for _, c := range []struct {
		name, wanted, ways string
		want               []string
		refused            string
	}{
		{"fields with a default and fields that need not be", "Done", `{"id":"1",` + done + `,` + asks + `},{"id":"2",` + done + `,` + optional + `}`,
			[]string{`POST issue/WEB-12/transitions {"transition":{"id":"2"}}`}, ""},
		{"only some that ask: those of the least", "10", `{"id":"1",` + done + `,` + asksTwo + `},{"id":"2",` + done + `,` + asks + `}`, nil, "does not fill in: Resolution"},
		{"a field without a name", "Done", `{"id":"1",` + done + `,` + asksTwo + `}`, nil, "does not fill in: Resolution, customfield_9"},
		{"the name of a transition is not where it leads", "Finish", `{"id":"1","name":"Finish",` + done + `}`, nil, "one reaches: Done"},
		{"already there, by id", "1", ``, nil, ""},
		{"already there, by name", "TO DO", ``, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var site site
			var query string
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/transitions") {
					query = r.URL.RawQuery
					_, _ = io.WriteString(w, `{"transitions":[`+c.ways+`]}`)
					return
				}
				site.ServeHTTP(w, r)
			})
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, status(c.wanted))
			if e, _ := errors.AsType[*bridge.Error](err); (err == nil) != (c.refused == "") || err != nil && (!e.Nothing || !strings.Contains(e.Fields["status"], c.refused)) {
				t.Errorf("%#v", err)
			}
			if diff := cmp.Diff(c.want, site.got); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if c.ways != "" && query != "expand=transitions.fields" {
				t.Errorf("asked with %q", query)
			}
		})
	}
}

// In a final status Jira blames the fields, one by one; dropping them one by one would end with nothing.
func TestIssueThatCannotBeEdited(t *testing.T) {
	for _, change := range []bridge.Change{
		{Fields: map[string]string{"title": "U", "priority": `{"id":"2"}`}},
		{SetLabels: true, Labels: []string{"x"}},
		{Fields: map[string]string{"assignees": quinn}},
	} {
		b := sandboxed(t, "FLOW")
		if _, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, status("Closed")); err != nil {
			t.Fatal(err)
		}
		_, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, change)
		e, ok := errors.AsType[*bridge.Error](err)
		if !ok || e.Kind != bridge.Permanent || !e.Nothing || e.Refused || e.Gone || len(e.Fields) != 0 {
			t.Errorf("%v: %#v", change, err)
		}
		if hint := bridge.Hint(err); !strings.Contains(hint, "jira.issue.editable") || !strings.Contains(hint, "release the delivery") {
			t.Errorf("hint %q", hint)
		}
		if err := b.Tracker.Comment(t.Context(), b.Place, b.Ref, "news", "m"); err != nil {
			t.Errorf("comment: %v", err)
		}
	}
}

// A report that is open again leads out of the final status; the edit has to wait for that.
func TestIssueThatCanBeEditedOnceItIsOpenAgain(t *testing.T) {
	both := func(name string) bridge.Change {
		return bridge.Change{Fields: map[string]string{"status": name, "title": "in " + name, "assignees": quinn}}
	}
	b := sandboxed(t, "FLOW")
	for _, name := range []string{"Closed", "In Progress"} { // into it, and out of it
		wrote, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, both(name))
		if err != nil || wrote.Fields["status"] != name || wrote.Fields["title"] != "in "+name {
			t.Errorf("%+v, %v", wrote.Fields, err)
		}
	}
	if _, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, both("Closed")); err != nil {
		t.Fatal(err)
	}
	_, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, both("Done")) // which asks for a resolution
	if e, ok := errors.AsType[*bridge.Error](err); !ok || !e.Nothing || e.Fields["status"] == "" {
		t.Errorf("%#v", err)
	}
}

func TestRefusedEditOfWhatCanBeEdited(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		meta   string
		want   bridge.Error
	}{
		{"403, and nothing is editable", 403, `{"fields":{}}`, bridge.Error{Kind: bridge.Permanent, Nothing: true}},
		{"403, and something is", 403, `{"fields":{"summary":{}}}`, bridge.Error{Nothing: true, Refused: true}},
		{"403, and no metadata", 403, `{}`, bridge.Error{Nothing: true, Refused: true}},
		{"400, and the metadata is not to be had", 400, `<html>`, bridge.Error{Kind: bridge.Permanent, Nothing: true}},
		{"429 is not looked into", 429, `{"fields":{}}`, bridge.Error{Kind: bridge.Later, Nothing: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var site site
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/editmeta"):
					_, _ = io.WriteString(w, c.meta)
				case r.Method == http.MethodPut:
					w.WriteHeader(c.status)
				default:
					site.ServeHTTP(w, r)
				}
			})
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok || e.Kind != c.want.Kind || e.Nothing != c.want.Nothing || e.Refused != c.want.Refused {
				t.Errorf("%#v", err)
			}
		})
	}
}

// An edit that is refused in words alone costs what is optional of it, and where something was written before it, it is first
// tried alone.
func TestRefusedEditThatNamesNothing(t *testing.T) {
	const words = `{"errorMessages":["INVALID_INPUT"],"errors":{}}`
	optional := map[string]string{"title": "U", "body": "", "priority": `{"id":"2"}`, "components": "[]", "customfield_10011": `"x"`, "duedate": `"2026-01-02"`}
	for _, c := range []struct {
		name   string
		answer string
		status int
		change bridge.Change
		kind   bridge.Kind
		want   []string
	}{
		{"in words", words, 400, bridge.Change{Fields: optional}, bridge.Permanent, []string{"components", "customfield_10011", "duedate", "priority"}},
		{"without a word", "", 400, bridge.Change{Fields: optional}, bridge.Permanent, []string{"components", "customfield_10011", "duedate", "priority"}},
		{"a name is believed", `{"errors":{"priority":"no"}}`, 400, bridge.Change{Fields: optional}, bridge.Permanent, []string{"priority"}},
		{"nothing of it is optional", words, 400, bridge.Change{Fields: map[string]string{"title": "U"}}, bridge.Permanent, nil},
		{"the marker is a label", words, 400, bridge.Change{SetLabels: true, Labels: []string{"a", "bb-1"}}, bridge.Permanent, nil},
		{"too large", words, 413, bridge.Change{Fields: optional}, bridge.Permanent, nil},
		{
			"after the assignment", words, 400, bridge.Change{Fields: map[string]string{"title": "U", "priority": `{"id":"2"}`, "assignees": quinn}},
			bridge.Retry, []string{"priority"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var site site
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/editmeta"):
					_, _ = io.WriteString(w, `{"fields":{"summary":{}}}`)
				case strings.HasSuffix(r.URL.Path, "/assignee"):
					w.WriteHeader(http.StatusNoContent)
				case r.Method == http.MethodPut:
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.answer)
				default:
					site.ServeHTTP(w, r)
				}
			})
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, c.change)
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok || e.Kind != c.kind || e.Nothing != (c.kind == bridge.Permanent) {
				t.Fatalf("%#v", err)
			}
			if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(e.Fields))); diff != "" {
				t.Errorf("blamed (-want +got):\n%s", diff)
			}
		})
	}
}
