package webhook

import (
	"maps"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// endpoint is a Hook, prepared.
type endpoint struct {
	path     string
	tokens   secrets
	asks     bool // for a token
	headers  []namedSecrets
	projects []string // nil: all
	from     []netip.Prefix
	ignored  []string
	capture  bool
}

type namedSecrets struct {
	name   string
	values secrets
}

func newEndpoint(hook Hook) endpoint {
	e := endpoint{
		path: "/" + strings.Trim(hook.Path, "/"), tokens: newSecrets(hook.Tokens), asks: len(hook.Tokens) > 0,
		from: hook.From, ignored: hook.IgnoreBugIDs, capture: hook.Capture,
	}
	for _, name := range slices.Sorted(maps.Keys(hook.Headers)) {
		e.headers = append(e.headers, namedSecrets{http.CanonicalHeaderKey(name), newSecrets(hook.Headers[name])})
	}
	if !slices.Contains(hook.Projects, "*") {
		e.projects = hook.Projects
	}
	return e
}

var slashes = regexp.MustCompile(`/{2,}`)

// find returns the endpoint with the longest path that begins the request's, and what follows it. Slashes around either, and
// doubled ones, do not count: a redirect to the proper spelling would turn a POST into a GET and lose the report.
func find(endpoints []endpoint, requestPath string) (found *endpoint, rest string) {
	requestPath = "/" + strings.TrimLeft(slashes.ReplaceAllString(requestPath, "/"), "/")
	for i := range endpoints {
		e := &endpoints[i]
		after, ok := strings.CutPrefix(requestPath, e.path)
		if !ok || after != "" && after[0] != '/' && e.path != "/" {
			continue
		}
		after = strings.Trim(after, "/")
		if after != "" && !e.asks {
			continue
		}
		if found == nil || len(e.path) > len(found.path) {
			found, rest = e, after
		}
	}
	return found, rest
}

// knows says whether the URL carries the secret, if one is asked for.
func (e *endpoint) knows(rest string, r *http.Request) bool {
	if !e.asks {
		return true
	}
	inPath := e.tokens.accept(rest)
	inQuery := e.tokens.accept(r.URL.Query().Get("token"))
	return inPath || inQuery
}

// missing names the configured header that h does not match, "" if it matches all.
func (e *endpoint) missing(h http.Header) string {
	missing := ""
	for _, header := range e.headers {
		if !slices.ContainsFunc(h.Values(header.name), header.values.accept) {
			missing = header.name
		}
	}
	return missing
}

// ignores says whether reports of this bug have no effect here.
func (e *endpoint) ignores(bug string) bool { return slices.Contains(e.ignored, bug) }

// admits says whether source may send.
func (e *endpoint) admits(source netip.Addr) bool {
	return len(e.from) == 0 || bridge.InNetworks(source, e.from)
}

func (e *endpoint) speaksFor(project string) bool {
	return len(e.projects) == 0 || slices.Contains(e.projects, project)
}
