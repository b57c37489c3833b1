package bench_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"

	"github.com/bugferry/bugferry/pkg/markup"
)

// ours has no limit: html-to-markdown has none, and both shall write the whole document.
func ours(html string) string { return markup.GFM(markup.Parse(html), markup.Options{}) }

// github is html-to-markdown as its README sets it up, with the plugins that it has of GitHub's dialect and their
// defaults. It is made once, as the README allows: the cost of making it is not counted.
var github = converter.NewConverter(converter.WithPlugins(
	base.NewBasePlugin(),
	commonmark.NewCommonmarkPlugin(),
	table.NewTablePlugin(),
	strikethrough.NewStrikethroughPlugin(),
))

func theirs(html string) string {
	out, err := github.ConvertString(html)
	if err != nil {
		panic(err) // it reads from memory
	}
	return out
}

// TestEquals sees that the comparison is one of equals: both keep every visible word in its order, and both write the
// same kinds of blocks. What is dropped costs no time.
func TestEquals(t *testing.T) {
	large := large()
	if len(large) < 200<<10 || len(large) > 210<<10 {
		t.Errorf("the large document has %d bytes", len(large))
	}
	for _, doc := range []struct {
		name, html string
		marks      []string
	}{
		{"sample", sample, []string{"**Summary:**", "\n1. First"}},
		{"200KB", large, []string{"**Summary", "\n1. ", "\n2. ", "  - ", "](https://", "```", "\n| Browser | Version | Result ", "|---", "~~", "\n> ", "![", "\n## "}},
	} {
		for _, by := range []struct {
			name    string
			convert func(string) string
		}{{"ours", ours}, {"theirs", theirs}} {
			t.Run(doc.name+"/"+by.name, func(t *testing.T) {
				out := by.convert(doc.html)
				if missing := missing(visible(doc.html), words(out)); missing != "" {
					t.Errorf("the word %q is lost", missing)
				}
				for _, mark := range doc.marks {
					if !strings.Contains(out, mark) {
						t.Errorf("no %q in the output", mark)
					}
				}
			})
		}
	}
}

// missing is the first of want that is not in got, in this order; what else got has does not matter.
func missing(want, got []string) string {
	for _, word := range got {
		if len(want) > 0 && word == want[0] {
			want = want[1:]
		}
	}
	if len(want) == 0 {
		return ""
	}
	return want[0]
}

func visible(description string) (all []string) {
	tokens := html.NewTokenizer(strings.NewReader(description))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return all
		case html.TextToken:
			all = append(all, words(html.UnescapeString(string(tokens.Raw())))...)
		}
	}
}

// words leaves out what escapes are made of: punctuation, and the zero-width spaces that ours puts into names.
func words(text string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(text, "\u200b", ""), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}
