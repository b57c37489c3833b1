package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
	"github.com/bugferry/bugferry/pkg/rules"
	"github.com/bugferry/bugferry/pkg/store"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/github"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
	"github.com/bugferry/bugferry/pkg/webhook"
)

// wired is a configuration turned into concrete parts. It does not change: another configuration is another wired.
type wired struct {
	cfg      *config.Config
	waiting  []string     // keys that the files have otherwise than cfg, until a restart
	handler  http.Handler // its webhooks; nil where nobody serves
	rules    *rules.Set
	capture  bool // of every webhook, whatever the configuration says
	trackers map[string]placer
	pictures *tracker.Fetcher
	projects map[string]project // by BetterBugs' projectId
}

// project is what is known of a BetterBugs project's destinations, by their name.
type project struct {
	targets map[string]dispatch.Target
	places  map[string]string // Place.Key
	add     bool              // reroute: add
}

// placer is a tracker that knows its places by name.
type placer interface {
	bridge.Tracker
	Place(name string) (bridge.Place, error)
}

// load reads the configuration and judges all of it. The wired is nil if there is a mistake.
func load(path string, opts config.Options, log *slog.Logger) (*wired, config.Findings) {
	w, _, findings := loadAfter(nil, path, opts, log)
	return w, findings
}

// loadAfter loads what is to take the place of before (nil: nothing), whose process goes on: what only a restart changes stays as it
// is there, and a tracker whose settings did not change stays the same, with all that it has learnt. The Config is never nil.
func loadAfter(before *wired, path string, opts config.Options, log *slog.Logger) (*wired, *config.Config, config.Findings) {
	cfg, findings := config.Load(path, opts)
	w := &wired{cfg: cfg, trackers: map[string]placer{}, projects: map[string]project{}}
	if before != nil && findings.Err() == nil {
		waiting, more := cfg.Keep(before.cfg)
		w.waiting, findings = waiting, append(findings, more...)
	}
	set, more := compileRules(cfg)
	w.rules, findings = set, append(findings, more.besides(findings)...)
	if findings.Err() == nil {
		findings = append(findings, w.connect(before, log)...)
	}
	if findings.Err() != nil {
		return nil, cfg, findings.Sorted()
	}
	return w, cfg, findings.Sorted()
}

// kept returns the tracker as it is in before, if its settings are the same there.
func (w *wired) kept(before *wired, t config.Tracker) (placer, bool) {
	if before == nil || !config.Equal(before.cfg.Screenshots, w.cfg.Screenshots) {
		return nil, false
	}
	old, ok := before.cfg.Tracker(t.Name.Value)
	if !ok || !config.Equal(old, t) {
		return nil, false
	}
	made, ok := before.trackers[t.Name.Value]
	return made, ok
}

// connect makes the trackers and the destinations at them; it talks to nobody.
func (w *wired) connect(before *wired, log *slog.Logger) config.Findings {
	var findings config.Findings
	w.pictures = tracker.NewFetcher(tracker.FetchConfig{Hosts: w.cfg.Screenshots.Hosts, AllowPrivate: w.cfg.Screenshots.AllowPrivate})
	for _, t := range w.cfg.Trackers {
		if made, ok := w.kept(before, t); ok {
			w.trackers[t.Name.Value] = made
			continue
		}
		made, err := newTracker(t, w.pictures, log)
		if err != nil {
			findings = append(findings, at(t, err).Finding(err.Error()))
			continue
		}
		w.trackers[t.Name.Value] = made
	}
	for _, p := range w.cfg.Projects {
		made := project{targets: map[string]dispatch.Target{}, places: map[string]string{}, add: p.Reroute == config.RerouteAdd}
		for _, d := range p.Destinations {
			target, err := w.target(p, d)
			if err != nil {
				findings = append(findings, d.Place().Finding(err.Error()))
			}
			made.targets[d.Name.Value], made.places[d.Name.Value] = target, target.Place.Key()
		}
		for _, id := range p.IDs {
			w.projects[id.Value] = made
		}
	}
	return findings
}

// at is where a tracker stands in the configuration, or its private key where that is what is wrong.
func at(t config.Tracker, err error) config.Text {
	if _, ok := errors.AsType[*github.KeyError](err); ok && t.App.PrivateKeyFile.Value != "" {
		return t.App.PrivateKeyFile
	}
	return t.Name
}

// userAgent says to the trackers who calls, as GitHub's API asks.
func userAgent() string { return "bugferry/" + version + " (+https://github.com/bugferry/bugferry)" }

