package dispatch_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// What comes before an issue is done before the create, and before labels are written to an issue that is there; nothing of
// it that fails keeps an issue from being filed.
func TestWhatComesBeforeAnIssue(t *testing.T) {
	refused := &bridge.Error{Kind: bridge.Permanent, Nothing: true, Status: 403, Err: errors.New("403")}
	limit := &bridge.Error{Kind: bridge.Later, Nothing: true, Account: true, Until: time.Now().Add(time.Minute), Err: errors.New("429")}
	for _, c := range []struct {
		name  string
		err   error
		state bridge.DeliveryState
		want  []string
	}{
		{"done", nil, bridge.DeliveryDelivered, []string{"do label", "do label", "create"}},
		{"refused", refused, bridge.DeliveryDelivered, []string{"do label", "do label", "create"}},
		{"nobody knows", errCut, bridge.DeliveryDelivered, []string{"do label", "create"}},
		{"a limit", limit, bridge.DeliveryPending, []string{"do label"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.tracker.plan = func(d *bridge.Draft) {
				d.First = []bridge.Step{{Name: "label", Value: "a"}, {Name: "label", Value: "b"}}
			}
			h.tracker.before = func(call string) error {
				if call == "do label" {
					return c.err
				}
				return nil
			}
			issues := 1
			if c.state == bridge.DeliveryPending {
				issues = 0
			}
			d := h.attempt(h.share(bug()))
			h.want(d, c.state, issues)
			if diff := cmp.Diff(c.want, h.tracker.calls[:len(c.want)]); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if c.state == bridge.DeliveryPending && d.Attempts != 0 {
				t.Errorf("a limit cost %d attempts", d.Attempts)
			}
		})
	}
}

func TestNewLabelsOfAnIssueArePrepared(t *testing.T) {
	h := newHouse(t)
	h.want(h.attempt(h.share(bug())), bridge.DeliveryDelivered, 1)
	h.tracker.calls = nil
	h.tracker.plan = func(d *bridge.Draft) { d.First = []bridge.Step{{Name: "label", Value: "a"}} }
	h.want(h.attempt(h.share(bug(later, titled("Other")))), bridge.DeliveryDelivered, 1)
	if n := h.tracker.count("do label"); n != 0 {
		t.Errorf("prepared %d times for a title", n)
	}
	h.want(h.attempt(h.share(bug(later, later, titled("Other"), func(r *bridge.Report) { r.Type = "rewind" }))), bridge.DeliveryDelivered, 1)
	if calls := h.tracker.calls; slices.Index(calls, "do label") < 0 || slices.Index(calls[slices.Index(calls, "do label"):], "write") < 0 {
		t.Errorf("calls %v: want the label before the write", calls)
	}
}
