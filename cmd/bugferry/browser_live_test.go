package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// listening says that a page is told of changes from now on.
const listening = `performance.getEntriesByType("resource").some((e) => e.name.endsWith("/live")) || document.querySelector("main > p[role=status]") !== null`

// TestPagesFollow: whoever looks at the deliveries sees a report come without doing anything, and loses nothing that they have begun.
func TestPagesFollow(t *testing.T) {
	view := browser(t)
	h := watched(t)
	share := func(bug, title string) {
		t.Helper()
		if err := h.share(bug, map[string]any{"title": title}); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(what, expression string) {
		t.Helper()
		var is bool
		if view.do(what, chromedp.Evaluate(expression, &is)); !is {
			t.Errorf("not so: %s", what)
		}
	}
	view.do("deliveries", chromedp.Navigate("http://"+h.admin+"/deliveries"), chromedp.WaitReady("main"), chromedp.Poll(listening, nil),
		chromedp.Evaluate(`document.querySelector("tbody a.title").focus(); window.scrollTo(0, 40); marked = document.activeElement.getAttribute("href")`, nil))

	share("682c1dbb3b574d66aaaa0001", "Comes while somebody looks")
	view.shown("Comes while somebody looks")
	holds("the focus is where it was", `document.activeElement.getAttribute("href") === marked`)
	holds("so is the page", `window.scrollY === 40`)
	view.do("it is told", chromedp.Poll(`document.querySelector("main > p[role=status]").textContent === "The page was updated."`, nil))

	// A box is checked: the page keeps still until it is not.
	view.do("choose", chromedp.Evaluate(`document.activeElement.blur(); document.querySelector("input[name=id]").click(); kept = document.querySelector("[data-live]")`, nil))
	holds("not all are chosen", `document.querySelector("[data-all]").indeterminate`)
	var opened bool
	view.do("another listener", chromedp.Evaluate(`new Promise((done) => {
		told = 0;
		const s = new EventSource("/live");
		s.addEventListener("changed", () => told++);
		s.onopen = () => done(true);
	})`, &opened, awaited))
	share("682c1dbb3b574d66aaaa0002", "Comes while somebody chooses")
	view.do("the page is told", chromedp.Poll(`told > 0`, nil), chromedp.Evaluate(`fetch("/deliveries").then(() => true)`, &opened, awaited))
	holds("the page keeps still", `kept === document.querySelector("[data-live]") && document.querySelector("input[name=id]").checked`)
	view.do("do not choose", chromedp.Evaluate(`document.querySelector("input[name=id]").click()`, nil))
	view.shown("Comes while somebody chooses")

	// All of a page at once, and it is asked before they are touched.
	view.press("[data-all]")
	view.press("button[value=redeliver]")
	view.shown("deliveries?")
}
