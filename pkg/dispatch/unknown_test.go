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

var errCut = errors.New("connection reset by peer")

// once fails the first call of that name.
func once(name string, err error) func(string) error {
	return func(call string) error {
		if call != name || err == nil {
			return nil
		}
		e := err
		err = nil
		return e
	}
}

func TestALostAnswerIsLookedForAndNotFiledTwice(t *testing.T) {
	h := newHouse(t)
	h.tracker.after = once("create", errCut)
	id := h.share(bug())
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	d := h.attempt(id)
	h.want(d, bridge.DeliveryDelivered, 1)
	if h.tracker.count("create") != 1 || d.Ref != h.tracker.issues[0].Ref || h.tracker.issues[0].Fields["assignees"] != "quinn" {
		t.Errorf("calls %v, delivery %+v", h.tracker.calls, d)
	}
}

// What a create leaves for later is set on an issue whose create had no answer as well, whatever the destination wants of later
// reports; but not over what a person has done to the issue meanwhile.
func TestAnIssueThatIsFoundGetsWhatItsCreateLeftForLater(t *testing.T) {
	for _, policy := range []dispatch.UpdatePolicy{dispatch.UpdateEdit, dispatch.UpdateComment, dispatch.UpdateIgnore} {
		for _, c := range []struct {
			name    string
			touched bool
			status  string
		}{{"untouched", false, "Done"}, {"moved by a person", true, "In Review"}} {
			t.Run(string(policy)+" "+c.name, func(t *testing.T) {
				h := newHouse(t)
				h.target.OnUpdate = policy
				h.tracker.status = "To Do"
				h.tracker.after = once("create", errCut)
				id := h.share(bug(func(r *bridge.Report) { r.Status = "Done" }))
				h.want(h.attempt(id), bridge.DeliveryPending, 1)
				issue := h.tracker.issues[0]
				if c.touched {
					issue.Fields["status"], issue.touched = c.status, true
				}
				h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
				if issue.Fields["status"] != c.status || !c.touched && issue.Fields["assignees"] != "quinn" {
					t.Errorf("issue %v", issue.Fields)
				}
			})
		}
	}
}

func TestNoSecondCreateBeforeTheTrackerMustShowTheFirst(t *testing.T) {
	h := newHouse(t)
	h.target.Settle = time.Hour
	h.tracker.before = once("create", errCut)
	id := h.share(bug())
	h.attempt(id)
	d := h.attempt(id)
	h.want(d, bridge.DeliveryPending, 0)
	if time.Until(d.NextAt) < 50*time.Minute || d.Attempts != 1 || h.tracker.count("create") != 1 {
		t.Errorf("next %s, %d attempts, calls %v", d.NextAt, d.Attempts, h.tracker.calls)
	}
}

func TestAfterTheSettleTimeAnEmptyLookAllowsTheCreate(t *testing.T) {
	h := newHouse(t)
	h.tracker.before = once("create", errCut)
	id := h.share(bug())
	h.attempt(id)
	for deadline := time.Now().Add(10 * time.Second); h.attempt(id).State == bridge.DeliveryPending && time.Now().Before(deadline); {
	}
	d := h.attempt(id)
	h.want(d, bridge.DeliveryDelivered, 1)
	if h.tracker.count("create") != 2 || h.tracker.count("find") < 1 {
		t.Errorf("calls %v", h.tracker.calls)
	}
}

func TestAFailedLookIsNotAnEmptyOne(t *testing.T) {
	h := newHouse(t)
	id := h.share(bug())
	h.tracker.after = func(call string) error {
		if call == "create" || call == "find" {
			return errCut
		}
		return nil
	}
	for range 5 {
		h.want(h.attempt(id), bridge.DeliveryPending, 1)
	}
	if h.tracker.count("create") != 1 {
		t.Errorf("calls %v", h.tracker.calls)
	}
}

// brokenLinks loses the save after a create, as a process does that dies there.
type brokenLinks struct {
	dispatch.Links
	tracker *memoryTracker
	broken  bool
}

func (b *brokenLinks) Save(ctx context.Context, l bridge.Link, owner string, d time.Duration) error {
	if l.Ref != (bridge.Ref{}) && !b.broken {
		b.broken = true
		return errors.New("the disk is gone")
	}
	return b.Links.Save(ctx, l, owner, d)
}

func TestACreateThatCouldNotBeRecordedIsFound(t *testing.T) {
	h := newHouse(t)
	h.cfg.Links = &brokenLinks{Links: h.store, tracker: h.tracker}
	id := h.share(bug())
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if h.tracker.count("create") != 1 {
		t.Errorf("calls %v", h.tracker.calls)
	}
}

func TestNoCreateThatCouldOutliveTheLease(t *testing.T) {
	h := newHouse(t)
	h.target.Timeout = h.cfg.Lease
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryPending, 0)
	if h.tracker.count("create") != 0 || !strings.Contains(d.Reason, "lease") {
		t.Errorf("calls %v, %s", h.tracker.calls, d.Reason)
	}
}

