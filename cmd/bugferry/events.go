package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/store"
)

// withStore opens the configured store beside a running serve, for the time of do.
func (p *program) withStore(ctx context.Context, url string, do func(*store.Store) error) error {
	if url == "" {
		cfg, findings := config.Load(p.configPath, config.Options{})
		if err := findings.Err(); err != nil && cfg.Store.URL.IsZero() {
			return hint(fmt.Errorf("%s: %w", p.configPath, errConfig), "bugferry check, or name the store: --store sqlite:FILE")
		}
		url = cfg.Store.URL.Reveal()
	}
	return p.withStoreOf(ctx, store.Config{URL: url, Found: true}, do)
}

// withStoreOf opens a store that must be there, for the time of do.
func (*program) withStoreOf(ctx context.Context, cfg store.Config, do func(*store.Store) error) (err error) {
	cfg.Logger = slog.New(slog.DiscardHandler)
	s, err := store.Open(ctx, cfg)
	if errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("there is no store yet: %w", err), "bugferry serve makes it; or name another with --store sqlite:FILE")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s)
}

func (p *program) eventsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "events", Short: "Look at the webhook requests that came, and match them again"}
	storeURL := cmd.PersistentFlags().String("store", "", "the store, over store.url of the configuration")
	cmd.AddCommand(p.eventsList(storeURL), p.eventsShow(storeURL), p.eventsRelease(storeURL), p.eventsRematch(storeURL))
	return cmd
}

func (p *program) eventsList(storeURL *string) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List events, newest first", Args: usageArgs(cobra.NoArgs),
		Long: "list shows the newest events. Refused ones wait in quarantine, 50 of them at most, to be released. Ignored ones are\n" +
			"verify requests and pings: the last 200 are kept and shown where --state ignored asks for them.",
	}
	var out output
	var filter bridge.Search
	out.flag(cmd)
	cmd.Flags().StringVar(&filter.State, "state", "", "only: accepted, duplicate, unrouted, undecodable, refused, ignored")
	cmd.Flags().StringVar(&filter.Bug, "bug", "", "only of this bugId")
	cmd.Flags().IntVar(&filter.Limit, "limit", 50, "how many at most")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withStore(cmd.Context(), *storeURL, func(s *store.Store) error {
			events, err := s.Events(cmd.Context(), filter)
			if err != nil {
				return err
			}
			listed, err := p.listed(cmd.Context(), s, events)
			if err != nil {
				return err
			}
			return out.print(p, listed, func() error { return p.eventTable(listed) })
		})
	}
	return cmd
}

// listedEvent is an event with what is to be done about it.
type listedEvent struct {
	bridge.Event
	Today *bridge.Advice `json:"today,omitempty"` // of an unrouted one, if the configuration can be used
}

// listed adds to unrouted events what today's configuration says of them. It is read only where there is such an event: a store can
// be looked at without one.
func (p *program) listed(ctx context.Context, s *store.Store, events []bridge.Event) ([]listedEvent, error) {
	list := make([]listedEvent, len(events))
	for i, e := range events {
		list[i].Event = e
	}
	if !slices.ContainsFunc(events, func(e bridge.Event) bool { return e.State == bridge.EventUnrouted }) {
		return list, nil
	}
	w := p.today()
	if w == nil {
		return list, nil
	}
	for i, e := range events {
		advice, err := w.adviceOn(ctx, s, e)
		if err != nil {
			return nil, err
		}
		if advice != (bridge.Advice{}) {
			advice.Next = p.withConfig(advice.Next)
			list[i].Today = &advice
		}
	}
	return list, nil
}

func (p *program) eventTable(events []listedEvent) error {
	rows := [][]string{{"EVENT", "RECEIVED", "STATE", "BUG", "TITLE", "REASON", "NEXT"}}
	for _, e := range events {
		report, reason, next := bridge.Report{}, e.Reason, ""
		if e.Report != nil {
			report = *e.Report
		}
		if e.Today != nil {
			reason, next = e.Today.Text, e.Today.Next
		}
		rows = append(rows, []string{e.ID, when(e.ReceivedAt), string(e.State), report.BugID, short(report.Title, 40), short(reason, 60), next})
	}
	if !slices.ContainsFunc(events, func(e listedEvent) bool { return e.Today != nil }) {
		rows[0] = rows[0][:len(rows[0])-1]
	}
	return p.table(rows)
}

// eventView is an event with what became of it, as events show prints it.
type eventView struct {
	listedEvent
	BodyBase64 string            `json:"body_base64"` // byte for byte as it came
	Deliveries []bridge.Delivery `json:"deliveries"`
}

func (p *program) eventsShow(storeURL *string) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show EVENT", Short: "Show one event: what came, which rule took it, and its deliveries", Args: usageArgs(cobra.ExactArgs(1)),
	}
	var out output
	out.flag(cmd)
	raw := cmd.Flags().Bool("raw", false, "print the HTTP request as it came, secrets redacted, for: bugferry decode --http -")
	body := cmd.Flags().Bool("body", false, "print the request's body as it came, and nothing else")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.withStore(cmd.Context(), *storeURL, func(s *store.Store) error {
			event, err := s.Event(cmd.Context(), args[0])
			if err != nil {
				return notFound(err, "bugferry events list")
			}
			if *raw {
				return writeRequest(p.stdout, event)
			}
			if *body {
				_, err := p.stdout.Write(event.Body)
				return err
			}
			deliveries, err := s.Deliveries(cmd.Context(), bridge.Search{Event: event.ID, Limit: 1000})
			if err != nil {
				return err
			}
			listed, err := p.listed(cmd.Context(), s, []bridge.Event{event})
			if err != nil {
				return err
			}
			view := eventView{listed[0], base64.StdEncoding.EncodeToString(event.Body), deliveries}
			return out.print(p, view, func() error { return p.showEvent(view) })
		})
	}
	return cmd
}

func notFound(err error, next string) error {
	if errors.Is(err, bridge.ErrNotFound) {
		return hint(err, "%s", next)
	}
	return err
}

func (p *program) showEvent(e eventView) error {
	p.say("%s  %s  %s", e.ID, when(e.ReceivedAt), e.State)
	p.say("  %s %s from %s", printable(e.Method), printable(e.Target), printable(e.Source))
	if e.Reason != "" {
		p.say("reason: %s", printable(e.Reason))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		p.say("  %s: %s", name, printable(strings.Join(e.Header[name], ", ")))
	}
	p.say("  (%d bytes; events show %s --raw prints the request, --body the body alone)", len(e.Body), e.ID)
	if next, ok := reopenable[e.State]; e.Today != nil {
		p.say("today: %s", printable(e.Today.Text))
		p.say("next: %s", e.Today.Next)
	} else if ok {
		p.say("next: bugferry events %s %s", next, e.ID)
	}
	if len(e.Trace) > 0 {
		p.say("rules:")
	}
	for _, t := range e.Trace {
		word := "no "
		if t.Matched {
			word = "yes"
		}
		p.say("  %s %s: %s", word, printable(t.Rule), printable(t.Why))
	}
	if len(e.Deliveries) > 0 {
		p.say("deliveries:")
		if err := p.deliveryTable(e.Deliveries); err != nil {
			return err
		}
	}
	if e.Report == nil {
		return nil
	}
	p.say("report:")
	return p.printJSON(e.Report)
}
