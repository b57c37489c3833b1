package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/bcrypt"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// TestFromSendToTheIssue: somebody watches the deliveries while a report is sent, and follows it to its issue; filters for what is
// parked, and releases it once the fault is lifted; and tries a report without anything being sent.
func TestFromSendToTheIssue(t *testing.T) {
	view := browser(t)
	h := watched(t)
	base := "http://" + h.admin
	view.do("deliveries", chromedp.Navigate(base+"/deliveries"), chromedp.WaitReady("main"), chromedp.Poll(listening, nil))
	send := h.command("send", "--to", "http://"+h.hook+"/hook/t", "--bug-id", "682c1dbb3b574d66bbbb0001")
	if said, err := send.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	const row = `[...document.querySelectorAll("tbody tr")].find((r) => r.innerText.includes("682c1dbb3b574d66bbbb0001") && r.innerText.includes("delivered"))`
	view.do("it comes to the page by itself", chromedp.Poll(row+" !== undefined", nil), chromedp.Evaluate(row+`.querySelector("a.title").click()`, nil))
	view.shown("The request came")
	view.shown("created ")
	var issues []string
	view.do("its issues", chromedp.Evaluate(`[...document.querySelectorAll(".way strong a")].map((a) => a.href)`, &issues))
	if len(issues) != 2 || !strings.HasPrefix(issues[0], h.box) {
		t.Errorf("links to the issues: %q", issues)
	}

	h.faults(map[string]any{"rules": []map[string]any{{"tracker": "github", "method": "POST", "path": "/repos/*/*/issues", "do": "status", "status": 410, "body": `{"message": "Issues are disabled for this repo"}`}}})
	if err := h.share("682c1dbb3b574d66bbbb0002", map[string]any{"title": "Waits for somebody"}); err != nil {
		t.Fatal(err)
	}
	view.do("the parked ones", chromedp.Navigate(base+"/deliveries?state=parked"), chromedp.WaitReady("main"))
	view.shown("Waits for somebody")
	var states []string
	view.do("only those", chromedp.Evaluate(`[...document.querySelectorAll("tbody .badge")].map((b) => b.textContent)`, &states))
	for _, state := range states {
		if state != string(bridge.DeliveryParked) {
			t.Errorf("filtered for parked ones, and there is one that is %s", state)
		}
	}
	h.faults(map[string]any{})
	view.do("its page", chromedp.Evaluate(`[...document.querySelectorAll("a.title")].find((a) => a.textContent.includes("Waits for somebody")).click()`, nil))
	view.shown("parked")
	view.press("button[value=release]")
	view.shown("created acme/web#")

	view.do("playground", chromedp.Navigate(base+"/playground"), chromedp.WaitReady("main"),
		chromedp.SetValue("#payload", `{"bugId": "never-seen", "projectId": "p", "title": "Only tried", "description": "<p>badly</p>"}`))
	view.press("form.paste button")
	view.shown("Only tried")
	view.shown("takes every report")
	if list := h.deliveries("never-seen"); len(list) != 0 {
		t.Errorf("what was tried was filed: %+v", list)
	}
}

// signedIn has the tab send name and password, as it does once somebody has typed them.
func signedIn(name, password string) chromedp.Action {
	return network.SetExtraHTTPHeaders(network.Headers{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))})
}

