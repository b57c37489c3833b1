package sandbox

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// App is a GitHub App that the stand-in GitHub knows, with one installation. As at GitHub its key signs a JWT, that
// gives a token for an hour, and the token files as "slug[bot]".
type App struct {
	ID           int64
	Slug         string
	Installation int64
	Owner        string         // whose repositories it is installed on, all of them
	Issues       string         // what it may do with issues; empty: write
	Key          *rsa.PublicKey // of the private key that the App's owner has
}

const (
	tokenLife = time.Hour // docs: Generating an installation access token
	maxJWT    = 10 * time.Minute
	tokenHead = "ghs_" // what GitHub's installation tokens begin with
)

// authorize lets in who may ask for the path: an App about itself, a token for everything else.
func (g *github) authorize(c *call) *answer {
	if asksAsApp(c.path) {
		return g.authorizeApp(c)
	}
	if token := bearer(c); strings.HasPrefix(token, tokenHead) {
		until, known := g.tokens[token]
		switch {
		case !known || !c.now.Before(until):
			return refusal(http.StatusUnauthorized, "Bad credentials")
		case c.path == "/user", c.request.Method != http.MethodGet && g.app.permissions()["issues"] != "write":
			return refusal(http.StatusForbidden, "Resource not accessible by integration")
		}
		return nil
	}
	return authorizeGitHub(c)
}

func refusal(status int, message string) *answer {
	a := ghError(status, message)
	return &a
}

func asksAsApp(path string) bool {
	return path == "/app" || strings.HasPrefix(path, "/app/") || strings.HasPrefix(path, "/repos/") && strings.HasSuffix(path, "/installation")
}

func bearer(c *call) string {
	_, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	return token
}

// authorizeApp holds a JWT against what GitHub asks of it (docs: Generating a JSON Web Token for a GitHub App). The
// words are those that users reported.
func (g *github) authorizeApp(c *call) *answer {
	var claims struct {
		Iss json.RawMessage `json:"iss"` // a number or a string
		Iat float64         `json:"iat"`
		Exp float64         `json:"exp"`
	}
	if g.app == nil || !signed(bearer(c), g.app.Key, &claims) {
		return refusal(http.StatusUnauthorized, "A JSON web token could not be decoded")
	}
	seconds := func(t time.Time) float64 { return float64(t.Unix()) }
	switch {
	case strings.Trim(string(claims.Iss), `"`) != strconv.FormatInt(g.app.ID, 10):
		return refusal(http.StatusNotFound, "Integration not found")
	case claims.Exp <= seconds(c.now):
		return refusal(http.StatusUnauthorized, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
	case claims.Exp > seconds(c.now.Add(maxJWT)):
		return refusal(http.StatusUnauthorized, "'Expiration time' claim ('exp') is too far in the future")
	case claims.Iat > seconds(c.now):
		return refusal(http.StatusUnauthorized, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
	}
	return nil
}

// signed reads a JWT's claims if key's other half has signed it with RS256.
func signed(token string, key *rsa.PublicKey, claims any) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return false
		}
	}
	var head struct {
		Alg string `json:"alg"`
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return json.Unmarshal(raw[0], &head) == nil && head.Alg == "RS256" &&
		rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], raw[2]) == nil && json.Unmarshal(raw[1], claims) == nil
}

// self is who asks: the App where the token is its installation's.
func (g *github) self(c *call) *ghUser {
	if g.app != nil && strings.HasPrefix(bearer(c), tokenHead) {
		return g.bot
	}
	return g.users[0]
}

// sees says whether the asker knows of the repository.
func (g *github) sees(c *call, r *ghRepo) bool {
	return g.self(c) != g.bot || !r.private || strings.EqualFold(r.owner, g.app.Owner)
}

func (g *github) getApp(c *call) answer {
	at := ghTime(seedTime)
	return ok(object{
		"id": g.app.ID, "slug": g.app.Slug, "node_id": "A_1", "name": g.app.Slug, "description": nil, "owner": g.users[0].wire(c),
		"external_url": c.site, "html_url": c.site + "/apps/" + g.app.Slug, "created_at": at, "updated_at": at,
		"permissions": g.app.permissions(), "events": []string{}, "installations_count": 1,
	})
}

func (a *App) permissions() object {
	return object{"issues": cmp.Or(a.Issues, "write"), "metadata": "read"}
}

func (g *github) getInstallation(c *call) answer {
	r := g.repo(c.params["owner"], c.params["repo"])
	if r == nil || !strings.EqualFold(r.owner, g.app.Owner) {
		return ghNotFound(c)
	}
	at, self := ghTime(seedTime), c.api+"/app/installations/"+strconv.FormatInt(g.app.Installation, 10)
	return ok(object{
		"id": g.app.Installation, "app_id": g.app.ID, "app_slug": g.app.Slug, "account": g.owner(r).wire(c), "target_type": "Organization",
		"repository_selection": "all", "permissions": g.app.permissions(), "events": []string{}, "suspended_at": nil,
		"access_tokens_url": self + "/access_tokens", "created_at": at, "updated_at": at,
	})
}

func (g *github) createToken(c *call) answer {
	if c.params["id"] != strconv.FormatInt(g.app.Installation, 10) {
		return ghNotFound(c)
	}
	token, until := tokenHead+rand.Text(), c.now.Add(tokenLife)
	g.tokens[token] = until
	return created(object{
		"token": token, "expires_at": ghTime(until), "permissions": g.app.permissions(), "repository_selection": "all",
	})
}

// RevokeTokens ends all installation tokens before their time, as GitHub does when an installation is suspended.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.github.tokens)
}
