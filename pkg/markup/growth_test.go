package markup_test

import (
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

var repeat = strings.Repeat

// hostile are documents of size n that cost a careless converter more than n.
var hostile = []struct {
	name string
	n    int
	html func(n int) string
}{
	{"nested div", 10_000, func(n int) string { return repeat("<div>", n) + "x" + repeat("</div>", n) }},
	{"nested list", 10_000, func(n int) string { return repeat("<ul><li>a", n) + repeat("</li></ul>", n) }},
	{"nested numbered list", 10_000, func(n int) string { return repeat("<ol><li>a", n) }},
	{"nested quote", 10_000, func(n int) string { return repeat("<blockquote>", n) + "<p>x</p>" + repeat("</blockquote>", n) }},
	{"nested styles", 10_000, func(n int) string { return repeat("<em><strong>", n/2) + "x" + repeat("</strong></em>", n/2) }},
	{"nested tables", 2_000, func(n int) string { return repeat("<table><tr><td>a", n) + repeat("</td></tr></table>", n) }},
	{"nested details", 10_000, func(n int) string { return repeat("<details><summary>a</summary>b", n) }},
	{"unclosed tags", 1 << 20, func(n int) string { return "<p>" + repeat("<b>", n/3) }},
	{"unclosed tags with text", 1 << 20, func(n int) string { return "<p>" + repeat("<b>x", n/4) }},
	{"unclosed links", 1 << 20, func(n int) string { return repeat("<a href=x>y", n/11) }},
	{"overlapping tags", 1 << 18, func(n int) string { return repeat("<b><p>x", n/7) }},
	{"crossed tags", 1 << 18, func(n int) string { return repeat("<i>a<b>b</i>c</b>", n/17) }},
	{"rows", 100_000, func(n int) string { return "<table>" + repeat("<tr><td>a</td><td>b|c</td></tr>", n/2) + "</table>" }},
	{"columns", 100_000, func(n int) string {
		return "<table>" + repeat("<tr>"+repeat("<td>a</td>", n/2)+"</tr>", 2) + "</table>"
	}},
	{"colspan", 1000, func(n int) string { return "<table>" + repeat("<tr><td colspan=1000>x</td></tr>", n) + "</table>" }},
	{"rowspan", 1000, func(n int) string {
		return "<table><tr>" + repeat("<td rowspan=65534>x</td>", n) + "</tr>" + repeat("<tr><td>y</td></tr>", n) + "</table>"
	}},
	{"specials", 1 << 20, func(n int) string { return "<p>" + repeat("*_[]", n/4) + "</p>" }},
	{"specials with spaces", 1 << 20, func(n int) string { return "<p>" + repeat("*a _b [c] ", n/10) + "</p>" }},
	{"brackets in styles", 1 << 20, func(n int) string { return "<p><b>" + repeat("[^]|", n/4) + "</b></p>" }},
	{"brackets in a link", 1 << 20, func(n int) string { return "<a href=http://a.b/>" + repeat("a]", n/2) + "</a>" }},
	{"backticks", 1 << 20, func(n int) string { return "<p><code>" + repeat("` ", n/2) + "</code></p>" }},
	{"braces", 1 << 20, func(n int) string { return "<p>" + repeat("{code}", n/6) + "</p>" }},
	{"mentions", 1 << 20, func(n int) string { return "<p>" + repeat("@a #1 ", n/6) + "</p>" }},
	{"colons", 1 << 20, func(n int) string { return "<p>" + repeat(":a", n/2) + "</p>" }},
	{"hexadecimal", 1 << 20, func(n int) string { return "<p>" + repeat("a", n) + "</p>" }},
	{"URLs", 1 << 20, func(n int) string { return "<p>" + repeat("http://a.b/", n/11) + "</p>" }},
	{"spaces", 1 << 20, func(n int) string { return "<p>a" + repeat(" ", n) + "b</p>" }},
	{"line breaks", 1 << 20, func(n int) string { return "<p>" + repeat("x<br>", n/5) + "x</p>" }},
	{"paragraphs", 1 << 20, func(n int) string { return repeat("<p>a</p>", n/8) }},
	{"items", 1 << 20, func(n int) string { return "<ol>" + repeat("<li>a", n/5) + "</ol>" }},
	{"loose items", 1 << 18, func(n int) string { return repeat("<div><li>a</div>", n/16) }},
	{"styles", 1 << 20, func(n int) string { return "<p>" + repeat("a<strong>b</strong>", n/19) + "</p>" }},
	{"links", 1 << 20, func(n int) string { return "<p>" + repeat(`<a href="http://a.b/?c=(d)">e</a>`, n/34) + "</p>" }},
	{"declarations", 1 << 20, func(n int) string { return `<p style="` + repeat("color:red;", n/10) + `">a</p>` }},
	{"open angle brackets", 1 << 20, func(n int) string { return repeat("<b", n/2) + "<p>" }},
	{"plain text", 1 << 20, func(n int) string { return repeat("a < b\n", n/6) }},
}

// BenchmarkGrowth reports for hostile documents of n/4 to n how time and allocated memory grow: twice the document takes
// 2^growth times as much, so 1 is linear. Of each size the fastest of several runs counts. Documents that take less than
// ten milliseconds tell little, and on a machine that does other work none does.
func BenchmarkGrowth(b *testing.B) {
	for _, dialect := range []struct {
		name  string
		write func(bridge.Document)
	}{
		{"gfm", func(doc bridge.Document) { markup.GFM(doc, markup.Options{}) }},
		{"wiki", func(doc bridge.Document) { markup.Wiki(doc, markup.Options{}) }},
		{"adf", func(doc bridge.Document) { markup.ADF(doc, markup.Options{}) }},
		{"limited", func(doc bridge.Document) { markup.GFM(doc, markup.Options{Limit: 8000}) }},
	} {
		for _, h := range hostile {
			b.Run(dialect.name+"/"+strings.ReplaceAll(h.name, " ", "-"), func(b *testing.B) {
				documents := [3]string{h.html(h.n / 4), h.html(h.n / 2), h.html(h.n)}
				var costs [3]cost
				for b.Loop() {
					for i, html := range documents {
						costs[i].add(html, dialect.write)
					}
				}
				b.ReportMetric(math.Log2(costs[2].time/costs[0].time)/2, "time-growth")
				b.ReportMetric(math.Log2(costs[2].memory/costs[0].memory)/2, "memory-growth")
				b.ReportMetric(costs[2].time*1000, "ms")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// cost is what a conversion took: seconds, bytes.
type cost struct{ time, memory float64 }

func (c *cost) add(html string, write func(bridge.Document)) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	write(markup.Parse(html))
	took := time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	if c.time == 0 || took < c.time {
		c.time = took
	}
	c.memory = float64(after.TotalAlloc - before.TotalAlloc)
}
