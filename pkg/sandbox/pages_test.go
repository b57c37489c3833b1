package sandbox_test

import (
	"bytes"
	"image/png"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

// text is the part of a page that an issue's text became.
func textOf(page string) string {
	_, rest, _ := strings.Cut(page, `<div class="text">`)
	text, _, _ := strings.Cut(rest, "</article>")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "</div>"))
}

// markdown shows a body as its page does.
func markdown(t testing.TB, body string) string {
	t.Helper()
	b := start(t)
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T", "body": body})
	return textOf(b.must(200, "GET", "/github/acme/web/issues/1", nil).Body)
}

// link is the link as the pages write it.
func link(to, text string) string {
	return `<a rel="nofollow noreferrer" href="` + to + `">` + text + `</a>`
}

func TestMarkdown(t *testing.T) {
	const img = `<img referrerpolicy="no-referrer" src="https://x.example/a.png" alt="A &amp; b">`
	for _, tt := range []struct{ name, in, want string }{
		{"breaks", "one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"},
		{"headings", "# One\n### Three ###\n#none", "<h1>One</h1>\n<h3>Three</h3>\n<p>#none</p>"},
		{"emphasis", "**b** *i* __b__ _i_ ~~s~~ ***both*** a_b_c 2 * 3 * 4", "<p><strong>b</strong> <em>i</em> <strong>b</strong> <em>i</em> <del>s</del> <em><strong>both</strong></em> a_b_c 2 * 3 * 4</p>"},
		{"crossed emphasis", "*a **b* c**", "<p><em>a <em><em>b</em> c</em></em></p>"},
		{"escapes", `\*no\* \# 1\. &lt;b&gt; &#64;x \q`, "<p>*no* # 1. &lt;b&gt; @x \\q</p>"},
		{"code", "`a*b*` ``a`b`` ` `` open`x", "<p><code>a*b*</code> <code>a`b</code> <code> `` open</code>x</p>"},
		{"fence", "```go\n<b> *x*\n\n  y\n```\nafter", "<pre><code>&lt;b&gt; *x*\n\n  y</code></pre>\n<p>after</p>"},
		{"open fence", "~~~\nx", "<pre><code>x</code></pre>"},
		{"bullets", "- a\n- b\n  - c\n    more\n- d", "<ul>\n<li>a\n</li>\n<li>b\n<ul>\n<li>c<br>\nmore\n</li>\n</ul>\n</li>\n<li>d\n</li>\n</ul>"},
		{"loose numbers", "3. a\n\n4. b\n\n   more", "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n<p>more</p>\n</li>\n</ol>"},
		{"tasks", "- [ ] a\n- [x] b", "<ul>\n<li class=\"task\"><input type=\"checkbox\" aria-label=\"to do\" disabled> a\n</li>\n<li class=\"task\"><input type=\"checkbox\" aria-label=\"done\" disabled checked> b\n</li>\n</ul>"},
		{"a year is no list", "In\n2025. So", "<p>In<br>\n2025. So</p>"},
		{"table", "| A | B |\n|---|--:|\n| a\\|a | *b* |\n| c |", "<table>\n<tr><th>A</th><th class=\"right\">B</th></tr>\n<tr><td>a|a</td><td class=\"right\"><em>b</em></td></tr>\n<tr><td>c</td><td class=\"right\"></td></tr>\n</table>"},
		{"no table", "a | b\nc | d", "<p>a | b<br>\nc | d</p>"},
		{"quote", "> a\n> > b\nlazy\n\nc", "<blockquote><p>a</p>\n<blockquote><p>b<br>\nlazy</p>\n</blockquote>\n</blockquote>\n<p>c</p>"},
		{"rule", "a\n\n---\n* * *", "<p>a</p>\n<hr>\n<hr>"},
		{"links", "[a *b*](https://x.example/a_b?c&d \"t\") <https://y.example> https://z.example/(q).", "<p>" +
			link("https://x.example/a_b?c&amp;d", "a <em>b</em>") + " " + link("https://y.example", "https://y.example") + " " + link("https://z.example/(q", "https://z.example/(q") + ").</p>"},
		{"link in angle brackets", "[a](<https://x.example/a b>) **[b](https://x.example/b)**", "<p>" + link("https://x.example/a b", "a") + " <strong>" + link("https://x.example/b", "b") + "</strong></p>"},
		{"image", `![A &amp; b](https://x.example/a.png)`, "<p>" + img + "</p>"},
		{"linked image", `[![A & b](https://x.example/a.png)](https://x.example/)`, "<p>" + link("https://x.example/", img) + "</p>"},
		{"comments", "<!-- a\nb -->\nc <!-- d -->e @<!---->f", "<p>c e @f</p>"},
		{"details", "<details><summary>More *x*</summary>\n\n- a\n\n</details>\nafter", "<details><summary>More <em>x</em></summary><ul>\n<li>a\n</li>\n</ul>\n</details>\n<p>after</p>"},
		{"details without an end", "<details>\nx", "<p>&lt;details&gt;<br>\nx</p>"},
		{"harmless elements", "<sub>a</sub> H<SUP>2</SUP><br/>b</i> <b>open", "<p><sub>a</sub> H<sup>2</sup><br/>b&lt;/i&gt; <b>open</b></p>"},
		{"other elements", `<img src=x onerror=alert(1)> <b onclick="x">`, "<p>&lt;img src=x onerror=alert(1)&gt; &lt;b onclick=&#34;x&#34;&gt;</p>"},
		{"other schemes", "[a](javascript:alert(1)) ![b](data:image/png;base64,x) [c](//x.example) [d](JaVaScRiPt&#58;x)", "<p>[a](javascript:alert(1)) ![b](data:image/png;base64,x) [c](//x.example) [d](JaVaScRiPt:x)</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) { diff(t, "HTML", tt.want, markdown(t, tt.in)) })
	}
}

func TestMarkdownSample(t *testing.T) {
	got := markdown(t, file(t, "github-sample.md"))
	for _, want := range []string{
		"<p><strong>" + link("https://app.betterbugs.io/session/682c1dbb3b574d66f3863324", "Open session") + "</strong> · ", "<strong>Steps to reproduce bug:</strong>",
		"<li>First step", `alt="Screenshot"`, "<th>Reported by</th><th>quinn</th>", "<sub>Filed by Bugferry from BetterBugs 682c1dbb3b574d66f3863324</sub>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "bugferry:begin") {
		t.Error("the page shows the marker")
	}
}

// hostileMarkdown are parts that, repeated, cost a careless reader more than their length.
var hostileMarkdown = []string{
	"[", "![", "*", "**a ", "_a", "`", "> ", "- ", "<!--", "<details>\n", "[](", "&", "<b>", "|", "a|b\n-|-\n", "~~", "[a](https://x.example/",
}

func TestHostileMarkdownIsBounded(t *testing.T) {
	for _, part := range hostileMarkdown {
		t.Run(part, func(t *testing.T) {
			body := strings.Repeat(part, 16_000/len(part))
			if page := markdown(t, body); len(page) > 60*len(body) {
				t.Errorf("%d bytes from %d", len(page), len(body))
			}
		})
	}
}

// BenchmarkHostileMarkdown reports how the time grows from half of a full body to a whole one: twice the body takes
// 2^growth times as long.
func BenchmarkHostileMarkdown(b *testing.B) {
	for _, part := range hostileMarkdown {
		b.Run(part, func(b *testing.B) {
			var took [2]time.Duration
			for b.Loop() {
				for i := range took {
					body := strings.Repeat(part, 32_000*(i+1)/len(part))
					began := time.Now()
					markdown(b, body)
					took[i] += time.Since(began)
				}
			}
			b.ReportMetric(math.Log2(float64(took[1])/float64(took[0])), "growth")
		})
	}
}

func TestADF(t *testing.T) {
	node := func(kind string, more ...any) object {
		o := object{"type": kind}
		for _, m := range more {
			if attrs, is := m.(object); is && attrs["type"] == nil {
				o["attrs"] = attrs
				continue
			}
			list, _ := o["content"].([]any)
			o["content"] = append(list, m)
		}
		return o
	}
	text := func(s string, marks ...any) object {
		o := object{"type": "text", "text": s}
		if len(marks) > 0 {
			o["marks"] = marks
		}
		return o
	}
	mark := func(kind string, attrs ...any) object {
		o := object{"type": kind}
		if len(attrs) > 0 {
			o["attrs"] = attrs[0]
		}
		return o
	}
	p := node("paragraph", text("p"))
	for _, tt := range []struct {
		name string
		in   object
		want string
	}{
		{"marks", node("paragraph", text("a", mark("strong"), mark("em")), text("b", mark("code")), text("c", mark("subsup", object{"type": "sup"})), text("d", mark("textColor"))), "<p><em><strong>a</strong></em><code>b</code><sup>c</sup>d</p>"},
		{"break", node("paragraph", text("a\nb"), node("hardBreak"), text("<c>")), "<p>a<br>\nb<br>&lt;c&gt;</p>"},
		{"link", node("paragraph", text("a", mark("link", object{"href": "https://x.example/?a&b"}))), "<p>" + link("https://x.example/?a&amp;b", "a") + "</p>"},
		{"another scheme", node("paragraph", text("a", mark("link", object{"href": "javascript:alert(1)"}))), "<p>a</p>"},
		{"heading", node("heading", object{"level": 3}, text("h")), "<h3>h</h3>"},
		{"no such heading", node("heading", object{"level": "1><script>"}, text("h")), "<h1>h</h1>"},
		{"no number", node("orderedList", object{"order": "\"><script>"}, node("listItem", p)), `<ol start="1"><li><p>p</p></li></ol>`},
		{"lists", node("orderedList", object{"order": 2}, node("listItem", p, node("bulletList", node("listItem", p)))), `<ol start="2"><li><p>p</p><ul><li><p>p</p></li></ul></li></ol>`},
		{"tasks", node("taskList", node("taskItem", object{"state": "DONE"}, text("t"))), `<ul><li class="task"><input type="checkbox" aria-label="done" disabled checked> t</li></ul>`},
		{"table", node("table", node("tableRow", node("tableHeader", p), node("tableCell", p))), "<table><tr><th><p>p</p></th><td><p>p</p></td></tr></table>"},
		{"code", node("codeBlock", text("a <b>")), "<pre><code>a &lt;b&gt;</code></pre>"},
		{"picture", node("mediaSingle", node("media", object{"type": "external", "url": "https://x.example/a.png", "alt": "A"})), "<figure><span class=\"chip\">attachment A</span></figure>"},
		{"expand", node("expand", object{"title": "<t>"}, p), "<details open><summary>&lt;t&gt;</summary><p>p</p></details>"},
		{"panel, quote and rule", node("panel", node("blockquote", p), node("rule")), "<aside><blockquote><p>p</p></blockquote><hr></aside>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "picture" { // its attributes have a type of their own
				media := tt.in["content"].([]any)[0].(object)
				media["attrs"] = media["content"].([]any)[0]
				delete(media, "content")
				tt.want = `<figure><img referrerpolicy="no-referrer" src="https://x.example/a.png" alt="A"></figure>`
			}
			b := start(t)
			if slices.Contains([]string{"marks", "no such heading", "no number", "tasks", "panel, quote and rule"}, tt.name) {
				b.breaks("POST", api3+"/issue") // what Atlassian's schema does not allow is shown too
			}
			b.must(201, "POST", api3+"/issue", bug(object{"description": object{"type": "doc", "version": 1, "content": []any{tt.in}}}))
			diff(t, "HTML", tt.want, textOf(b.must(200, "GET", "/jira-cloud/browse/WEB-1", nil).Body))
		})
	}
}