// TestSignIn: nobody sees a page without name and password, and no other site can act for somebody who has given them.
func TestSignIn(t *testing.T) {
	view := browser(t)
	h := watched(t, "console: {users_file: users}\n", "users", "ana:"+hashed(t, "correct horse")+"\n")
	base := "http://" + h.admin
	err := chromedp.Run(view.ctx, network.Enable(), signedIn("ana", "wrong"), chromedp.Navigate(base+"/deliveries"))
	if err == nil || !strings.Contains(err.Error(), "ERR_INVALID_AUTH_CREDENTIALS") { // a person would be asked once more
		t.Fatalf("a wrong password: %v", err)
	}
	view.do("the right password", signedIn("ana", "correct horse"), chromedp.Navigate(base+"/deliveries"))
	view.shown("Pay button is dead")

	parked := h.parked()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<form method="post" action="%s/deliveries/act"><input name="id" value="%s"><input name="act" value="release"></form><p>Win a prize</p>`, base, parked.ID)
	}))
	defer other.Close()
	view.do("another site", chromedp.Navigate(other.URL), chromedp.WaitReady("form"), chromedp.Submit("form"))
	view.shown("another site")
	if now := h.parked(); now.ID != parked.ID || now.ReleasedAt != parked.ReleasedAt {
		t.Errorf("another site has released it: %+v", now)
	}
	view.do("the parked ones", chromedp.Navigate(base+"/deliveries?state=parked"), chromedp.WaitReady("main"))
	view.press("a.title")
	view.shown("The request came")
	view.press("button[value=redeliver]")
	view.shown("ana")
}

func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// parked is the newest delivery that is.
func (h *house) parked() bridge.Delivery {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	page, err := s.DeliveryPage(h.t.Context(), bridge.Search{State: string(bridge.DeliveryParked), Limit: 1})
	if err != nil || len(page.Rows) == 0 {
		h.t.Fatal("nothing is parked: ", err)
	}
	return page.Rows[0]
}

// scripted are texts that want to be more than that. pwned is what each would set.
var scripted = []string{
	`<script>pwned = 1</script>`,
	`</script><script>pwned = 1</script>`,
	`<img src=x onerror="pwned = 1">`,
	`"><img src=x onerror=pwned=1>`,
	`' onmouseover='pwned = 1' autofocus onfocus='pwned = 1`,
	`" style="animation: x" onanimationstart="pwned = 1`,
	`<svg onload=pwned=1>`,
	`<svg><script href="data:text/javascript,pwned=1"/></svg>`,
	`<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>`,
	`<a href="javascript:pwned=1">click</a>`,
	`javascript:pwned=1`,
	"java\nscript:pwned=1",
	`data:text/html,<script>pwned=1</script>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned=1&gt;">`,
	`</title><script>pwned = 1</script>`,
	`</textarea><script>pwned = 1</script>`,
	`<form action="/deliveries/act" method=post><button name=act value=park>x</button></form>`,
	`<base href="https://evil.example/"><link rel=stylesheet href=//evil.example/x.css>`,
	`<meta http-equiv=refresh content="0;url=https://evil.example/">`,
	`{{.Version}}<template><script>pwned = 1</script></template>`,
	"\u202e<b>\x00<script\x00>pwned = 1</script>",
}

// intruders counts what only a stranger's text can have brought into a page.
const intruders = `[typeof pwned === "undefined" ? "" : "a script ran"].concat(
	[...document.querySelectorAll("script:not([src='/script.js']), style, iframe, object, embed, base, form[action*='evil'], link:not([href='/style.css']), img:not([src^='/']), meta[http-equiv]")].map((e) => e.outerHTML),
	[...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on") || a.name === "style" || a.name === "srcdoc")).map((e) => e.outerHTML),
	[...document.querySelectorAll("[href], [src], [action]")].filter((e) => /^\s*(javascript|data):/i.test(e.href || e.src || e.action || "")).map((e) => e.outerHTML),
	location.origin === ORIGIN ? [] : ["it has gone to " + location.href]).filter((s) => s !== "")`

// TestAStrangersTextStaysText puts hostile text into every field of a report and looks at every page on which it comes.
func TestAStrangersTextStaysText(t *testing.T) {
	view := browser(t)
	h := watched(t)
	origin := "http://" + h.admin
	look := func(address, wanted string) {
		t.Helper()
		var found []string
		view.do(address, chromedp.Navigate(origin+address), chromedp.WaitReady("main"), chromedp.Evaluate(`document.querySelectorAll("details").forEach((d) => d.open = true)`, nil),
			chromedp.Evaluate(strings.Replace(intruders, "ORIGIN", fmt.Sprintf("%q", origin), 1), &found))
		if len(found) > 0 {
			t.Errorf("%s, of %q: %q", address, wanted, found)
		}
	}
	var injections []string // descriptions that want to be something else in a tracker, or here
	if data, err := os.ReadFile("testdata/injections.json"); err != nil || json.Unmarshal(data, &injections) != nil || len(injections) == 0 {
		t.Fatal("no injections: ", err)
	}
	for n, text := range append(injections, scripted...) {
		bug := fmt.Sprintf("hostile-%d", n)
		if err := h.share(bug, map[string]any{
			"title": text, "description": text + "<p>" + text + "</p>", "status": text, "priority": text, "type": text, "workspaceId": text, "userId": text,
			"sessionUrl": text, "screenshotUrl": text, "metadata": []map[string]string{{"title": text, "value": text}}, "customFields": map[string]string{text: text},
			"assignees": []map[string]string{{"email": text, "id": text, "name": text}}, "surprise" + text: text,
		}); err != nil {
			t.Fatal(err)
		}
		if !within(5*patience, 50*time.Millisecond, func() bool { return len(h.deliveries(bug)) > 0 && h.ended() }) {
			t.Fatalf("no end of %q", text)
		}
		event := h.deliveries(bug)[0].EventID
		look("/reports/"+event, text)
		look("/playground?event="+event, text)
		if n >= len(injections) {
			look("/reports/"+event+"/again", text)
			look("/reports/"+event+"?screenshot=1", text)
			look("/deliveries?q="+url.QueryEscape(text), text)
		}
	}
	for _, address := range []string{"/", "/deliveries", "/requests", "/trackers", "/playground", "/record"} {
		look(address, "any")
	}
}
