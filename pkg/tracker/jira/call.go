package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	gojira "github.com/andygrunwald/go-jira"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

const (
	maxAnswer  = 16 << 20 // an issue with all its fields is far below it
	maxExcerpt = 64 << 10
)

// hints are what a person can do about Jira's refusals. The credentials' is the flavour's, once that is known.
var hints = tracker.Hints{
	Credentials: anyCredentials,
	Forbidden:   "the account may not do this: check its permissions in the project and, for a scoped token, its scopes",
	Place: "check the project's key, and that the account may browse the project and create issues in it (Jira says that a project does not " +
		"exist where an account may not see it)",
	Issue: "the issue was deleted in Jira, or the account may not see it any more",
	Moved: "the API answers with a redirect: set base_url to the site's own address, such as https://acme.atlassian.net",
	Reach: "Jira cannot be reached: check base_url, DNS, proxy and firewall",
}

// call is one request.
type call struct {
	op     string // what is wanted, for the errors
	method string
	api    string // the API's root; empty: the flavour's
	path   string // below the API's root, escaped
	query  url.Values
	body   any    // sent as JSON; nil: none
	issue  string // the key of the known issue that the call is about; empty: none
}

// do makes the call and reads the answer into out, if that is not nil. It returns a [bridge.Error]; one with a 2xx
// Status means that Jira did what was asked but could not be understood.
func (t *Tracker) do(ctx context.Context, c call, out any) error {
	path, err := t.path(ctx, c)
	if err != nil {
		return err
	}
	if len(c.query) > 0 {
		path += "?" + c.query.Encode()
	}
	req, err := t.client.NewRequestWithContext(ctx, c.method, path, c.body)
	if err != nil {
		return bridge.Park(fmt.Errorf("%s: %w", c.op, err), "")
	}
	req.Header.Set("Accept", "application/json")
	return t.send(req, c, out)
}

// path is c's path below the base URL.
func (t *Tracker) path(ctx context.Context, c call) (string, error) {
	if c.api != "" {
		return c.api + c.path, nil
	}
	f, err := t.flavour(ctx)
	if err != nil {
		return "", err
	}
	return f.api + c.path, nil
}

// hints are those of the flavour, if it is known.
func (t *Tracker) hints() tracker.Hints {
	h := hints
	if f := t.known.Load(); f != nil {
		h.Credentials = f.credentials
	}
	return h
}

func (t *Tracker) send(req *http.Request, c call, out any) error {
	if c.issue != "" && c.method != http.MethodGet {
		if err := t.pace.wait(req.Context(), c.op, c.issue); err != nil {
			return err
		}
	}
	resp, err := t.client.Do(req, nil)
	if resp == nil { // there was no answer
		return tracker.Classify(tracker.Failure{Op: c.op, Method: c.method, OnIssue: c.issue != "", Err: err}, t.hints())
	}
	defer resp.Body.Close() // go-jira leaves it open
	if err != nil {
		return refused(c, resp, t.hints())
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err == nil && out != nil {
		err = json.Unmarshal(data, out)
	}
	if err != nil {
		return &bridge.Error{Nothing: c.method == http.MethodGet, Status: resp.StatusCode, Err: fmt.Errorf("%s: unreadable answer: %w", c.op, err)}
	}
	return nil
}

// answerBody is Jira's description of an error. What stands in errors is mostly, but not always, a text.
type answerBody struct {
	ErrorMessages []string        `json:"errorMessages"`
	Errors        json.RawMessage `json:"errors"`
	Message       string          `json:"message"` // of gateways
}

func refused(c call, resp *gojira.Response, hints tracker.Hints) error {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, maxExcerpt))
	var body answerBody
	if json.Unmarshal(data, &body) != nil {
		body.Message = string(data)
	}
	fields := body.fields()
	failure := tracker.Failure{Op: c.op, Method: c.method, OnIssue: c.issue != "", Status: resp.StatusCode, Header: resp.Header,
		Message: body.words(fields), Fields: fields}
	return tracker.Classify(failure, hints)
}

// fieldNames are Jira's names for ours.
var fieldNames = map[string]string{
	"summary": bridge.FieldTitle, "description": bridge.FieldBody, "issuetype": bridge.FieldType,
	"assignee": bridge.FieldAssignees, "accountId": bridge.FieldAssignees,
	"parentId": fieldParent, // of a parent that is of no higher level
}

func (b answerBody) fields() map[string]string {
	var given map[string]any
	if json.Unmarshal(b.Errors, &given) != nil || len(given) == 0 {
		return nil
	}
	fields := map[string]string{}
	for name, words := range given {
		if ours, ok := fieldNames[name]; ok {
			name = ours
		}
		fields[name] = tracker.Excerpt(fmt.Sprint(words))
	}
	return fields
}

func (b answerBody) words(fields map[string]string) string {
	parts := append([]string{b.Message}, b.ErrorMessages...)
	for name, words := range fields {
		parts = append(parts, name+": "+words)
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	slices.Sort(parts)
	return tracker.Excerpt(strings.Join(parts, "; "))
}

// understood says that err is of a call that Jira did, whatever it answered.
func understood(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return err == nil || ok && e.Status/100 == 2
}

func issuePath(key, below string) string {
	path := "issue/" + url.PathEscape(key)
	if below != "" {
		path += "/" + below
	}
	return path
}