func TestPagesShowAll(t *testing.T) {
	b := start(t)
	empty := b.must(200, "GET", "/", nil)
	if !strings.Contains(empty.Body, "No issue has been filed yet") {
		t.Error("the empty list does not say that it is empty")
	}
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "On GitHub", "labels": []string{"bug"}, "assignees": []string{"quinn-dev"}})
	b.must(201, "POST", gh+"/repos/acme/web/issues/1/comments", object{"body": "A *comment*"})
	b.must(201, "POST", api3+"/issue", bug(object{
		"summary": "On Jira", "description": decoded(t, file(t, "jira-sample.adf.json")), "components": []object{{"name": "Checkout"}}, "assignee": object{"accountId": ana},
		"customfield_10010": object{"id": "10202"}, "customfield_10013": doc("Step one"), "labels": []string{"bb-1"},
	}))
	b.must(201, "POST", api2+"/issue/WEB-1/comment", object{"body": "h1. Wiki"})
	b.must(201, "POST", api3+"/issue/WEB-1/remotelink", object{"globalId": "1", "object": object{"url": "https://x.example/s", "title": "The session"}})
	b.must(200, "POST", api3+"/issue/WEB-1/attachments", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"s.png\"\r\n\r\n"+string(sandbox.Screenshot())+"\r\n--x--\r\n",
		"Content-Type", "multipart/form-data; boundary=x", "X-Atlassian-Token", "no-check")
	content, err := url.Parse(b.State().Jira[0].Attachments[0].Content)
	check(t, err)

	for path, wants := range map[string][]string{
		"/":                         {"On GitHub", "acme/web#1", `href="/github/acme/web/issues/1"`, "On Jira", `href="/jira-cloud/browse/WEB-1"`, "bb-1"},
		"/github/acme/web/issues/1": {"On GitHub", "#1", "bugferry-bot", "quinn-dev", "bug", "<em>comment</em>"},
		"/jira-cloud/browse/WEB-1": {
			"On Jira", "WEB-1", "Bug", "Medium", "To Do", "Ana", "Checkout", "2026.11", "Step one", "bb-1", link("https://x.example/s", "The session"),
			`<img src="` + content.Path + `" alt="s.png">`, "h1. Wiki", `<ol start="1"><li><p>First step</p></li></ol>`, `alt="Screenshot"`,
		},
	} {
		page := b.must(200, "GET", path, nil, "Authorization", "")
		for _, want := range wants {
			if !strings.Contains(page.Body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		if csp := page.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none';") || strings.Contains(csp, "script") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s has the policy %q", path, csp)
		}
	}
	if list := b.must(200, "GET", "/", nil).Body; strings.Index(list, "On Jira") > strings.Index(list, "On GitHub") {
		t.Error("the newest issue does not stand first")
	}
	b.wrong(404, "GET", "/nowhere", nil)
	for _, path := range []string{"/github/acme/web/issues/2", "/github/acme/none/issues/1", "/jira-cloud/browse/WEB-2", "/jira-cloud/secure/attachment/1/x"} {
		b.must(404, "GET", path, nil)
	}
}

