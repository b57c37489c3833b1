package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	f, err := t.flavour(ctx)
	if err != nil {
		return nil, err
	}
	issues, err := f.search(ctx, t, fmt.Sprintf("labels = %s ORDER BY created ASC", quoted(markerLabel(m))))
	if err != nil {
		return nil, err
	}
	var refs []bridge.Ref
	for _, issue := range issues {
		if !issuePattern.MatchString(issue.Key) {
			return nil, errors.New(lookForIssue + ": an answer without a key")
		}
		if issue.belongs(m, project) {
			refs = append(refs, t.reference(issue.Key))
		}
	}
	return refs, nil
}

const lookForIssue = "look for issue"

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
