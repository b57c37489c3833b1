package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
	"github.com/bugferry/bugferry/pkg/store"
	"github.com/bugferry/bugferry/pkg/webhook"
)

// reopenable says which command gives an event of that state another chance.
var reopenable = map[bridge.EventState]string{
	bridge.EventRefused: "release", bridge.EventUnrouted: "rematch", bridge.EventUndecodable: "rematch",
}

func (p *program) eventsRelease(storeURL *string) *cobra.Command {
	return p.reopenCommand(storeURL, &cobra.Command{
		Use:   "release EVENT...",
		Short: "Let refused reports in after all",
		Long: "release takes refused reports out of quarantine: they are decoded and matched by today's configuration and filed by a\n" +
			"running serve. The reason, in events show, says which secret was missing; mend that first.",
	})
}

func (p *program) eventsRematch(storeURL *string) *cobra.Command {
	return p.reopenCommand(storeURL, &cobra.Command{
		Use:   "rematch EVENT...",
		Short: "Decode and match unrouted or undecodable events again",
		Long: "rematch decodes the stored bytes again, asks today's rules where the report goes, and files it there by a running\n" +
			"serve. It is for events that came before their project was configured, or before this version could read them.\n" +
			"With --unrouted it takes all that are unrouted, oldest first; those that no rule takes today either stay as they are.",
	})
}

// reopenCommand completes a command that looks at events again which are in a state of its own.
func (p *program) reopenCommand(storeURL *string, cmd *cobra.Command) *cobra.Command {
	unrouted, project := false, ""
	if cmd.Name() == reopenable[bridge.EventUnrouted] {
		cmd.Flags().BoolVar(&unrouted, "unrouted", false, "all unrouted events, instead of EVENT...")
		cmd.Flags().StringVar(&project, "project", "", "with --unrouted: only those of this BetterBugs project (projectId)")
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case unrouted:
			return usageArgs(cobra.NoArgs)(cmd, args)
		case project != "":
			return hint(fmt.Errorf("%w: --project goes with --unrouted", errUsage), "bugferry events rematch --unrouted --project ID")
		}
		return usageArgs(cobra.MinimumNArgs(1))(cmd, args)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		w, err := p.load(config.Options{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		url := *storeURL
		if url == "" {
			url = w.cfg.Store.URL.Reveal()
		}
		return p.withStore(cmd.Context(), url, func(s *store.Store) error {
			ids, errs := args, []error(nil)
			if unrouted {
				if ids, err = s.EventIDs(cmd.Context(), bridge.EventUnrouted, project); err != nil {
					return err
				}
			}
			for _, id := range ids {
				errs = append(errs, p.reopen(cmd, s, w, id))
			}
			return errors.Join(errs...)
		})
	}
	return cmd
}

func (p *program) reopen(cmd *cobra.Command, s *store.Store, w *wired, id string) error {
	event, err := s.Event(cmd.Context(), id)
	if err != nil {
		return notFound(err, "bugferry events list")
	}
	from := event.State
	if verb := reopenable[from]; verb != cmd.Name() {
		return hint(fmt.Errorf("event %s is %s and cannot be taken by %s", id, from, cmd.Name()), "%s", elseReopen(from, verb))
	}
	event, routing, receipt, err := w.reopen(cmd.Context(), s, event, time.Now())
	if err != nil {
		return notFound(err, "bugferry events list")
	}
	if receipt.State != from {
		deed := bridge.Deed{At: time.Now(), What: cmd.Name(), On: id, Detail: fmt.Sprintf("from %s to %s", from, receipt.State)}
		if err := note(cmd.Context(), s, deed); err != nil {
			return err
		}
	}
	p.say("%s is %s", id, receipt.State)
	if receipt.State == event.State {
		p.sayIf("  reason: %s", printable(event.Reason), event.Reason)
	}
	for _, destination := range receipt.Destinations {
		p.say("  to %s by rule %q", destination, printable(ruleTo(destination, routing.Matches)))
	}
	return nil
}

// reopen decodes and matches a stored event again, and files it where it goes today. [bridge.ErrNotFound] if it is not in the state of
// event any more.
func (w *wired) reopen(
	ctx context.Context, s *store.Store, event bridge.Event, now time.Time,
) (bridge.Event, bridge.Routing, bridge.Receipt, error) {
	from := event.State
	event, routing := webhook.Rematch(w, event, int64(w.cfg.Server.BodyLimit))
	receipt, err := s.Reopen(ctx, from, event, routing, now)
	return event, routing, receipt, err
}

// ruleTo returns the rule that sends a report to the destination.
func ruleTo(destination string, matches []bridge.Match) string {
	for _, m := range matches {
		if m.Destination == destination {
			return m.Rule
		}
	}
	return rules.SharedAgain // no rule does any more
}

func elseReopen(state bridge.EventState, verb string) string {
	if verb != "" {
		return "bugferry events " + verb
	}
	if slices.Contains([]bridge.EventState{bridge.EventAccepted, bridge.EventDuplicate}, state) {
		return "bugferry deliveries list shows what became of it; bugferry deliveries redeliver sends it again"
	}
	return "bugferry send sends a report"
}
