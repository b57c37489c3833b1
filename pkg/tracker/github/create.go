package github

import (
	"context"
	"net/http"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Create files draft with one POST, which nothing below repeats once it may have been sent.
func (t *Tracker) Create(ctx context.Context, place bridge.Place, draft bridge.Draft) (bridge.Ref, error) {
	r, err := parseRepo(place.Name)
	if err != nil {
		return bridge.Ref{}, err
	}
	body := draft.Fields[bridge.FieldBody]
	if !carries(body, marker(draft.Marker)) {
		body = mark(body, draft.Marker) // never without, whoever composed the draft
	}
	request := &gogithub.IssueRequest{Title: new(draft.Fields[bridge.FieldTitle]), Body: &body}
	if len(draft.Labels) > 0 {
		request.Labels = &draft.Labels
	}
	issue, resp, err := t.client().Issues.Create(ctx, r.owner, r.name, request)
	if resp != nil && resp.StatusCode/100 == 2 && (err != nil || issue.GetNumber() == 0) {
		t.log.Warn("issue created, answer unreadable", "err", err)
		return bridge.Ref{}, nil
	}
	if err != nil {
		failed := call{op: "create issue in " + r.String(), method: http.MethodPost}.failed(resp, err)
		return bridge.Ref{}, suspect(failed, bridge.Change{SetLabels: len(draft.Labels) > 0})
	}
	return reference(place, r, issue.GetNumber(), issue.GetURL(), issue.GetHTMLURL()), nil
}