func TestARefusedFieldDoesNotCostTheBug(t *testing.T) {
	for _, field := range []string{"priority", "assignees"} {
		t.Run(field, func(t *testing.T) {
			h := newHouse(t)
			h.tracker.refuse = map[string]string{"priority": "HIGH", "assignees": "quinn"}
			h.tracker.refuse = map[string]string{field: h.tracker.refuse[field]}
			h.want(h.attempt(h.share(bug())), bridge.DeliveryDelivered, 1)
			issue := h.tracker.issues[0]
			if issue.Fields[field] != "" || !strings.Contains(issue.Fields["body"], "Not set: "+field) {
				t.Errorf("issue %v", issue.Fields)
			}
			h.want(h.attempt(h.share(bug())), bridge.DeliverySkipped, 1)
			h.want(h.attempt(h.share(bug(later, func(r *bridge.Report) {
				r.Priority, r.Assignees = "LOW", []bridge.Person{{Name: "ana"}}
			}))), bridge.DeliveryDelivered, 1)
			if issue.Fields[field] == "" || strings.Contains(issue.Fields["body"], "Not set") {
				t.Errorf("a new value was not tried: %v", issue.Fields)
			}
		})
	}
}

// What a tracker takes without a word and does not set is told like what it refuses, and tried again when a person asks.
func TestWhatTheTrackerLeftOutIsTold(t *testing.T) {
	for _, field := range []string{"labels", "priority", "assignees"} {
		t.Run(field, func(t *testing.T) {
			h := newHouse(t)
			h.tracker.ignore = []string{field}
			d := h.attempt(h.share(bug()))
			h.want(d, bridge.DeliveryDelivered, 1)
			_, attempts, err := h.store.Delivery(t.Context(), d.ID)
			if err != nil || len(attempts) != 1 || len(attempts[0].Dropped) != 1 || attempts[0].Dropped[0].Field != field {
				t.Errorf("%+v %v", attempts, err)
			}
			issue := h.tracker.issues[0]
			if !strings.Contains(issue.Fields["body"], "Not set: "+field) {
				t.Errorf("the issue does not tell: %v", issue.Fields)
			}
			h.want(h.attempt(h.share(bug())), bridge.DeliverySkipped, 1)

			h.tracker.ignore = nil
			again, err := h.store.Redeliver(t.Context(), d.ID, false, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			h.want(h.attempt(again.ID), bridge.DeliveryDelivered, 1)
			if strings.Contains(issue.Fields["body"], "Not set") || field == "labels" && len(issue.Labels) != 2 || field != "labels" && issue.Fields[field] == "" {
				t.Errorf("not tried again: %v %v", issue.Fields, issue.Labels)
			}
		})
	}
}

// Labels that are refused on an update leave those of the issue as they are, and known as ours.
func TestLabelsThatAreRefusedLeaveThoseOfTheIssue(t *testing.T) {
	h := newHouse(t)
	labels := []string{"marker", "old"}
	h.tracker.plan = func(d *bridge.Draft) { d.Labels = labels }
	h.want(h.attempt(h.share(bug())), bridge.DeliveryDelivered, 1)
	issue := h.tracker.issues[0]

	labels = []string{"marker", "bad"}
	h.tracker.refuse = map[string]string{bridge.FieldLabels: "marker, bad"}
	h.want(h.attempt(h.share(bug(later))), bridge.DeliveryDelivered, 1)
	if got := strings.Join(issue.Labels, " "); got != "marker old" || !strings.Contains(issue.Fields["body"], "Not set: labels") {
		t.Errorf("labels %q, fields %v", got, issue.Fields)
	}
	h.want(h.attempt(h.share(bug(later))), bridge.DeliverySkipped, 1)

	labels = []string{"marker", "new"}
	h.want(h.attempt(h.share(bug(later, later))), bridge.DeliveryDelivered, 1)
	if got := strings.Join(issue.Labels, " "); got != "marker new" {
		t.Errorf("labels %q, the old one is no longer known as ours", got)
	}
}

// What an update drops in vain, because it is another field that the tracker refuses, is asked for again.
func TestWhatAnUpdateDroppedInVainIsAskedForAgain(t *testing.T) {
	h := newHouse(t)
	h.want(h.attempt(h.share(bug())), bridge.DeliveryDelivered, 1)
	h.tracker.refuse = map[string]string{"priority": "LOW", "title": "New"}
	id := h.share(bug(later, titled("New"), func(r *bridge.Report) { r.Priority = "LOW" }))
	for range 3 { // which of the two is refused first is chance
		h.want(h.attempt(id), bridge.DeliveryParked, 1)
		if _, err := h.store.Resume(t.Context(), id, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	h.tracker.refuse = nil
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if issue := h.tracker.issues[0]; issue.Fields["priority"] != "LOW" || strings.Contains(issue.Fields["body"], "Not set") {
		t.Errorf("issue %v", issue.Fields)
	}
}

// A status that could not be reached is no news for the issue's readers, and is tried again with the next report.
func TestAStatusThatCouldNotBeReachedIsTriedAgain(t *testing.T) {
	h := newHouse(t)
	h.tracker.refuse = map[string]string{"status": "Done"}
	done := func(r *bridge.Report) { r.Status = "Done" }
	h.want(h.attempt(h.share(bug(done))), bridge.DeliveryDelivered, 1)
	issue := h.tracker.issues[0]
	if issue.Fields["status"] != "" || strings.Contains(issue.Fields["body"], "Not set") {
		t.Errorf("issue %v", issue.Fields)
	}
	h.tracker.refuse = nil
	h.want(h.attempt(h.share(bug(done, later))), bridge.DeliveryDelivered, 1)
	if issue.Fields["status"] != "Done" {
		t.Errorf("issue %v", issue.Fields)
	}
}