func newTracker(t config.Tracker, fetch *tracker.Fetcher, log *slog.Logger) (placer, error) {
	transport, err := tracker.Transport(t.CA)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	return newTrackerOver(t, transport, fetch, log)
}

// newTrackerOver makes a tracker whose requests are finally sent by transport.
func newTrackerOver(t config.Tracker, transport http.RoundTripper, fetch *tracker.Fetcher, log *slog.Logger) (placer, error) {
	if t.Type == config.GitHub {
		cfg := github.Config{
			Name: t.Name.Value, BaseURL: t.BaseURL.Value, Token: t.Token.Reveal(),
			Timeout: t.Timeout, UserAgent: userAgent(), Logger: log, FindUsers: t.FindUsers, Transport: transport,
		}
		if !t.App.IsZero() {
			cfg.App = &github.App{ID: int64(t.App.ID), Installation: int64(t.App.InstallationID), Key: t.App.PrivateKey.Reveal()}
		}
		return github.New(cfg)
	}
	return jira.New(jira.Config{
		Name: t.Name.Value, BaseURL: t.BaseURL.Value, BrowseURL: t.BrowseURL.Value,
		Email: t.Email.Value, Token: t.Token.Reveal(),
		Timeout: t.Timeout, UserAgent: userAgent(), Logger: log, Fetch: fetch, Transport: transport, FindUsers: t.FindUsers,
	})
}

func (w *wired) target(p config.Project, d config.Destination) (dispatch.Target, error) {
	account, _ := w.cfg.Tracker(d.Tracker.Value)
	made, ok := w.trackers[d.Tracker.Value]
	if !ok {
		return dispatch.Target{}, fmt.Errorf("tracker %q could not be set up", d.Tracker.Value)
	}
	place, err := made.Place(d.Place().Value)
	if err != nil {
		return dispatch.Target{}, err
	}
	name, limits, credentials := w.account(account)
	return dispatch.Target{
		Tracker: made, Place: place, Account: name, Limits: limits, Credentials: credentials, OnUpdate: dispatch.UpdatePolicy(d.OnUpdate),
		Settle: account.Settle, Timeout: account.Timeout, Fallback: fallback(p, d), Off: off(p, d),
		Compose: func(r bridge.Report, dropped []bridge.Dropped) (bridge.Issue, error) {
			return w.rules.Compose(r, d.Name.Value, dropped)
		},
	}, nil
}

// fallback names the destination that gets what d cannot have: of the chain of fallbacks the first that is not disabled.
func fallback(p config.Project, d config.Destination) string {
	for range p.Destinations { // a chain that leads back is a finding of its own
		next, ok := p.Destination(d.Fallback.Value)
		if !ok || next.Enabled {
			return next.Name.Value
		}
		d = next
	}
	return ""
}

// off says why nothing goes to d at present; empty: it does.
func off(p config.Project, d config.Destination) string {
	switch {
	case !p.Enabled:
		return fmt.Sprintf("project %q is disabled; it goes on when its file says enabled: true", p.Name)
	case !d.Enabled:
		return fmt.Sprintf("destination %q is disabled; it goes on when it says enabled: true", d.Name)
	}
	return ""
}

// project returns what is known of the project of that id.
func (w *wired) project(id string) project {
	if p, ok := w.projects[id]; ok {
		return p
	}
	return w.projects[config.AllProjects]
}

// Route says where a report goes by the rules.
func (w *wired) Route(r bridge.Report) ([]bridge.Match, []bridge.Trace, error) {
	return w.rules.Route(r)
}

// Again says where a report goes whose bug is known.
func (w *wired) Again(r bridge.Report, known bridge.Known, matches []bridge.Match) ([]bridge.Match, []bridge.Trace) {
	p := w.project(r.ProjectID)
	again, trace := rules.Again(known, matches, p.places, p.add)
	again, more := w.rules.Enabled(r, again)
	return again, append(trace, more...)
}

// Target returns the destination of that name in the BetterBugs project.
func (w *wired) Target(project, destination string) (dispatch.Target, error) {
	if target, ok := w.project(project).targets[destination]; ok {
		return target, nil
	}
	return dispatch.Target{}, bridge.Park(
		errors.New(goneReason(project, destination)),
		"name it in the project's file again, or share the report again to have today's rules choose",
	)
}

// goneReason is why a delivery is parked whose destination is not configured any more. By it the delivery is known when the
// destination is back.
func goneReason(project, destination string) string {
	return fmt.Sprintf("project %s has no destination %q any more", project, destination)
}

// At returns some destination at the place of that key.
func (w *wired) At(place string) (dispatch.Target, bool) {
	for _, target := range w.places() {
		if target.Place.Key() == place {
			return target, true
		}
	}
	return dispatch.Target{}, false
}

