package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"unicode/utf16"
	"unicode/utf8"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Comment adds body, GitHub Markdown, as a comment whose first line holds mark, unless one such is there.
func (t *Tracker) Comment(ctx context.Context, place bridge.Place, ref bridge.Ref, body, mark string) error {
	return t.whereItIs(ctx, place, ref, func(r repo, number int) error {
		return t.goneOrHidden(ctx, r, t.comment(ctx, r, number, body, mark))
	})
}

func (t *Tracker) comment(ctx context.Context, r repo, number int, body, mark string) error {
	line := fmt.Sprintf("<!-- bugferry:comment %s -->", tracker.Plain(mark))
	issue := fmt.Sprintf("%s#%d", r, number)
	there, look := false, list{
		call{op: "look for comment on " + issue, method: http.MethodGet, onIssue: true},
		fmt.Sprintf("repos/%s/issues/%d/comments", r, number), url.Values{"per_page": {"100"}},
	}
	err := pages(ctx, t, look,
		func(c *gogithub.IssueComment) { there = there || carries(c.GetBody(), line) })
	if err != nil || there {
		return err
	}
	text := cut(line+"\n"+body, maxBody)
	_, resp, err := t.client().Issues.CreateComment(ctx, r.owner, r.name, number, &gogithub.IssueComment{Body: &text})
	if resp != nil && resp.StatusCode/100 == 2 {
		return nil
	}
	return call{op: "comment on " + issue, method: http.MethodPost, onIssue: true}.failed(resp, err)
}

// cut shortens text to at most limit characters, counted in UTF-16 as markup counts them.
func cut(text string, limit int) string {
	used := 0
	for i, r := range text {
		if used += utf16.RuneLen(r); used >= limit && i+utf8.RuneLen(r) < len(text) {
			return text[:i] + "…"
		}
	}
	return text
}

// Do makes labels and nothing else: GitHub shows the screenshot by the link in the body.
func (t *Tracker) Do(ctx context.Context, place bridge.Place, _ bridge.Ref, step bridge.Step) error {
	if step.Name == stepLabel {
		return t.makeLabel(ctx, place, step.Value)
	}
	return bridge.Park(fmt.Errorf("step %s: GitHub has no such thing", step.Name), "")
}
