package dispatch_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
	"github.com/bugferry/bugferry/pkg/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is a dispatcher over a real store and a tracker in memory.
type house struct {
	t       *testing.T
	store   *store.Store
	tracker *memoryTracker
	target  dispatch.Target
	cfg     dispatch.Config
	missing error // what the directory says of every destination
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "bugferry.db"), Serve: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, store: s, tracker: &memoryTracker{}}
	h.target = dispatch.Target{
		Tracker: h.tracker, Place: bridge.Place{Tracker: "gh", Base: "http://tracker/", Name: "acme/web"},
		Timeout: time.Second, Compose: compose,
	}
	h.cfg = dispatch.Config{
		Deliveries: s, Links: s, Accounts: s, Budgets: s, Doubts: s, Directory: h, Installation: "test", Logger: slog.New(slog.DiscardHandler),
		Lease: time.Minute, RetryFrom: time.Millisecond, RetryTo: 2 * time.Millisecond, GiveUp: time.Hour,
		Reconcile: time.Hour, Jitter: func() float64 { return 1 },
	}
	return h
}

func (h *house) Target(string, string) (dispatch.Target, error) { return h.target, h.missing }

func (h *house) At(string) (dispatch.Target, bool) { return h.target, h.missing == nil }

// compose makes an issue as pkg/rules would; what was dropped shows in the body.
func compose(r bridge.Report, dropped []bridge.Dropped) (bridge.Issue, error) {
	issue := bridge.Issue{
		Marker: bridge.Marker{Installation: "test", Bug: r.BugID},
		Title:  r.Title, Priority: r.Priority, Status: r.Status, Screenshot: r.ScreenshotURL,
		Body:   bridge.Document{bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: r.Description}}}},
		Labels: []string{"betterbugs", "type:" + r.Type},
	}
	for _, a := range r.Assignees {
		issue.Assignees = append(issue.Assignees, a.Name)
	}
	for _, d := range dropped {
		issue.Body = append(issue.Body, bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: "Not set: " + d.Field}}})
	}
	return issue, nil
}

// share stores a report as the webhook does and returns its delivery.
func (h *house) share(r bridge.Report) string {
	h.t.Helper()
	now := time.Now()
	e := bridge.Event{ID: bridge.NewID("ev", now), ReceivedAt: now, State: bridge.EventAccepted, Report: &r}
	if _, err := h.store.Accept(h.t.Context(), e, bridge.Routing{Matches: []bridge.Match{{Rule: "all", Destination: "web"}}}); err != nil {
		h.t.Fatal(err)
	}
	list, err := h.store.Deliveries(h.t.Context(), bridge.Search{Event: e.ID})
	if err != nil || len(list) != 1 {
		h.t.Fatal(list, err)
	}
	return list[0].ID
}

func (h *house) dispatcher() *dispatch.Dispatcher { return dispatch.New(h.cfg) }

// attempt makes one attempt and returns the delivery after it.
func (h *house) attempt(id string) bridge.Delivery {
	h.t.Helper()
	return h.attemptWith(h.dispatcher(), id)
}

func (h *house) attemptWith(d *dispatch.Dispatcher, id string) bridge.Delivery {
	h.t.Helper()
	if _, err := d.Attempt(h.t.Context(), id); err != nil {
		h.t.Fatal(err)
	}
	return h.delivery(id)
}

