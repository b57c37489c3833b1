package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// issueRequest and issueAnswer are go-github's, which in v60 know nothing of issue types.
type issueRequest struct {
	gogithub.IssueRequest
	Type *string `json:"type,omitempty"`
}

type issueAnswer struct {
	gogithub.Issue
	Type *struct {
		Name string `json:"name"`
	} `json:"type"`
}

// issue asks for one issue, or writes to it where body is not nil.
func (t *Tracker) issue(ctx context.Context, method, path string, body *issueRequest) (*issueAnswer, *gogithub.Response, error) {
	client := t.client()
	var send any // nil, and not a pointer that is: that would be sent as null
	if body != nil {
		send = body
	}
	req, err := client.NewRequest(method, path, send)
	if err != nil {
		return nil, nil, err
	}
	issue := &issueAnswer{}
	resp, err := client.Do(ctx, req, issue)
	return issue, resp, err
}

// Read returns the issue as it stands, from where it has moved to if it was transferred.
func (t *Tracker) Read(ctx context.Context, place bridge.Place, ref bridge.Ref) (bridge.Content, error) {
	r, number, err := locate(place, ref)
	if err != nil {
		return bridge.Content{}, err
	}
	issue, resp, err := t.issue(ctx, http.MethodGet, fmt.Sprintf("repos/%s/issues/%d", r, number), nil)
	if err != nil {
		what := call{op: fmt.Sprintf("read issue %s#%d", r, number), method: http.MethodGet, onIssue: true}
		return bridge.Content{}, t.goneOrHidden(ctx, r, what.failed(resp, err))
	}
	return content(place, r, issue), nil
}

// goneOrHidden looks whether the repository is there before it believes that an issue is gone: GitHub says 404 of all
// that a token may not see, and 410 as well where issues were switched off.
func (t *Tracker) goneOrHidden(ctx context.Context, r repo, err error) error {
	if !gone(err) {
		return err
	}
	found, resp, repoErr := t.client().Repositories.Get(ctx, r.owner, r.name)
	if repoErr != nil {
		return call{op: "read repository " + r.String(), method: http.MethodGet}.failed(resp, repoErr)
	}
	if found.HasIssues != nil && !found.GetHasIssues() {
		return bridge.Park(errors.New(err.Error()), issuesOff) // without the hint that it was deleted
	}
	return err
}

func content(place bridge.Place, asked repo, issue *issueAnswer) bridge.Content {
	logins := make([]string, 0, len(issue.Assignees))
	for _, user := range issue.Assignees {
		logins = append(logins, user.GetLogin())
	}
	c := bridge.Content{
		Labels: labelNames(&issue.Issue),
		Ref:    reference(place, asked, issue.GetNumber(), issue.GetURL(), issue.GetHTMLURL()),
		Fields: map[string]string{
			bridge.FieldTitle:     issue.GetTitle(),
			bridge.FieldBody:      tracker.Lines(issue.GetBody()),
			bridge.FieldAssignees: joinLogins(logins),
			bridge.FieldStatus:    statusOf(&issue.Issue),
		},
		Untouched: bridge.Untouched(issue.GetCreatedAt().Time, issue.GetUpdatedAt().Time),
	}
	if title := milestoneTitle(issue.GetMilestone()); title != "" {
		c.Fields[bridge.FieldMilestone] = title
	}
	if issue.Type != nil && issue.Type.Name != "" {
		c.Fields[bridge.FieldType] = issue.Type.Name
	}
	return c
}

func labelNames(issue *gogithub.Issue) (names []string) {
	for _, label := range issue.Labels {
		names = append(names, label.GetName())
	}
	return names
}

// Write sets what change names with one PATCH. Of an issue that was transferred since ref was known it sets it where the
// issue is now; the answer's Ref says where that is.
func (t *Tracker) Write(ctx context.Context, place bridge.Place, ref bridge.Ref, change bridge.Change) (bridge.Content, error) {
	var c bridge.Content
	err := t.whereItIs(ctx, place, ref, func(r repo, number int) (err error) {
		c, err = t.edit(ctx, place, r, number, change)
		return err
	})
	return c, err
}

// whereItIs calls write with where ref says that the issue is. GitHub answers 301 to a write to an issue that was
// transferred, and net/http would make a GET of it: the redirect is not followed, nothing is done. Then the issue is read,
// which may follow the redirect within the API's host, and write is called once more with where it is now.
func (t *Tracker) whereItIs(ctx context.Context, place bridge.Place, ref bridge.Ref, write func(repo, int) error) error {
	r, number, err := locate(place, ref)
	if err != nil {
		return err
	}
	refused := write(r, number)
	if !tracker.Redirected(refused) {
		return refused
	}
	now, err := t.Read(ctx, place, ref)
	if err != nil {
		return err
	}
	if strings.EqualFold(now.Ref.ID, ref.ID) { // it is where we wrote to: the redirect is about something else
		return refused
	}
	if r, number, err = locate(place, now.Ref); err != nil {
		return err
	}
	return write(r, number)
}

