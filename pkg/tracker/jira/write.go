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
	w := writer{t: t, key: key}
	if err := w.prepare(ctx, change); err != nil {
		return bridge.Content{}, t.goneOrHidden(ctx, place, err)
	}
	for _, c := range w.calls {
		if err := t.do(ctx, c, nil); err != nil {
			err = t.frozen(ctx, c, c.aboutStatus(err))
			return bridge.Content{}, w.failed(t.goneOrHidden(ctx, place, err))
		}
		w.wrote = true
	}
	issue, err := t.get(ctx, key, readable)
	if err != nil {
		return bridge.Content{}, w.failed(err)
	}
	return t.content(issue), nil
}

// frozen looks why an edit was refused. In a status with the workflow property jira.issue.editable=false, and without the
// permission Edit Issues, nothing can be edited and the edit metadata is empty; the refusal's own words blame the fields,
// one by one (developer.atlassian.com, GET /rest/api/3/issue/{issueIdOrKey}/editmeta).
func (t *Tracker) frozen(ctx context.Context, c call, err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok || c.method != http.MethodPut || e.Kind == bridge.Later || e.Status != http.StatusBadRequest && e.Status != http.StatusForbidden {
		return err
	}
	var meta struct {
		Fields map[string]any `json:"fields"`
	}
	look := call{op: "read edit metadata of " + c.issue, method: http.MethodGet, path: issuePath(c.issue, "editmeta"), issue: c.issue}
	if t.do(ctx, look, &meta) != nil || meta.Fields == nil || len(meta.Fields) > 0 {
		return err
	}
	return &bridge.Error{Kind: bridge.Permanent, Nothing: true, Status: e.Status, Err: e.Err, Hint: "nothing of " + c.issue + " can be edited as it stands: " +
		"bring it to a status that allows edits (the workflow property jira.issue.editable), or give the account the permission Edit Issues; " +
		"then release the delivery: bugferry deliveries release ID"}
}

type writer struct {
	t     *Tracker
	key   string
	calls []call
	wrote bool
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

// aboutStatus names the status in a refusal of a transition: Jira names what the transition's screen asks for.
func (c call) aboutStatus(err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if ok && strings.HasSuffix(c.path, "/transitions") && e.Status == http.StatusBadRequest {
		e.Fields = map[string]string{bridge.FieldStatus: e.Error()}
	}
	return err
}

func (w *writer) prepare(ctx context.Context, change bridge.Change) error {
	op := "edit issue " + w.key
	plain := maps.Clone(change.Fields)
	assignee, assign := plain[bridge.FieldAssignees]
	status := plain[bridge.FieldStatus]
	delete(plain, bridge.FieldAssignees)
	delete(plain, bridge.FieldStatus)
	fields, err := jiraFields(op, plain)
	if err != nil {
		return err
	}
	if change.SetLabels {
		fields["labels"] = append([]string{}, change.Labels...) // empty, not null: none
	}
	if assign {
		w.add("assign issue "+w.key, http.MethodPut, "assignee", map[string]any{"accountId": orNull(assignee)})
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
