package github_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

func newTracker(base, token string) (*github.Tracker, error) {
	return github.New(github.Config{Name: "github", BaseURL: base, Token: token, Pause: time.Millisecond})
}

const issue12 = `{"number":12,"title":"T","body":"a\r\nb","state":"open","labels":[{"name":"bug"}],"assignees":[{"login":"Zoe"},{"login":"ana"}],
	"url":"https://api.github.com/repos/acme/web/issues/12","html_url":"https://github.com/acme/web/issues/12"}`

// sent is what reached a server that answers every write with issue12.
func sent(t *testing.T, got *[]string) trackertest.Subject {
	t.Helper()
	return answering(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*got = append(*got, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+strings.TrimSpace(string(body))))
		if r.Header.Get("Idempotency-Key") != "" { // makes net/http send a POST again
			*got = append(*got, "Idempotency-Key")
		}
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = io.WriteString(w, issue12)
	})
}

func TestRequests(t *testing.T) {
	var got []string
	s := sent(t, &got)
	write := func(change bridge.Change) func() error {
		return func() error {
			_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, change)
			return err
		}
	}
	for _, c := range []struct {
		name string
		do   func() error
		want []string
	}{
		{"a create leaves out what is for later", func() error {
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Labels: []string{"bug"}, Later: []string{"assignees", "status"},
				Fields: map[string]string{"title": "T", "body": line + "\nx", "assignees": "ana", "status": "closed"}})
			return err
		}, []string{`POST /repos/acme/web/issues {"title":"T","body":"` + line + `\nx","labels":["bug"]}`}},
		{"a create without a marker gets one", func() error {
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T", "body": "x"}})
			return err
		}, []string{`POST /repos/acme/web/issues {"title":"T","body":"` + line + `\nx\n<!-- bugferry:end -->"}`}},
		{"title", write(bridge.Change{Fields: map[string]string{"title": "U"}}), []string{`PATCH /repos/acme/web/issues/12 {"title":"U"}`}},
		{"labels", write(bridge.Change{SetLabels: true, Labels: []string{"a", "b"}}), []string{`PATCH /repos/acme/web/issues/12 {"labels":["a","b"]}`}},
		{"no labels", write(bridge.Change{SetLabels: true}), []string{`PATCH /repos/acme/web/issues/12 {"labels":[]}`}},
		{"closed", write(bridge.Change{Fields: map[string]string{"status": "closed"}}), []string{`PATCH /repos/acme/web/issues/12 {"state":"closed","state_reason":"completed"}`}},
		{"closed, in GitHub's word for it", write(bridge.Change{Fields: map[string]string{"status": "completed"}}), []string{`PATCH /repos/acme/web/issues/12 {"state":"closed","state_reason":"completed"}`}},
		{"not planned", write(bridge.Change{Fields: map[string]string{"status": "not_planned"}}), []string{`PATCH /repos/acme/web/issues/12 {"state":"closed","state_reason":"not_planned"}`}},
		{"duplicate", write(bridge.Change{Fields: map[string]string{"status": "duplicate"}}), []string{`PATCH /repos/acme/web/issues/12 {"state":"closed","state_reason":"duplicate"}`}},
		{"open", write(bridge.Change{Fields: map[string]string{"status": "open"}}), []string{`PATCH /repos/acme/web/issues/12 {"state":"open","state_reason":"reopened"}`}},
		{"assignees are checked first", write(bridge.Change{Fields: map[string]string{"assignees": "ana,zoe"}}),
			[]string{"GET /repos/acme/web/assignees/ana", "GET /repos/acme/web/assignees/zoe", `PATCH /repos/acme/web/issues/12 {"assignees":["ana","zoe"]}`}},
		{"a type is sent, which go-github's own request has no field for", write(bridge.Change{Fields: map[string]string{"type": "Bug"}}), []string{`PATCH /repos/acme/web/issues/12 {"type":"Bug"}`}},
		{"nobody", write(bridge.Change{Fields: map[string]string{"assignees": ""}}), []string{`PATCH /repos/acme/web/issues/12 {"assignees":[]}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = nil
			if err := c.do(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadIsCanonical(t *testing.T) {
	var got []string
	s := sent(t, &got)
	c, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.Content{
		Ref:    bridge.Ref{ID: "12", Name: "acme/web#12", URL: "https://github.com/acme/web/issues/12"},
		Fields: map[string]string{"title": "T", "body": "a\nb", "assignees": "ana,zoe", "status": "open"}, Labels: []string{"bug"},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

func TestGoneOrOnlyHidden(t *testing.T) {
	for _, c := range []struct {
		name   string
		issue  int
		repo   int
		body   string
		gone   bool
		repair string
	}{
		{"deleted", 410, 200, `{"has_issues":true}`, true, "redeliver"},
		{"not there, the repository is", 404, 200, `{"has_issues":true}`, true, "redeliver"},
		{"the repository is not to be seen", 404, 404, `{}`, false, "check the repository's name"},
		{"issues switched off", 410, 200, `{"has_issues":false}`, false, "switch on Issues"},
		{"the repository does not answer", 404, 502, `{}`, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/issues/") {
					w.WriteHeader(c.issue)
					return
				}
				w.WriteHeader(c.repo)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := s.Tracker.Read(t.Context(), s.Place, s.Ref)
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok || e.Gone != c.gone || !strings.Contains(bridge.Hint(err), c.repair) {
				t.Errorf("gone %v, hint %q, %v", ok && e.Gone, bridge.Hint(err), err)
			}
		})
	}
}

// Sections 1.1 and 3.1 of the facts: how GitHub names fields, and the shapes that go-github blanks.
func TestErrorsNameFields(t *testing.T) {
	for _, c := range []struct {
		name, body string
		fields     map[string]string
		words      string
	}{
		{"title too long", `{"message":"Validation Failed","errors":[{"resource":"Issue","code":"custom","field":"title","message":"title is too long (maximum is 256 characters)"}]}`,
			map[string]string{"title": "title is too long (maximum is 256 characters)"}, "title is too long"},
		{"a label, without a word about what is wrong", `{"message":"Validation Failed","errors":[{"resource":"Label","field":"name","code":"invalid","value":["x"]}]}`,
			map[string]string{"labels": "Label name invalid"}, "Label name invalid"},
		{"assignee", `{"message":"Validation Failed","errors":[{"resource":"Issue","field":"assignees","code":"invalid","value":7}]}`,
			map[string]string{"assignees": "Issue assignees invalid"}, "Validation Failed"},
		{"errors that are a text, of which go-github blanks the whole answer, leave its words", `{"message":"Validation Failed","errors":"Could not add labels"}`, map[string]string{}, "Could not add labels"},
		{"errors is a list of texts", `{"message":"Validation Failed","errors":["one","two"]}`, map[string]string{}, "one; two"},
		{"errors is nothing", `{"message":"Validation Failed","errors":null}`, map[string]string{}, "Validation Failed"},
		{"a field of somebody else", `{"message":"Validation Failed","errors":[{"resource":"Issue","field":"sub_issue","code":"invalid"}]}`, map[string]string{}, "sub_issue"},
		{"milestone", `{"message":"Validation Failed","errors":[{"resource":"Issue","field":"milestone","code":"invalid","value":7}]}`,
			map[string]string{"milestone": "Issue milestone invalid"}, "milestone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = io.WriteString(w, c.body)
			})
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Fields: map[string]string{"title": "T"}})
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.fields, e.Fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), c.words) || e.Kind != bridge.Permanent || !e.Nothing {
				t.Errorf("error %q", err)
			}
		})
	}
}

func TestWriteNamesTheBadLogins(t *testing.T) {
	s := answering(t, people)
	_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"assignees": "ana,outsider"}})
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || !e.Nothing || e.Fields["assignees"] != "outsider cannot be assigned to issues of acme/web" {
		t.Errorf("%#v", err)
	}
}

func TestCommentIsCutToTheLimit(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	s := open(t, server.URL+"/github/api/v3", 0)
	ref, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Tracker.Comment(t.Context(), s.Place, ref, strings.Repeat("😀", 40_000), "m"); err != nil {
		t.Errorf("comment: %v", err)
	}
}
