package jira

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// roomForMark is what a description leaves of Jira's limit, so that it is none too long as a comment with its mark.
const roomForMark = 256

// wiki is a document as wiki markup; of an empty one there is nothing.
func wiki(doc bridge.Document, o markup.Options) any {
	if o.Limit > roomForMark {
		o.Limit -= roomForMark
	}
	if text := markup.Wiki(doc, o); text != "" {
		return text
	}
	return nil
}

// markedWiki puts the mark into a last line of its own, small and for all to see.
func markedWiki(f *flavour, body, mark string) any {
	text, ok := decode([]byte(body)).(string)
	if !ok {
		text, _ = f.text(body).(string)
	}
	return strings.TrimSpace(text + "\n\n" + wikiMark(mark))
}

func wikiHasMark(body any, mark string) bool {
	text, _ := body.(string)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1]) == wikiMark(mark)
}

func wikiMark(mark string) string {
	small := bridge.Text{Text: mark, Marks: bridge.Subscript, Trusted: true}
	return markup.Wiki(bridge.Document{bridge.Paragraph{Content: []bridge.Inline{small}}}, markup.Options{})
}

// searchDataCenter reads pages by where they start. A search there has no properties, and refuses a body that asks for any: they
// are asked for one by one (docs.atlassian.com, Jira 9.12 REST, POST /rest/api/2/search).
func searchDataCenter(ctx context.Context, t *Tracker, jql string) ([]found, error) {
	body := map[string]any{"jql": jql, "fields": []string{"labels"}, "maxResults": 100, "startAt": 0}
	c := call{op: lookForIssue, method: http.MethodPost, path: dataCenterSearch, body: body}
	var all []found
	for {
		var page struct {
			Issues []found `json:"issues"`
			Total  *int    `json:"total"`
		}
		err := t.do(ctx, c, &page)
		if err == nil && page.Total == nil {
			err = errors.New(c.op + ": an answer without a total")
		}
		if err != nil {
			return nil, err
		}
		for _, issue := range page.Issues {
			if err := t.readProperty(ctx, &issue); err != nil {
				return nil, err
			}
			all = append(all, issue)
		}
		if len(page.Issues) == 0 || len(all) >= *page.Total {
			return all, nil
		}
		body["startAt"] = len(all)
	}
}

// readProperty adds the property that says whose the issue is, if it has one.
func (t *Tracker) readProperty(ctx context.Context, issue *found) error {
	key, err := issueKey(bridge.Ref{ID: issue.Key})
	if err != nil {
		return errors.New(lookForIssue + ": an answer without a key")
	}
	var p struct {
		Value json.RawMessage `json:"value"`
	}
	c := call{op: "read property of " + key, method: http.MethodGet, path: issuePath(key, "properties/"+propertyKey)}
	err = t.do(ctx, c, &p)
	if e, ok := errors.AsType[*bridge.Error](err); ok && e.Status == http.StatusNotFound {
		return nil
	}
	issue.Properties = map[string]json.RawMessage{propertyKey: p.Value}
	return err
}
