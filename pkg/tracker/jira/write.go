package jira

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// Write sets what change names: the assignee and the status by calls of their own, for those are not on every screen,
// fields and labels in one edit. Whether the status can be reached is asked before anything is written. What is refused
// after another call has written is an error of kind Retry without Nothing: the next try finds the rest in place,
// makes the one call alone, and is told the refusal as such.
func (t *Tracker) Write(ctx context.Context, place bridge.Place, ref bridge.Ref, change bridge.Change) (bridge.Content, error) {
	var c bridge.Content
	err := t.whereItIs(ctx, place, ref, func(key string) (err error) {
		c, err = t.write(ctx, place, key, change)
		return err
	})
	return c, err
}

// whereItIs calls write with the key that ref names. Jira finds a moved issue by its old key too; should something before it
// answer with a redirect instead, the issue is read and write is called once more with the key that it has now.
func (t *Tracker) whereItIs(ctx context.Context, place bridge.Place, ref bridge.Ref, write func(key string) error) error {
	key, err := issueKey(ref)
	if err != nil {
		return err
	}
	refused := write(key)
	if !tracker.Redirected(refused) {
		return refused
	}
	issue, err := t.get(ctx, key, "status")
	if err != nil {
		return t.goneOrHidden(ctx, place, err)
	}
	if strings.EqualFold(issue.Key, key) { // it is where we wrote to: the redirect is about something else
		return refused
	}
	return write(issue.Key)
}

func (t *Tracker) write(ctx context.Context, place bridge.Place, key string, change bridge.Change) (bridge.Content, error) {
	f, err := t.flavour(ctx)
	if err != nil {
		return bridge.Content{}, err
	}
	w := writer{t: t, flavour: f, key: key}
	if err := w.prepare(ctx, change); err != nil {
		return bridge.Content{}, t.goneOrHidden(ctx, place, err)
	}
	if err := w.run(ctx, place); err != nil {
		return bridge.Content{}, err
	}
	issue, err := t.get(ctx, key, readable)
	if err != nil {
		return bridge.Content{}, w.failed(err)
	}
	return t.content(f, issue), nil
}

// frozen says of a refused edit that nothing of the issue can be edited: its edit metadata is empty in a status with the
// workflow property jira.issue.editable=false, and without the permission Edit Issues. The refusal's own words blame the
// fields, one by one (developer.atlassian.com, GET /rest/api/3/issue/{issueIdOrKey}/editmeta).
func (t *Tracker) frozen(ctx context.Context, c call, err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || c.method != http.MethodPut || e.Kind == bridge.Later || e.Status != http.StatusBadRequest && e.Status != http.StatusForbidden {
		return false
	}
	var meta struct {
		Fields map[string]any `json:"fields"`
	}
	look := call{op: "read edit metadata of " + c.issue, method: http.MethodGet, path: issuePath(c.issue, "editmeta"), issue: c.issue}
	return t.do(ctx, look, &meta) == nil && meta.Fields != nil && len(meta.Fields) == 0
}

func notEditable(key string, refused error) error {
	return bridge.Park(errors.New(refused.Error()), "nothing of "+key+" can be edited as it stands: bring it to a status that allows edits (the workflow "+
		"property jira.issue.editable), or give the account the permission Edit Issues; then release the delivery")
}

type writer struct {
	t *Tracker
	*flavour
	key   string
	calls []call
	wrote bool
	plain map[string]string // the fields of the edit, without those that have calls of their own

	thawed bool // the transition was put before the edits
}

// run makes the calls, one after the other, until one fails.
func (w *writer) run(ctx context.Context, place bridge.Place) error {
	for len(w.calls) > 0 {
		c := w.calls[0]
		err := w.t.do(ctx, c, nil)
		if err != nil && w.t.frozen(ctx, c, err) {
			if w.thaw() {
				continue
			}
			err = notEditable(w.key, err)
		}
		if err != nil {
			return w.failed(w.t.goneOrHidden(ctx, place, w.about(c, err)))
		}
		w.wrote, w.calls = true, w.calls[1:]
	}
	return nil
}

// thaw puts the transition first, if there is one: it may lead out of a status in which nothing can be edited. It comes last
// otherwise, for it may lead into one.
func (w *writer) thaw() bool {
	last := len(w.calls) - 1
	if w.thawed || last == 0 || !w.calls[last].moves() {
		return false
	}
	w.thawed, w.calls = true, append([]call{w.calls[last]}, w.calls[:last]...)
	return true
}

func (c call) moves() bool {
	return c.method == http.MethodPost && strings.HasSuffix(c.path, "/transitions")
}

// failed makes sure that no error of a later call speaks for an earlier one.
func (w *writer) failed(err error) error {
	if !w.wrote {
		return err
	}
	err = tracker.Unsure(err)
	if e, ok := errors.AsType[*bridge.Error](err); ok && e.Kind == bridge.Permanent && !e.Gone {
		e.Kind = bridge.Retry // a copy, by Unsure
	}
	return err
}

// about names the field in a refusal of a call that is about one alone: Jira names what a transition's screen asks for, or no
// field at all; of an edit it then is all that is optional, as in a create, but for the labels, one of which is the marker. That the account may not assign is a refusal of that one thing too: the issue could be read with the same
// credentials just before.
func (w *writer) about(c call, err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	switch {
	case !ok || e.Kind == bridge.Later:
	case c.moves() && e.Status == http.StatusBadRequest:
		e.Fields = map[string]string{bridge.FieldStatus: e.Error()}
	case c.assigns() && e.Status == http.StatusForbidden:
		e.Kind, e.Refused = bridge.Permanent, false
		e.Fields = map[string]string{bridge.FieldAssignees: e.Error()}
	case c.assigns() && e.Status == http.StatusBadRequest && len(e.Fields) == 0:
		e.Fields = map[string]string{bridge.FieldAssignees: e.Error()}
	case c.edits() && e.Status == http.StatusBadRequest && len(e.Fields) == 0:
		w.t.forgetMetadata()
		e.Fields = suspects(e, w.plain)
	}
	return err
}

func (c call) edits() bool {
	return c.method == http.MethodPut && c.path == issuePath(c.issue, "")
}

func (c call) assigns() bool {
	return c.method == http.MethodPut && strings.HasSuffix(c.path, "/assignee")
}

func (w *writer) prepare(ctx context.Context, change bridge.Change) error {
	op := "edit issue " + w.key
	plain := maps.Clone(change.Fields)
	assignee, assign := plain[bridge.FieldAssignees]
	status := plain[bridge.FieldStatus]
	delete(plain, bridge.FieldAssignees)
	delete(plain, bridge.FieldStatus)
	w.plain = plain
	fields, err := jiraFields(op, plain)
	if err != nil {
		return err
	}
	if change.SetLabels {
		fields["labels"] = append([]string{}, change.Labels...) // empty, not null: none
	}
	if assign {
		w.add("assign issue "+w.key, http.MethodPut, "assignee", map[string]any{w.userKey: orNull(assignee)})
	}
	if len(fields) > 0 {
		w.add(op, http.MethodPut, "", map[string]any{"fields": fields})
	}
	if status != "" {
		return w.prepareStatus(ctx, status)
	}
	return nil
}

func (w *writer) add(op, method, below string, body any) {
	w.calls = append(w.calls, call{op: op, method: method, path: issuePath(w.key, below), body: body, issue: w.key})
}

func orNull(value string) any {
	if value == "" {
		return nil
	}
	return value
}
