package jira

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Comment adds body, an Atlassian document or plain text, as a comment unless one with mark is there. The mark is its
// last paragraph, small and for all to see: a document has no place for what is not shown.
func (t *Tracker) Comment(ctx context.Context, place bridge.Place, ref bridge.Ref, body, mark string) error {
	return t.whereItIs(ctx, place, ref, func(key string) error {
		return t.goneOrHidden(ctx, place, t.comment(ctx, key, body, mark))
	})
}

func (t *Tracker) comment(ctx context.Context, key, body, mark string) error {
	line := "Bugferry " + tracker.Plain(mark)
	there, err := t.commented(ctx, key, line)
	if err != nil || there {
		return err
	}
	c := call{op: "comment on " + key, method: http.MethodPost, path: issuePath(key, "comment"), issue: key,
		body: map[string]any{"body": marked(body, line)}}
	return t.do(ctx, c, nil)
}

func (t *Tracker) commented(ctx context.Context, key, line string) (bool, error) {
	c := call{op: "look for comment on " + key, method: http.MethodGet, path: issuePath(key, "comment"), issue: key}
	for seen := 0; ; {
		c.query = url.Values{"startAt": {strconv.Itoa(seen)}, "maxResults": {"100"}}
		var page struct {
			Comments []struct {
				Body map[string]any `json:"body"`
			} `json:"comments"`
			Total int `json:"total"`
		}
		if err := t.do(ctx, c, &page); err != nil {
			return false, err
		}
		for _, comment := range page.Comments {
			content, _ := comment.Body["content"].([]any)
			if len(content) > 0 && strings.TrimSpace(plainText(content[len(content)-1])) == line {
				return true, nil
			}
		}
		if seen += len(page.Comments); len(page.Comments) == 0 || seen >= page.Total {
			return false, nil
		}
	}
}

// marked is body as a document with the mark at its end.
func marked(body, line string) any {
	doc, ok := decode([]byte(body)).(map[string]any)
	if !ok || doc["type"] != "doc" {
		doc, _ = document(body).(map[string]any)
	}
	content, _ := doc["content"].([]any)
	own := map[string]any{"type": "paragraph", "content": []any{map[string]any{
		"type": "text", "text": line,
		"marks": []any{map[string]any{"type": "subsup", "attrs": map[string]any{"type": "sub"}}},
	}}}
	return map[string]any{"type": "doc", "version": 1, "content": append(content, own)}
}

func plainText(node any) string {
	n, _ := node.(map[string]any)
	text, _ := n["text"].(string)
	content, _ := n["content"].([]any)
	for _, child := range content {
		text += plainText(child)
	}
	return text
}
