package console_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// inbox is a Log that remembers what it was asked for.
type inbox struct {
	console.Log
	rows  []bridge.EventLine
	asked bridge.Search
}

func (i *inbox) EventPage(_ context.Context, f bridge.Search) (bridge.EventPage, error) {
	i.asked = f
	return bridge.EventPage{Rows: i.rows, Older: 9}, nil
}

func (*inbox) Counts(context.Context) (bridge.Counts, error) { return bridge.Counts{}, nil }

func TestRequests(t *testing.T) {
	i := &inbox{}
	for state, word := range map[bridge.EventState]string{
		bridge.EventRefused: "release", bridge.EventUndecodable: "decode again", bridge.EventUnrouted: "rematch", bridge.EventAccepted: "",
	} {
		i.rows = []bridge.EventLine{{ID: "ev_1", State: state, ReceivedAt: noon}}
		w := get(console.Config{Log: i}, "GET", "/requests?state="+string(state)+"&project=p1&q=dead+button&before=12")
		if wrong := says(w, 200, `<a class="title" href="/reports/ev_1"><bdi>(no title)`, "before=9&amp;project=p1&amp;q=dead&#43;button"); wrong != "" {
			t.Error(wrong)
		}
		if has := strings.Contains(w.Body.String(), `href="/reports/ev_1/again">`+word+` …<`); has != (word != "") {
			t.Errorf("%s: %v\n%s", state, has, w.Body)
		}
		want := bridge.Search{State: string(state), Project: "p1", Words: "dead button", Before: 12, Limit: 100}
		if diff := cmp.Diff(want, i.asked); diff != "" {
			t.Error(diff)
		}
	}
	i.rows = nil
	if wrong := says(get(console.Config{Log: i}, "GET", "/requests?q=x"), 200, "looked through so far", `href="/requests?before=9&amp;q=x"`); wrong != "" {
		t.Error(wrong)
	}
}
