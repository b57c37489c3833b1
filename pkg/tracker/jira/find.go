package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// found is an issue as a search or a read answers it.
type found struct {
	ID         string                     `json:"id"`
	Key        string                     `json:"key"`
	Fields     map[string]json.RawMessage `json:"fields"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// Find searches by the marker label, in all projects, for issues move. The property tells installations apart where it
// is there. Dates are not asked for: Jira reads them in the account's time zone.
//
// The index lags; that a new issue is not found at once is for the caller's settle time to cover.
func (t *Tracker) Find(ctx context.Context, place bridge.Place, m bridge.Marker, _ time.Time) ([]bridge.Ref, error) {
	project, err := projectKey(place.Name)
	if err != nil {
		return nil, err
	}
	body := map[string]any{
		"jql":    fmt.Sprintf("labels = %s ORDER BY created ASC", quoted(markerLabel(m))),
		"fields": []string{"labels"}, "properties": []string{propertyKey}, "maxResults": 100,
	}
	c := call{op: "look for issue", method: http.MethodPost, path: "search/jql", body: body}
	var refs []bridge.Ref
	for {
		var page struct {
			Issues []found `json:"issues"`
			Next   string  `json:"nextPageToken"`
			IsLast bool    `json:"isLast"`
		}
		if err := t.do(ctx, c, &page); err != nil {
			return nil, err
		}
		for _, issue := range page.Issues {
			if !issuePattern.MatchString(issue.Key) {
				return nil, fmt.Errorf("%s: an answer without a key", c.op)
			}
			if issue.belongs(m, project) {
				refs = append(refs, t.reference(issue.Key))
			}
		}
		if page.Next == "" || page.IsLast {
			return refs, nil
		}
		body["nextPageToken"] = page.Next
	}
}

// belongs says that an issue with the marker label is this installation's. One without a property is: somebody may
// have cleared it, and a second issue would be worse.
func (f found) belongs(m bridge.Marker, project string) bool {
	raw, ok := f.Properties[propertyKey]
	if !ok {
		return true
	}
	var p property
	if json.Unmarshal(raw, &p) != nil {
		return true
	}
	return p.Installation == m.Installation && p.Bug == m.Key() && (p.Project == "" || p.Project == project)
}

// quoted is a string of JQL.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
