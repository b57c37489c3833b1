package rehearsal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Request is a request that would be sent and would write.
type Request struct {
	Method string          `json:"method"`
	URL    string          `json:"url"`             // without its query; {number} or {key} stands for what the tracker will call the new issue
	Body   json.RawMessage `json:"body,omitempty"`  // as it would be sent, but for white space
	Files  []File          `json:"files,omitempty"` // what a multipart body holds
}

// File is a file that a request would carry.
type File struct {
	Name string `json:"name"`
	Size int    `json:"size,omitempty"` // bytes; 0: not known before it is downloaded
}

// pureReads are the requests that read with a POST: Jira's searches, and GitHub's giving an App its token.
var pureReads = regexp.MustCompile(`/rest/api/(3/search/jql|2/search)$|/app/installations/[0-9]+/access_tokens$`)

// Reads says of a request that it changes nothing at the tracker, whatever is answered.
func Reads(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodPost:
		return pureReads.MatchString(req.URL.EscapedPath())
	}
	return false
}

// object is a JSON object.
type object = map[string]any

// answer is what a stand-in says.
type answer struct {
	status int
	body   any // nil: none
}

// standIn answers in a tracker's place. Paths are below the tracker's base URL, escaped.
type standIn interface {
	// read answers a read. Where own is false, the tracker itself knows better, if it can be asked.
	read(path string) (a answer, own bool)
	// write takes a write in; now asks the tracker for a path of which the stand-in knows nothing yet.
	write(req *http.Request, path string, body object, now func(path string) object) answer
	// public is the URL of a request with a word in the place of what only the tracker can know.
	public(url string) string
}

// Tape stands in for a tracker below an adapter. It is an [http.RoundTripper] for one rehearsal.
type Tape struct {
	wish
	base    string // path of the tracker's base URL, with a slash at its end
	live    http.RoundTripper
	standIn standIn

	mu       sync.Mutex
	requests []Request
}

// newTape returns the tape of a tracker at base. Without next nobody is asked.
func newTape(base string, next http.RoundTripper) (*Tape, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	t := &Tape{base: strings.TrimRight(u.EscapedPath(), "/") + "/"}
	if next != nil {
		t.live = onlyReads{next}
	}
	return t, nil
}

// Requests returns what would have been written, in order.
func (t *Tape) Requests() []Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Request{}, t.requests...)
}

// onlyReads is the only way to a tracker that there is here.
type onlyReads struct{ next http.RoundTripper }

var errWrite = errors.New("rehearsal: a request that is no read is not sent")

func (r onlyReads) RoundTrip(req *http.Request) (*http.Response, error) {
	if !Reads(req) {
		return nil, errWrite
	}
	return r.next.RoundTrip(req)
}

// RoundTrip implements [http.RoundTripper].
func (t *Tape) RoundTrip(req *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(req.URL.EscapedPath(), t.base)
	if Reads(req) {
		t.mu.Lock()
		a, own := t.standIn.read(path)
		t.mu.Unlock()
		if !own && t.live != nil {
			return t.live.RoundTrip(req)
		}
		if req.Body != nil {
			_ = req.Body.Close() // a RoundTripper's duty; what is asked for stands in the path
		}
		return a.response(req)
	}
	var raw []byte
	if req.Body != nil {
		var err error
		raw, err = io.ReadAll(req.Body)
		if err = errors.Join(err, req.Body.Close()); err != nil {
			return nil, err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	request, body, err := t.taken(req, raw)
	if err != nil {
		return nil, err
	}
	t.requests = append(t.requests, request)
	return t.standIn.write(req, path, body, func(path string) object { return t.now(req, path) }).response(req)
}

// taken is what is kept of a request: neither its header, which has the credentials, nor its query.
func (t *Tape) taken(req *http.Request, raw []byte) (Request, object, error) {
	address := *req.URL
	address.RawQuery, address.User = "", nil
	kept := Request{Method: req.Method, URL: t.standIn.public(address.String())}
	kind, params, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	var body object
	switch {
	case len(raw) == 0:
	case kind == "multipart/form-data":
		files, err := t.files(raw, params["boundary"])
		kept.Files = files
		return kept, nil, err
	default:
		if err := json.Unmarshal(raw, &body); err != nil {
			return kept, nil, fmt.Errorf("rehearsal: %s %s: the body is no JSON object: %w", kept.Method, kept.URL, err)
		}
		kept.Body = bytes.TrimSpace(raw)
	}
	return kept, body, nil
}

func (t *Tape) files(raw []byte, boundary string) (files []File, err error) {
	form := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("rehearsal: %w", err)
		}
		size, err := io.Copy(io.Discard, part)
		if err != nil {
			return nil, fmt.Errorf("rehearsal: %w", err)
		}
		if t.live == nil {
			size = 0 // a stand-in's
		}
		files = append(files, File{Name: part.FileName(), Size: int(size)})
	}
}

// now is what the tracker says of a path, asked with the credentials of the write; nil where that is not to be learnt.
func (t *Tape) now(write *http.Request, path string) object {
	if t.live == nil {
		return nil
	}
	read := write.Clone(write.Context())
	read.Method, read.Body, read.GetBody, read.ContentLength = http.MethodGet, nil, nil, 0
	below, query, _ := strings.Cut(path, "?")
	address := *write.URL
	address.Path, address.RawPath, address.RawQuery = t.base+below, "", query
	read.URL = &address
	read.Header.Del("Content-Type")
	resp, err := t.live.RoundTrip(read)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var said object
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(&said) != nil {
		return nil
	}
	return said
}

func (a answer) response(req *http.Request) (*http.Response, error) {
	var data []byte
	if a.body != nil {
		var err error
		if data, err = json.Marshal(a.body); err != nil {
			return nil, fmt.Errorf("rehearsal: %w", err)
		}
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.status, http.StatusText(a.status)), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(data)), ContentLength: int64(len(data)),
	}, nil
}

// wish is the issue as it was composed last: what the stand-in has in store is what the issue asks for.
type wish struct {
	mu    sync.Mutex
	issue bridge.Issue
}

// Expect says which issue is to be planned next.
func (w *wish) Expect(issue bridge.Issue) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.issue = issue
}

func (w *wish) expected() bridge.Issue {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issue
}

// Picture answers every request with a picture, in place of the server that a report's screenshot is at.
type Picture struct{}

// pixel is the beginning of a PNG file, by which it is known.
var pixel = []byte("\x89PNG\r\n\x1a\n")

// RoundTrip implements [http.RoundTripper].
func (Picture) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := answer{status: http.StatusOK}.response(req)
	if err == nil {
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(pixel)), int64(len(pixel))
	}
	return resp, err
}
