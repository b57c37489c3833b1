package github_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

var appKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func appPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(appKey())}))
}

func standInApp() *sandbox.App {
	return &sandbox.App{ID: 42, Slug: "ferry", Installation: 77, Owner: "acme", Key: &appKey().PublicKey}
}

// openAs opens the adapter as the App that change makes of the good one.
func openAs(t *testing.T, base string, change func(*github.Config)) trackertest.Subject {
	t.Helper()
	cfg := github.Config{
		Name: "github", BaseURL: base, App: &github.App{ID: 42, Installation: 77, Key: appPEM()},
		Pause: time.Millisecond, UserAgent: "bugferry/test",
	}
	if change != nil {
		change(&cfg)
	}
	tr, err := github.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	place, err := tr.Place("acme/web")
	if err != nil {
		t.Fatal(err)
	}
	return trackertest.Subject{Tracker: tr, Place: place, Ref: bridge.Ref{ID: "12", Name: "acme/web#12"}}
}

func openAsApp(t *testing.T, base string, timeout time.Duration) trackertest.Subject {
	t.Helper()
	return openAs(t, base, func(cfg *github.Config) { cfg.Timeout = timeout })
}

func TestContractAsApp(t *testing.T) { contract(t, openAsApp) }
func TestSecretsAsApp(t *testing.T)  { trackertest.Secrets(t, openAsApp, appPEM()) }

// direct hands requests to a handler without a network, so that a test can have a clock of its own.
type direct struct {
	http.Handler
	tokens atomic.Int32 // how many were asked for
}

func (d *direct) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/access_tokens") {
		d.tokens.Add(1)
	}
	if req.Body == nil {
		req.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, req)
	return w.Result(), req.Context().Err()
}

func TestAppsTokenIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := sandbox.New(sandbox.Config{App: standInApp()})
		wire := &direct{Handler: judge.Watch(t, box)}
		s := openAs(t, "https://ghe.acme.example/github/api/v3", func(cfg *github.Config) { cfg.Transport = wire })
		probe := func(want int32, when string) {
			t.Helper()
			if err := s.Tracker.Probe(t.Context()); err != nil {
				t.Errorf("%s: %v", when, err)
			}
			if got := wire.tokens.Load(); got != want {
				t.Errorf("%s: %d tokens asked for, want %d", when, got, want)
			}
		}
		probe(1, "at first")
		<-time.After(58 * time.Minute)
		probe(1, "after 58 minutes")
		<-time.After(time.Minute + time.Second)
		probe(2, "a minute before its end")

		box.RevokeTokens()
		if err := s.Tracker.Probe(t.Context()); !refused(err) {
			t.Errorf("with a token that was revoked: %v, want refused credentials", err)
		}
		probe(3, "after a refusal")
	})
}

func refused(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Refused && e.Nothing
}

