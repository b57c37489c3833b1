package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

var (
	axeFile     = flag.String("axe", "", "axe-core's axe.min.js, against which the console's pages are held")
	screenshots = flag.String("screenshots", "", "the folder into which pictures of the console's pages are written")
)

// tab is a tab of a real Chromium.
type tab struct {
	*testing.T
	ctx context.Context
}

// browser starts a Chromium for the test and returns its one tab. It talks to nobody but us. Where there is none the
// test is skipped, but not where all of them are asked for.
func browser(t *testing.T) tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("BUGFERRY_TEST_ALL") != "" {
			t.Fatal("no chromium, and no test may be skipped: ", err)
		}
		t.Skip("no chromium: ", err)
	}
	profile, err := os.MkdirTemp("", "bugferry-browser") //nolint:usetesting // TempDir wants nobody to write there any more, and helpers of the browser may
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("proxy-server", "http://127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "127.0.0.1"),
	)
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocated)
	t.Cleanup(closeTab)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) }) // and wait for its end
	limited, cancel := context.WithTimeout(ctx, 5*patience)
	t.Cleanup(cancel)
	return tab{t, limited}
}

// do runs actions, one after the other.
func (t tab) do(what string, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(t.ctx, actions...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// shown waits until the page's text has the part, and returns the text.
func (t tab) shown(part string) (text string) {
	t.Helper()
	read := func() bool {
		// A page that is being replaced has no body for a moment.
		return chromedp.Run(t.ctx, chromedp.Evaluate(`document.body ? document.body.innerText : ""`, &text)) == nil && strings.Contains(text, part)
	}
	if !within(patience, 50*time.Millisecond, read) {
		t.Fatalf("the page does not say %q:\n%s", part, text)
	}
	return text
}

// press clicks what the selector finds, once it is there. Pages are replaced under one's hands when something has changed.
func (t tab) press(selector string) {
	t.Helper()
	found := fmt.Sprintf("document.querySelector(%q)", selector)
	t.do("press "+selector, chromedp.Poll(found+" !== null", nil), chromedp.Evaluate(found+".click()", nil))
}

// scheme has the tab prefer light or dark.
func scheme(name string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}})
}

// watched is a house with a bit of everything to look at: filed reports, parked ones, unrouted and undecodable requests.
//
// What is given beside is added to bugferry.yaml, and then names and contents of files.
func watched(t *testing.T, more ...string) *house {
	t.Helper()
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	h := newHouse(t, server.URL, plan{
		server: "duplicates: 0", delivery: "retry_from: 20ms, retry_to: 100ms, breaker_after: 0", to: "jira, github", tracker: "settle: 200ms, timeout: 2s",
	})
	if len(more) > 0 {
		said, err := os.ReadFile(filepath.Join(h.dir, "bugferry.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		h.write("bugferry.yaml", string(said)+more[0])
		for i := 1; i+1 < len(more); i += 2 {
			h.write(more[i], more[i+1])
		}
	}
	h.write("projects/nowhere.yaml", "project: nowhere\nname: Moved away\ndestinations:\n  old: {tracker: github, repo: acme/nowhere}\nrules:\n  - {name: to the old place, to: [old]}\n")
	h.write("projects/never.yaml", "project: never\nname: Nobody's\ndestinations:\n  it: {tracker: github, repo: acme/web}\nrules:\n  - {name: none has it, match: {priority: NONE}, to: [it]}\n")
	h.serve()
	for n := range 12 {
		project := map[int]string{3: "nowhere", 7: "never", 8: "nowhere"}[n]
		if err := h.share(fmt.Sprintf("682c1dbb3b574d66%08x", n), map[string]any{"title": titleOf(n), "projectId": project}); err != nil {
			t.Fatal(err)
		}
	}
	_ = postJSON("http://"+h.hook+"/hook/wrong", map[string]any{"bugId": "q", "title": "Let me in"}) // to quarantine
	if !within(5*patience, 50*time.Millisecond, h.ended) {
		t.Fatal("the deliveries did not end")
	}
	return h
}

// consolePages are the pages by name. A report's is that of a delivered one.
func (h *house) consolePages() [][2]string {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	report := func(state bridge.DeliveryState) string {
		list, err := s.DeliveryPage(h.t.Context(), bridge.Search{State: string(state), Limit: 1})
		if err != nil || len(list.Rows) == 0 {
			h.t.Fatal("no delivery: ", err)
		}
		return list.Rows[0].EventID
	}
	delivered := report(bridge.DeliveryDelivered)
	return [][2]string{
		{"overview", "/"}, {"deliveries", "/deliveries"}, {"report", "/reports/" + delivered}, {"parked", "/reports/" + report(bridge.DeliveryParked)},
		{"requests", "/requests"}, {"rules", "/rules"}, {"playground", "/playground?event=" + delivered}, {"trackers", "/trackers"},
		{"configuration", "/configuration"}, {"record", "/record"}, {"empty", "/deliveries?q=zebra"}, {"missing", "/nowhere"},
		{"again", "/reports/" + delivered + "/again"},
	}
}

// TestAccessible holds every page against axe-core, in light and dark, wide and narrow: it may find nothing serious.
func TestAccessible(t *testing.T) {
	if *axeFile == "" {
		t.Skip("make accessible brings axe-core")
	}
	axe, err := os.ReadFile(*axeFile)
	if err != nil {
		t.Fatal(err)
	}
	view := browser(t)
	h := watched(t)
	looked, found := 0, 0
	for _, p := range h.consolePages() {
		for _, colors := range []string{"light", "dark"} {
			for _, width := range []int64{1300, 400} {
				name := fmt.Sprintf("%s, %s, %d wide", p[0], colors, width)
				view.do(name, scheme(colors), chromedp.EmulateViewport(width, 900), chromedp.Navigate("http://"+h.admin+p[1]), chromedp.WaitReady("main"))
				looked++
				for _, said := range view.violations(string(axe)) {
					t.Errorf("%s: %s", name, said)
					found++
				}
			}
		}
	}
	_, _ = fmt.Fprintf(t.Output(), "axe-core: %d views of the console, %d serious issues\n", looked, found)
}

// awaited has the browser wait for a promise.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// violations are what axe-core calls serious or critical on the page that is shown.
func (t tab) violations(axe string) (said []string) {
	t.Helper()
	const run = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})` +
		`.then(r => JSON.stringify(r.violations.filter(v => v.impact == "serious" || v.impact == "critical")` +
		`.map(v => v.id + ": " + v.help + ": " + v.nodes.slice(0, 3).map(n => n.html + " (" + n.failureSummary + ")").join("; "))))`
	var encoded string
	t.do("axe-core", chromedp.Evaluate(axe+"; 0", nil), chromedp.Evaluate(run, &encoded, awaited))
	if err := json.Unmarshal([]byte(encoded), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// TestScreenshots writes pictures of the pages, for the documentation.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("make screenshots wants them")
	}
	view := browser(t)
	h := watched(t)
	for _, p := range h.consolePages() {
		if !slices.Contains([]string{"overview", "deliveries", "report", "rules", "trackers"}, p[0]) {
			continue
		}
		var picture []byte
		view.do(p[0], scheme("light"), chromedp.EmulateViewport(1280, 860), chromedp.Navigate("http://"+h.admin+p[1]), chromedp.WaitReady("main"),
			chromedp.ActionFunc(func(ctx context.Context) (err error) {
				picture, err = cdp.CaptureScreenshot().WithFormat(cdp.CaptureScreenshotFormatPng).Do(ctx)
				return err
			}))
		if err := os.WriteFile(filepath.Join(*screenshots, "console-"+p[0]+".png"), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
