package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/markup"
	"github.com/bugferry/bugferry/pkg/rehearsal"
	"github.com/bugferry/bugferry/pkg/sandbox/show"
	"github.com/bugferry/bugferry/pkg/store"
)

const (
	trialTime   = 20 * time.Second // the longest time that a trial may take, waiting for its turn included
	trialAtOnce = 2                // so many are made at once: deliveries go on beside them
	drawnLength = 32 << 10         // how much of a description is drawn in a dialect
)

// playground tries reports for the console. It does what preview does: nothing is asked of trackers, and the store is only read.
type playground struct {
	serving *serving
	store   *store.Store
	places  chan struct{}
}

func newPlayground(s *serving, store *store.Store) *playground {
	return &playground{serving: s, store: store, places: make(chan struct{}, trialAtOnce)}
}

// Limit is that of the webhook.
func (g *playground) Limit() int64 { return int64(g.serving.now.Load().cfg.Server.BodyLimit) }

// Sample is the vendor's sample report.
func (g *playground) Sample(project string) string {
	doc := betterbugs.Sample()
	if project != "" {
		doc.Set("projectId", project)
	}
	text, err := indentedJSON(doc)
	if err != nil {
		return ""
	}
	return string(text)
}

// Try says what would become of a report by today's configuration.
func (g *playground) Try(ctx context.Context, t console.Trial) (console.Tried, error) {
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	select {
	case g.places <- struct{}{}:
		defer func() { <-g.places }()
	case <-ctx.Done():
		return console.Tried{}, fmt.Errorf("wait for a place in the playground: %w", ctx.Err())
	}
	w := g.serving.now.Load()
	in, err := g.chosen(ctx, w, t)
	if err != nil {
		return console.Tried{}, err
	}
	found, err := (&stage{wired: w, log: slog.New(slog.DiscardHandler)}).preview(ctx, in)
	if err != nil {
		return console.Tried{}, fmt.Errorf("preview: %w", err)
	}
	return triedOf(found, in.report), nil
}

// chosen is the report to try.
func (g *playground) chosen(ctx context.Context, w *wired, t console.Trial) (payload, error) {
	if t.Event != "" {
		in, err := w.stored(ctx, g.store, t.Event)
		if errors.Is(err, bridge.ErrNotFound) || errors.Is(err, errNoReport) {
			return in, trialError(err)
		}
		return in, err
	}
	given := betterbugs.Request{ContentType: t.ContentType, Body: bytes.TrimSpace(t.Payload)}
	if isRequest(given.Body) {
		var err error
		if given, _, err = betterbugs.ReadHTTP(pastedRequest(given.Body)); err != nil {
			return payload{}, trialError(err)
		}
	}
	given.Limit = int64(w.cfg.Server.BodyLimit)
	report, err := decoded(given)
	if err != nil {
		return payload{}, trialError(err)
	}
	return payload{report: report}, nil
}

func trialError(err error) error { return &console.TrialError{Text: err.Error(), Hint: hintOf(err)} }

var (
	lineEnd       = regexp.MustCompile(`\r\n|\r|\n`)
	contentLength = regexp.MustCompile(`(?i)\r\ncontent-length:[^\r]*`)
)

// pastedRequest makes a request of what came through a form. A browser sends all line ends as CRLF, so that the body is not as long as
// it was: it goes to the end of what was pasted.
func pastedRequest(raw []byte) []byte {
	raw = lineEnd.ReplaceAll(raw, []byte("\r\n"))
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	return slices.Concat(contentLength.ReplaceAll(head, nil), []byte("\r\n\r\n"), body)
}

