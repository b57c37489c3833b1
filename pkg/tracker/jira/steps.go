package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// The steps that follow a create.
const (
	stepScreenshot = "screenshot"  // its value is the picture's URL
	stepRemoteLink = "remote_link" // its value is a remoteLink, in remote.go
)

func (p planner) steps(t *Tracker) error {
	if err := p.planLink(); err != nil {
		return err
	}
	p.planScreenshot(t.fetch)
	return nil
}

func (p planner) planScreenshot(fetch *tracker.Fetcher) {
	address := p.issue.Screenshot
	if address == "" {
		return
	}
	if fetch == nil {
		p.drop(stepScreenshot, address, "downloading pictures is switched off")
		return
	}
	if err := fetch.Allowed(address); err != nil {
		p.drop(stepScreenshot, address, "%v", err)
		return
	}
	p.draft.Steps = append(p.draft.Steps, bridge.Step{Name: stepScreenshot, Value: address})
}

// Do carries out a step.
func (t *Tracker) Do(ctx context.Context, place bridge.Place, ref bridge.Ref, step bridge.Step) error {
	return t.whereItIs(ctx, place, ref, func(key string) error {
		switch step.Name {
		case stepRemoteLink:
			return t.link(ctx, key, step.Value)
		case stepScreenshot:
			return t.attach(ctx, key, step.Value)
		}
		return bridge.Park(fmt.Errorf("step %s: Jira has no such thing", step.Name), "")
	})
}

// attach puts the picture at address beside the issue unless a file of its name is there: attaching is not idempotent.
func (t *Tracker) attach(ctx context.Context, key, address string) error {
	if t.fetch == nil {
		return bridge.Park(errors.New("attach screenshot: downloading pictures is switched off"), "")
	}
	name := tracker.PictureName(address)
	there, err := t.attached(ctx, key, name)
	if err != nil || there {
		return err
	}
	picture, err := t.fetch.Fetch(ctx, address)
	if err != nil {
		return fmt.Errorf("attach screenshot to %s: %w", key, err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", picture.Name)
	if err == nil {
		_, err = part.Write(picture.Data)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return fmt.Errorf("attach screenshot to %s: %w", key, err)
	}
	c := call{op: "attach screenshot to " + key, method: http.MethodPost, path: issuePath(key, "attachments"), issue: key}
	path, err := t.path(ctx, c)
	if err != nil {
		return err
	}
	req, err := t.client.NewMultiPartRequestWithContext(ctx, c.method, path, &body)
	if err != nil {
		return bridge.Park(fmt.Errorf("%s: %w", c.op, err), "")
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("X-Atlassian-Token", "no-check") // go-jira writes it as the documentation no longer does
	return t.send(req, c, nil)
}

func (t *Tracker) attached(ctx context.Context, key, name string) (bool, error) {
	issue, err := t.get(ctx, key, "attachment")
	if err != nil {
		return false, err
	}
	var files []struct {
		Filename string `json:"filename"`
	}
	_ = json.Unmarshal(issue.Fields["attachment"], &files) // missing where attachments are switched off
	for _, file := range files {
		if base, _, _ := strings.Cut(file.Filename, "."); base == name {
			return true, nil
		}
	}
	return false, nil
}
