package dispatch_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/dispatch"
)

func TestAnUpdateThatNeverArrivedIsSentAgain(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	h.tracker.before = once("write", errCut)
	id := h.share(bug(later, titled("New")))
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["title"]; got != "New" {
		t.Errorf("title %q", got)
	}
}

func TestAnUpdateWhoseAnswerWasLostIsNotTakenForAnEdit(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	h.tracker.after = once("write", errCut)
	id := h.share(bug(later, titled("New")))
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	h.want(h.attempt(h.share(bug(later, later, titled("Newer")))), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["title"]; got != "Newer" {
		t.Errorf("title %q", got)
	}
}

func TestAnAssigneeIsSetThoughTheFirstTryWasLost(t *testing.T) {
	h := newHouse(t)
	h.tracker.before = once("write", errCut)
	id := h.share(bug())
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["assignees"]; got != "quinn" {
		t.Errorf("assignees %q", got)
	}
}

func TestWhatTheTrackerHadSetItselfIsNoEditThoughTheFirstTryWasLost(t *testing.T) {
	h := newHouse(t)
	h.tracker.before = once("write", errCut)
	h.tracker.after = func(call string) error {
		if call == "create" {
			h.tracker.issues[0].Fields[bridge.FieldAssignees] = "the project's lead"
		}
		return nil
	}
	id := h.share(bug())
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["assignees"]; got != "quinn" {
		t.Errorf("assignees %q", got)
	}
}

// What a person's edit keeps out of the description is told in a comment, once, though the first try failed.
func TestTheNewsAreToldThoughTheFirstTryFailed(t *testing.T) {
	for _, test := range []struct {
		name string
		fail func(*memoryTracker)
	}{
		{"before", func(m *memoryTracker) { m.before = once("comment", errCut) }},
		{"after", func(m *memoryTracker) { m.after = once("comment", errCut) }},
		{"locked", func(m *memoryTracker) {
			m.before = once("comment", &bridge.Error{Nothing: true, Err: errors.New("403")})
		}},
	} {
		for _, policy := range []dispatch.UpdatePolicy{dispatch.UpdateEdit, dispatch.UpdateComment} {
			t.Run(test.name+" "+string(policy), func(t *testing.T) {
				h := newHouse(t)
				h.target.OnUpdate = policy
				h.attempt(h.share(bug()))
				issue := h.tracker.issues[0]
				issue.Fields[bridge.FieldBody] = "a person's words"
				test.fail(h.tracker)
				id := h.share(bug(later, described("News")))
				h.want(h.attempt(id), bridge.DeliveryPending, 1)
				h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
				if len(issue.comments) != 1 || issue.Fields[bridge.FieldBody] != "a person's words" {
					t.Errorf("comments %v, body %q", issue.comments, issue.Fields[bridge.FieldBody])
				}
				h.want(h.attempt(h.share(bug(later, later, described("News")))), bridge.DeliverySkipped, 1)
			})
		}
	}
}

// dyingLinks ends the process's life, as far as the attempt can tell, once the link is saved.
type dyingLinks struct{ dispatch.Links }

type death struct{}

func (d dyingLinks) Save(ctx context.Context, l bridge.Link, owner string, length time.Duration) error {
	if err := d.Links.Save(ctx, l, owner, length); err != nil {
		return err
	}
	panic(death{})
}

func (dyingLinks) Release(context.Context, string, string, string) error { return nil }

func TestAnUpdateIsMadeAfterADeathBetweenWordAndDeed(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	h.cfg.Links = dyingLinks{h.store}
	id := h.share(bug(later, titled("New")))
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.cfg.Links = h.store
	if err := h.store.TakeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if got := h.tracker.issues[0].Fields["title"]; got != "New" {
		t.Errorf("title %q", got)
	}
}

func TestAnIssueThatCouldNotBeReadAtFirstIsStillOurs(t *testing.T) {
	for _, policy := range []dispatch.UpdatePolicy{dispatch.UpdateEdit, dispatch.UpdateIgnore} {
		t.Run(string(policy), func(t *testing.T) {
			h := newHouse(t)
			h.target.OnUpdate = policy
			h.tracker.before = once("read", errCut)
			h.tracker.after = func(call string) error {
				if call == "create" {
					h.tracker.issues[0].Fields["body"] += " " // the tracker's own form
				}
				return nil
			}
			id := h.share(bug())
			h.attempt(id)
			h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
			issue := h.tracker.issues[0]
			if issue.Fields["assignees"] != "quinn" {
				t.Errorf("assignees %q", issue.Fields["assignees"])
			}
			h.attempt(h.share(bug(later, described("News"))))
			if news := strings.Contains(issue.Fields["body"], "News"); news != (policy == dispatch.UpdateEdit) {
				t.Errorf("body %q", issue.Fields["body"])
			}
		})
	}
}

func TestAPanicIsAFailedAttempt(t *testing.T) {
	h := newHouse(t)
	h.cfg.GiveUp = 0
	h.target.Compose = func(bridge.Report, []bridge.Dropped) (bridge.Issue, error) { panic("boom") }
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryParked, 0)
	if !strings.Contains(d.Reason, "panicked: boom") {
		t.Errorf("reason %q", d.Reason)
	}
}

func TestAnIssueThatWasCreatedUnreadablyIsNeverFiledAgain(t *testing.T) {
	h := newHouse(t)
	h.target.Tracker = namelessTracker{h.tracker}
	id := h.share(bug())
	for range 5 {
		h.want(h.attempt(id), bridge.DeliveryPending, 1)
	}
	if h.tracker.count("create") != 1 || h.tracker.count("find") == 0 {
		t.Errorf("calls %v", h.tracker.calls)
	}
	h.target.Tracker = h.tracker
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
}

// namelessTracker creates issues without saying which, and does not show them.
type namelessTracker struct{ *memoryTracker }

func (n namelessTracker) Create(ctx context.Context, p bridge.Place, d bridge.Draft) (bridge.Ref, error) {
	_, err := n.memoryTracker.Create(ctx, p, d)
	return bridge.Ref{}, err
}

func (n namelessTracker) Find(ctx context.Context, p bridge.Place, m bridge.Marker, since time.Time) ([]bridge.Ref, error) {
	_, err := n.memoryTracker.Find(ctx, p, m, since)
	return nil, err
}

func TestAStopIsNoFailure(t *testing.T) {
	h := newHouse(t)
	h.tracker.before = once("create", &bridge.Error{Nothing: true, Err: context.Canceled})
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryPending, 0)
	if d.Attempts != 0 {
		t.Errorf("%d attempts", d.Attempts)
	}
}

func TestAStepHasTriesOfItsOwn(t *testing.T) {
	h := newHouse(t)
	creates := 0
	h.tracker.before = func(call string) error {
		if call == "create" && creates < 3 {
			creates++
			return &bridge.Error{Nothing: true, Err: errors.New("dial: refused")}
		}
		if strings.HasPrefix(call, "do ") {
			return errCut
		}
		return nil
	}
	id := h.share(bug(func(r *bridge.Report) { r.ScreenshotURL = "http://x/s.png" }))
	for range 5 {
		h.want(h.attempt(id), bridge.DeliveryPending, len(h.tracker.issues))
	}
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if n := h.tracker.count("do screenshot"); n != 3 {
		t.Errorf("tried %d times", n)
	}
	_, attempts, err := h.store.Delivery(t.Context(), id)
	if err != nil || len(attempts) != 6 {
		t.Errorf("%d attempts, %v", len(attempts), err)
	}
	if list, err := h.store.Deliveries(t.Context(), bridge.Search{}); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
}
