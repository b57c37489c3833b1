package dispatch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

func TestWhatCannotSucceedIsParkedAndGoesToTheFallback(t *testing.T) {
	h := newHouse(t)
	h.target.Fallback = "other"
	h.tracker.before = func(string) error { return bridge.Park(errors.New("no such repository"), "create it") }
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryParked, 0)
	if d.Hint != "create it" || !strings.Contains(d.Reason, "no such repository") {
		t.Errorf("%+v", d)
	}
	list, err := h.store.Deliveries(t.Context(), bridge.Search{Destination: "other"})
	if err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
}

func TestADestinationThatIsGoneParks(t *testing.T) {
	h := newHouse(t)
	h.missing = bridge.Park(errors.New(`no destination "web"`), "name it again")
	h.want(h.attempt(h.share(bug())), bridge.DeliveryParked, 0)
}

func TestADeletedIssueIsNotFiledAgain(t *testing.T) {
	h := newHouse(t)
	h.attempt(h.share(bug()))
	h.tracker.issues[0].gone = true
	d := h.attempt(h.share(bug(later, titled("New"))))
	h.want(d, bridge.DeliveryParked, 1)
	if h.tracker.count("create") != 1 || !strings.Contains(d.Hint, "deliveries redeliver --recreate "+d.ID) {
		t.Errorf("%+v", d)
	}
}

func TestADeletedIssueIsFiledAgainAtAPersonsWord(t *testing.T) {
	h := newHouse(t)
	first := h.share(bug())
	h.attempt(first)
	recreate := func() string {
		d, err := h.store.Redeliver(t.Context(), first, true, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	h.want(h.attempt(recreate()), bridge.DeliverySkipped, 1) // it is not deleted

	h.tracker.issues[0].gone = true
	h.tracker.before = once("read", bridge.Park(errors.New("404"), "the place cannot be seen"))
	h.want(h.attempt(recreate()), bridge.DeliveryParked, 1)

	d := h.attempt(recreate())
	h.want(d, bridge.DeliveryDelivered, 2)
	if d.Ref.ID != "2" || !strings.Contains(d.Reason, "acme/web#1 was deleted") {
		t.Errorf("%+v", d)
	}
	h.want(h.attempt(h.share(bug(later, titled("New")))), bridge.DeliveryDelivered, 2)
	if got := h.tracker.issues[1].Fields[bridge.FieldTitle]; got != "New" {
		t.Errorf("title %q", got)
	}
}

func TestWhichFailuresCount(t *testing.T) {
	for _, test := range []struct {
		name     string
		err      error
		attempts int
	}{
		{"unknown error", errCut, 1},
		{"credentials refused", &bridge.Error{Nothing: true, Refused: true, Err: errors.New("401")}, 0},
		{"limit", &bridge.Error{Kind: bridge.Later, Nothing: true, Until: time.Now().Add(time.Minute), Err: errors.New("429")}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			h.tracker.before = once("create", test.err)
			d := h.attempt(h.share(bug()))
			h.want(d, bridge.DeliveryPending, 0)
			if d.Attempts != test.attempts || d.NextAt.IsZero() || d.Reason == "" {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestADeliveryIsGivenUpInTheEnd(t *testing.T) {
	h := newHouse(t)
	h.cfg.GiveUp = 0
	h.tracker.before = once("create", errCut)
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryParked, 0)
	if !strings.Contains(d.Hint, "bugferry deliveries redeliver "+d.ID) {
		t.Errorf("hint %q", d.Hint)
	}
}

func TestOneWorkerPerLink(t *testing.T) {
	h := newHouse(t)
	if _, held, err := h.store.Lease(t.Context(), "b1", h.target.Place.Key(), "another", time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	d := h.attempt(h.share(bug()))
	h.want(d, bridge.DeliveryPending, 0)
	if d.Attempts != 0 || len(h.tracker.calls) != 0 {
		t.Errorf("%+v, calls %v", d, h.tracker.calls)
	}
}

func TestAStepBesideTheIssueIsTriedThenDoneWithout(t *testing.T) {
	h := newHouse(t)
	h.tracker.before = func(call string) error {
		if strings.HasPrefix(call, "do ") {
			return errCut
		}
		return nil
	}
	id := h.share(bug(func(r *bridge.Report) { r.ScreenshotURL = "http://x/s.png" }))
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryPending, 1)
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
	if n := h.tracker.count("do screenshot"); n != 3 {
		t.Errorf("tried %d times", n)
	}
}

func TestARedeliveryReadsTheIssueEvenIfNothingSeemsChanged(t *testing.T) {
	h := newHouse(t)
	first := h.share(bug())
	h.attempt(first)
	reads := h.tracker.count("read")
	again, err := h.store.Redeliver(t.Context(), first, false, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	h.want(h.attempt(again.ID), bridge.DeliverySkipped, 1)
	if h.tracker.count("read") == reads {
		t.Error("the issue was not read")
	}
}

func TestRefusedLabelsDoNotCostTheBug(t *testing.T) {
	h := newHouse(t)
	h.tracker.refuse = map[string]string{"labels": "betterbugs, type:screenshot"}
	h.want(h.attempt(h.share(bug())), bridge.DeliveryDelivered, 1)
	issue := h.tracker.issues[0]
	if len(issue.Labels) != 0 || !strings.Contains(issue.Fields["body"], "Not set: labels") {
		t.Errorf("issue %+v", issue)
	}
	h.want(h.attempt(h.share(bug(later, func(r *bridge.Report) { r.Type = "rewind" }))), bridge.DeliveryDelivered, 1)
	if len(issue.Labels) != 2 || strings.Contains(issue.Fields["body"], "Not set") {
		t.Errorf("new labels were not tried: %+v", issue)
	}
}

func TestWhatWasDroppedInVainIsAskedForAgain(t *testing.T) {
	h := newHouse(t)
	inVain := &bridge.Error{
		Kind: bridge.Permanent, Nothing: true, Fields: map[string]string{bridge.FieldLabels: "you may not"}, Err: errors.New("400 you may not"),
	}
	tries := 0
	h.tracker.before = func(string) error {
		if tries++; tries == 1 {
			return inVain
		}
		return bridge.Park(errors.New("400 you may not"), "")
	}
	h.want(h.attempt(h.share(bug())), bridge.DeliveryParked, 0)
	h.tracker.before = nil
	h.want(h.attempt(h.share(bug(later))), bridge.DeliveryDelivered, 1)
	if len(h.tracker.issues[0].Labels) == 0 {
		t.Error("the labels, which were not what stood in the way, are left out")
	}
}

func TestADisabledDestinationWaitsAndGoesOn(t *testing.T) {
	h := newHouse(t)
	h.target.Off, h.target.Fallback = `destination "web" is disabled`, "other"
	id := h.share(bug())
	d := h.attempt(id)
	h.want(d, bridge.DeliveryPending, 0)
	if d.Attempts != 0 || d.Reason != h.target.Off || d.NextAt.IsZero() || len(h.tracker.calls) != 0 {
		t.Errorf("%+v, calls %v", d, h.tracker.calls)
	}
	h.target.Off = ""
	h.want(h.attempt(id), bridge.DeliveryDelivered, 1)
}
