package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
	"github.com/bugferry/bugferry/pkg/rehearsal"
	"github.com/bugferry/bugferry/pkg/tracker"
)

// rehearsed is what filing a report at a destination would send.
type rehearsed struct {
	place
	Issue    *bridge.Ref         `json:"issue,omitempty"` // that the bug has there already
	Requests []rehearsal.Request `json:"requests"`
	Dropped  []bridge.Dropped    `json:"dropped,omitempty"` // what the tracker does not have or would not take
	Notes    []string            `json:"notes,omitempty"`   // where this is not known to be what would be sent
	Problem  string              `json:"problem,omitempty"`
	Hint     string              `json:"hint,omitempty"`
}

// stage is where deliveries are rehearsed.
type stage struct {
	*wired
	live bool // the trackers are asked what they have
	log  *slog.Logger
}

// rehearse plays the delivery of a report to a destination. link is what is remembered of the bug at the place.
func (s *stage) rehearse(ctx context.Context, report bridge.Report, to place, link bridge.Link) rehearsed {
	out := rehearsed{place: to, Requests: []rehearsal.Request{}}
	if ref := link.Ref; ref != (bridge.Ref{}) {
		out.Issue = &ref
	}
	if !s.live {
		link = bridge.Link{} // what stands in the issue now is not known here
	}
	target, tape, err := s.target(report, to)
	if err != nil {
		out.Problem, out.Hint = err.Error(), hintOf(err)
		return out
	}
	if s.live && out.closed(target.Tracker.Check(ctx, target.Place, s.rules.Wishes(report.ProjectID, to.Destination))) {
		return out
	}
	var issue bridge.Issue
	compose := target.Compose
	target.Compose = func(r bridge.Report, dropped []bridge.Dropped) (composed bridge.Issue, err error) {
		if composed, err = compose(r, dropped); err == nil {
			issue = composed
			tape.Expect(issue)
		}
		return composed, err
	}
	out.deliver(ctx, s.wired, rehearsal.NewStore(report, to.Destination, link), target)
	out.Requests = tape.Requests()
	switch {
	case !s.live:
		out.Notes = append(out.Notes, unknown(to, issue, out.Issue)...)
	case out.Issue == nil && to.Type == config.Jira && issue.Status != "":
		out.Notes = append(out.Notes, fmt.Sprintf("which transition leads to %q is known once the issue is there: its name stands for it", issue.Status))
	}
	return out
}

// closed says that a live check found what keeps all issues from being filed: what would be refused at its first request is not
// rehearsed, for the stand-in would take it.
func (out *rehearsed) closed(found bridge.Checks) bool {
	for _, c := range found {
		if c.Level == bridge.LevelProblem {
			out.Problem, out.Hint = c.Thing+": "+c.Text, c.Hint
			return true
		}
	}
	return false
}

// deliver makes the one attempt.
func (out *rehearsed) deliver(ctx context.Context, w *wired, store *rehearsal.Store, target dispatch.Target) {
	d := w.cfg.Delivery
	dispatcher := dispatch.New(dispatch.Config{
		Deliveries: store, Links: store, Accounts: store, Budgets: store, Doubts: store, Directory: only{target},
		Logger: slog.New(slog.DiscardHandler), Installation: w.cfg.Installation,
		Lease: d.Lease, RetryFrom: d.RetryFrom, RetryTo: d.RetryTo, GiveUp: d.GiveUp,
	})
	if _, err := dispatcher.Attempt(ctx, ""); err != nil {
		out.Problem = err.Error()
		return
	}
	delivery, attempt := store.Outcome()
	out.Dropped = attempt.Dropped
	switch delivery.State {
	case bridge.DeliveryDelivered:
	case bridge.DeliverySkipped, bridge.DeliverySuperseded:
		out.Notes = append(out.Notes, delivery.Reason)
	default:
		out.Problem, out.Hint = delivery.Reason, delivery.Hint
	}
}