func (h *house) delivery(id string) bridge.Delivery {
	h.t.Helper()
	d, _, err := h.store.Delivery(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *house) want(d bridge.Delivery, state bridge.DeliveryState, issues int) {
	h.t.Helper()
	if d.State != state {
		h.t.Errorf("delivery is %s (%s), want %s", d.State, d.Reason, state)
	}
	if len(h.tracker.issues) != issues {
		h.t.Errorf("%d issues, want %d", len(h.tracker.issues), issues)
	}
}

func bug(change ...func(*bridge.Report)) bridge.Report {
	r := bridge.Report{
		BugID: "b1", ProjectID: "p", Title: "Title", Description: "Text", Type: "screenshot", Priority: "HIGH",
		UpdatedAt: time.Date(2025, 5, 20, 6, 0, 0, 0, time.UTC),
		Assignees: []bridge.Person{{Name: "quinn"}},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func later(r *bridge.Report) { r.UpdatedAt = r.UpdatedAt.Add(time.Minute) }

func titled(title string) func(*bridge.Report) {
	return func(r *bridge.Report) { r.Title = title }
}

func described(text string) func(*bridge.Report) {
	return func(r *bridge.Report) { r.Description = text }
}

func TestAReportIsFiledAndFinishedInOneAttempt(t *testing.T) {
	h := newHouse(t)
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryDelivered, 1)
	issue := h.tracker.issues[0]
	if issue.Fields["title"] != "Title" || issue.Fields["assignees"] != "quinn" || d.Ref != issue.Ref {
		t.Errorf("issue %+v, delivery %+v", issue, d)
	}
}

func TestTheSameReportAgainIsSkippedWithoutACall(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	before := len(h.tracker.calls)
	h.want(h.attempt(h.share(bug())), bridge.DeliverySkipped, 1)
	if len(h.tracker.calls) != before {
		t.Errorf("calls were made: %v", h.tracker.calls[before:])
	}
}

func TestANewerReportUpdatesWhatItChanged(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	h.want(h.attempt(h.share(bug(later, titled("New")))), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["title"]; got != "New" {
		t.Errorf("title %q", got)
	}
	h.want(h.attempt(h.share(bug(titled("Old")))), bridge.DeliverySuperseded, 1)
	if got := h.tracker.issues[0].Fields["title"]; got != "New" {
		t.Errorf("an older report overwrote the title: %q", got)
	}
}

func TestWhatAPersonChangedStays(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	issue := h.tracker.issues[0]
	issue.Fields["title"], issue.Fields["body"], issue.Fields["assignees"] = "Mine", "My words", "ana"
	issue.Labels = []string{"betterbugs", "mine"} // type:screenshot taken away

	d := h.attempt(h.share(bug(later, titled("New"), described("News"), func(r *bridge.Report) { r.Priority = "LOW" })))
	h.want(d, bridge.DeliveryDelivered, 1)
	if issue.Fields["title"] != "Mine" || issue.Fields["body"] != "My words" || issue.Fields["assignees"] != "ana" {
		t.Errorf("a person's edit was overwritten: %v", issue.Fields)
	}
	if issue.Fields["priority"] != "LOW" {
		t.Errorf("what nobody touched was not updated: %v", issue.Fields)
	}
	if !slices.Equal(issue.Labels, []string{"betterbugs", "mine"}) {
		t.Errorf("labels %v", issue.Labels)
	}
	if len(issue.comments) != 1 {
		t.Errorf("%d comments, want the news in one", len(issue.comments))
	}
	h.want(h.attempt(h.share(bug(later, titled("New"), described("News"), func(r *bridge.Report) { r.Priority = "LOW" }))),
		bridge.DeliverySkipped, 1)
}

func TestAnEditStaysAPersonsThroughReportsThatDoNotTouchIt(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	issue := h.tracker.issues[0]
	issue.Fields["title"] = "Mine"
	h.attempt(h.share(bug(later, func(r *bridge.Report) { r.Priority = "LOW" })))
	h.attempt(h.share(bug(later, titled("New"), func(r *bridge.Report) { r.Priority = "LOW" })))
	if issue.Fields["title"] != "Mine" || issue.Fields["priority"] != "LOW" {
		t.Errorf("%v", issue.Fields)
	}
}

func TestUpdatePolicies(t *testing.T) {
	for _, test := range []struct {
		policy   dispatch.UpdatePolicy
		title    string
		comments int
	}{
		{dispatch.UpdateEdit, "New", 0},
		{dispatch.UpdateComment, "Title", 1},
		{dispatch.UpdateIgnore, "Title", 0},
	} {
		t.Run(string(test.policy), func(t *testing.T) {
			h := newHouse(t)
			h.target.OnUpdate = test.policy
			h.attempt(h.share(bug()))
			h.attempt(h.share(bug(later, titled("New"), described("News"))))
			h.attempt(h.share(bug(later, titled("New"), described("News"))))
			issue := h.tracker.issues[0]
			if issue.Fields["title"] != test.title || len(issue.comments) != test.comments {
				t.Errorf("title %q, %d comments", issue.Fields["title"], len(issue.comments))
			}
		})
	}
}

func TestRunWorksTheQueueUntilItsContextEnds(t *testing.T) {
	h := newHouse(t)
	d := dispatch.New(h.cfg)
	queue, err := h.store.Queue(store.QueueConfig{Workers: d.Workers(), Concurrent: 2, JobTimeout: d.JobTimeout()})
	if err != nil {
		t.Fatal(err)
	}
	filed := make(chan struct{}, 100)
	h.tracker.after = func(call string) error {
		if call == "write" { // the assignee, the last call of a filing
			filed <- struct{}{}
		}
		return nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	id := h.share(bug())
	go func() { ended <- d.Run(ctx, queue) }()
	<-filed
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	got, _, err := h.store.Delivery(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	h.want(got, bridge.DeliveryDelivered, 1)
}

// waitUntil asks again and again, for as long as something may take on a busy machine.
func waitUntil(t *testing.T, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(30 * time.Second)
	for !condition() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("it did not come to pass")
		}
	}
}
