package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

const propertyKey = "bugferry"

// property is the issue property that says whose an issue is.
type property struct {
	Installation string `json:"installation"`
	Bug          string `json:"bug"`
	Project      string `json:"project,omitempty"` // where it was created; it may have moved
}

// Create files draft with one POST, which nothing below repeats once it may have been sent.
func (t *Tracker) Create(ctx context.Context, place bridge.Place, draft bridge.Draft) (bridge.Ref, error) {
	project, err := projectKey(place.Name)
	if err != nil {
		return bridge.Ref{}, err
	}
	op := "create issue in " + project
	now := maps.Clone(draft.Fields)
	maps.DeleteFunc(now, func(name, _ string) bool { return slices.Contains(draft.Later, name) })
	fields, err := jiraFields(op, now)
	if err != nil {
		return bridge.Ref{}, err
	}
	fields["project"] = map[string]string{"key": project}
	fields["labels"] = withMarker(draft.Labels, draft.Marker)
	body := map[string]any{
		"fields": fields,
		"properties": []map[string]any{
			{"key": propertyKey, "value": property{Installation: draft.Marker.Installation, Bug: draft.Marker.Key(), Project: project}},
		},
	}
	var made struct {
		Key string `json:"key"`
	}
	err = t.do(ctx, call{op: op, method: http.MethodPost, path: "issue", body: body}, &made)
	if understood(err) && (err != nil || !issuePattern.MatchString(made.Key)) {
		t.log.Warn("issue created, answer unreadable", "err", err)
		return bridge.Ref{}, nil
	}
	if err != nil {
		return bridge.Ref{}, t.createFailed(err, draft, now)
	}
	return t.reference(made.Key), nil
}

// createFailed tells a refusal of the place from one of a field: Jira says of a project that one may not see that a
// "valid project is required", with 400. It also forgets the metadata, which may be why.
func (t *Tracker) createFailed(err error, draft bridge.Draft, sent map[string]string) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || e.Status != http.StatusBadRequest {
		return err
	}
	t.forgetMetadata()
	if _, ok := e.Fields["project"]; ok {
		delete(e.Fields, "project")
		e.Hint = hints.Place
		return e
	}
	if len(e.Fields) > 0 {
		return e
	}
	e.Fields = suspects(e, sent)
	if len(e.Fields) == 0 && len(draft.Labels) > 1 { // the marker is one
		e.Fields = map[string]string{bridge.FieldLabels: tracker.Excerpt(e.Error())}
	}
	return e
}

// suspects are what can be done without, where a refusal names no field: all of the fields sent that are optional. That costs
// these at most, and not the issue or all else that was to be written. If there is none it is nil.
func suspects(refused error, sent map[string]string) (fields map[string]string) {
	for name := range sent {
		if name == bridge.FieldTitle || name == bridge.FieldBody || name == bridge.FieldType {
			continue
		}
		if fields == nil {
			fields = map[string]string{}
		}
		fields[name] = tracker.Excerpt(refused.Error())
	}
	return fields
}

// jiraFields puts fields in canonical form under Jira's names. It refuses a name that is not ours to set.
func jiraFields(op string, fields map[string]string) (map[string]any, error) {
	out := map[string]any{}
	for name, value := range fields {
		switch {
		case name == bridge.FieldTitle:
			out["summary"] = value
		case name == bridge.FieldBody:
			out["description"] = rawOrNull(value)
		case name == bridge.FieldType:
			out["issuetype"] = rawOrNull(value)
		case name == bridge.FieldPriority:
			out["priority"] = rawOrNull(value)
		case name == bridge.FieldComponents && value == "":
			out["components"] = []string{}
		case name == bridge.FieldComponents:
			out["components"] = rawOrNull(value)
		case customID.MatchString(name):
			out[name] = rawOrNull(value)
		default:
			own, ok := systemValue(name, value)
			if !ok {
				return nil, refusal(op, name, "it cannot be set")
			}
			out[name] = own
		}
		if raw, ok := out[name].(json.RawMessage); ok && !json.Valid(raw) {
			return nil, refusal(op, name, "its value is not JSON")
		}
	}
	return out, nil
}

func rawOrNull(value string) json.RawMessage {
	if value == "" {
		return json.RawMessage("null")
	}
	return withTasks(json.RawMessage(value))
}

func refusal(op, field, why string) error {
	return &bridge.Error{Kind: bridge.Permanent, Nothing: true, Fields: map[string]string{field: why}, Err: fmt.Errorf("%s: %s: %s", op, field, why)}
}

func decode(raw []byte) any {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	return value
}
