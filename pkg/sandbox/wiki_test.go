package sandbox_test

import (
	"strings"
	"testing"
)

func TestWiki(t *testing.T) {
	img := func(at string) string { return `<img referrerpolicy="no-referrer" src="` + at + `" alt="">` }
	for _, tt := range []struct{ name, in, want string }{
		{"paragraphs", "a\r\nb\n\nc <d>", "<p>a<br>\nb</p><p>c &lt;d&gt;</p>"},
		{"heading", "h3. *Bold* head", "<h3><strong>Bold</strong> head</h3>"},
		{"no heading", "h7. x", "<p>h7. x</p>"},
		{"marks", "*a* _b_ -c- +d+ ^e^ ~f~", "<p><strong>a</strong> <em>b</em> <s>c</s> <u>d</u> <sup>e</sup> <sub>f</sub></p>"},
		{"marks in marks", "*a _b_ c*", "<p><strong>a <em>b</em> c</strong></p>"},
		{"marks in a word", "a{*}b{*}c", "<p>a<strong>b</strong>c</p>"},
		{"no marks", "2*3*4 a_b_c * x * -", "<p>2*3*4 a_b_c * x * -</p>"},
		{"escapes", `\*a\* \[b\] c\d \{code\}`, `<p>*a* [b] c\d {code}</p>`},
		{"line break", `a\\b`, "<p>a<br>b</p>"},
		{"code in a line", "{{a*b*}} x{{{}c{}}}y", "<p><code>a*b*</code> x<code>c</code>y</p>"},
		{"braces in code", `{{\{code\}}} a`, "<p><code>{code}</code> a</p>"},
		{"code", "{code:none}\na\n\n<b>\n{code}\nafter", "<pre><code>a\n\n&lt;b&gt;</code></pre><p>after</p>"},
		{"code in noformat", "{noformat}\n{code}\n{noformat}", "<pre><code>{code}</code></pre>"},
		{"code without an end", "{code}\na", "<pre><code>a</code></pre>"},
		{"quote", "{quote}\na\n\nb\n{quote}\nc", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>"},
		{"quote without an end", "{quote}\na", "<blockquote><p>a</p></blockquote>"},
		{"quote of a line", "bq. a", "<blockquote>a</blockquote>"},
		{"rule", "----", "<hr>"},
		{"lists", "* a\n** b\n** c\n# d\nmore", "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul><ol><li>d<br>\nmore</li></ol>"},
		{"list that begins deep", "*# a\n* b", "<ul><li><ol><li>a</li></ol></li><li>b</li></ul>"},
		{"table", "||a||b||\n|c| |\n||d|[e|https://x.example/]|", "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td></td></tr><tr><th>d</th><td>" + link("https://x.example/", "e") + "</td></tr></table>"},
		{"bar in a cell", `|a\|b|{color:#000}|{color}|`, "<table><tr><td>a|b</td><td>|</td></tr></table>"},
		{"link", "[*a* b|https://x.example/?a&b] [https://x.example/]", "<p>" + link("https://x.example/?a&amp;b", "<strong>a</strong> b") + " " + link("https://x.example/", "https://x.example/") + "</p>"},
		{"no link", "[a|javascript:alert(1)] [b] [~quinn]", "<p>[a|javascript:alert(1)] [b] [~quinn]</p>"},
		{"picture", "!https://x.example/a.png! !https://x.example/b.png|width=10!", "<p>" + img("https://x.example/a.png") + " " + img("https://x.example/b.png") + "</p>"},
		{"no picture", "wow! it works! !a.png!", "<p>wow! it works! !a.png!</p>"},
		{"colour", "{color:red}a{color}", "<p>a</p>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			b.must(201, "POST", dc+"/issue", bug(object{"description": tt.in}))
			diff(t, "HTML", tt.want, textOf(b.must(200, "GET", "/jira-dc/browse/WEB-1", nil).Body))
		})
	}
}

// Text that opens without end costs no more than its length: a page of it is there before the test's patience ends.
func TestHostileWikiIsBounded(t *testing.T) {
	for _, evil := range []string{"*a ", "[", "!a", "{{", "{*}", "_*a", "|[a", "\\", "* ", "**#*#", "{quote}\n", "{code}\n", "~^+-_*a"} {
		t.Run(evil, func(t *testing.T) {
			b := start(t)
			b.must(201, "POST", dc+"/issue", bug(object{"description": strings.Repeat(evil, 32_000/len(evil))}))
			b.must(200, "GET", "/jira-dc/browse/WEB-1", nil)
		})
	}
}
