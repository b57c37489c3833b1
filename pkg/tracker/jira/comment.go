package jira

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Comment adds body, as a plan has it or plain text, as a comment unless one with mark is there.
func (t *Tracker) Comment(ctx context.Context, place bridge.Place, ref bridge.Ref, body, mark string) error {
	return t.whereItIs(ctx, place, ref, func(key string) error {
		return t.goneOrHidden(ctx, place, t.comment(ctx, key, body, mark))
	})
}

func (t *Tracker) comment(ctx context.Context, key, body, mark string) error {
	f, err := t.flavour(ctx)
	if err != nil {
		return err
	}
	mark = "Bugferry " + tracker.Plain(mark)
	there, err := t.commented(ctx, f, key, mark)
	if err != nil || there {
		return err
	}
	c := call{op: "comment on " + key, method: http.MethodPost, path: issuePath(key, "comment"), issue: key,
		body: map[string]any{"body": f.marked(f, body, mark)}}
	return t.do(ctx, c, nil)
}

func (t *Tracker) commented(ctx context.Context, f *flavour, key, mark string) (bool, error) {
	c := call{op: "look for comment on " + key, method: http.MethodGet, path: issuePath(key, "comment"), issue: key}
	for seen := 0; ; {
		c.query = url.Values{"startAt": {strconv.Itoa(seen)}, "maxResults": {"100"}}
		var page struct {
			Comments []struct {
				Body any `json:"body"`
			} `json:"comments"`
			Total int `json:"total"`
		}
		if err := t.do(ctx, c, &page); err != nil {
			return false, err
		}
		for _, comment := range page.Comments {
			if f.hasMark(comment.Body, mark) {
				return true, nil
			}
		}
		if seen += len(page.Comments); len(page.Comments) == 0 || seen >= page.Total {
			return false, nil
		}
	}
}
