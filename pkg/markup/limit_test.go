package markup_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

const session = "https://app.betterbugs.io/session/682c1dbb3b574d66f3863324"

func TestLimit(t *testing.T) {
	facts := bridge.Facts{Rows: []bridge.Fact{{Name: "Status", Value: "OPEN"}, {Name: "Priority", Value: "HIGH"}}}
	for _, test := range []struct{ name, in, first string }{
		{"paragraphs", strings.Repeat("<p>one short paragraph</p>", 3000), "one short paragraph"},
		{"one paragraph", "<p>" + strings.Repeat("words and words ", 5000) + "</p>", "words and words"},
		{"one word", "<p>" + strings.Repeat("語🐛", 20000) + "</p>", "語🐛語🐛"},
		{"escapes", "<p>" + strings.Repeat("*_@x ", 20000) + "</p>", `\*`},
		{"list", "<ul>" + strings.Repeat("<li>item<ul><li>inner</li></ul></li>", 5000) + "</ul>", "item"},
		{"table", "<table>" + strings.Repeat("<tr><td>cell</td><td>cell</td></tr>", 5000) + "</table>", "cell"},
		{"code", "<pre>" + strings.Repeat("line of code\n", 5000) + "</pre>", "line of code"},
		{"quote", "<blockquote>" + strings.Repeat("<p>quoted</p>", 5000) + "</blockquote>", "quoted"},
		{"pictures", strings.Repeat(`<img src="https://x.example/a.png">`, 5000), "a.png"},
		{"details", "<details><summary>s</summary>" + strings.Repeat("<p>hidden</p>", 5000) + "</details>", "hidden"},
	} {
		footer := para(bridge.Text{Text: "Filed by Bugferry", Trusted: true}, bridge.Break{}, text("Not set: labels"))
		doc := append(markup.Parse(test.in), bridge.Picture{URL: "https://x.example/shot.png"}, facts, footer)
		for _, limit := range []int{1000, 32767} {
			opt := markup.Options{Limit: limit, FullText: session}
			for dialect, out := range map[string]string{"GFM": markup.GFM(doc, opt), "Wiki": markup.Wiki(doc, opt)} {
				t.Run(fmt.Sprint(test.name, dialect, limit), func(t *testing.T) {
					length := len(utf16.Encode([]rune(out)))
					if length > limit || length < limit*3/4 {
						t.Errorf("length %d, limit %d", length, limit)
					}
					for _, want := range []string{strings.TrimPrefix(test.first, `\`), session, "Priority", "shot.png", "Not set: labels"} {
						if !strings.Contains(out, want) {
							t.Errorf("%q is missing in %.300s", want, out)
						}
					}
					if !utf8.ValidString(out) {
						t.Error("cut within a rune")
					}
					if strings.Count(out, "{noformat}")%2 != 0 || strings.Count(out, "```")%2 != 0 || strings.Count(out, "{quote}")%2 != 0 {
						t.Errorf("cut within a block: %s", out)
					}
				})
			}
		}
	}
}

func TestLimitADF(t *testing.T) {
	doc := markup.Parse(strings.Repeat("<p>one <b>short</b> paragraph</p>", 3000))
	out := markup.ADF(doc, markup.Options{Limit: 32767, FullText: session})
	if err := adfSchema(t).Validate(decode(t, out)); err != nil {
		t.Error(err)
	}
	if len(out) > 32767 || len(out) < 32767*3/4 {
		t.Errorf("%d characters", len(out))
	}
	if !strings.Contains(string(out), session) {
		t.Error("no link to the session")
	}
}

func TestLimitNotReached(t *testing.T) {
	doc := bridge.Document{para(text("日本語 🐛"))}
	for limit := 6; limit < 8; limit++ {
		if got := markup.GFM(doc, markup.Options{Limit: limit}); got != "日本語 🐛" {
			t.Errorf("limit %d: %q", limit, got)
		}
	}
	for limit := 1; limit < 300; limit++ {
		long := bridge.Document{para(text(strings.Repeat("x ", 500)))}
		if got := markup.Wiki(long, markup.Options{Limit: limit, FullText: session}); len(got) > limit {
			t.Fatalf("limit %d: %d characters", limit, len(got))
		}
	}
}

func TestTitle(t *testing.T) {
	for _, test := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"folds", "  a\r\n b\t\u00a0c ", 0, "a b c"},
		{"drops control characters", "a\x00b\u202ec", 0, "abc"},
		{"fits exactly", "abcde", 5, "abcde"},
		{"cuts", "abcdef", 5, "abcd…"},
		{"no space before the ellipsis", "abc def", 5, "abc…"},
		{"counts in UTF-16", "🐛🐛🐛", 5, "🐛🐛…"},
		{"never cuts a rune", "🐛🐛🐛", 4, "🐛…"},
		{"nothing", " \n ", 10, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := markup.Title(test.in, test.limit); got != test.want {
				t.Errorf("Title(%q, %d) = %q, want %q", test.in, test.limit, got, test.want)
			}
		})
	}
}
