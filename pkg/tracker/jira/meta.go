package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// cache keeps what rarely changes, for a while.
type cache[T any] struct {
	mu   sync.Mutex
	keep time.Duration
	held map[string]held[T]
}

type held[T any] struct {
	value T
	at    time.Time
}

func newCache[T any](keep time.Duration) *cache[T] {
	return &cache[T]{keep: keep, held: map[string]held[T]{}}
}

// get returns what is held under key, or loads it. An error is not held.
func (c *cache[T]) get(key string, load func() (T, error)) (T, error) {
	c.mu.Lock()
	h, ok := c.held[key]
	c.mu.Unlock()
	if ok && time.Since(h.at) < c.keep {
		return h.value, nil
	}
	value, err := load()
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.makeRoom()
		c.held[key] = held[T]{value, time.Now()}
	}
	return value, err
}

// mostHeld is how many things a cache keeps: some keys are strangers' words.
const mostHeld = 5000

func (c *cache[T]) makeRoom() {
	if len(c.held) < mostHeld {
		return
	}
	maps.DeleteFunc(c.held, func(_ string, h held[T]) bool { return time.Since(h.at) >= c.keep })
	if len(c.held) >= mostHeld {
		clear(c.held)
	}
}

func (c *cache[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.held)
}

// issueType, metaField and allowedValue are what the create metadata says
// (developer.atlassian.com, GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes and /{issueTypeId}).
type issueType struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Untranslated string `json:"untranslatedName"`
	Subtask      bool   `json:"subtask"`
}

type metaField struct {
	ID           string          `json:"fieldId"`
	Name         string          `json:"name"` // in the account's language
	Untranslated string          `json:"untranslatedName"`
	Schema       schema          `json:"schema"`
	Allowed      json.RawMessage `json:"allowedValues"`

	Required   bool `json:"required"`
	HasDefault bool `json:"hasDefaultValue"`
}

type schema struct {
	Type   string `json:"type"`
	Items  string `json:"items"`
	Custom string `json:"custom"` // "com.atlassian.jira.plugin.system.customfieldtypes:textarea"
}

type allowedValue struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Value        string         `json:"value"`
	Untranslated string         `json:"untranslatedName"`
	Children     []allowedValue `json:"children"` // of a cascading select
}

func (v allowedValue) label() string { return v.Name + v.Value } // a value has one of them

// allowed returns the values that can be chosen; known is false where the metadata lists none.
func (f metaField) allowed() (values []allowedValue, known bool) {
	known = json.Unmarshal(f.Allowed, &values) == nil && values != nil
	return values, known
}

// pick finds a value by id or, without regard to case, by name. A name goes before an id, and before the name that it had in
// another language: people write what they see, and a version can be called 10002.
func pick(values []allowedValue, wanted string) (allowedValue, bool) {
	for _, is := range []func(allowedValue) bool{
		func(v allowedValue) bool { return strings.EqualFold(v.label(), wanted) },
		func(v allowedValue) bool { return v.ID == wanted },
		func(v allowedValue) bool { return v.Untranslated != "" && strings.EqualFold(v.Untranslated, wanted) },
	} {
		if at := slices.IndexFunc(values, is); at >= 0 {
			return values[at], true
		}
	}
	return allowedValue{}, false
}

func labels(values []allowedValue) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.label()
	}
	return list(names)
}

// list names what there is, within reason.
func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if len(names) > 20 {
		names = append(slices.Clone(names[:20]), fmt.Sprintf("%d more", len(names)-20))
	}
	return strings.Join(names, ", ")
}

// screen is what can be set when an issue of one type is created in one project.
type screen struct {
	kind   issueType
	fields []metaField
}

func (s screen) field(id string) (metaField, bool) {
	at := slices.IndexFunc(s.fields, func(f metaField) bool { return f.ID == id })
	if at < 0 {
		return metaField{}, false
	}
	return s.fields[at], true
}

// screen reads the metadata for the issue type called name, by id or by name.
func (t *Tracker) screen(ctx context.Context, project, name string) (screen, error) {
	types, err := t.issueTypes(ctx, project)
	if err != nil {
		return screen{}, err
	}
	kind, err := chooseType(types, project, name)
	if err != nil {
		return screen{}, err
	}
	fields, err := t.fields.get(project+" "+kind.ID, func() ([]metaField, error) {
		path := fmt.Sprintf("issue/createmeta/%s/issuetypes/%s", url.PathEscape(project), url.PathEscape(kind.ID))
		return metaPages[metaField](ctx, t, path, "fields")
	})
	return screen{kind, fields}, err
}

func (t *Tracker) issueTypes(ctx context.Context, project string) ([]issueType, error) {
	return t.types.get(project, func() ([]issueType, error) {
		return metaPages[issueType](ctx, t, fmt.Sprintf("issue/createmeta/%s/issuetypes", url.PathEscape(project)), "issueTypes")
	})
}

// chooseType finds the type called name. Where none is called for it is Bug, or else the project's first.
func chooseType(types []issueType, project, name string) (issueType, error) {
	var names []string
	for _, kind := range types {
		if !kind.Subtask {
			names = append(names, kind.Name)
		}
	}
	if len(names) == 0 {
		return issueType{}, bridge.Park(fmt.Errorf("plan issue in %s: the account can create no issue there", project), hints.Place)
	}
	wanted := name
	if wanted == "" {
		wanted = "Bug"
	}
	is := func(k issueType) bool {
		return k.ID == wanted || strings.EqualFold(k.Name, wanted) || strings.EqualFold(k.Untranslated, wanted)
	}
	if at := slices.IndexFunc(types, is); at >= 0 {
		return types[at], nil
	}
	if name == "" {
		return types[slices.IndexFunc(types, func(k issueType) bool { return !k.Subtask })], nil
	}
	err := &bridge.Error{Kind: bridge.Permanent, Nothing: true, Hint: "issue types of " + project + ": " + list(names),
		Err: fmt.Errorf("plan issue in %s: no issue type %q", project, name)}
	return issueType{}, err
}

// metaPages reads all pages of a list of metadata, which stands under name.
func metaPages[T any](ctx context.Context, t *Tracker, path, name string) ([]T, error) {
	c := call{op: "read create metadata", method: http.MethodGet, path: path}
	var all []T
	for {
		c.query = url.Values{"startAt": {strconv.Itoa(len(all))}, "maxResults": {"100"}}
		var page map[string]json.RawMessage
		if err := t.do(ctx, c, &page); err != nil {
			return nil, err
		}
		if page[name] == nil {
			page[name] = page["values"] // as Data Center calls them (docs.atlassian.com, Jira 9.12 REST; pycontribs/jira#1699)
		}
		var items []T
		var total int
		if err := json.Unmarshal(page[name], &items); err != nil {
			return nil, fmt.Errorf("%s: unreadable %s: %w", c.op, name, err)
		}
		_ = json.Unmarshal(page["total"], &total) // without one, the page is all there is
		if all = append(all, items...); len(items) == 0 || len(all) >= total {
			return all, nil
		}
	}
}

// forgetMetadata has all of it asked for again: it may be out of date where Jira refuses what was planned by it.
func (t *Tracker) forgetMetadata() {
	t.types.forget()
	t.fields.forget()
	t.parents.forget()
}
