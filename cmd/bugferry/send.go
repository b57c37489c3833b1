package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// sendTime is how long send waits for the webhook's answer.
const sendTime = 30 * time.Second

func (p *program) sendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "send --to URL",
		Short: "Send a report to a webhook, as BetterBugs would",
		Long: "send POSTs a report to a webhook and prints the answer. Without --payload it sends a sample report with a new bugId,\n" +
			"so that a new issue is filed each time; with --bug-id the same bug is shared again.",
		Args: usageArgs(cobra.NoArgs),
	}
	var s sending
	flags := cmd.Flags()
	flags.StringVar(&s.to, "to", "", "the webhook's URL, with its secret")
	flags.StringVar(&s.as, "as", string(betterbugs.JSON), "payload format: json, urlencoded, multipart")
	flags.StringVar(&s.payload, "payload", "", "file with a report as JSON; - is standard input")
	flags.StringVar(&s.project, "project", "", "projectId to send")
	flags.StringVar(&s.bug, "bug-id", "", "bugId to send")
	flags.StringArrayVar(&s.headers, "header", nil, "header to send, as NAME=VALUE; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if s.to == "" {
			return hint(fmt.Errorf("%w: --to is needed", errUsage), "bugferry url prints the webhook's URL")
		}
		doc, err := p.document(s)
		if err != nil {
			return err
		}
		answer, err := s.send(cmd.Context(), doc)
		if err != nil {
			return err
		}
		p.say("%s", strings.TrimSpace(string(answer)))
		return nil
	}
	return cmd
}

// sending is what to send, and where to.
type sending struct {
	to, as, payload, project, bug string
	headers                       []string
}

// document returns the report to send.
func (p *program) document(s sending) (bridge.Fields, error) {
	doc := betterbugs.Sample()
	switch {
	case s.payload != "":
		data, err := p.readFile(s.payload)
		if err != nil {
			return nil, err
		}
		doc = nil
		if err := json.Unmarshal(data, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", s.payload, err)
		}
	case s.bug == "":
		s.bug = newBugID(time.Now())
	}
	if s.bug != "" {
		setBug(&doc, s.bug)
	}
	if s.project != "" {
		doc.Set("projectId", s.project)
	}
	return doc, nil
}

// newBugID returns an id like BetterBugs' own: 24 hexadecimal digits that begin with the time.
func newBugID(now time.Time) string {
	return fmt.Sprintf("%08x%s", now.Unix(), bridge.Hash(bridge.NewID("", now))[:16])
}

// setBug gives the document another bugId, in its session URL too.
func setBug(doc *bridge.Fields, id string) {
	old, _ := doc.Get("bugId")
	session, _ := doc.Get("sessionUrl")
	if old, ok := old.(string); ok && old != "" {
		if session, ok := session.(string); ok {
			doc.Set("sessionUrl", strings.ReplaceAll(session, old, id))
		}
	}
	doc.Set("bugId", id)
}

// send POSTs the document and returns the body of a 2xx answer.
func (s sending) send(ctx context.Context, doc bridge.Fields) ([]byte, error) {
	contentType, body, err := betterbugs.Encode(doc, betterbugs.Encoding(s.as))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.to, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: --to: %w", errUsage, withoutURL(err))
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", userAgent())
	for _, header := range s.headers {
		name, value, ok := strings.Cut(header, "=")
		if !ok {
			return nil, fmt.Errorf("%w: --header %q: want NAME=VALUE", errUsage, name)
		}
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, hint(fmt.Errorf("send: %w", withoutURL(err)), "is bugferry serve running, and is this its address?")
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("send: %w", withoutURL(err))
	}
	if response.StatusCode/100 != 2 {
		return nil, hint(fmt.Errorf("the webhook answered %s: %s", response.Status, bytes.TrimSpace(answer)),
			"bugferry url prints the right URL, its secret included")
	}
	return answer, nil
}

// withoutURL takes the URL out of an error of net/http: it may hold the webhook's secret.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