// What GitHub says to who asks for a token is about the account, never about the report: nothing is parked, and it is
// certain that nothing was done.
func TestAppWithoutAToken(t *testing.T) {
	type outcome struct {
		Kind                   bridge.Kind
		Refused, Account, Hint bool
	}
	retry, no := outcome{}, outcome{Refused: true, Hint: true}
	for _, c := range []struct {
		name   string
		status int // 0: the connection is cut
		header string
		body   string
		want   outcome
		words  string
	}{
		{"the JWT is not taken", 401, "", `{"message":"A JSON web token could not be decoded"}`, no, "401 Unauthorized: A JSON web token could not be decoded"},
		{"suspended", 403, "", `{"message":"This installation has been suspended"}`, no, "403 Forbidden: This installation has been suspended"},
		{"removed", 404, "", `{"message":"Not Found"}`, no, "404 Not Found: Not Found"},
		{"gone", 410, "", ``, no, "410 Gone"},
		{"asked in vain", 422, "", `{"message":"no","errors":[{"resource":"Issue","field":"title"}]}`, no, "422 Unprocessable Entity: no; Issue title"},
		{"a limit by header", 403, "30", `{}`, outcome{Kind: bridge.Later, Account: true}, "403 Forbidden"},
		{"a limit by words", 403, "", `{"message":"You have exceeded a secondary rate limit."}`, outcome{Kind: bridge.Later, Account: true}, "secondary"},
		{"429", 429, "", ``, outcome{Kind: bridge.Later, Account: true}, "429 Too Many Requests"},
		{"redirected", 302, "", ``, outcome{Hint: true}, "302 Found"},
		{"502", 502, "", `<html>`, retry, "502 Bad Gateway"},
		{"cut", 0, "", ``, retry, "EOF"},
		{"a page", 201, "", `<html>ghs_secret`, retry, "unreadable answer"},
		{"no token in it", 201, "", `{"expires_at":"2099-01-01T00:00:00Z"}`, retry, "unreadable answer"},
		{"a token of another kind", 201, "", `{"token":["ghs_secret"]}`, retry, "unreadable answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var others atomic.Int32
			s := openAsApp(t, serve(t, func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/app/installations/77/access_tokens") {
					others.Add(1)
				}
				if c.status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Location", "/elsewhere")
				if c.header != "" {
					w.Header().Set("Retry-After", c.header)
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}), 0)
			_, err := s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker})
			e, ok := errors.AsType[*bridge.Error](err)
			if !ok {
				t.Fatalf("%v is no bridge.Error", err)
			}
			if diff := cmp.Diff(c.want, outcome{e.Kind, e.Refused, e.Account, e.Hint != ""}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !e.Nothing || e.Gone || len(e.Fields) > 0 || e.Kind == bridge.Retry && !e.Down() {
				t.Errorf("%#v: certainly nothing was done, and it is the account that fails", e)
			}
			const begin = "create issue in acme/web: token for installation 77 of GitHub App 42: "
			if text := e.Error(); !strings.HasPrefix(text, begin) || !strings.Contains(text, c.words) || strings.Contains(text, "ghs_") {
				t.Errorf("error %q, want %q … %q", text, begin, c.words)
			}
			if others.Load() != 0 {
				t.Error("the call was made without a token")
			}
		})
	}
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// The fence before a create reckons with one timeout, in which the token has to come too; and who waits behind others
// for a token does not wait longer than they.
func TestAppsTokenComesOutOfTheRequestsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := &direct{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })}
		slow := &direct{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/access_tokens") {
				<-time.After(7 * time.Second)
				w.WriteHeader(http.StatusCreated)
				_, _ = io.WriteString(w, `{"token":"ghs_1","expires_at":"2099-01-01T00:00:00Z"}`)
				return
			}
			<-r.Context().Done()
		})}
		for _, c := range []struct {
			name    string
			wire    http.RoundTripper
			read    bool
			nothing bool
		}{{"no token", hangs, false, true}, {"no token for a read", hangs, true, true}, {"a late one", slow, false, false}} {
			s := openAs(t, "https://api.example/", func(cfg *github.Config) { cfg.Timeout, cfg.Transport = 10*time.Second, c.wire })
			began := time.Now()
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					var err error
					if c.read {
						err = s.Tracker.Probe(t.Context())
					} else {
						_, err = s.Tracker.Create(t.Context(), s.Place, bridge.Draft{Marker: trackertest.Marker})
					}
					if err == nil || bridge.CertainlyNothing(err) != c.nothing {
						t.Errorf("%s: %v, certainly nothing: %v", c.name, err, bridge.CertainlyNothing(err))
					}
				})
			}
			wait.Wait()
			if took := time.Since(began); took != 10*time.Second {
				t.Errorf("%s: took %v, want the timeout of 10s", c.name, took)
			}
		}
	})
}

func TestAppsTokenIsAskedForOnceForAll(t *testing.T) {
	wire := &direct{Handler: judge.Watch(t, sandbox.New(sandbox.Config{App: standInApp()}))}
	s := openAs(t, "https://api.example/github/api/v3", func(cfg *github.Config) { cfg.Transport = wire })
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := s.Tracker.Probe(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := wire.tokens.Load(); n != 1 {
		t.Errorf("%d tokens, want 1", n)
	}
}

// body is an answer's that tells when it is closed.
type body struct {
	io.Reader
	close func()
}

func (b *body) Close() error { b.close(); return nil }

// ghinstallation leaves the answer open that says why there is no token.
func TestAppLeavesNoAnswerOpen(t *testing.T) {
	for _, status := range []int{201, 401, 404, 500} {
		var open atomic.Int32
		wire := roundTripper(func(req *http.Request) (*http.Response, error) {
			open.Add(1)
			text := strings.NewReader(`{"token":"ghs_1","expires_at":"2099-01-01T00:00:00Z"}` + strings.Repeat(" ", 2<<20))
			closed := sync.OnceFunc(func() { open.Add(-1) })
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: &body{text, closed}, Request: req}, nil
		})
		s := openAs(t, "https://api.example/", func(cfg *github.Config) { cfg.Transport = wire })
		_ = s.Tracker.Probe(t.Context()) // how it ends is not asked here
		if n := open.Load(); n != 0 {
			t.Errorf("%d: %d answers left open", status, n)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Asking for the token is part of the attempt: it is noted like any call, and neither it nor the log holds a secret.
func TestAppsTokenIsNotedAndNotTold(t *testing.T) {
	var log bytes.Buffer
	s := openAs(t, serve(t, judge.Watch(t, sandbox.New(sandbox.Config{App: standInApp()})).ServeHTTP)+"/github/api/v3", func(cfg *github.Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	ctx, calls := bridge.RecordCalls(t.Context())
	if err := s.Tracker.Probe(ctx); err != nil {
		t.Fatal(err)
	}
	var noted []string
	for _, call := range calls.List() {
		noted = append(noted, fmt.Sprint(call.Method, " ", call.URL[strings.Index(call.URL, "/github"):], " ", call.Status))
	}
	want := []string{"POST /github/api/v3/app/installations/77/access_tokens 201", "GET /github/api/v3/rate_limit 200"}
	if diff := cmp.Diff(want, noted); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if !strings.Contains(log.String(), "access_tokens") {
		t.Error("nothing of it in the log")
	}
	for _, secret := range []string{"ghs_", "eyJ", "Bearer", "PRIVATE"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%s in the log:\n%s", secret, log.String())
		}
	}
}

func TestAppsKeyIsJudgedWithoutTellingIt(t *testing.T) {
	for name, key := range map[string]string{"nothing": "", "a token": "ghs_secret", "broken": "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n"} {
		_, err := github.New(github.Config{Name: "github", BaseURL: "https://api.example/", App: &github.App{ID: 1, Installation: 1, Key: key}})
		bad, ok := errors.AsType[*github.KeyError](err)
		if !ok || bad.Err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "c2Vj") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, cfg := range map[string]github.Config{
		"both": {Token: "t", App: &github.App{ID: 1, Installation: 1, Key: appPEM()}}, "neither": {}, "no installation": {App: &github.App{ID: 1, Key: appPEM()}},
	} {
		cfg.BaseURL = "https://api.example/"
		if _, err := github.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCheckOfAnApp(t *testing.T) {
	for _, c := range []struct {
		name string
		box  func(*sandbox.App)
		cfg  func(*github.Config)
		repo string
		err  string
		hint string
	}{
		{name: "good", repo: "acme/web"},
		{name: "another key", box: func(a *sandbox.App) { a.Key = &rsa.PublicKey{N: appKey().N, E: 3} }, repo: "acme/web",
			err: "check credentials: 401 Unauthorized: A JSON web token could not be decoded", hint: "private key"},
		{name: "another App", cfg: func(c *github.Config) { c.App.ID = 43 }, repo: "acme/web", err: "404 Not Found: Integration not found", hint: "check app.id"},
		{name: "another installation", cfg: func(c *github.Config) { c.App.Installation = 78 }, repo: "acme/web",
			err: "token for installation 78 of GitHub App 42: 404", hint: "check app.id and app.installation_id"},
		{name: "not installed there", repo: "bugferry/demo", err: "check that the App is installed on bugferry/demo: 404", hint: "the App is installed on it"},
		{name: "may only read", box: func(a *sandbox.App) { a.Issues = "read" }, repo: "acme/web", err: "GitHub App ferry may not write issues", hint: "have the owner"},
		{name: "archived", repo: "acme/archived", err: "acme/archived is archived", hint: "unarchive"},
		{name: "readonly to a token, not to an App", repo: "acme/readonly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := standInApp()
			if c.box != nil {
				c.box(app)
			}
			s := openAs(t, serve(t, judge.Watch(t, sandbox.New(sandbox.Config{App: app})).ServeHTTP)+"/github/api/v3/", c.cfg)
			place := s.Place
			place.Name = c.repo
			found := append(s.Tracker.CheckAccount(t.Context()), s.Tracker.Check(t.Context(), place, bridge.Wishes{})...)
			bad := slices.IndexFunc(found, func(f bridge.Checked) bool { return f.Level == bridge.LevelProblem })
			switch {
			case c.err == "" && bad >= 0, c.err != "" && bad < 0:
				t.Errorf("%+v", found)
			case bad >= 0 && (!strings.Contains(found[bad].Text, c.err) || !strings.Contains(found[bad].Hint, c.hint)):
				t.Errorf("got %+v, want %q (… %s …)", found[bad], c.err, c.hint)
			}
		})
	}
}

func TestNoCredentialsIsNeverSent(t *testing.T) {
	if !tracker.NeverSent(fmt.Errorf("post: %w", &tracker.NoCredentials{Asked: tracker.Failure{Op: "token", Status: 502}})) {
		t.Error("a request without credentials was never sent")
	}
}
