package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// said is what the trackers said.
type said struct {
	live bridge.Live
	err  error
}

func (s said) Live(context.Context) (bridge.Live, error) { return s.live, s.err }

func TestTrackers(t *testing.T) {
	live := bridge.Live{
		At:       time.Date(2026, 11, 26, 3, 0, 0, 0, time.UTC),
		Trackers: []bridge.LiveTracker{{Tracker: "hub", Base: "https://api.github.com/", Checks: bridge.Checks{{Level: bridge.LevelOK, Thing: "credentials", Text: "they are <b>bot</b>'s"}}}},
		Destinations: []bridge.LiveDestination{{Project: "Web", Destination: "web", Tracker: "hub", Place: "acme/web", Checks: bridge.Checks{
			{Level: bridge.LevelProblem, Thing: "repository", Text: "acme/web is archived", Hint: "unarchive it"},
		}}},
	}
	w := get(console.Config{Log: &events{}, Live: said{live: live}}, "GET", "/trackers")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for _, part := range []string{
		"2026-11-26T03:00:00Z", "https://api.github.com/", "they are &lt;b&gt;bot&lt;/b&gt;", `badge problem`, "Web / web", "hub acme/web", "acme/web is archived", "unarchive it",
	} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %q in %s", part, w.Body)
		}
	}
	if w = get(console.Config{Log: &events{}, Live: said{err: errors.New("secret words")}}, "GET", "/trackers"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
