package markup_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

func TestFragment(t *testing.T) {
	for _, c := range []struct{ name, description, want string }{
		{"text", "1 < 2\r\n  indented\n\n\nnext & last\n", "<p>1 &lt; 2<br>\u00a0\u00a0indented</p><p>next &amp; last</p>"},
		{"nothing", " \n ", ""},
		{"open elements", "<p>a <b>b", "<p>a <b>b</b></p>"},
		{"ends of others", "</details></div></td></blockquote><p>a</p>", "<p>a</p>"},
		{"what shows nothing", "<!-- x --><p>a<script>b</script><svg><p>c</svg></p><textarea><b>d</textarea>", "<p>a</p><p>c</p>"},
		{"what nothing ends", "<p>a</p><plaintext></p>b", "<p>a</p><pre>&lt;/p&gt;b</pre>"},
		{"a film", "<iframe src='https://v.example/'><p>x</iframe>", `<iframe src="https://v.example/"></iframe>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, markup.Fragment(c.description)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzFragment: a description stays within the element that it is put in, and reads there as it does alone.
func FuzzFragment(f *testing.F) {
	seed(f)
	for _, s := range []string{
		"</blockquote><p>out", "<plaintext>x", "<xmp></blockquote>", "<svg><style></blockquote><p>x", "<math><mi><p></blockquote>y",
		"<noscript><p title=\"</noscript><p>\">", "<table><blockquote><tr><td></blockquote>z</table>", "<form><div></form><form></blockquote>",
		"<a><table><a></blockquote>", "<select><option></select></blockquote>", "<p><iframe></blockquote>", "<!--><p>", "<textarea></blockquote><p>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		fragment := markup.Fragment(s)
		doc := markup.Parse("<blockquote>" + fragment + "</blockquote><p>END</p>")
		end := len(doc) - 1
		if end < 0 || end > 1 || markup.GFM(doc[end:], markup.Options{}) != "END" {
			t.Fatalf("%q breaks out: %#v", fragment, doc)
		}
		var inner bridge.Document
		if end == 1 {
			quote, ok := doc[0].(bridge.Quote)
			if !ok {
				t.Fatalf("%q breaks out: %#v", fragment, doc)
			}
			inner = quote.Blocks
		}
		want := markup.GFM(markup.Parse(s), markup.Options{})
		if got := markup.GFM(inner, markup.Options{}); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Fatalf("%q becomes %q and reads\n%s\nwant\n%s", s, fragment, got, want)
		}
	})
}
