package jira

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// readable are all fields, for any custom field may be ours, without those that grow.
const readable = "*all,-comment,-attachment,-worklog,-issuelinks,-subtasks"

// Read returns the issue as it stands, under its new key if it was moved.
func (t *Tracker) Read(ctx context.Context, place bridge.Place, ref bridge.Ref) (bridge.Content, error) {
	key, err := issueKey(ref)
	if err != nil {
		return bridge.Content{}, err
	}
	f, err := t.flavour(ctx)
	if err != nil {
		return bridge.Content{}, err
	}
	issue, err := t.get(ctx, key, readable)
	if err != nil {
		return bridge.Content{}, t.goneOrHidden(ctx, place, err)
	}
	return t.content(f, issue), nil
}

func (t *Tracker) get(ctx context.Context, key, fields string) (found, error) {
	c := call{op: "read issue " + key, method: http.MethodGet, path: issuePath(key, ""), query: url.Values{"fields": {fields}}, issue: key}
	var issue found
	err := t.do(ctx, c, &issue)
	if err == nil && !issuePattern.MatchString(issue.Key) {
		err = errors.New(c.op + ": an answer without a key")
	}
	return issue, err
}

// goneOrHidden looks whether the project is to be seen before it believes that an issue is gone: Jira says 404 of what
// an account may not see.
func (t *Tracker) goneOrHidden(ctx context.Context, place bridge.Place, err error) error {
	if e, ok := errors.AsType[*bridge.Error](err); !ok || !e.Gone {
		return err
	}
	if _, hidden := t.project(ctx, place.Name); hidden != nil {
		return hidden
	}
	return err
}

type named struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	AccountID string `json:"accountId"`
}

func (f found) named(field string) (n named) {
	_ = json.Unmarshal(f.Fields[field], &n) // null, and fields the account may not see, are nobody and nothing
	return n
}

func (t *Tracker) content(f *flavour, issue found) bridge.Content {
	c := bridge.Content{Ref: t.reference(issue.Key), Fields: map[string]string{
		bridge.FieldBody:       canonical(issue.Fields["description"]),
		bridge.FieldType:       canonical(issue.Fields["issuetype"]),
		bridge.FieldPriority:   canonical(issue.Fields["priority"]),
		bridge.FieldComponents: canonical(issue.Fields["components"]),
		bridge.FieldAssignees:  f.account(issue.named("assignee")),
		bridge.FieldStatus:     issue.named("status").Name,
	}}
	if c.Fields[bridge.FieldComponents] == "[]" {
		c.Fields[bridge.FieldComponents] = ""
	}
	var title string
	_ = json.Unmarshal(issue.Fields["summary"], &title)
	c.Fields[bridge.FieldTitle] = title
	_ = json.Unmarshal(issue.Fields["labels"], &c.Labels)
	for name, raw := range issue.Fields {
		if value := canonical(raw); customID.MatchString(name) && value != "" {
			c.Fields[name] = value
		}
	}
	systemContent(issue, c.Fields)
	c.Untouched = bridge.Untouched(issue.time("created"), issue.time("updated"))
	return c
}

// timeLayout is the one form of a time that Jira writes and takes: with a zone that RFC 3339 would have with a colon.
const timeLayout = "2006-01-02T15:04:05.000-0700"

func (f found) time(field string) time.Time {
	var text string
	_ = json.Unmarshal(f.Fields[field], &text)
	at, _ := time.Parse(timeLayout, text) // what cannot be read is no time
	return at
}
