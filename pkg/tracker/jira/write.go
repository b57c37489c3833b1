package jira

import (
	"context"
	"errors"
	"fmt"
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
	key, err := issueKey(ref)
	if err != nil {
		return bridge.Content{}, err
	}
	w := writer{t: t, key: key}
	if err := w.prepare(ctx, change); err != nil {
		return bridge.Content{}, t.goneOrHidden(ctx, place, err)
	}
	for _, c := range w.calls {
		if err := t.do(ctx, c, nil); err != nil {
			return bridge.Content{}, w.failed(t.goneOrHidden(ctx, place, c.aboutStatus(err)))
		}
		w.wrote = true
	}
	issue, err := t.get(ctx, key, readable)
	if err != nil {
		return bridge.Content{}, w.failed(err)
	}
	return t.content(issue), nil
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
	w.calls = append(w.calls, call{op: op, method: method, path: issuePath(w.key, below), body: body, onIssue: true})
}

func orNull(value string) any {
	if value == "" {
		return nil
	}
	return value
}

// prepareStatus finds the transition whose target is called status: the names of transitions are anybody's choice, and
// which there are depends on the state the issue is in.
func (w *writer) prepareStatus(ctx context.Context, status string) error {
	issue, err := w.t.get(ctx, w.key, "status")
	if err != nil {
		return err
	}
	now := issue.named("status").Name
	if strings.EqualFold(now, status) {
		return nil
	}
	var answer struct {
		Transitions []struct {
			ID string `json:"id"`
			To named  `json:"to"`
		} `json:"transitions"`
	}
	c := call{op: "read transitions of " + w.key, method: http.MethodGet, path: issuePath(w.key, "transitions"), onIssue: true}
	if err := w.t.do(ctx, c, &answer); err != nil {
		return err
	}
	var targets []string
	for _, way := range answer.Transitions {
		if strings.EqualFold(way.To.Name, status) || way.To.ID == status {
			w.add("move issue "+w.key+" to "+status, http.MethodPost, "transitions", map[string]any{"transition": map[string]string{"id": way.ID}})
			return nil
		}
		targets = append(targets, way.To.Name)
	}
	return refusal("edit issue "+w.key, bridge.FieldStatus, fmt.Sprintf("no transition leads from %q to %q; from there one reaches: %s", now, status, list(targets)))
}
