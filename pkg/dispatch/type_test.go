package dispatch_test

import (
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// GitHub's issue type is set once the issue is there: one that is refused, or taken without a word and not set, is told in
// the issue. Jira's is part of the create, and there is no issue without one.
func TestATypeThatIsNotSet(t *testing.T) {
	for _, c := range []struct {
		name   string
		later  bool
		ignore bool // instead of refusing it
		state  bridge.DeliveryState
		issues int
	}{
		{"refused, after the create", true, false, bridge.DeliveryDelivered, 1},
		{"left out, after the create", true, true, bridge.DeliveryDelivered, 1},
		{"refused, in the create", false, false, bridge.DeliveryParked, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.tracker.plan = func(d *bridge.Draft) {
				d.Fields["type"] = "Epic"
				if c.later {
					d.Later = append(d.Later, "type")
				}
			}
			if c.ignore {
				h.tracker.ignore = []string{"type"}
			} else {
				h.tracker.refuse = map[string]string{"type": "Epic"}
			}
			h.want(h.attempt(h.share(bug())), c.state, c.issues)
			if c.issues == 0 {
				return
			}
			if i := h.tracker.issues[0]; i.Fields["type"] != "" || !strings.Contains(i.Fields["body"], "Not set: type") {
				t.Errorf("issue %+v", i.Fields)
			}
		})
	}
}
