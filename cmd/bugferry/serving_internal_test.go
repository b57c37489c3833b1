package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/telemetry"
)

const twoTrackers = `
server: {listen: "127.0.0.1:0"}
webhooks: [{path: /hooks, token: t}]
trackers:
  hub: {type: github, token: %s}
  cloud: {type: jira, base_url: "https://acme.atlassian.net", email: bot@example.com, token: good}
`

const toHub = "project: '*'\ndestinations: {a: {tracker: hub, repo: acme/web}, b: {tracker: cloud, project: WEB}}\nrules: [{to: [a, b]}]\n"

// loadFrom loads the files into a folder and wires them after before.
func loadFrom(t *testing.T, dir string, before *wired, main, project string) *wired {
	t.Helper()
	for name, text := range map[string]string{"bugferry.yaml": main, "projects/web.yaml": project} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, _, findings := loadAfter(before, filepath.Join(dir, "bugferry.yaml"), config.Options{Lookup: secretsOnly}, slog.New(slog.DiscardHandler))
	if w == nil {
		t.Fatal(findings)
	}
	return w
}

// TestATrackerThatDidNotChangeStays with all that it has learnt, wherever it stands in its file; another has other credentials, and
// with them another breaker.
func TestATrackerThatDidNotChangeStays(t *testing.T) {
	first := fmt.Sprintf(twoTrackers, "old")
	for _, test := range []struct {
		name, main, project string
		hub, cloud          bool // stay
	}{
		{"the same", first, toHub, true, true},
		{"other lines", "# moved\n" + first, toHub, true, true},
		{"another rule", first, toHub + "# more\nname: Other\n", true, true},
		{"a new token", fmt.Sprintf(twoTrackers, "new"), toHub, false, true},
		{"other hosts of screenshots", first + "screenshots: {hosts: [a.example]}\n", toHub, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			before := loadFrom(t, dir, nil, first, toHub)
			after := loadFrom(t, dir, before, test.main, test.project)
			for name, stays := range map[string]bool{"hub": test.hub, "cloud": test.cloud} {
				if (before.trackers[name] == after.trackers[name]) != stays {
					t.Errorf("%s stays: %v, want %v", name, !stays, stays)
				}
			}
			old, _ := before.Target("p", "a")
			target, err := after.Target("p", "a")
			rotated := strings.Contains(test.name, "token")
			if err != nil || target.Account != "hub" || (target.Credentials != old.Credentials) != rotated || target.Tracker != after.trackers["hub"] {
				t.Errorf("%+v, %v", target, err)
			}
		})
	}
}

// TestAReloadIsGuardedAsTheStart: a configuration without a secret must not open a webhook that listens for everybody.
func TestAReloadIsGuardedAsTheStart(t *testing.T) {
	dir := t.TempDir()
	first := loadFrom(t, dir, nil, fmt.Sprintf(twoTrackers, "good"), toHub)
	a := &app{serving: &serving{}, log: slog.New(slog.DiscardHandler), metrics: telemetry.NewMetrics("test"), hook: everywhere{}, admin: everywhere{}}
	a.begin(first, a.metrics, time.Now())
	a.reread = func(before *wired) (*wired, *config.Config, config.Findings) {
		w := loadFrom(t, dir, before, strings.Replace(fmt.Sprintf(twoTrackers, "good"), ", token: t", "", 1), toHub)
		return w, w.cfg, nil
	}
	if read := a.reload(t.Context()); len(read) == 0 {
		t.Error("what was read is not known")
	}
	if a.now.Load() != first || !strings.Contains(a.note(), "webhook /hooks has no secret") {
		t.Errorf("in use %v: %s", a.now.Load() != first, a.note())
	}
}

// everywhere is a listener on all addresses that nobody reaches.
type everywhere struct{ net.Listener }

func (everywhere) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4zero, Port: 8080} }

func TestWhatIsToldOfARefusal(t *testing.T) {
	s := &serving{}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s.tell(console.Running{At: at, Hash: "0123456789ab"})
	if got := s.note(); got != "ok: 0123456789ab, read at 2026-03-04T05:06:07Z" || len(s.warnings()) > 0 {
		t.Errorf("%q %q", got, s.warnings())
	}
	var mistakes []string
	for i := range 12 {
		mistakes = append(mistakes, fmt.Sprintf("a.yaml:%d:1: wrong", i))
	}
	s.refused(at.Add(time.Hour), mistakes)
	if got := s.note(); got != "refused at 2026-03-04T06:06:07Z, mistakes: 12, the first: a.yaml:0:1: wrong; the one of 2026-03-04T05:06:07Z goes on" {
		t.Error(got)
	}
	got := strings.Join(s.warnings(), "\n")
	for _, part := range []string{"refused since 2026-03-04T06:06:07Z", "a.yaml:9:1", "and 2 more"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in %s", part, got)
		}
	}
	if strings.Contains(got, "a.yaml:10:1") {
		t.Error("all are told: ", got)
	}
}

// TestTheConsoleAsksAgainAfterAReload: what the trackers of the configuration before said is about that one.
func TestTheConsoleAsksAgainAfterAReload(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &serving{}
	s.now.Store(&wired{cfg: &config.Config{}})
	l := &lived{serving: s}
	first, err := l.Live(ctx)
	again, err2 := l.Live(ctx)
	if err != nil || err2 != nil || !first.At.Equal(again.At) {
		t.Errorf("asked twice within a minute: %v %v", err, err2)
	}
	s.now.Store(&wired{cfg: &config.Config{}})
	cancel()
	if _, err := l.Live(ctx); err == nil {
		t.Error("not asked again")
	}
}
