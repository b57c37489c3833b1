package bench_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/markup"
)

func BenchmarkSample(b *testing.B) { compare(b, sample) }

func Benchmark200KB(b *testing.B) { compare(b, large()) }

// compare times both converters in turns, in one loop, so that whatever slows the machine slows both. Garbage that one
// leaves is collected in the other's time too: where they differ, the ratio flatters the one that allocates more.
func compare(b *testing.B, html string) {
	sides := [2]struct {
		convert func(string) string
		spent   time.Duration
	}{{convert: ours}, {convert: theirs}}
	oursBytes, oursCount := allocated(ours, html) // before the loop: it warms both up
	theirsBytes, theirsCount := allocated(theirs, html)
	for first := 0; b.Loop(); first ^= 1 { // who goes second may find warm caches, so nobody always does
		for _, i := range [2]int{first, first ^ 1} {
			start := time.Now()
			sides[i].convert(html)
			sides[i].spent += time.Since(start)
		}
	}
	b.ReportMetric(0, "ns/op") // both together: says nothing
	ratio(b, "ns/op", "times-faster", perOp(b, sides[0].spent), perOp(b, sides[1].spent))
	ratio(b, "B/op", "times-fewer-bytes", oursBytes, theirsBytes)
	ratio(b, "allocs/op", "times-fewer-allocs", oursCount, theirsCount)
}

func perOp(b *testing.B, spent time.Duration) float64 {
	return float64(spent.Nanoseconds()) / float64(b.N)
}

func ratio(b *testing.B, unit, name string, ours, theirs float64) {
	b.ReportMetric(ours, "ours-"+unit)
	b.ReportMetric(theirs, "theirs-"+unit)
	b.ReportMetric(theirs/ours, name)
}

// allocated is what one conversion takes from the heap, in bytes and in objects. It is counted in a pass of its own:
// reading the counters stops the world, which would be in the times of a small document.
func allocated(convert func(string) string, html string) (bytes, objects float64) {
	const runs = 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		convert(html)
	}
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / runs, float64(after.Mallocs-before.Mallocs) / runs
}

// BenchmarkDialects is for information: html-to-markdown has no counterpart to Jira's dialects, nor to a limit.
func BenchmarkDialects(b *testing.B) {
	for _, doc := range []struct{ name, html string }{{"sample", sample}, {"200KB", large()}} {
		for _, dialect := range []struct {
			name  string
			write func(html string)
		}{
			{"Parse", func(html string) { markup.Parse(html) }},
			{"GFM", func(html string) { markup.GFM(markup.Parse(html), markup.Options{}) }},
			{"Wiki", func(html string) { markup.Wiki(markup.Parse(html), markup.Options{}) }},
			{"ADF", func(html string) { markup.ADF(markup.Parse(html), markup.Options{}) }},
			{"GFM-limit-65536", func(html string) { markup.GFM(markup.Parse(html), markup.Options{Limit: 65536}) }},
			{"Wiki-limit-32767", func(html string) { markup.Wiki(markup.Parse(html), markup.Options{Limit: 32767}) }},
			{"ADF-limit-32767", func(html string) { markup.ADF(markup.Parse(html), markup.Options{Limit: 32767}) }},
		} {
			b.Run(doc.name+"/"+dialect.name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(doc.html)))
				for b.Loop() {
					dialect.write(doc.html)
				}
			})
		}
	}
}
