package github

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// hints are what a person can do about GitHub's refusals.
var hints = tracker.Hints{ //nolint:gosec // words about credentials, none themselves
	Credentials: "GitHub does not accept the token: it may have expired or been revoked; make a new one and set it as the tracker's token",
	Forbidden: "the token may not do this: a fine-grained token and a GitHub App need Issues read and write on the repository, may have to be " +
		"approved by the organisation or authorised for SSO",
	Place: "check the repository's name, that the token can see it or the App is installed on it (GitHub says 404 for what one may not see), " +
		"and that Issues are switched on in its settings",
	Issue: "the issue was deleted in GitHub; redeliver with recreation to file it anew",
	Moved: "the API answers with a redirect: set base_url to the API's own address, such as https://api.github.com/ or https://HOST/api/v3/",
	Reach: "GitHub cannot be reached: check base_url, DNS, proxy and firewall",
}

// client returns a new go-github client over the one HTTP client. go-github remembers in its Client that a limit was
// hit and then fails calls without making them: with a made-up 403, for reads too, and after a secondary limit until
// the reset of the primary one, up to an hour later. A client for each call has nothing to remember; the queue waits.
func (t *Tracker) client() *gogithub.Client { return t.clientOver(t.http) }

func (t *Tracker) clientOver(over *http.Client) *gogithub.Client {
	c := gogithub.NewClient(over)
	base := *t.base
	c.BaseURL = &base
	c.UserAgent = t.agent
	return c
}

// call is what was asked, for the errors.
type call struct {
	op      string
	method  string
	onIssue bool
}

// answerBody is GitHub's description of an error. Its errors are objects, or strings, or not a list at all.
type answerBody struct {
	Message          string          `json:"message"`
	DocumentationURL string          `json:"documentation_url"`
	Errors           json.RawMessage `json:"errors"`
}

// failed turns what go-github returned into a [bridge.Error]; nil stays nil. It reads status, headers and body itself:
// go-github's own types leave out 429, drop messages whose errors have another shape, and take a secondary limit's
// wait from the wrong header.
func (c call) failed(resp *gogithub.Response, err error) error {
	if err == nil {
		return nil
	}
	failure := tracker.Failure{Op: c.op, Method: c.method, OnIssue: c.onIssue, Err: err}
	if resp != nil && resp.Response != nil {
		if resp.StatusCode < 300 {
			return &bridge.Error{Nothing: c.method == http.MethodGet, Status: resp.StatusCode, Err: fmt.Errorf("%s: unreadable answer: %w", c.op, err)}
		}
		body := readAnswer(resp.Response)
		failure.Status, failure.Header = resp.StatusCode, resp.Header
		failure.Message = body.words()
		failure.Fields = body.fields()
		failure.Limited = body.speaksOfLimit()
		failure.Closed = body.closed()
	}
	return tracker.Classify(failure, hints)
}

// readAnswer leaves what it has read to be read again.
func readAnswer(resp *http.Response) answerBody {
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(data), resp.Body}
	var body answerBody
	if json.Unmarshal(data, &body) != nil {
		body.Message = string(data)
	}
	return body
}

// speaksOfLimit recognises a secondary limit that came without headers.
func (b answerBody) speaksOfLimit() bool {
	message := strings.ToLower(b.Message)
	return strings.Contains(message, "secondary rate limit") || strings.Contains(message, "api rate limit exceeded") ||
		strings.Contains(message, "abuse detection") || strings.HasSuffix(b.DocumentationURL, "#abuse-rate-limits") ||
		strings.HasSuffix(b.DocumentationURL, "secondary-rate-limits")
}

// closed returns how a person opens what GitHub says is closed to writing; empty where it does not say so. The token is as
// good as before, and waiting does not help.
func (b answerBody) closed() string {
	const release = "then release the delivery"
	message := strings.ToLower(b.Message)
	switch {
	case strings.Contains(message, "issue is locked"):
		return "the issue is locked: unlock its conversation on its page in GitHub, or let the token's account push to the repository; " + release
	case strings.Contains(message, "repository was archived"):
		return "the repository is archived: unarchive it in its settings, General, Danger Zone; " + release
	case strings.Contains(message, "issues are disabled"), strings.Contains(message, "issues has been disabled"):
		return issuesOff + "; " + release
	}
	return ""
}

type fieldError struct {
	Resource string `json:"resource"`
	Field    string `json:"field"`
	Code     string `json:"code"`
	Message  string `json:"message"`
}

func (e fieldError) words() string {
	if e.Message != "" {
		return e.Message
	}
	return strings.TrimSpace(strings.Join([]string{e.Resource, e.Field, e.Code}, " "))
}

func (b answerBody) details() (errs []fieldError) {
	var list []json.RawMessage
	if json.Unmarshal(b.Errors, &list) != nil {
		list = []json.RawMessage{b.Errors}
	}
	for _, raw := range list {
		var e fieldError
		var text string
		switch {
		case len(raw) == 0:
		case json.Unmarshal(raw, &text) == nil && text != "":
			errs = append(errs, fieldError{Message: text})
		case json.Unmarshal(raw, &e) == nil && e != (fieldError{}):
			errs = append(errs, e)
		}
	}
	return errs
}

func (b answerBody) words() string {
	parts := []string{b.Message}
	for _, e := range b.details() {
		parts = append(parts, e.words())
	}
	return tracker.Excerpt(strings.Join(parts, "; "))
}

// fieldNames are GitHub's names for ours.
var fieldNames = map[string]string{
	"title": bridge.FieldTitle, "body": bridge.FieldBody, "labels": bridge.FieldLabels, "label": bridge.FieldLabels,
	"assignee": bridge.FieldAssignees, "assignees": bridge.FieldAssignees, "state": bridge.FieldStatus,
	"state_reason": bridge.FieldStatus, "type": bridge.FieldType, "issue_type": bridge.FieldType, "milestone": bridge.FieldMilestone,
}

func (b answerBody) fields() map[string]string {
	fields := map[string]string{}
	for _, e := range b.details() {
		name := strings.ToLower(e.Field)
		if e.Resource == "Label" { // GitHub says {"resource":"Label","field":"name"} of a label of an issue
			name = "label"
		}
		if ours, ok := fieldNames[name]; ok {
			fields[ours] = tracker.Excerpt(e.words())
		}
	}
	return fields
}

// gone says that err is a 404 or 410 on an issue.
func gone(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Gone
}
