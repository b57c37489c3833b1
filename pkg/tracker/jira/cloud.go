package jira

import (
	"context"
	"net/http"
	"strings"
)

// markedDocument puts the mark into the last paragraph, small and for all to see: a document has no place for what is not shown.
func markedDocument(f *flavour, body, mark string) any {
	doc, ok := decode([]byte(body)).(map[string]any)
	if !ok || doc["type"] != "doc" {
		doc, _ = f.text(body).(map[string]any)
	}
	content, _ := doc["content"].([]any)
	own := map[string]any{"type": "paragraph", "content": []any{map[string]any{
		"type": "text", "text": mark,
		"marks": []any{map[string]any{"type": "subsup", "attrs": map[string]any{"type": "sub"}}},
	}}}
	whole := map[string]any{"type": "doc", "version": 1, "content": append(content, own)}
	numberTasks(whole, new(int))
	return whole
}

func documentHasMark(body any, mark string) bool {
	doc, _ := body.(map[string]any)
	content, _ := doc["content"].([]any)
	return len(content) > 0 && strings.TrimSpace(plainText(content[len(content)-1])) == mark
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

// searchCloud reads pages by their token; there is no total (developer.atlassian.com, POST /rest/api/3/search/jql).
func searchCloud(ctx context.Context, t *Tracker, jql string) ([]found, error) {
	body := map[string]any{"jql": jql, "fields": []string{"labels"}, "properties": []string{propertyKey}, "maxResults": 100}
	c := call{op: lookForIssue, method: http.MethodPost, path: cloudSearch, body: body}
	var all []found
	for {
		var page struct {
			Issues []found `json:"issues"`
			Next   string  `json:"nextPageToken"`
			IsLast bool    `json:"isLast"`
		}
		if err := t.do(ctx, c, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Issues...)
		if page.Next == "" || page.IsLast {
			return all, nil
		}
		body["nextPageToken"] = page.Next
	}
}
