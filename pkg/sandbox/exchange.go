package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is the most that a request may carry, in bytes; attachments are the largest.
const maxBody = 16 << 20

// object is a JSON object of an answer.
type object = map[string]any

// tracker is one vendor's API: where it stands, what it knows, and how it refuses.
type tracker struct {
	name      string // as Request.Tracker
	site      string // path of its pages
	api       string // path under which the routes stand, as the asker's base_url has it
	root      string // what the paths of all routes begin with; what does not is a page's
	routes    []route
	authorize func(*call) *answer // nil: come in
	missing   func(*call) answer  // no such path
	header    func(http.Header, time.Time)
	refuse    func(*call, int) answer     // its own error of a status
	limit     func(*call, *Rule) answer   // its own answer to who asks too much, with all headers
	watch     func(*watch, *call, answer) // counts what it limits
	spaced    bool                        // wants a second between two writes
}

// complete is an answer as it goes out: encoded, with what the tracker always sends along.
func (t *tracker) complete(a answer, c *call) answer {
	a.encode()
	if t.header != nil {
		t.header(a.headers(), c.now)
	}
	return a
}

type handler func(*call) answer

// route is a method and a path whose segments in braces are parameters. The first that fits answers.
type route struct {
	method  string
	pattern []string
	handle  handler
}

func on(method, pattern string, h handler) route {
	return route{method, strings.Split(pattern, "/"), h}
}

// match returns the parameters of an escaped path, or false.
func (r route) match(method string, path []string) (map[string]string, bool) {
	if r.method != method || len(r.pattern) != len(path) {
		return nil, false
	}
	params := map[string]string{}
	for i, want := range r.pattern {
		got, err := url.PathUnescape(path[i])
		if err != nil {
			return nil, false
		}
		if name, isParam := strings.CutPrefix(want, "{"); isParam && got != "" {
			params[strings.TrimSuffix(name, "}")] = got
		} else if want != got {
			return nil, false
		}
	}
	return params, true
}

// call is one request to a tracker, read to its end.
type call struct {
	request *http.Request
	path    string // below the tracker's API
	params  map[string]string
	query   url.Values
	body    []byte
	site    string // URL of the tracker's pages
	api     string // URL of its API
	now     time.Time
	lag     time.Duration // how long a new issue is not found
}

// indexed says whether what was created then can be found by now.
func (c *call) indexed(created time.Time) bool { return !c.now.Before(created.Add(c.lag)) }

// decode reads the body as one JSON value, numbers as they stand.
func (c *call) decode(into any) error {
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

// answer is what a tracker says: a body that is not []byte is sent as JSON, nil sends none.
type answer struct {
	status int
	body   any
	header http.Header
	cut    cut
}

func ok(body any) answer                    { return answer{status: http.StatusOK, body: body} }
func created(body any) answer               { return answer{status: http.StatusCreated, body: body} }
func noContent() answer                     { return answer{status: http.StatusNoContent} }
func (a answer) with(name, v string) answer { a.set(name, v); return a }
func (a *answer) set(name, value string)    { a.headers().Set(name, value) }
func (a *answer) headers() http.Header {
	if a.header == nil {
		a.header = http.Header{}
	}
	return a.header
}

// encode turns the body into bytes, so that nothing of the state is read after the lock is gone.
func (a *answer) encode() {
	if _, raw := a.body.([]byte); raw || a.body == nil {
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.body); err != nil {
		*a = answer{status: http.StatusInternalServerError, body: []byte(err.Error())}
		return
	}
	a.body = b.Bytes()
	a.set("Content-Type", "application/json; charset=utf-8")
}

func send(w http.ResponseWriter, a answer) {
	a.encode()
	maps.Copy(w.Header(), a.header)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch a.cut {
	case half:
		sendHalf(w, a)
	case nothing:
		panic(http.ErrAbortHandler) // net/http closes the connection and says nothing
	}
	w.WriteHeader(a.status)
	if body, has := a.body.([]byte); has {
		_, _ = w.Write(body) // the asker has gone; there is nobody to tell
	}
}

// serveTracker takes one request through its stations: read, effect, answer. Between reading and effect and between
// effect and answer nothing of the state is locked: there a rule can hold a request up, refuse it or cut it.
func (s *Server) serveTracker(t *tracker, path string, w http.ResponseWriter, r *http.Request) {
	c, refused := s.read(t, path, w, r)
	if refused != nil {
		a := t.complete(*refused, c)
		s.note(r.Context(), Request{At: c.now, Tracker: t.name, Method: r.Method, Path: unescaped(path), Status: a.status})
		send(w, a)
		return
	}
	s.noteWrite(t, c)
	rule, came := s.strike(t, c), c.now
	a := s.outcome(t, c, rule, w)
	s.note(r.Context(), Request{At: came, Tracker: t.name, Method: r.Method, Path: unescaped(path), Status: a.status, Fault: rule.label()})
	send(w, a)
}

// read takes in the whole request; what it refuses has no effect.
func (s *Server) read(t *tracker, path string, w http.ResponseWriter, r *http.Request) (*call, *answer) {
	base := s.base(r)
	c := &call{request: r, path: path, query: r.URL.Query(), site: base + t.site, api: base + t.api, now: s.cfg.Now().UTC()}
	var refused *answer
	c.body, refused = readAll(w, r)
	return c, refused
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, *answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, &answer{status: http.StatusRequestEntityTooLarge, body: object{"message": "the sandbox takes no body over 16 MiB, and none that breaks off"}}
	}
	return body, nil
}

// effect changes the state and says what came of it, at once for all who ask.
func (s *Server) effect(t *tracker, c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.lag = time.Duration(s.trouble.IndexLag)
	a := t.handle(c)
	t.watch(&s.watch, c, a)
	return t.complete(a, c)
}

func (t *tracker) handle(c *call) answer {
	if refused := t.authorize(c); refused != nil {
		return *refused
	}
	path := strings.Split(c.path, "/")
	for _, r := range t.routes {
		if params, fits := r.match(c.request.Method, path); fits {
			c.params = params
			return r.handle(c)
		}
	}
	return t.missing(c)
}

func unescaped(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}