// edit makes one PATCH. Which number the milestone has is looked up before, and who is to be assigned is checked, for GitHub
// answers one bad login with a 422 that need not say which.
func (t *Tracker) edit(ctx context.Context, place bridge.Place, r repo, number int, change bridge.Change) (bridge.Content, error) {
	op := fmt.Sprintf("edit issue %s#%d", r, number)
	request, err := editRequest(op, change)
	if err != nil {
		return bridge.Content{}, err
	}
	if title, sent := change.Fields[bridge.FieldMilestone]; sent {
		if err := t.setMilestone(ctx, op, r, request, title); err != nil {
			return bridge.Content{}, err
		}
	}
	if request.Assignees != nil {
		if err := t.checkAssignees(ctx, op, r, *request.Assignees); err != nil {
			return bridge.Content{}, err
		}
	}
	issue, resp, err := t.issue(ctx, http.MethodPatch, fmt.Sprintf("repos/%s/issues/%d", r, number), request)
	if err != nil {
		t.known.milestones.forget(key(r.String())) // one of them may be what is refused
		failed := call{op: op, method: http.MethodPatch, onIssue: true}.failed(resp, err)
		return bridge.Content{}, suspect(t.goneOrHidden(ctx, r, failed), change)
	}
	return content(place, r, issue), nil
}

// suspect blames what can be done without where a 422 names no field: first what GitHub takes from lists of its own, then, if
// there is none of it, labels and status. That costs these fields at most, and not the issue or all else that was to be written.
func suspect(err error, change bridge.Change) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || e.Status != http.StatusUnprocessableEntity || len(e.Fields) > 0 {
		return err
	}
	blamed := *e
	blamed.Fields = map[string]string{}
	for _, name := range []string{bridge.FieldMilestone, bridge.FieldType, bridge.FieldAssignees} {
		if _, sent := change.Fields[name]; sent {
			blamed.Fields[name] = tracker.Excerpt(e.Error())
		}
	}
	if len(blamed.Fields) > 0 {
		return &blamed
	}
	if _, sent := change.Fields[bridge.FieldStatus]; sent {
		blamed.Fields[bridge.FieldStatus] = tracker.Excerpt(e.Error())
	}
	if change.SetLabels {
		blamed.Fields[bridge.FieldLabels] = tracker.Excerpt(e.Error())
	}
	return &blamed
}

func editRequest(op string, change bridge.Change) (*issueRequest, error) {
	request := &issueRequest{}
	refused := map[string]string{}
	for name, value := range change.Fields {
		switch name {
		case bridge.FieldTitle:
			request.Title = &value
		case bridge.FieldBody:
			request.Body = &value
		case bridge.FieldAssignees:
			request.Assignees = new(append([]string{}, splitLogins(value)...)) // empty, not null: nobody
		case bridge.FieldStatus:
			if !setStatus(&request.IssueRequest, value) {
				refused[name] = statusWords
			}
		case bridge.FieldType:
			request.Type = &value
		case bridge.FieldMilestone: // whose number has to be looked up: setMilestone
		default:
			refused[name] = "GitHub has no such field"
		}
	}
	if change.SetLabels {
		request.Labels = new(append([]string{}, change.Labels...))
	}
	if len(refused) > 0 {
		return nil, refusal(op, refused)
	}
	return request, nil
}

func refusal(op string, fields map[string]string) error {
	var words []string
	for name, why := range fields {
		words = append(words, name+": "+why)
	}
	slices.Sort(words)
	return &bridge.Error{Kind: bridge.Permanent, Nothing: true, Fields: fields,
		Err: fmt.Errorf("%s: %s", op, strings.Join(words, "; "))}
}

func (t *Tracker) checkAssignees(ctx context.Context, op string, r repo, logins []string) error {
	var bad []string
	for _, login := range logins {
		ok, err := t.assignable(ctx, r, login)
		if err != nil {
			if e, known := errors.AsType[*bridge.Error](err); known && e.Status == http.StatusForbidden && e.Kind != bridge.Later {
				return nil // the token may not ask; the PATCH will tell
			}
			return err
		}
		if !ok {
			bad = append(bad, login)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return refusal(op, map[string]string{
		bridge.FieldAssignees: fmt.Sprintf("%s cannot be assigned to issues of %s", strings.Join(bad, ", "), r),
	})
}

func (t *Tracker) assignable(ctx context.Context, r repo, login string) (bool, error) {
	if !loginName.MatchString(login) {
		return false, nil
	}
	ok, resp, err := t.client().Issues.IsAssignee(ctx, r.owner, r.name, login)
	return ok, call{op: "check assignee " + login, method: http.MethodGet}.failed(resp, err)
}