// account returns what is limited and refused together: the trackers with the same credentials, or the same installation of a GitHub
// App, count as one, by the name of the first of them, and have the strictest limits of any. credentials is another for each that the
// account has had and each way to its tracker.
func (w *wired) account(of config.Tracker) (name string, limits bridge.Limits, credentials string) {
	all := sha256.New()
	for _, t := range w.cfg.Trackers {
		same := t.BaseURL.Value == of.BaseURL.Value && t.Email.Value == of.Email.Value && t.Token.Reveal() == of.Token.Reveal() &&
			t.App.ID == of.App.ID && t.App.InstallationID == of.App.InstallationID // an App may have several keys
		if !same {
			continue
		}
		name = cmp.Or(name, t.Name.Value)
		limits.PerMinute = strictest(limits.PerMinute, t.Limits.PerMinute)
		limits.PerHour = strictest(limits.PerHour, t.Limits.PerHour)
		limits.Apart = max(limits.Apart, t.Limits.Spacing)
		fmt.Fprintf(all, "%q %q %q %d %d %q %q %s\n", t.BaseURL.Value, t.Email.Value, t.Token.Reveal(), t.App.ID, t.App.InstallationID,
			t.App.PrivateKey.Reveal(), t.CA, t.Timeout)
	}
	return name, limits, string(all.Sum(nil))
}

// strictest returns the lower of two limits, of which 0 is none.
func strictest(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// hooks are the configured webhooks as pkg/webhook wants them.
func (w *wired) hooks() []webhook.Hook {
	var hooks []webhook.Hook
	for _, h := range w.cfg.Webhooks {
		hook := webhook.Hook{
			Path: h.Path.Value, Headers: map[string][]string{}, Projects: config.Values(h.Projects),
			From: networks(config.Values(h.From)), IgnoreBugIDs: config.Values(h.IgnoreBugIDs), Capture: h.Capture || w.capture,
		}
		for _, token := range h.Tokens {
			hook.Tokens = append(hook.Tokens, token.Reveal())
		}
		for _, header := range h.Headers {
			for _, value := range header.Values {
				hook.Headers[header.Name.Value] = append(hook.Headers[header.Name.Value], value.Reveal())
			}
		}
		hooks = append(hooks, hook)
	}
	return hooks
}

// networks turns checked addresses and networks into networks.
func networks(texts []string) []netip.Prefix {
	list := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			addr, _ := netip.ParseAddr(text) // config has checked that it is one of the two
			network = netip.PrefixFrom(addr, addr.BitLen())
		}
		list = append(list, network.Masked())
	}
	return list
}

// webhook returns the handler of the webhooks, which goes on where before stood (nil: nowhere).
func (w *wired) webhook(before http.Handler, store webhook.Store, count func(outcome string), log *slog.Logger) http.Handler {
	server := w.cfg.Server
	return webhook.New(webhook.Config{
		Before: before, Hooks: w.hooks(), Limit: int64(server.BodyLimit), TrustedProxies: networks(server.TrustedProxies),
		Rate: server.RateLimit, Concurrent: server.Concurrent,
		Router: w, Store: store, Count: count, Advise: func(e bridge.Event) bridge.Advice { return w.advice(e, bridge.Known{}) }, Logger: log, Now: time.Now,
	})
}

func (w *wired) dispatcher(store *store.Store, directory dispatch.Directory, log *slog.Logger) *dispatch.Dispatcher {
	d := w.cfg.Delivery
	return dispatch.New(dispatch.Config{
		Deliveries: store, Links: store, Accounts: store, Budgets: store, Doubts: store, Directory: directory, Logger: log, Installation: w.cfg.Installation,
		Lease: d.Lease, RetryFrom: d.RetryFrom, RetryTo: d.RetryTo, GiveUp: d.GiveUp, Reconcile: d.Reconcile,
		Sweep: d.Sweep, BreakerAfter: d.BreakerAfter, BreakerWait: d.BreakerWait,
	})
}

// places lists every place that a destination names, each once, with the tracker it is at.
func (w *wired) places() []dispatch.Target {
	seen := map[string]dispatch.Target{}
	for _, p := range w.projects {
		for _, target := range p.targets {
			if first, ok := seen[target.Place.Key()]; !ok || first.Off != "" {
				seen[target.Place.Key()] = target
			}
		}
	}
	list := make([]dispatch.Target, 0, len(seen))
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		list = append(list, seen[key])
	}
	return list
}

var errConfig = errors.New("the configuration cannot be used")
