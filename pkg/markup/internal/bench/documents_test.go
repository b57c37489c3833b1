package bench_test

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
)

// sample is the description of BetterBugs' own sample report (pkg/betterbugs/testdata/wire/sample.json).
//
//go:embed testdata/sample.html
var sample string

// large is a document of a little more than 200 KB, the same in every run: what a long report has, again and again, in
// the attributes and with the filler that BetterBugs' editor writes.
func large() string {
	w := &writer{random: rand.New(rand.NewPCG(200, 1024))}
	for i := 1; w.Len() < 200<<10; i++ {
		w.report(i)
	}
	return w.String()
}

type writer struct {
	strings.Builder
	random *rand.Rand
}

func (w *writer) report(i int) {
	w.put(`<h2>Report %d</h2><p style="visibility: visible;"><strong>Summary %d:</strong></p>`, i, i)
	for range 2 + w.random.IntN(3) {
		w.paragraph(i)
	}
	w.put(`<p style="visibility: visible;">&nbsp;</p><p style="visibility: visible;"><strong>Steps to reproduce bug:</strong></p>`)
	w.list("ol", 0)
	w.put("<pre><code class=\"language-js\">const cart = { id: %d, items: [1, 2, 3] };\nif (cart.items[%d] &gt; 0 &amp;&amp; !cart.paid) {\n  pay(cart); // *%s*\n}\n</code></pre>", i, i%3, w.words(3))
	w.table(i)
	w.put(`<blockquote><p>Expected: %s</p></blockquote>`, w.words(8))
	w.put(`<p><img src="https://cdn.example.com/shot-%d.png" alt="screenshot %d"></p>`, i, i)
}

func (w *writer) paragraph(i int) {
	w.put(`<p style="visibility: visible;">The <em>%s</em> throws <code>TypeError: x[%d] is undefined</code> when %s &amp; %s, `, w.words(2), i, w.words(12), w.words(10))
	w.put(`so <strong>%s</strong> was *not* <s>%s</s>, as cart_total_%d shows; see <a href="https://app.example.com/issues/%d?a=1&amp;b=2">%s</a>.</p>`, w.words(4), w.words(2), i, i, w.words(3))
}

func (w *writer) list(tag string, depth int) {
	w.put(`<%s>`, tag)
	for range 2 + w.random.IntN(3) {
		w.put(`<li style="visibility: visible;">%s <strong>%s</strong> %s`, w.words(5), w.words(1), w.words(3))
		if depth < 2 && w.random.IntN(3) == 0 {
			w.list("ul", depth+1)
		}
		w.put(`</li>`)
	}
	w.put(`</%s>`, tag)
}

func (w *writer) table(i int) {
	w.put(`<table><thead><tr><th>Browser</th><th>Version</th><th>Result</th></tr></thead><tbody>`)
	for _, browser := range []string{"Chrome", "Firefox", "Safari", "Edge"} {
		w.put(`<tr><td>%s</td><td>12%d</td><td>%s | <em>%s</em></td></tr>`, browser, i%10, w.words(2), w.words(2))
	}
	w.put(`</tbody></table>`)
}

func (w *writer) put(format string, args ...any) { fmt.Fprintf(w, format, args...) }

var vocabulary = strings.Fields(`the a user cart page button order payment session browser item coupon total price request
	response answer server screen form field list window opens shows loads fails returns changes keeps loses again never after
	before while without empty blank wrong slow first second last new old checkout confirmation`)

func (w *writer) words(n int) string {
	picked := make([]string, n)
	for i := range picked {
		picked[i] = vocabulary[w.random.IntN(len(vocabulary))]
	}
	return strings.Join(picked, " ")
}
