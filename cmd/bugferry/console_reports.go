package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/store"
)

// choices are the names in the configuration that serves, for the console to filter by.
func (s *serving) choices() console.Choices {
	var all console.Choices
	for _, p := range s.now.Load().cfg.Projects {
		for _, id := range p.IDs {
			if id.Value != config.AllProjects {
				all.Projects = append(all.Projects, console.Choice{ID: id.Value, Name: cmp.Or(p.Name, id.Value)})
			}
		}
		for _, d := range p.Destinations {
			all.Destinations = append(all.Destinations, d.Name.Value)
		}
		for _, r := range p.Rules {
			all.Rules = append(all.Rules, r.Name.Value)
		}
	}
	slices.SortFunc(all.Projects, func(a, b console.Choice) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	all.Destinations, all.Rules = distinct(all.Destinations), distinct(all.Rules)
	return all
}

// distinct returns the names in order, each once.
func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// Picture fetches a picture from a host that the configuration that serves allows.
func (s *serving) Picture(ctx context.Context, address string) (contentType string, data []byte, err error) {
	p, err := s.now.Load().pictures.Fetch(ctx, address)
	return p.ContentType, p.Data, err
}

// router asks the rules of the configuration that serves about stored events, for the console.
type router struct {
	serving *serving
	store   *store.Store
}

// Today says where the event's report would go if it came now.
func (r *router) Today(ctx context.Context, event bridge.Event) (console.Today, error) {
	w := r.serving.now.Load()
	in, err := w.payloadOf(ctx, r.store, event)
	if err != nil {
		return console.Today{}, err
	}
	if in.event.Report == nil {
		return console.Today{State: bridge.EventUndecodable, Reason: in.event.Reason}, nil
	}
	found := w.routed(in)
	today := console.Today{State: bridge.EventUnrouted, Reason: found.Reason, Rules: found.Rules, Known: found.Known, Mistakes: found.Mistakes}
	for _, p := range found.Destinations {
		today.State = bridge.EventAccepted
		today.Goes = append(today.Goes, console.Goal{Destination: p.Destination, Rule: p.Rule, Place: p.words()})
	}
	return today, nil
}

// Reopen decodes and matches the event again, and files it.
func (r *router) Reopen(ctx context.Context, event bridge.Event) (bridge.Receipt, error) {
	_, _, receipt, err := r.serving.now.Load().reopen(ctx, r.store, event, time.Now())
	return receipt, err
}

// advise says by today's configuration what is to be done about an unrouted event.
func (a *app) advise(ctx context.Context, id string) bridge.Advice {
	e, err := a.store.Event(ctx, id)
	if err != nil && ctx.Err() == nil { // a reader who left is no fault of the store
		a.log.Error("event could not be read", "event", id, "err", err)
	}
	advice, err := a.now.Load().adviceOn(ctx, a.store, e)
	if err != nil && ctx.Err() == nil {
		a.log.Error("the bug of an event could not be looked for", "event", id, "err", err)
	}
	return advice
}
