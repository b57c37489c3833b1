package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func (p *program) previewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "preview PAYLOAD",
		Short: "Show the exact requests that a report would make, without sending any",
		Long: "preview says what route says, and then for each destination which requests would be sent to its tracker, with their bodies.\n" +
			"They are those of a real delivery, made by the same code, whose writes are kept here instead of being sent.\n\n" +
			"By itself it asks nobody and needs no secrets: it takes it that the tracker has all that the issue asks for. Ids that only\n" +
			"the tracker knows, of custom fields, priorities or milestones, are names or stand-ins then, and notes say where. With\n" +
			"--live the trackers are asked, so that the bodies are exact to the id, what they do not have is left out as it would be, and\n" +
			"of a stored event's bug that has an issue already the update is shown. Nothing is written then either.\n\n" + explainHelp,
		Example: "  bugferry preview report.json\n  bugferry preview --live " + exampleEvent + "\n  bugferry preview --against new.yaml",
	}
	e := &explaining{program: p}
	e.view = func(cmd *cobra.Command, w *wired, in payload) (explained, error) {
		return e.preview(cmd.Context(), w, in)
	}
	e.lines = func(cmd *cobra.Command, w *wired, in payload) []string { return e.previewLines(cmd.Context(), w, in) }
	e.flags(cmd)
	cmd.Flags().BoolVar(&e.live, "live", false, "ask the trackers what they have, with the configured credentials; nothing is written there")
	return cmd
}

// previewed is where a report goes and what would be sent there.
type previewed struct {
	routed
	Live         bool        `json:"live"` // the trackers were asked
	Destinations []rehearsed `json:"destinations"`
}

func (e *explaining) preview(ctx context.Context, w *wired, in payload) (previewed, error) {
	log, err := e.trackerLog()
	if err != nil {
		return previewed{}, err
	}
	return (&stage{wired: w, live: e.live, log: log}).preview(ctx, in)
}

// preview rehearses all deliveries of a report.
func (s *stage) preview(ctx context.Context, in payload) (previewed, error) {
	out := previewed{routed: s.routed(in), Live: s.live, Destinations: []rehearsed{}}
	for _, to := range out.routed.Destinations {
		out.Destinations = append(out.Destinations, s.rehearse(ctx, in.report, to, in.link(to.key)))
	}
	return out, ctx.Err()
}

func (v previewed) failure() error {
	if err := v.routed.failure(); err != nil {
		return err
	}
	for _, d := range v.Destinations {
		if d.Problem != "" {
			return errors.New("not every destination can be filed at")
		}
	}
	return nil
}

func (v previewed) write(to *page) {
	v.routed.write(to)
	for _, d := range v.Destinations {
		to.line("")
		to.line("── %s: %s ──", d.Destination, d.words())
		d.write(to)
	}
}

func (out rehearsed) write(to *page) {
	switch {
	case out.Problem != "":
		to.line("problem: %s", out.Problem)
		if out.Hint != "" {
			to.line("hint: %s", out.Hint)
		}
	case len(out.Requests) == 0:
		to.line("nothing would be sent")
	}
	for n, r := range out.Requests {
		if n > 0 {
			to.line("")
		}
		to.line("%s %s", r.Method, r.URL)
		writeBody(to, r)
	}
	for _, d := range out.Dropped {
		to.line("left out: %s", droppedWords(d))
	}
	for _, note := range out.Notes { // which say what stand-ins stand for: two that look alike may not be the same
		to.line("note: %s", note)
	}
}

func droppedWords(d bridge.Dropped) string {
	field, value := d.Words()
	if value == "" {
		return field + ": " + d.Why
	}
	return fmt.Sprintf("%s %q: %s", field, value, d.Why)
}

// previewLines are what counts when two configurations are compared: what would be sent where.
func (e *explaining) previewLines(ctx context.Context, w *wired, in payload) []string {
	r := w.routed(in)
	lines := r.lines()
	log, _ := e.trackerLog()
	s := &stage{wired: w, log: log}
	var text bytes.Buffer
	slices.SortFunc(r.Destinations, func(a, b place) int { return strings.Compare(a.Destination, b.Destination) })
	for _, to := range r.Destinations {
		p := &page{to: &text}
		p.line("")
		p.line("── %s: %s ──", to.Destination, to.words())
		s.rehearse(ctx, in.report, to, bridge.Link{}).write(p)
	}
	return append(lines, linesOf(text.String())...)
}

func linesOf(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }
