package github_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// site is an adapter in front of the sandbox, with an issue in acme/web.
type site struct {
	trackertest.Subject
	*sandbox.Server
	url string
}

func sandboxed(t *testing.T) site {
	t.Helper()
	s := site{Server: sandbox.New(sandbox.Config{})}
	server := judge.Listen(t, s.Server)
	s.url = server.URL + "/github/api/v3"
	s.Subject = open(t, s.url, 0)
	ref, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T"}, Labels: []string{"bug"}})
	if err != nil {
		t.Fatal(err)
	}
	s.Ref = ref
	return s
}

// do is what a person does in GitHub.
func (s site) do(t *testing.T, method, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer person")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		words, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s %s: %s\n%s", method, path, resp.Status, words)
	}
}

// The token is good and waiting does not help: the delivery has to be parked, with what a person can do.
func TestWhatIsClosedToWriting(t *testing.T) {
	const repo, issue = "/repos/acme/web", "/repos/acme/web/issues/1"
	comment := func(s site) error { return s.Tracker.Comment(t.Context(), s.Place, s.Ref, "news", "m") }
	write := func(s site) error {
		_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
		return err
	}
	create := func(s site) error {
		_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "V"}})
		return err
	}
	for _, c := range []struct {
		name               string
		method, path, body string // what a person did
		open               string // how the body of the same path opens it again, where it is not DELETE
		writes             []func(site) error
		hint               string
	}{
		{"locked", "PUT", issue + "/lock", "", "", []func(site) error{comment}, "unlock its conversation"},
		{"archived", "PATCH", repo, `{"archived":true}`, `{"archived":false}`, []func(site) error{comment, write, create}, "unarchive it"},
		{"issues switched off", "PATCH", repo, `{"has_issues":false}`, `{"has_issues":true}`, []func(site) error{comment, write, create}, "switch on Issues"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sandboxed(t)
			s.do(t, c.method, c.path, c.body)
			for i, attempt := range c.writes {
				e, ok := errors.AsType[*bridge.Error](attempt(s))
				if !ok || e.Kind != bridge.Permanent || !e.Nothing || e.Gone || e.Refused || e.Down() {
					t.Errorf("write %d: %#v", i, e)
					continue
				}
				if hint := bridge.Hint(e); !strings.Contains(hint, c.hint) || !strings.Contains(hint, "release the delivery") {
					t.Errorf("write %d: hint %q", i, hint)
				}
			}
			if c.open == "" {
				c.method = "DELETE"
			}
			s.do(t, c.method, c.path, c.open)
			for i, attempt := range c.writes {
				if err := attempt(s); err != nil {
					t.Errorf("write %d once it is open again: %v", i, err)
				}
			}
		})
	}
}

func TestCommentOnWhatIsGoneOrOnlyHidden(t *testing.T) {
	for _, c := range []struct {
		name string
		repo int
		gone bool
	}{{"gone", 200, true}, {"hidden", 404, false}} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(r.URL.Path, "/issues/") {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				w.WriteHeader(c.repo)
				_, _ = io.WriteString(w, `{"has_issues":true}`)
			})
			err := s.Tracker.Comment(t.Context(), s.Place, s.Ref, "x", "m")
			if e, ok := errors.AsType[*bridge.Error](err); !ok || e.Gone != c.gone {
				t.Errorf("%#v", err)
			}
		})
	}
}

func (s site) fault(t *testing.T, set string) {
	t.Helper()
	faults, err := sandbox.ParseFaults([]byte(set))
	if err == nil {
		err = s.SetFaults(faults)
	}
	if err != nil {
		t.Fatal(err)
	}
}
