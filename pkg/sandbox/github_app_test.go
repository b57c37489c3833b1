package sandbox_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

var appKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// jwt signs claims with the key.
func jwt(t *testing.T, key *rsa.PrivateKey, head, claims string) string {
	t.Helper()
	text := base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	check(t, err)
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

const (
	rs256     = `{"alg":"RS256","typ":"JWT"}`
	goodClaim = `{"iss":"42","iat":1790855940,"exp":1790856300}` // from a minute before noon to five after it
)

// withApp is a sandbox that knows the App, with a clock to set.
func withApp(t *testing.T, app sandbox.App) (b box, now *time.Time) {
	t.Helper()
	at := noon
	app.ID, app.Slug, app.Installation, app.Owner, app.Key = 42, "ferry", 77, "acme", &appKey().PublicKey
	return serve(t, sandbox.Config{App: &app, Now: func() time.Time { return at }}), &at
}

func TestGitHubAppMustProveWhoItIs(t *testing.T) {
	b, _ := withApp(t, sandbox.App{})
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	const expired = "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
	for _, c := range []struct {
		name, token string
		status      int
		message     string
	}{
		{"good", jwt(t, appKey(), rs256, goodClaim), 200, ""},
		{"the id as a number", jwt(t, appKey(), rs256, strings.Replace(goodClaim, `"42"`, `42`, 1)), 200, ""},
		{"another key", jwt(t, stranger, rs256, goodClaim), 401, "A JSON web token could not be decoded"},
		{"changed after it was signed", strings.Replace(jwt(t, appKey(), rs256, goodClaim), ".eyJ", ".eyI", 1), 401, "A JSON web token could not be decoded"},
		{"another algorithm", jwt(t, appKey(), `{"alg":"none"}`, goodClaim), 401, "A JSON web token could not be decoded"},
		{"a token", "good", 401, "A JSON web token could not be decoded"},
		{"another App", jwt(t, appKey(), rs256, `{"iss":"43","iat":1790855940,"exp":1790856300}`), 404, "Integration not found"},
		{"expired", jwt(t, appKey(), rs256, `{"iss":"42","iat":1790855940,"exp":1790856000}`), 401, expired},
		{"too long", jwt(t, appKey(), rs256, `{"iss":"42","iat":1790855940,"exp":1790856601}`), 401, "'Expiration time' claim ('exp') is too far in the future"},
		{"from the future", jwt(t, appKey(), rs256, `{"iss":"42","iat":1790856001,"exp":1790856300}`), 401,
			"'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := b.do("GET", gh+"/app", nil, "Authorization", "Bearer "+c.token)
			message, _ := got.get("message").(string)
			if got.Status != c.status || message != c.message {
				t.Errorf("got %d %q, want %d %q", got.Status, message, c.status, c.message)
			}
		})
	}
}

func TestGitHubAppFilesWithATokenForAnHour(t *testing.T) {
	b, now := withApp(t, sandbox.App{})
	asApp := []string{"Authorization", "Bearer " + jwt(t, appKey(), rs256, goodClaim)}
	b.must(404, "POST", gh+"/app/installations/78/access_tokens", nil, asApp...)
	b.must(401, "POST", gh+"/app/installations/77/access_tokens", nil)
	got := b.must(201, "POST", gh+"/app/installations/77/access_tokens", nil, asApp...)
	token, _ := got.get("token").(string)
	diff(t, "expiry", any("2026-10-01T13:00:00Z"), got.get("expires_at"))
	diff(t, "permission", any("write"), got.get("permissions", "issues"))

	with := []string{"Authorization", "token " + token}
	issue := b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T"}, with...)
	diff(t, "author", any("ferry[bot]"), issue.get("user", "login"))
	diff(t, "kind", any("Bot"), issue.get("user", "type"))
	b.must(403, "GET", gh+"/user", nil, with...)
	b.must(404, "GET", gh+"/repos/bugferry/demo", nil, with...)
	b.must(401, "GET", gh+"/app", nil, with...)
	*now = noon.Add(time.Hour - time.Second)
	b.must(200, "GET", gh+"/repos/acme/web", nil, with...)
	*now = noon.Add(time.Hour)
	b.must(401, "GET", gh+"/repos/acme/web", nil, with...)
	b.must(401, "GET", gh+"/repos/acme/web", nil, "Authorization", "token ghs_unknown")
}

func TestGitHubAppIsInstalledAtItsOwners(t *testing.T) {
	b, _ := withApp(t, sandbox.App{Issues: "read"})
	asApp := []string{"Authorization", "Bearer " + jwt(t, appKey(), rs256, goodClaim)}
	diff(t, "installation", any(77.0), b.must(200, "GET", gh+"/repos/acme/web/installation", nil, asApp...).get("id"))
	b.must(404, "GET", gh+"/repos/bugferry/demo/installation", nil, asApp...)

	token, _ := b.must(201, "POST", gh+"/app/installations/77/access_tokens", nil, asApp...).get("token").(string)
	b.must(403, "POST", gh+"/repos/acme/web/issues", object{"title": "T"}, "Authorization", "token "+token)
	b.RevokeTokens()
	b.must(401, "GET", gh+"/repos/acme/web", nil, "Authorization", "token "+token)
}

func TestGitHubKnowsNoAppUnlessTold(t *testing.T) {
	b := start(t)
	b.must(401, "GET", gh+"/app", nil, "Authorization", "Bearer "+jwt(t, appKey(), rs256, goodClaim))
	b.must(401, "POST", gh+"/app/installations/77/access_tokens", nil)
}
