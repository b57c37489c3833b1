// Package judge holds what an adapter and the sandbox say to each other against the vendors' own descriptions, in tests.
// Where those are silent a supplement of ours speaks, and names the vendor's page for each operation. An exchange that
// no description knows fails the test as one that breaks its description does: nothing passes unjudged.
package judge

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

// Test is a test that a judge may fail: of package testing, or one run of a property.
type Test interface {
	Errorf(format string, args ...any)
	Logf(format string, args ...any)
	Cleanup(run func())
}

// Judge is a sandbox under observation. It is an [http.Handler] and may serve several requests at once.
type Judge struct {
	t     Test
	box   http.Handler
	books []book
	adf   *jsonschema.Schema
	valid sync.Map // of documents, by their sum

	mu      sync.Mutex
	meant   map[string]int // requests to come that are to break their description, by method and path
	figures Figures
}

// Watch returns box with a judge before it. When the test ends, its log says how many operations were judged.
func Watch(t Test, box http.Handler) *Judge {
	j := &Judge{t: t, box: box, meant: map[string]int{}}
	j.books, j.adf = library()
	t.Cleanup(j.report)
	return j
}

// Listen serves box with a judge before it, on loopback and until the test ends.
func Listen(t Test, box http.Handler) *httptest.Server {
	server := httptest.NewServer(Watch(t, box))
	t.Cleanup(server.Close)
	return server
}

// Breaks says that the next request with this method and this path, escaped as it is sent and without its query, is meant to
// break its description, or to be of none. The test fails if it does not, or does not come. Its answer is judged all the same.
func (j *Judge) Breaks(method, path string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.meant[method+" "+path]++
}

// ServeHTTP judges the request, has the sandbox answer, and judges the answer. Pages and what is below /_sandbox/ are
// the sandbox's own and no vendor's.
func (j *Judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if page(r.URL.EscapedPath()) {
		j.box.ServeHTTP(w, r)
		return
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	body, err := io.ReadAll(r.Body)
	if err != nil { // whoever asked is gone, killed maybe: there is no request to judge, and nobody to answer
		panic(http.ErrAbortHandler)
	}
	shelf, path := j.find(r.URL.EscapedPath())
	asked, known := shelf.look(r, path)
	err = errors.New("no description knows it")
	if known {
		j.count(asked.name)
		err = j.request(asked, r, body)
	}
	j.hear(r, err, body)
	var noted sandbox.Request
	told := r.WithContext(sandbox.Witness(r.Context(), func(n sandbox.Request) { noted = n }))
	told.Body = io.NopCloser(bytes.NewReader(body))
	tee := &tee{ResponseWriter: w, status: http.StatusOK}
	defer func() { // an answer that is cut short leaves by a panic
		if err := j.answer(shelf, asked, r, tee); err != nil && !j.ordered(noted) {
			j.t.Errorf("judge: %s %s is answered %d: %v\n%s", r.Method, r.URL.Path, tee.status, err, tee.body.Bytes())
		}
	}()
	j.box.ServeHTTP(tee, told)
}

// hear reports what is wrong with a request, or that nothing is where something should be.
func (j *Judge) hear(r *http.Request, wrong error, body []byte) {
	key := r.Method + " " + r.URL.EscapedPath()
	j.mu.Lock()
	meant := j.meant[key] > 0
	if meant {
		j.meant[key]--
		j.figures.Broken++
	}
	j.mu.Unlock()
	switch {
	case wrong != nil && !meant:
		j.t.Errorf("judge: %s?%s: %v\n%s", key, r.URL.RawQuery, wrong, body)
	case wrong == nil && meant:
		j.t.Errorf("judge: %s?%s is meant to break its description and does not\n%s", key, r.URL.RawQuery, body)
	}
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

// answer judges a. What answers a request of no description must be a refusal in the vendor's own form.
func (j *Judge) answer(shelf book, o operation, r *http.Request, a *tee) error {
	if o.name == "" {
		return shelf.refusal(a.status, a.body.Bytes())
	}
	err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: o.input(r), Status: a.status, Header: a.Header(),
		Body: io.NopCloser(bytes.NewReader(a.body.Bytes())),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, ExcludeResponseBody: a.status == http.StatusNoContent && a.body.Len() == 0, MultiError: true,
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

// ordered says whether the exchange that the sandbox noted so met a fault which the test had ordered: such an answer, or
// none, is what a vendor's description does not promise, and it is exempt. What is only delayed is no other answer.
func (j *Judge) ordered(noted sandbox.Request) bool {
	if noted.Fault == "" || strings.HasPrefix(noted.Fault, "delay ") && noted.Status != 0 {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.figures.Exempt++
	return true
}

func (j *Judge) count(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.figures.Add(Figures{Exchanges: map[string]int{name: 1}})
}

// Figures is what was judged so far.
func (j *Judge) Figures() Figures {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.figures.clone()
}

func (j *Judge) report() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for key, n := range j.meant {
		if n > 0 {
			j.t.Errorf("judge: %s was meant to break its description and did not come", key)
		}
	}
	j.t.Logf("%s", j.figures)
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
