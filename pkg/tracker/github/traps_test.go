package github_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// TestTraps are those traps of go-github that no other test has in its name; pkg/tracker/trackertest/testdata/traps.txt lists them all.
func TestTraps(t *testing.T) {
	t.Run("a 202, which go-github takes for an error, is unknown and not failed", accepted)
	t.Run("a 401 that asks for a one-time password is refused credentials", oneTimePassword)
	t.Run("a create that is answered with 301 does not become a GET of the list", createMoved)
	t.Run("a search budget that is spent does not silence issues at an Enterprise Server", searchBudget)
	t.Run("an App's token does not follow a redirect to another host", appRedirected)
	t.Run("a context that is cancelled is told from a tracker that fails", cancelled)
	t.Run("an HTML page of a 502, of which go-github leaves no message, is named and not repeated", htmlPage)
	t.Run("a label that is there is known by an answer that go-github blanks", labelThere)
	t.Run("connections are returned: every body is closed, those of errors too", bodiesClosed)
}

// draft is what the tests here file.
var draft = bridge.Draft{Marker: trackertest.Marker, Fields: map[string]string{"title": "T"}}

func saying(t *testing.T, status int, body string, header ...string) trackertest.Subject {
	t.Helper()
	return answering(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func accepted(t *testing.T) {
	s := saying(t, http.StatusAccepted, "{}")
	if ref, err := s.Tracker.Create(t.Context(), s.Place, draft); err != nil || ref != (bridge.Ref{}) {
		t.Errorf("create: %+v, %v; want success and no Ref, so that the issue is looked for", ref, err)
	}
	_, err := s.Tracker.Write(t.Context(), s.Place, s.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
	if err == nil || bridge.CertainlyNothing(err) || bridge.KindOf(err) != bridge.Retry {
		t.Errorf("write: %#v, want an error to try again after that does not say that nothing was done", err)
	}
}

func oneTimePassword(t *testing.T) {
	s := saying(t, http.StatusUnauthorized, `{"message":"Must specify two-factor authentication OTP code."}`, "X-GitHub-OTP", "required; app")
	_, err := s.Tracker.Create(t.Context(), s.Place, draft)
	if !refused(err) || !strings.Contains(err.Error(), "two-factor") {
		t.Errorf("%#v, want refused credentials in GitHub's words", err)
	}
}

func createMoved(t *testing.T) {
	for _, status := range []int{301, 302} {
		var asked []string
		s := answering(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path)
			if strings.HasPrefix(r.URL.Path, "/repositories/") {
				_, _ = io.WriteString(w, "["+issue12+"]")
				return
			}
			w.Header().Set("Location", "/repositories/7/issues")
			w.WriteHeader(status)
		})
		ref, err := s.Tracker.Create(t.Context(), s.Place, draft)
		if !bridge.CertainlyNothing(err) || ref != (bridge.Ref{}) || bridge.Hint(err) == "" {
			t.Errorf("%d: %+v, %#v; want an error that says that nothing was done", status, ref, err)
		}
		if diff := cmp.Diff([]string{"POST /repos/acme/web/issues"}, asked); diff != "" {
			t.Errorf("%d: requests (-want +got):\n%s", status, diff)
		}
	}
}

// searchBudget: go-github counts a search below /api/v3/ to its category core, and there nothing is left then.
func searchBudget(t *testing.T) {
	searches, creates := 0, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/search/users"):
			searches++
			w.Header().Set("X-RateLimit-Limit", "30")
			w.Header().Set("X-RateLimit-Remaining", "0")
			w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(50*time.Minute).Unix()))
			_, _ = io.WriteString(w, users(0))
		case r.Method == http.MethodPost:
			creates++
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, issue12)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	tr, err := github.New(github.Config{Name: "github", BaseURL: server.URL + "/api/v3/", Token: token, FindUsers: true, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Plan(t.Context(), place, bridge.Issue{Title: "T", Sought: []string{"quinn@example.com"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Create(t.Context(), place, draft); err != nil || searches != 1 || creates != 1 {
		t.Errorf("%v after %d searches and %d creates", err, searches, creates)
	}
}

// appRedirected: ghinstallation puts the credentials on in a transport, so that whoever follows a redirect takes them along.
func appRedirected(t *testing.T) {
	var elsewhere atomic.Int32
	other := serve(t, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	for what, at := range map[string]string{"asking for the token": "/access_tokens", "the call": "/issues/12"} {
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, at):
				http.Redirect(w, r, other+r.URL.Path, http.StatusTemporaryRedirect)
			case strings.HasSuffix(r.URL.Path, "/access_tokens"):
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, `{"token":"ghs_1","expires_at":"2099-01-01T00:00:00Z"}`)
			default:
				_, _ = io.WriteString(w, "{}")
			}
		})
		s := openAs(t, base, nil)
		if _, err := s.Tracker.Read(t.Context(), s.Place, s.Ref); err == nil || !bridge.CertainlyNothing(err) {
			t.Errorf("%s was redirected: %v, want an error", what, err)
		}
	}
	if n := elsewhere.Load(); n != 0 {
		t.Errorf("another host was asked %d times", n)
	}
}

