package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// comparison is what another configuration would do otherwise.
type comparison struct {
	Configuration string       `json:"configuration"`
	Against       string       `json:"against"`
	Same          int          `json:"same"`
	Differ        int          `json:"differ"`
	Differences   []difference `json:"differences"`
}

// difference is a report that the two configurations treat otherwise.
type difference struct {
	From  string   `json:"from"` // as of a PAYLOAD
	BugID string   `json:"bug"`
	Title string   `json:"title"`
	Now   []string `json:"now"`  // where it goes
	Then  []string `json:"then"` // and where it would
	Diff  string   `json:"diff"` // in unified form
}

// compare says what the other configuration changes: of the one report, or of the last in the store.
func (e *explaining) compare(cmd *cobra.Command, args []string) error {
	now, err := e.configuration(e.configPath)
	if err != nil {
		return err
	}
	then, err := e.configuration(e.against)
	if err != nil {
		return err
	}
	var reports []payload
	if len(args) > 0 {
		in, err := e.readPayload(cmd.Context(), now, args[0])
		if err != nil {
			return err
		}
		reports = []payload{in}
	} else if reports, err = e.history(cmd.Context(), now); err != nil {
		return err
	}
	found := comparison{Configuration: e.configPath, Against: e.against, Differences: []difference{}}
	for n, in := range reports {
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		e.progress(n, len(reports))
		found.add(cmd, e, now, then, payload{report: in.report, from: in.from}) // as if its bug were new
	}
	return e.out.print(e.program, found, func() error { return e.showComparison(found) })
}

// progress says on a terminal how far a long comparison is, on a line that what follows overwrites.
func (e *explaining) progress(done, of int) {
	switch {
	case !terminal(e.stderr) || of < 100:
	case done == of-1:
		_, _ = fmt.Fprintf(e.stderr, "%40s\r", "")
	case done%25 == 0:
		_, _ = fmt.Fprintf(e.stderr, "%d of %d reports\r", done, of)
	}
}

// history reads the last reports that were let in, oldest first. A duplicate is its first event's.
func (e *explaining) history(ctx context.Context, w *wired) (reports []payload, err error) {
	if e.last < 1 {
		return nil, fmt.Errorf("%w: --last %d: want one report at least", errUsage, e.last)
	}
	err = e.withHistory(ctx, w, func(s *store.Store) error {
		var all []bridge.Event
		for _, state := range []bridge.EventState{bridge.EventAccepted, bridge.EventUnrouted} {
			events, err := s.Events(ctx, bridge.Search{State: string(state), Limit: e.last})
			if err != nil {
				return err
			}
			all = append(all, events...)
		}
		slices.SortFunc(all, func(a, b bridge.Event) int {
			return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), cmp.Compare(a.ID, b.ID))
		})
		for _, event := range all[max(0, len(all)-e.last):] {
			if event.Report != nil {
				reports = append(reports, payload{report: *event.Report, from: event.ID})
			}
		}
		return nil
	})
	return reports, err
}

func (c *comparison) add(cmd *cobra.Command, e *explaining, now, then *wired, in payload) {
	before, after := e.lines(cmd, now, in), e.lines(cmd, then, in)
	if slices.Equal(before, after) {
		c.Same++
		return
	}
	c.Differ++
	text := diff.Diff(c.Configuration, []byte(strings.Join(before, "\n")+"\n"), c.Against, []byte(strings.Join(after, "\n")+"\n"))
	_, unified, _ := strings.Cut(string(text), "\n") // the first line is a command's
	c.Differences = append(c.Differences, difference{
		From: in.from, BugID: in.report.BugID, Title: in.report.Title, Diff: unified,
		Now: now.routed(in).lines(), Then: then.routed(in).lines(),
	})
}

func (e *explaining) showComparison(c comparison) error {
	if c.Differ > 0 {
		rows := [][]string{{"REPORT", "TITLE", "NOW", "THEN"}}
		for _, d := range c.Differences {
			then := strings.Join(d.Then, ", ")
			if slices.Equal(d.Now, d.Then) {
				then = "the same, otherwise"
			}
			rows = append(rows, []string{d.From, short(d.Title, 40), strings.Join(d.Now, ", "), then})
		}
		if err := e.table(rows); err != nil {
			return err
		}
	}
	to := e.page()
	to.width = 0 // a diff's lines begin with its signs
	for _, d := range c.Differences {
		to.line("")
		to.line("%s  %q", d.From, d.Title)
		to.block("", d.Diff)
	}
	if c.Differ > 0 {
		to.line("")
	}
	to.line("%d same, %d differ", c.Same, c.Differ)
	return nil
}
