package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"

	"github.com/bugferry/bugferry/pkg/tracker"
)

// App is a GitHub App, one installation of it. GitHub gives it a token for an hour for a JWT that the key signs
// (docs.github.com, authenticating as a GitHub App installation).
type App struct {
	ID           int64
	Installation int64
	Key          string // the private key, in PEM form
}

// KeyError says that an App's private key is none.
type KeyError struct{ Err error }

func (e *KeyError) Error() string { return "private key of the GitHub App: " + e.Err.Error() }

// Unwrap returns what is wrong with the key; it holds nothing of it.
func (e *KeyError) Unwrap() error { return e.Err }

// maxTokenAnswer bounds the answer with a token, in bytes: it may list an installation's repositories.
const maxTokenAnswer = 1 << 20

const appHint = "GitHub gives the App no token: check app.id and app.installation_id, that the private key was not deleted in the App's " +
	"settings, that the installation is neither removed nor suspended, and that this machine's clock is right"

// installation gives requests the token of an App's installation, and asks for a new one a minute before the old one
// ends, or when GitHub does not take it any more.
type installation struct {
	app     App
	base    string        // of the API
	timeout time.Duration // for one token, waiting for others who ask included
	next    http.RoundTripper

	turn   chan struct{}             // who has put something in may use what is below; a mutex would let nobody give up
	asker  *ghinstallation.Transport // asks for tokens and keeps the last one
	last   string                    // that one
	issues string                    // what it may do with issues: read, write, or nothing
}

// newInstallation judges the key; no call is made.
func newInstallation(app App, base string, timeout time.Duration) (*installation, error) {
	if app.ID <= 0 || app.Installation <= 0 {
		return nil, errors.New("a GitHub App needs its id and that of an installation")
	}
	if _, err := ghinstallation.NewAppsTransport(nil, app.ID, []byte(app.Key)); err != nil {
		return nil, &KeyError{Err: errors.New("it is no RSA key in PEM form; download one from the App's settings page")}
	}
	if timeout <= 0 {
		timeout = tracker.DefaultTimeout
	}
	return &installation{app: app, base: base, timeout: timeout, turn: make(chan struct{}, 1)}, nil
}

// auth is the [tracker.Auth] of the installation.
func (i *installation) auth(next http.RoundTripper) http.RoundTripper {
	i.next = next
	i.renew()
	return i
}

// authAsApp is the [tracker.Auth] of the App itself, which may ask about itself and its installations.
func (i *installation) authAsApp(next http.RoundTripper) http.RoundTripper {
	signs := i.signer(next)
	return transport(func(req *http.Request) (*http.Response, error) {
		return signs.RoundTrip(req.Clone(req.Context())) // it writes into the request it is given
	})
}

// signer puts the App's JWT on requests.
func (i *installation) signer(next http.RoundTripper) *ghinstallation.AppsTransport {
	signs, _ := ghinstallation.NewAppsTransport(bounded(next), i.app.ID, []byte(i.app.Key)) // newInstallation has judged the key
	signs.BaseURL = i.base
	return signs
}

// renew forgets the token.
func (i *installation) renew() {
	i.asker = ghinstallation.NewFromAppsTransport(i.signer(i.next), i.app.Installation)
}

// RoundTrip implements [http.RoundTripper]. Its error is a [tracker.NoCredentials] where there is no token.
func (i *installation) RoundTrip(req *http.Request) (*http.Response, error) {
	token, err := i.token(req.Context())
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // a RoundTripper's duty, and nothing was read from it
		}
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "token "+token)
	resp, err := i.next.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusUnauthorized {
		i.forget(req.Context(), token)
	}
	return resp, err
}

// token returns a token that is good for a minute at least.
func (i *installation) token(ctx context.Context) (string, error) {
	// The time is for the waiting too: where GitHub hangs, all who wait give up together, not one after the other.
	ctx, cancel := context.WithTimeout(ctx, i.timeout)
	defer cancel()
	if err := i.take(ctx); err != nil {
		return "", i.refused(err)
	}
	defer i.give()
	token, err := i.asker.Token(ctx)
	if err == nil && token == "" {
		err = errors.New("no token in it")
	}
	if err != nil {
		return "", i.refused(err)
	}
	may, _ := i.asker.Permissions() // fails only without a token
	i.last, i.issues = token, may.GetIssues()
	return token, nil
}

// forget has the next request ask for a new token, unless somebody has done so meanwhile.
func (i *installation) forget(ctx context.Context, bad string) {
	if i.take(ctx) != nil {
		return
	}
	defer i.give()
	if i.last == bad {
		i.renew()
	}
}

// mayWriteIssues says whether the owner of the installation has granted what Bugferry needs.
func (i *installation) mayWriteIssues(ctx context.Context) (bool, error) {
	if _, err := i.token(ctx); err != nil {
		return false, err
	}
	if err := i.take(ctx); err != nil {
		return false, err
	}
	defer i.give()
	return i.issues == "write", nil
}

func (i *installation) take(ctx context.Context) error {
	select {
	case i.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (i *installation) give() { <-i.turn }

// refused reads why there is no token. ghinstallation leaves an answer that is no token open.
func (i *installation) refused(err error) error {
	asked := tracker.Failure{Op: fmt.Sprintf("token for installation %d of GitHub App %d", i.app.Installation, i.app.ID), Method: http.MethodPost}
	failed, ok := errors.AsType[*ghinstallation.HTTPError](err)
	switch {
	case ok && failed.Response != nil:
		body := readAnswer(failed.Response)
		_ = failed.Response.Body.Close() // all that is wanted of it has been read
		asked.Status, asked.Header = failed.Response.StatusCode, failed.Response.Header
		asked.Message, asked.Limited = body.words(), body.speaksOfLimit()
	case ok:
		asked.Err = failed.RootCause
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		asked.Err = err
	default:
		asked.Err = errors.New("unreadable answer") // whose cause may repeat what stands in it
	}
	return &tracker.NoCredentials{Asked: asked, Hint: appHint}
}

// bounded cuts the answers that come through next.
func bounded(next http.RoundTripper) http.RoundTripper {
	return transport(func(req *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(req)
		if err == nil {
			resp.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(resp.Body, maxTokenAnswer), resp.Body}
		}
		return resp, err
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