// only is a directory with one destination.
type only struct{ target dispatch.Target }

func (o only) Target(string, string) (dispatch.Target, error) { return o.target, nil }
func (o only) At(string) (dispatch.Target, bool)              { return dispatch.Target{}, false }

// target is the destination with a tracker of its own, all whose writes end on the tape returned beside it. It has learnt nothing
// from another report, and nothing limits it.
func (s *stage) target(report bridge.Report, to place) (dispatch.Target, *rehearsal.Tape, error) {
	target, err := s.Target(report.ProjectID, to.Destination)
	if err != nil {
		return target, nil, err
	}
	account, _ := s.cfg.Tracker(to.Tracker)
	tape, fetch, err := s.tape(account)
	if err != nil {
		return target, nil, fmt.Errorf("tracker %s: %w", to.Tracker, err)
	}
	if target.Tracker, err = newTrackerOver(account, tape, fetch, s.log); err != nil {
		return target, nil, err
	}
	target.Limits, target.Off, target.Fallback = bridge.Limits{}, "", ""
	return target, tape, nil
}

// tape returns what sends the requests of an account, and what fetches its pictures.
func (s *stage) tape(account config.Tracker) (*rehearsal.Tape, *tracker.Fetcher, error) {
	pictures := tracker.FetchConfig{Hosts: s.cfg.Screenshots.Hosts, AllowPrivate: s.cfg.Screenshots.AllowPrivate}
	var next http.RoundTripper
	if s.live {
		var err error
		if next, err = tracker.Transport(account.CA); err != nil {
			return nil, nil, err
		}
	} else {
		pictures.Transport = rehearsal.Picture{}
	}
	fetch := tracker.NewFetcher(pictures)
	if account.Type == config.GitHub {
		tape, err := rehearsal.GitHub(account.BaseURL.Value, next)
		return tape, fetch, err
	}
	tape, err := rehearsal.Jira(account.BaseURL.Value, isCloud(account), next)
	return tape, fetch, err
}

// isCloud guesses from the configuration what Jira would say: only Cloud has an e-mail beside the token, or Atlassian's own hosts.
func isCloud(account config.Tracker) bool {
	u, err := url.Parse(account.BaseURL.Value)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return account.Email.Value != "" || strings.HasSuffix(host, ".atlassian.net") || host == "api.atlassian.com"
}

// knownThere is the note that a new issue is shown where there is one.
func knownThere(ref bridge.Ref) string {
	return fmt.Sprintf("the bug has an issue there, %s, which would be updated: what that changes, and what people did to it, is known with --live", ref.Name)
}

// unknown says what only the tracker knows of an issue.
func unknown(to place, issue bridge.Issue, known *bridge.Ref) (notes []string) {
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if known != nil {
		note("%s", knownThere(*known))
	}
	if issue.Private != nil && to.Type == config.GitHub {
		note("the body is the one for a public repository; if %s is private, what is personal stands in it too", to.Name)
	}
	if len(issue.Sought) > 0 {
		note("nobody was looked for by e-mail: %s", strings.Join(issue.Sought, ", "))
	}
	if to.Type == config.GitHub {
		if len(issue.Assignees) > 0 {
			note("whether %s can be assigned is not known here", strings.Join(issue.Assignees, ", "))
		}
		if issue.Milestone != "" {
			note("milestone 1 stands for “%s”, whose number only GitHub knows", issue.Milestone)
		}
		if len(issue.LabelColors) > 0 {
			note("labels with a colour are made where they are missing; here they all are")
		}
		return notes
	}
	note("names stand where Jira wants ids, of the issue type, the priority and other choices")
	fields := rehearsal.CustomFields(issue)
	for _, id := range slices.Sorted(maps.Keys(fields)) {
		if fields[id] == id {
			note("%s is taken for a line of text: its type only Jira knows", id)
			continue
		}
		note("%s stands for “%s”, whose id and type only Jira knows; it is taken for a line of text", id, fields[id])
	}
	return notes
}