// triedOf is a preview as the console shows it.
func triedOf(found previewed, report bridge.Report) console.Tried {
	out := console.Tried{
		From: found.From, Title: report.Title, BugID: report.BugID, ProjectID: report.ProjectID, Warnings: report.Warnings,
		Rules: found.Rules, Known: found.Known, Nowhere: found.Reason, Mistakes: found.Mistakes,
	}
	for _, word := range []string{report.Status, report.Priority, report.Type} {
		if word != "" {
			out.Words = append(out.Words, word)
		}
	}
	if text, err := indentedJSON(report); err == nil {
		out.JSON = string(text)
	}
	if found.Project != nil {
		out.Project, out.File = found.Project.Name, found.Project.File
	}
	if err := found.routed.failure(); err != nil {
		out.Hint = hintOf(err)
	}
	for _, d := range found.Destinations {
		out.Destinations = append(out.Destinations, triedAt(d))
	}
	out.Dialects = inDialects(report.Description)
	return out
}

func triedAt(d rehearsed) console.TriedAt {
	out := console.TriedAt{
		Destination: d.Destination, Rule: d.Rule, Tracker: d.Tracker, Place: d.Name,
		Issue: d.Issue, Dropped: d.Dropped, Notes: d.Notes, Problem: d.Problem, Hint: d.Hint,
	}
	if d.Issue != nil { // the page has words of its own for that
		out.Notes = slices.DeleteFunc(slices.Clone(d.Notes), func(note string) bool { return note == knownThere(*d.Issue) })
	}
	for _, r := range d.Requests {
		request := console.TriedRequest{Method: r.Method, URL: r.URL}
		if text, err := indentedJSON(r.Body); err == nil && len(r.Body) > 0 {
			request.Body = string(text)
		}
		for _, f := range r.Files {
			request.Files = append(request.Files, f.Name)
		}
		out.Requests = append(out.Requests, request)
		if out.Drawn == nil {
			out.Drawn = drawnIssue(d.Type, r)
		}
	}
	return out
}

// drawnIssue is the issue that a request makes, as its tracker shows it; nil if it makes none.
func drawnIssue(tracker string, r rehearsal.Request) *console.Drawn {
	body := members(r)
	title, text := "title", "body"
	if tracker == config.Jira {
		title, text = "summary", "description"
	}
	words, ok := body[title].(string)
	if !ok {
		return nil
	}
	out := drawn(tracker, body[text])
	out.Title = words
	for _, name := range ordered(body) {
		if name == title || name == text || name == "properties" { // which nobody sees
			continue
		}
		out.Fields = append(out.Fields, console.Setting{Key: name, Values: []string{nameOf(body[name])}})
	}
	return &out
}

// nameOf is a value on one line as a reader of the issue has it: of what names one thing, the name.
func nameOf(value any) string {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range []string{"name", "id", "key", "value", "accountId"} {
			if text, ok := v[name].(string); ok && len(v) == 1 {
				return text
			}
		}
	case []any:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = nameOf(one)
		}
		return strings.Join(texts, ", ")
	}
	return onOneLine(value)
}

// withoutPictures is the console's page: its policy lets it load nothing from elsewhere.
var withoutPictures = show.Page{WithoutPictures: true}

// drawn shows a description of an issue at GitHub or Jira, where it is text in the tracker's markup or a document.
func drawn(tracker string, description any) console.Drawn {
	text, isText := description.(string)
	switch {
	case tracker == config.GitHub:
		return console.Drawn{Dialect: "GitHub Markdown", Source: text, HTML: withoutPictures.Markdown(text)}
	case isText:
		return console.Drawn{Dialect: "Jira wiki markup", Source: text, HTML: withoutPictures.Wiki(text)}
	case description == nil:
		return console.Drawn{Dialect: "Atlassian document format"}
	}
	out := console.Drawn{Dialect: "Atlassian document format", HTML: withoutPictures.ADF(description)}
	if source, err := indentedJSON(description); err == nil {
		out.Source = string(source)
	}
	return out
}

// inDialects writes the beginning of a description in each of them.
func inDialects(description string) []console.Drawn {
	if strings.TrimSpace(description) == "" {
		return nil
	}
	doc, limit := markup.Parse(description), markup.Options{Limit: drawnLength}
	return []console.Drawn{
		drawn(config.GitHub, markup.GFM(doc, limit)),
		drawn(config.Jira, markup.Wiki(doc, limit)),
		drawn(config.Jira, object(markup.ADF(doc, limit))),
	}
}
