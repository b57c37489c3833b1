package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// transition is a way out of the status that an issue is in. Its name is anybody's choice; it is known by where it leads
// (developer.atlassian.com, GET /rest/api/3/issue/{issueIdOrKey}/transitions).
type transition struct {
	ID     string `json:"id"`
	To     named  `json:"to"`
	Fields map[string]struct {
		Name     string `json:"name"`
		Required bool   `json:"required"`
		Default  bool   `json:"hasDefaultValue"`
	} `json:"fields"`
}

// asks names the fields without which the transition is refused. There is nothing that Bugferry could put there.
func (w transition) asks() (names []string) {
	for id, field := range w.Fields {
		if !field.Required || field.Default {
			continue
		}
		if field.Name == "" {
			field.Name = id
		}
		names = append(names, field.Name)
	}
	slices.Sort(names)
	return names
}

// is says that a status that a person wrote, by name or id, is this one.
func (n named) is(status string) bool {
	return n.ID != "" && n.ID == status || strings.EqualFold(n.Name, status)
}

// prepareStatus finds the transition that leads to status, rather one that asks for no field; which there are depends on the
// status that the issue is in.
func (w *writer) prepareStatus(ctx context.Context, status string) error {
	issue, err := w.t.get(ctx, w.key, "status")
	if err != nil {
		return err
	}
	now := issue.named("status")
	if now.is(status) {
		return nil
	}
	ways, err := w.t.transitions(ctx, w.key)
	if err != nil {
		return err
	}
	way, why := wayTo(ways, now, status)
	if why != "" {
		return refusal("edit issue "+w.key, bridge.FieldStatus, why)
	}
	w.add("move issue "+w.key+" to "+status, http.MethodPost, "transitions", map[string]any{"transition": map[string]string{"id": way.ID}})
	return nil
}

// transitions are the ways out of the status that the issue is in, with the fields of their screens.
func (t *Tracker) transitions(ctx context.Context, key string) ([]transition, error) {
	var answer struct {
		Transitions []transition `json:"transitions"`
	}
	c := call{op: "read transitions of " + key, method: http.MethodGet, path: issuePath(key, "transitions"),
		query: url.Values{"expand": {"transitions.fields"}}, issue: key}
	err := t.do(ctx, c, &answer)
	return answer.Transitions, err
}

// wayTo finds the transition that leads from the status now to another, rather one that asks for no field; why says why there is
// none that can be gone.
func wayTo(ways []transition, now named, status string) (way transition, why string) {
	var elsewhere, asked []string
	for _, way := range ways {
		asks := way.asks()
		switch {
		case !way.To.is(status):
			elsewhere = append(elsewhere, way.To.Name)
		case len(asks) == 0:
			return way, ""
		case asked == nil || len(asks) < len(asked):
			asked = asks
		}
	}
	if asked != nil {
		return transition{}, fmt.Sprintf("the transition from %q to %q asks for what Bugferry does not fill in: %s", now.Name, status, list(asked))
	}
	return transition{}, fmt.Sprintf("no transition leads from %q to %q; from there one reaches: %s", now.Name, status, list(elsewhere))
}