// active finds what a browser would run or load: an element, attribute or address that no page of ours has.
var active = regexp.MustCompile(`(?i)<(script|iframe|object|embed|svg|style|form|base)|<[^>]*\son\w+\s*=|(href|src)="\s*(javascript|data|vbscript):`)

func TestPagesKeepHostileText(t *testing.T) {
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'><svg/onload=alert(1)>`, `javascript:alert(1)`, `[x](javascript:alert(1))`, `![x](https://x.example/"onerror="alert(1))`,
		`[x](https://x.example/"onmouseover="alert(1))`, `<https://x.example/"onclick="alert(1)>`, "```\n</code></pre><script>alert(1)</script>\n```", `<details><summary><script>alert(1)</script></summary></details>`,
		`<sub onclick=alert(1)>x</sub>`, `<!-- --><script>alert(1)</script>`, `| <script> | <iframe src=x> |`, `https://x.example/<script>alert(1)</script>`, `&lt;script&gt;alert(1)`, `{{.}}<style>*{}</style>`,
	} {
		t.Run(evil, func(t *testing.T) {
			b := start(t)
			line := strings.ReplaceAll(evil, "\n", " ")
			label := strings.ReplaceAll(line, " ", "/")
			b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": line, "body": evil, "labels": []string{line[:min(50, len(line))]}})
			b.must(201, "POST", gh+"/repos/acme/web/issues/1/comments", object{"body": "> - " + evil})
			rich := doc(evil)
			marked := rich["content"].([]any)[0].(object)["content"].([]any)[0].(object)
			marked["marks"] = []any{object{"type": "link", "attrs": object{"href": evil}}}
			rich["content"] = append(rich["content"].([]any), object{"type": "media", "attrs": object{"type": "external", "url": evil, "alt": evil}},
				object{"type": "expand", "attrs": object{"title": evil}}, object{"type": "orderedList", "attrs": object{"order": evil}}, object{"type": "inlineCard", "attrs": object{"url": evil}})
			b.wrong(201, "POST", api3+"/issue", bug(object{"summary": line, "description": rich, "labels": []string{label}, "customfield_10013": rich, "customfield_10014": line}))
			b.must(201, "POST", api2+"/issue/WEB-1/comment", object{"body": evil})
			b.must(201, "POST", api3+"/issue/WEB-1/remotelink", object{"object": object{"url": evil, "title": evil, "summary": evil}})
			b.must(200, "POST", api3+"/issue/WEB-1/attachments", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''"+strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(line, "/", ".")), "+", "%20")+"\r\n\r\n<script>alert(1)</script>\r\n--x--\r\n",
				"Content-Type", "multipart/form-data; boundary=x", "X-Atlassian-Token", "no-check")
			wiki := evil + "\n\nh1. " + evil + "\n* " + evil + "\n|" + evil + "|\n[" + evil + "|" + evil + "] [x|" + evil + "] !" + evil + "! {{" + evil + "}} *" + evil + "*\n{code:" + evil + "}\n" + evil
			b.must(201, "POST", dc+"/issue", bug(object{"summary": line, "description": wiki, "customfield_10013": wiki, "customfield_10014": line}))
			b.must(201, "POST", dc+"/issue/WEB-1/comment", object{"body": wiki})
			for _, path := range []string{"/", "/github/acme/web/issues/1", "/jira-cloud/browse/WEB-1", "/jira-dc/browse/WEB-1"} {
				if found := active.FindAllString(b.must(200, "GET", path, nil).Body, -1); found != nil {
					t.Errorf("%s holds %q", path, found)
				}
			}
			shown := b.must(200, "GET", b.State().Jira[0].Attachments[0].Content, nil)
			if shown.Header.Get("Content-Disposition") != "attachment" {
				t.Error("a file that is no picture is shown by the browser")
			}
		})
	}
}

func TestActiveFindsWhatItShould(t *testing.T) {
	for _, page := range []string{"<script>", `<img src="x" onerror="y">`, `<a href="javascript:x">`, `<b onclick=x>`} {
		if !active.MatchString(page) {
			t.Errorf("not found: %s", page)
		}
	}
}

func TestScreenshot(t *testing.T) {
	b := start(t)
	r := b.must(200, "GET", "/_sandbox/screenshot.png", nil, "Authorization", "")
	img, err := png.Decode(bytes.NewReader([]byte(r.Body)))
	check(t, err)
	colours := []any{}
	for y := range 400 {
		for x := range 640 {
			if c := img.At(x, y); len(colours) < 20 && !slices.Contains(colours, any(c)) {
				colours = append(colours, c)
			}
		}
	}
	if size := img.Bounds().Size(); size.X != 640 || size.Y != 400 || len(colours) < 12 || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("a picture of %v with %d colours as %s", size, len(colours), r.Header.Get("Content-Type"))
	}
}