func cancelled(t *testing.T) {
	for _, when := range []string{"before", "while"} {
		ctx, cancel := context.WithCancel(t.Context())
		s := answering(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			cancel()
			<-r.Context().Done()
			w.WriteHeader(http.StatusCreated)
		})
		if when == "before" {
			cancel()
		}
		_, err := s.Tracker.Create(ctx, s.Place, draft)
		if !errors.Is(err, context.Canceled) || bridge.KindOf(err) != bridge.Retry {
			t.Errorf("cancelled %s the call: %#v", when, err)
		}
		if when == "while" && bridge.CertainlyNothing(err) {
			t.Error("GitHub had the request: nobody knows whether it was done")
		}
		cancel()
	}
}

func htmlPage(t *testing.T) {
	s := saying(t, http.StatusBadGateway, "<!DOCTYPE html><html><title>Unicorn!</title>"+strings.Repeat("<p>We had issues.</p>", 1000), "Content-Type", "text/html")
	_, err := s.Tracker.Create(t.Context(), s.Place, draft)
	if want := "create issue in acme/web: 502 Bad Gateway: an HTML page instead of an answer"; err == nil || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func labelThere(t *testing.T) {
	for _, errors := range []string{`[{"resource":"Label","code":"already_exists","field":"name"}]`, `{"resource":"Label","code":"already_exists","field":"name"}`} {
		s := saying(t, http.StatusUnprocessableEntity, `{"message":"Validation Failed","errors":`+errors+`}`)
		if err := s.Tracker.Do(t.Context(), s.Place, bridge.Ref{}, bridge.Step{Name: "label", Value: `{"name":"bug","color":"d73a4a"}`}); err != nil {
			t.Errorf("errors %s: %v", errors, err)
		}
	}
	s := saying(t, http.StatusUnprocessableEntity, `{"message":"Validation Failed","errors":"color is not a colour"}`)
	if err := s.Tracker.Do(t.Context(), s.Place, bridge.Ref{}, bridge.Step{Name: "label", Value: `{"name":"bug","color":"x"}`}); err == nil || !strings.Contains(err.Error(), "not a colour") {
		t.Errorf("another refusal: %v", err)
	}
}

// counting counts the bodies that are open.
type counting struct{ open, all atomic.Int32 }

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		c.open.Add(1)
		c.all.Add(1)
		inner, closed := resp.Body, sync.OnceFunc(func() { c.open.Add(-1) })
		resp.Body = &body{inner, func() { closed(); _ = inner.Close() }}
	}
	return resp, err
}

func bodiesClosed(t *testing.T) {
	for _, status := range []int{200, 201, 204, 202, 301, 403, 404, 422, 429, 502} {
		var wire counting
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			if status != http.StatusNoContent {
				_, _ = io.WriteString(w, issue12)
			}
		})
		tr, err := github.New(github.Config{Name: "github", BaseURL: base, Token: token, Pause: time.Millisecond, Transport: &wire})
		if err != nil {
			t.Fatal(err)
		}
		place, err := tr.Place("acme/web")
		if err != nil {
			t.Fatal(err)
		}
		ref := bridge.Ref{ID: "12"}
		_, _ = tr.Create(t.Context(), place, draft) // how each of them ends is asked elsewhere
		_, _ = tr.Read(t.Context(), place, ref)
		_, _ = tr.Find(t.Context(), place, trackertest.Marker, time.Now())
		_, _ = tr.Write(t.Context(), place, ref, bridge.Change{Fields: map[string]string{"title": "U", "assignees": "ana"}})
		_ = tr.Comment(t.Context(), place, ref, "news", "m")
		if open, all := wire.open.Load(), wire.all.Load(); open != 0 || all < 5 {
			t.Errorf("%d: %d of %d bodies are open", status, open, all)
		}
	}
}

// TestUseOfGoGitHub keeps the adapter away from what of go-github is a trap in itself.
func TestUseOfGoGitHub(t *testing.T) {
	trackertest.Imports(t, "github.com/google/go-github/v60/github", "gogithub")
	uses := trackertest.Uses(t, ".")
	for _, c := range []struct{ name, part string }{
		{"no WithAuthToken, which gives the token to any host that a redirect leads to", "WithAuthToken"},
		{"no WithEnterpriseURLs, which returns a copy and guesses the path", "WithEnterpriseURLs"},
		{"no Issues.Edit, which returns the old issue and no error when a PATCH became a GET", "Issues.Edit"},
		{"no list by NextPage, which stops early at a cursor", "NextPage"},
		{"no Issues.ListByRepo, whose pages would be counted by NextPage", "Issues.ListByRepo"},
		{"no RateLimitError, which go-github makes up without asking", "gogithub.RateLimitError"},
		{"no AbuseRateLimitError, whose wait comes from the wrong header", "gogithub.AbuseRateLimitError"},
		{"no ErrorResponse, which is blank where errors is of another shape", "gogithub.ErrorResponse"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, use := range uses {
				if strings.HasSuffix(use, "."+c.part) || use == c.part {
					t.Errorf("%s is used", use)
				}
			}
		})
	}
	t.Run("no client without an http.Client, which would have no timeout", func(t *testing.T) {
		if slices.Contains(uses, "http.DefaultClient") || slices.Contains(uses, "http.Get") {
			t.Error("a client without a timeout is used")
		}
	})
}
