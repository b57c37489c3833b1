package show_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/sandbox/show"
)

// TestWithoutPictures: the dialects themselves are tried on the sandbox's pages.
func TestWithoutPictures(t *testing.T) {
	var doc any
	if err := json.Unmarshal([]byte(`{"type":"doc","version":1,"content":[{"type":"mediaSingle","content":[
		{"type":"media","attrs":{"type":"external","url":"https://x.example/a.png?b&c","alt":"A <b>"}}]}]}`), &doc); err != nil {
		t.Fatal(err)
	}
	page := show.Page{WithoutPictures: true}
	const shown = ` <code>https://x.example/a.png?b&amp;c</code></span>`
	for name, test := range map[string]struct{ got, want string }{
		"Markdown":        {string(page.Markdown("![A \\<b>](https://x.example/a.png?b&c)")), `<p><span class="picture">A &lt;b&gt;` + shown + "</p>\n"},
		"linked Markdown": {string(page.Markdown("[![A](https://x.example/a.png?b&c)](https://y.example)")), `<p><a rel="nofollow noreferrer" href="https://y.example"><span class="picture">A` + shown + "</a></p>\n"},
		"wiki":            {string(page.Wiki("!https://x.example/a.png?b&c|alt=A!")), `<p><span class="picture">` + shown + "</p>"},
		"ADF":             {string(page.ADF(doc)), `<figure><span class="picture">A &lt;b&gt;` + shown + "</figure>"},
	} {
		if test.got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", name, test.got, test.want)
		}
		if strings.Contains(test.got, "<img") {
			t.Errorf("%s loads a picture", name)
		}
	}
}
