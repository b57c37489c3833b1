package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// stepLabel makes a label in its colour before an issue has it: GitHub makes those that are missing, all in the same grey.
const stepLabel = "label"

// label is what GitHub is asked to make, and the value of the step.
type label struct {
	Name  string `json:"name"`
	Color string `json:"color"` // six hex digits
}

// planColors has those of the draft's labels made first that are to have a colour and are not there. The colour of one that
// is there is its people's business.
func (t *Tracker) planColors(ctx context.Context, d *bridge.Draft, r repo, colors map[string]string) {
	folded := map[string]string{}
	for name, color := range colors {
		folded[key(strings.Fields(name)...)] = color
	}
	for _, name := range d.Labels {
		color, ok := folded[key(name)]
		if !ok || !t.labelMissing(ctx, r, name) {
			continue
		}
		if value, err := json.Marshal(label{name, color}); err == nil {
			d.First = append(d.First, bridge.Step{Name: stepLabel, Value: string(value)})
		}
	}
}

// labelMissing says that GitHub said so; an answer that is not to be had is no such word.
func (t *Tracker) labelMissing(ctx context.Context, r repo, name string) bool {
	if _, there := t.known.labels.get(key(r.String(), name)); there || strings.Trim(name, ".") == "" { // dots would change the path
		return false
	}
	resp, err := t.readLabel(ctx, r, name)
	if err == nil {
		t.known.labels.put(key(r.String(), name), struct{}{})
	}
	return resp != nil && resp.StatusCode == http.StatusNotFound
}

// readLabel asks for a label; go-github would put its name into the path as it is.
func (t *Tracker) readLabel(ctx context.Context, r repo, name string) (*gogithub.Response, error) {
	client := t.client()
	req, err := client.NewRequest(http.MethodGet, fmt.Sprintf("repos/%s/labels/%s", r, url.PathEscape(name)), nil)
	if err != nil {
		return nil, err
	}
	return client.Do(ctx, req, nil)
}

// makeLabel makes a label unless it is there. Whatever comes of it, it is not asked for again for a while: the issue that is
// filed next makes it anyhow.
func (t *Tracker) makeLabel(ctx context.Context, place bridge.Place, value string) error {
	r, err := parseRepo(place.Name)
	if err != nil {
		return err
	}
	var wanted label
	if err := json.Unmarshal([]byte(value), &wanted); err != nil || wanted.Name == "" {
		return bridge.Park(errors.New("step label: its value is not a label"), "")
	}
	t.known.labels.put(key(r.String(), wanted.Name), struct{}{})
	client := t.client()
	req, err := client.NewRequest(http.MethodPost, fmt.Sprintf("repos/%s/labels", r), wanted)
	if err != nil {
		return err
	}
	resp, err := client.Do(ctx, req, nil)
	if err != nil && resp != nil && resp.StatusCode == http.StatusUnprocessableEntity && readAnswer(resp.Response).alreadyThere() {
		return nil
	}
	return call{op: "make label " + wanted.Name + " in " + r.String(), method: http.MethodPost}.failed(resp, err)
}

func (b answerBody) alreadyThere() bool {
	return slices.ContainsFunc(b.details(), func(e fieldError) bool { return e.Code == "already_exists" })
}
