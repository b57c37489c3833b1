package markup_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// attack is what a stranger sends, and what of it must not come out.
type attack struct {
	name   string
	html   string
	never  string // a regular expression
	within string // must be in the output as it is
}

func runAttacks(t *testing.T, write func(bridge.Document) string, attacks []attack) {
	t.Helper()
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			got := write(markup.Parse(a.html))
			if a.never != "" && regexp.MustCompile(a.never).MatchString(got) {
				t.Errorf("%q came out:\n%s", a.never, got)
			}
			if !strings.Contains(got, a.within) {
				t.Errorf("%q is missing in:\n%s", a.within, got)
			}
		})
	}
}

func TestGFMInjection(t *testing.T) {
	write := func(doc bridge.Document) string { return markup.GFM(doc, markup.Options{}) }
	runAttacks(t, write, []attack{
		{"mention", "<p>ping @octocat</p>", `@octocat`, "@\u200boctocat"},
		{"team", "<p>(@acme/team)</p>", `@acme`, "@\u200bacme/team"},
		{"mention at a style's edge", "<p>a<b>@octocat</b></p>", `@octocat`, "@\u200boctocat"},
		{"mention from pieces", "<p>@<span>octo</span>cat</p>", `@octocat`, "@\u200boctocat"},
		{"mention from an entity", "<p>&#64;octocat &commat;octocat</p>", `@octocat`, ""},
		{"mail address is none", "<p>qa@example.com</p>", "", "qa@example.com"},
		{"mention in code is none", "<p><code>@octocat #1</code></p>", "", "`@octocat #1`"},
		{"issue", "<p>fixes #12</p>", `#12`, "fixes #\u200b12"},
		{"issue elsewhere", "<p>acme/web#12</p>", `#12`, "acme/web#\u200b12"},
		{"GH", "<p>gh-12 GH-3</p>", `(?i)gh-\d`, ""},
		{"commit", "<p>see 0123456789abcdef0123456789abcdef01234567</p>", `\b[0-9a-f]{40}\b`, ""},
		{"order number is no commit", "<p>1774005668325</p>", "", "1774005668325"},
		{"issue URL", "<p>https://github.com/acme/web/issues/7</p>", `\(https://github\.com|<https://github`, "](https://redirect.github.com/acme/web/issues/7)"},
		{"issue URL in plain text", "https://github.com/acme/web/pull/7", `<https://github`, "redirect.github.com"},
		{"issue URL as target", `<a href="https://GitHub.com/acme/web/issues/7#x">x</a>`, `(?i)\(https://github`, "redirect.github.com"},
		{"issue URL of an Enterprise Server", `<a href="https://ghe.example.com/a/b/issues/7">x</a>`, `/issues/`, "/%69ssues/7"},
		{"URL without scheme", "<p>www.github.com/acme/web/issues/7</p>", `www\.github`, ""},
		{"emoji code", "<p>:shipit: at 10:30:00</p>", `:shipit:`, "10:30:00"},
		{"script as text", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", `<script`, "&lt;script>alert(1)&lt;/script>"},
		{"entity as text", "<p>&amp;lt;script&amp;gt;</p>", `(^|[^;])lt;script|&lt;script`, "&amp;lt;script&amp;gt;"},
		{"comment as text", "<p>&lt;!-- bugferry:end --&gt;</p>", `<!--`, "&lt;!--"},
		{"tag in an attribute", `<img src="https://x.example/" alt="<script>]("><p>x</p>`, `<script`, ""},
		{"end of details", "<details><summary>&lt;/summary&gt;@x</summary><p>&lt;/details&gt;</p></details>", `</summary>@|@x|</details>\n\n</details>`, ""},
		{"fence within a fence", "<pre>```\n&lt;script&gt;\n~~~</pre>", "", "````\n```\n<script>\n~~~\n````"},
		{"code span within a code span", "<p><code>`@x</code></p>", "", "`` `@x ``"},
		{"script link", `<a href="java&#10;script:alert(1)">x</a>`, `script:`, "x"},
		{"script link after control characters", "<a href=\"\x01javascript:alert(1)\">x</a>", `script:`, "x"},
		{"relative reference", `<a href="/acme/web/issues/7">x</a> <a href="../pull/7">y</a>`, `/(issues|pull)/`, "/%69ssues/7"},
		{"no scheme in another form", `<a href="vbscript&#58;x">x</a> <a href="feed:javascript:x">y</a> <a href="\\evil.example">z</a>`, `script|//`, "x y"},
		{"data link", `<a href="data:text/html,x">x</a>`, `data:`, "x"},
		{"link text that ends the link", `<a href="https://ok.example/">a](https://evil.example/)</a>`, `[^\\]\]\(https://evil`, "ok.example"},
		{"target that ends the link", `<a href="https://ok.example/) [x](https://evil.example/">a</a>`, `\) \[x\]`, "ok.example"},
		{"reference definition", "<p>[x]: https://evil.example/</p>", `(?m)^\[x\]:`, ""},
		{"image typed", "<p>![x](https://evil.example/x.png)</p>", `[^\\]?!\[x\]`, ""},
		{"exclamation before a link", `<p>!<a href="https://ok.example/">x</a></p>`, `(^|[^\\])!\[`, `\!`},
		{"footnote", `<p><a href="https://ok.example/">^1</a> <img src="https://ok.example/" alt="^2"></p>`, `\[\^`, ""},
		{"alert", "<blockquote><p>[!CAUTION]</p></blockquote>", `\[!CAUTION`, ""},
		{"bar in a cell", "<table><tr><td>a|b</td></tr></table>", `a\|b`, `a\|b`},
		{"math", "<p>$x$ and $$y$$</p>", `(^|[\s(])\$x|\$\$`, ""},
		{"math across styles", "<p>$<code>x</code>$ and x<i>$a</i>$</p>", "\\$`x`\\$|\\$a_\\$", ""},
		{"math across lines", "<p>$5<br>and x$</p>", `(^|[^\x{200b}])\$`, ""},
		{"prices are no math", "<p>$5 and $6, lambda$checkout$3</p>", "", "$5 and $6, lambda$checkout$3"},
		{"addresses are no emoji", "<p>fe80::a1:2 :1a2b:</p>", "", "fe80::a1:2 :1a2b:"},
		{"drawn code", `<pre><code class="language-mermaid">graph TD</code></pre><div class="ql-code-block-container"><div class="ql-code-block" data-language="math">x</div></div>`, "mermaid|math", "graph TD"},
		{"entity in a URL", "<p>https://github.com/o/r/&amp;#105;ssues/1</p>", `<https|[^p];#105;`, "](https://github.com/o/r/&amp;#105;ssues/1)"},
		{"summary from pieces", "<details><summary>G<b>H-1</b> :sm<i>ile:</i> x<i>$a</i>$</summary>y</details>", `GH-1|:smile:|\$a\$`, ""},
		{"commit behind another digit", "<p>06dcb09b</p>", `[0-9a-f]{7}`, ""},
		{"identifier", "<p>550e8400-e29b-41d4-a716-446655440000 #1a2b3c std::vector ws://x.example/</p>", "", "550e8400-e29b-41d4-a716-446655440000 #1a2b3c std::vector ws://x.example/"},
		{"snippet", "<p>https://github.com/o/r/blob/main/x#L1</p>", `<https|\]\(https://github`, "redirect.github.com"},
		{"player", "<p>https://github.com/user-attachments/assets/1 https://user-images.githubusercontent.com/1/x.mp4</p>", `\[https://|<https`, "[https:\u200b//"},
	})
}

func TestWikiInjection(t *testing.T) {
	write := func(doc bridge.Document) string { return markup.Wiki(doc, markup.Options{}) }
	runAttacks(t, write, []attack{
		{"macro", "<p>{html}x{html} {include:x}</p>", `(^|[^\\])\{`, `\{html\}`},
		{"macro in bold", "<p><b>{code}x{code}</b></p>", `\{code`, ""},
		{"macro from pieces", "<p>{<b>code</b>}</p>", `\{code`, ""},
		{"macro in a list", "<ul><li>{code:x}</li><li>y</li></ul>", `\{code`, ""},
		{"end of a code block", "<pre>x\n{noformat}\n[~admin]\n{noformat}</pre>", `(?s)^\{noformat\}.*\{noformat\}.*\{noformat\}`, "[~admin]"},
		{"end of both code blocks", "<pre>{NoFormat} {code}</pre>", `\{NoFormat`, "{code}"},
		{"end of a named code block", `<pre><code class="language-go">{code} x</code></pre>`, `\{code:go`, "{noformat}\n{code} x"},
		{"end of the quote around a code block", "<blockquote><pre>a {quote}\n[~admin]</pre><ul><li><pre>{Quote}\nh1. x</pre></ul></blockquote>", `(?i)a \{quote|\{quote\}\nh1`, "{\u200bquote}\n[~admin]"},
		{"language", `<pre><code class="language-go}{html">x</code></pre>`, `html`, "{noformat}"},
		{"mention", "<p>[~admin] [~accountid:5b10]</p>", `(^|[^\\])\[`, `\[\~admin\]`},
		{"mention in bold", "<p><b>[~admin]</b></p>", `\[~`, ""},
		{"attachment", "<p>[^secret.pdf]</p>", `(^|[^\\])\[`, `\[\^`},
		{"attachment in bold", "<p><b>[^secret.pdf]</b></p>", `(^|[^\\])\[`, `{color:#000000}\[{color}`},
		{"image that cannot be shown", `<img src="/a]{html}.png" alt="x|y">`, `\{html|!`, "|/a%5D%7Bhtml%7D.png]"},
		{"embed", "<p>!https://evil.example/x.png!</p>", `(^|[^\\])![^\[]`, ""},
		{"link", "<p>[x|https://evil.example/]</p>", `\[x\|https`, ""},
		{"script link", `<a href="javascript:alert(1)">x</a>`, `javascript`, "x"},
		{"typed script link", "<p>[x|javascript:alert(1)]</p>", `(^|[^\\])\[`, ""},
		{"link text that ends the link", `<a href="https://ok.example/">a|https://evil.example/]</a>`, `a\|https://evil`, "ok.example"},
		{"target that ends the link", `<a href="https://ok.example/]{html}">a</a>`, `\{html`, "%5D%7Bhtml%7D"},
		{"image that ends itself", `<img src="https://ok.example/a.png!{html}!b">`, `\{html`, "%21%7Bhtml%7D%21b!"},
		{"heading", "<p>h1. x<br>h2. y</p>", `(?m)^h\d\.`, "\u200bh1. x\n\u200bh2. y"},
		{"heading after white space", "plain\n  h1. x", `(?m)^ *h1`, ""},
		{"quote", "<p>bq. x</p>", `(?m)^bq\.`, "\u200bbq. x"},
		{"list and rule", "<p>* x<br># y<br>- z<br>----</p>", `(?m)^([*#-]|----)`, `\* x`},
		{"table", "<p>|| a || b |</p>", `(^|[^\\])\|`, ""},
		{"bar in a cell", "<table><tr><td>a|b</td></tr></table>", `a\\?\|`, `{color:#000000}\|{color}`},
		{"emoticons", "<p>:) (x) (/) :D ;) (flagoff)</p>", `:\)|\(x\)|\(/\)|:D|;\)|\(flagoff\)`, ""},
		{"emoticons in bold", "<p><b>:) (x)</b></p>", `:\\?\)|\(x\)`, ""},
		{"line break", `<p>a\\b</p>`, `\\\\`, ""},
		{"foreign link", "<p>ftp://evil.example irc://evil.example</p>", `(ftp|irc)://`, ""},
		{"heading from pieces", "<p>h<b>1. a*b</b>c</p><p>b<i>q. a_b</i>c</p>", `(?m)^h1\.|^bq\.`, ""},
		{"emoticon from pieces", "<p>x:<b>)*</b>y</p>", `:\\?\)`, ""},
		{"mail from pieces", "<p>mail<b>to:a*b@c</b>x</p>", `mailto:`, ""},
		{"mention of a subscript", `<a href="https://ok.example/"><sub>x</sub></a>`, `\[~`, "[{~}x{~}|"},
		{"marks in code", "<p><code>__init__ *x* :) (x) snake_case</code></p>", `[^\\]\*|:\)|[^\\]\(x`, `{{\_\_init\_\_ \*x\* :\) \(x) snake_case}}`},
		{"entity", "<p>&amp;lt;b&amp;gt; &amp;#91; a & b; d &amp; e</p>", `&(lt|gt|#91);`, "a & b; d & e"},
		{"code in a link", `<a href="https://ok.example/"><code>a[0]|b</code></a>`, `\\\[0`, "|https://ok.example/]"},
		{"film", `<img src="https://ok.example/x.swf" alt="x">`, `!`, "[x|https://ok.example/x.swf]"},
		{"separator in a heading", "<h2>a&#x2028;b</h2>", "\u2028", "h2. a b"},
		{"marks", "<p>*a* _b_ -c- +d+ ^e^ ~f~ ??g?? {{h}}</p>", `(^|[^\\])[*_+^~]`, ""},
	})
}

func TestADFHoldsTextOnly(t *testing.T) {
	write := func(doc bridge.Document) string { return string(markup.ADF(doc, markup.Options{})) }
	runAttacks(t, write, []attack{
		{"script link", `<a href="javascript:alert(1)">x</a>`, `javascript|"link"`, `"text":"x"`},
		{"relative link", `<a href="/admin">x</a>`, `"link"`, `"text":"x"`},
		{"unknown scheme", `<a href="vscode://x">x</a> <a href="foo):">y</a>`, `"link"`, `"text":"x y"`},
		{"data image", `<p>a<img src="data:image/png;base64,AAAA" alt="pic">b</p>`, `media|data:`, `"text":"apicb"`},
		{"image in a task", `<ul><li data-list=checked><img src="https://ok.example/i.png"></ul>`, `taskItem`, `https://ok.example/i.png`},
		{"frame", `<iframe src="https://ok.example/v"></iframe><video src="javascript:x"></video>`, `javascript|media`, `"href":"https://ok.example/v"`},
		{"control characters", "<p>a\x00\x07b\u202ec\ufffe</p>", `\\u0`, `"text":"abc"`},
		{"broken UTF-8", "<p>a\xffb</p>", "", `"text":"a` + "\ufffd" + `b"`},
		{"mention", "<p>@admin [~admin]</p>", `"mention"`, `"text":"@admin [~admin]"`},
		{"nothing at all", "<p></p><ul><li></li></ul><pre></pre><h1></h1><blockquote></blockquote>", "", `"content":[]`},
	})
}

func TestTrustedText(t *testing.T) {
	doc := bridge.Document{bridge.Paragraph{Content: []bridge.Inline{
		bridge.Text{Text: "Filed for @octocat as #12 by *Bugferry*", Trusted: true},
	}}}
	if got, want := markup.GFM(doc, markup.Options{}), `Filed for @octocat as #12 by \*Bugferry\*`; got != want {
		t.Errorf("GFM = %q, want %q", got, want)
	}
	if got, want := markup.Wiki(doc, markup.Options{}), `Filed for @octocat as #12 by \*Bugferry\*`; got != want {
		t.Errorf("Wiki = %q, want %q", got, want)
	}
}
