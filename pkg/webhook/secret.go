package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const redacted = "[redacted]"

// secrets are accepted values, by hash: comparing hashes tells neither a secret's length nor how much of it was right.
type secrets [][sha256.Size]byte

func newSecrets(values []string) secrets {
	var s secrets
	for _, value := range values {
		if value != "" { // an empty secret would let everybody in
			s = append(s, sha256.Sum256([]byte(value)))
		}
	}
	return s
}

// accept says whether value is one of the secrets, in a time that does not depend on which.
func (s secrets) accept(value string) bool {
	hash := sha256.Sum256([]byte(value))
	found := 0
	for i := range s {
		found |= subtle.ConstantTimeCompare(hash[:], s[i][:])
	}
	return found == 1
}

// redactor takes secrets out of headers before they are stored.
type redactor struct {
	names  map[string]bool   // of configured headers
	values *strings.Replacer // configured secrets, also as a URL writes them
}

// tellingNames are parts of the names of headers that hold credentials: ours, a proxy's, a browser's.
var tellingNames = []string{"authorization", "cookie", "token", "secret", "password", "credential", "jwt", "api-key", "apikey", "assertion", "signature"}

func newRedactor(hooks []Hook) redactor {
	r := redactor{names: map[string]bool{}}
	found := map[string]bool{}
	for _, hook := range hooks {
		for _, token := range hook.Tokens {
			found[token], found[url.QueryEscape(token)], found[url.PathEscape(token)] = true, true, true
		}
		for name, values := range hook.Headers {
			r.names[http.CanonicalHeaderKey(name)] = true
			for _, value := range values {
				found[value] = true
			}
		}
	}
	delete(found, "")
	// The longest first: a secret may begin another.
	ordered := slices.SortedFunc(maps.Keys(found), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, value := range ordered {
		pairs = append(pairs, value, redacted)
	}
	r.values = strings.NewReplacer(pairs...)
	return r
}

// target returns the request's path and query without the secret, right or wrong, that the URL carries for the endpoint.
func (r redactor) target(hook *endpoint, rest string, u *url.URL) string {
	path := hook.path
	if rest != "" {
		path += "/" + redacted
	}
	if u.RawQuery == "" {
		return path
	}
	pairs := strings.Split(u.RawQuery, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(name); err != nil || tells(name) {
			pairs[i] = name + "=" + redacted
		}
	}
	return r.values.Replace(path + "?" + strings.Join(pairs, "&"))
}

// header returns a copy of h in which nothing is secret. Proxies repeat the URL in headers of their own, so every value is
// searched.
func (r redactor) header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		whole := r.names[name] || tells(name)
		for _, value := range values {
			if whole {
				value = redacted
			}
			out[name] = append(out[name], r.values.Replace(value))
		}
	}
	return out
}

func tells(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(tellingNames, func(part string) bool { return strings.Contains(name, part) })
}
