// Package judge holds what an adapter and the sandbox say to each other against the vendors' own descriptions, in tests.
// Where those are silent a supplement of ours speaks, and names the vendor's page for each operation. An exchange that
// no description knows fails the test as one that breaks its description does: nothing passes unjudged.
package judge

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Test is a test that a judge may fail: of package testing, or one run of a property.
type Test interface {
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
	Cleanup(run func())
}

// Judge is a sandbox under observation. It is an [http.Handler] and may serve several requests at once.
type Judge struct {
	t       Test
	sandbox http.Handler
	books   []book
	adf     *jsonschema.Schema
	valid   sync.Map // of documents, by their sum

	mu     sync.Mutex
	seen   map[string]int // exchanges by operation
	exempt map[string]int // of those, the ones whose answer was a fault that the test ordered
}

// Watch returns sandbox with a judge before it. When the test ends, its log says how many operations were judged.
func Watch(t Test, sandbox http.Handler) *Judge {
	j := &Judge{t: t, sandbox: sandbox, seen: map[string]int{}, exempt: map[string]int{}}
	j.books, j.adf = library()
	t.Cleanup(j.report)
	return j
}

// ServeHTTP judges the request, has the sandbox answer, and judges the answer. Pages and what is below /_sandbox/ are
// the sandbox's own and no vendor's.
func (j *Judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	shelf, path, ours := j.find(r.URL.EscapedPath())
	if !ours {
		j.sandbox.ServeHTTP(w, r)
		return
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	body, err := io.ReadAll(r.Body)
	if err != nil { // whoever asked is gone, killed maybe: there is no request to judge, and nobody to answer
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	asked, known := shelf.look(r, path)
	tee := &tee{ResponseWriter: w, status: http.StatusOK}
	if !known {
		j.t.Errorf("judge: %s %s: no description knows it", r.Method, r.URL.Path)
		j.sandbox.ServeHTTP(w, r)
		return
	}
	j.count(j.seen, asked.name)
	if err := j.request(asked, r, body); err != nil {
		j.t.Errorf("judge: %s asks %s?%s: %v\n%s", asked.name, r.URL.Path, r.URL.RawQuery, err, body)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	defer func() { // an answer that is cut short leaves by a panic
		if err := j.answer(asked, r, tee); err != nil && !j.ordered(asked.name, r) {
			j.t.Errorf("judge: %s is answered %d: %v\n%s", asked.name, tee.status, err, tee.body.Bytes())
		}
	}()
	j.sandbox.ServeHTTP(tee, r)
}

func (j *Judge) request(o operation, r *http.Request, body []byte) error {
	if err := o.queried(r); err != nil {
		return err
	}
	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	input := o.input(copied)
	input.Options = &openapi3filter.Options{
		MultiError: true, RejectWhenRequestBodyNotSpecified: true, SkipSettingDefaults: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		return err
	}
	if err := o.named(body); err != nil {
		return err
	}
	return j.documents(body)
}

func (j *Judge) answer(o operation, r *http.Request, a *tee) error {
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: o.input(r), Status: a.status, Header: a.Header(),
		Body: io.NopCloser(bytes.NewReader(a.body.Bytes())),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, ExcludeResponseBody: a.body.Len() == 0 && a.status < 300, MultiError: true,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	})
	if err != nil {
		return err
	}
	return j.documents(a.body.Bytes())
}

// documents holds every ADF document of a body against Atlassian's schema, wherever in it the document stands: OpenAPI
// leaves open which custom field holds one.
func (j *Judge) documents(body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return nil //nolint:nilerr // not JSON: the description has said what it thinks of that
	}
	return j.documentsIn(v)
}

func (j *Judge) documentsIn(v any) error {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "doc" && v["content"] != nil {
			return j.document(v)
		}
		for name, member := range v {
			if err := j.documentsIn(member); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		for _, member := range v {
			if err := j.documentsIn(member); err != nil {
				return err
			}
		}
	}
	return nil
}

// document validates v once, however often it comes back in answers: of a long one the schema takes its time.
func (j *Judge) document(v map[string]any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	key := sha256.Sum256(text)
	if _, valid := j.valid.Load(key); valid {
		return nil
	}
	if err := j.adf.Validate(v); err != nil {
		return err
	}
	j.valid.Store(key, true)
	return nil
}

// ordered says whether the last request like r met a fault that the test had ordered: such an answer is what a vendor's
// description does not promise, and it is exempt.
func (j *Judge) ordered(name string, r *http.Request) bool {
	w := httptest.NewRecorder()
	j.sandbox.ServeHTTP(w, httptest.NewRequestWithContext(r.Context(), http.MethodGet, "/_sandbox/state", nil))
	var state struct {
		Requests []struct{ Tracker, Method, Path, Fault string } `json:"requests"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &state); err != nil {
		return false
	}
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil {
		return false
	}
	for i := len(state.Requests) - 1; i >= 0; i-- {
		past := state.Requests[i]
		if past.Method == r.Method && strings.HasSuffix(path, past.Path) {
			if past.Fault != "" {
				j.count(j.exempt, name)
			}
			return past.Fault != ""
		}
	}
	return false
}

func (j *Judge) count(of map[string]int, name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	of[name]++
}

// Judged is how many exchanges of each operation there were, added to what sum holds already.
func (j *Judge) Judged(sum map[string]int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for name, n := range j.seen {
		sum[name] += n
	}
}

func (j *Judge) report() {
	j.mu.Lock()
	defer j.mu.Unlock()
	exchanges, faults := 0, 0
	for _, n := range j.seen {
		exchanges += n
	}
	for _, n := range j.exempt {
		faults += n
	}
	j.t.Logf("judge: %d operations in %d exchanges; %d answers exempt as ordered faults", len(j.seen), exchanges, faults)
}

// tee keeps what it passes on.
type tee struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *tee) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *tee) Write(b []byte) (int, error) {
	w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *tee) Unwrap() http.ResponseWriter { return w.ResponseWriter }
