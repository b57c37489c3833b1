package markup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

func TestShowImages(t *testing.T) {
	hosts := bridge.Hosts{"cdn.example.com"}
	for _, tt := range []struct{ name, html, want string }{
		{"on the list", `<img src="https://cdn.example.com/a.png" alt="a">`, "![a](https://cdn.example.com/a.png)"},
		{"not on the list", `<p>x <img src="https://spy.example/a.png" alt="a"></p>`, "x [a](https://spy.example/a.png)"},
		{"alone", `<img src="https://spy.example/a.png" alt="a">`, "[a](https://spy.example/a.png)"},
		{"no alternative text", `<img src="https://spy.example/x/a%20b.png?c">`, "[a b.png](https://spy.example/x/a%20b.png?c)"},
		{"nothing to call it by", `<img src="https://spy.example/">`, "[image](https://spy.example/)"},
		{"its address as text", `<img src="https://spy.example/a.png" alt="https://spy.example/a.png">`, "[a.png](https://spy.example/a.png)"},
		{
			"linked", `<a href="https://page.example/"><img src="https://spy.example/a.png" alt="a"></a>`,
			"[a](https://page.example/) [(image)](https://spy.example/a.png)",
		},
		{"linked to itself", `<a href="https://spy.example/a.png"><img src="https://spy.example/a.png" alt="a"></a>`, "[a](https://spy.example/a.png)"},
		{"mention", `<img src="https://spy.example/a.png" alt="@all">`, "[@all](https://spy.example/a.png)"},
		{"heading", `<h2>x<img src="https://spy.example/a.png" alt="a"></h2>`, "## x[a](https://spy.example/a.png)"},
		{"quote", `<blockquote><img src="https://spy.example/a.png" alt="a"></blockquote>`, "> [a](https://spy.example/a.png)"},
		{"list", `<ul><li><img src="https://spy.example/a.png" alt="a"></li></ul>`, "- [a](https://spy.example/a.png)"},
		{"cell", `<table><tr><th><img src="https://spy.example/a.png" alt="a"></th></tr></table>`, "| [a](https://spy.example/a.png) |\n|---|"},
		{
			"details", `<details><summary>s<img src="https://spy.example/a.png" alt="a"></summary><img src="https://spy.example/b.png"></details>`,
			"<details>\n<summary>sa</summary>\n\n[b.png](https://spy.example/b.png)\n\n</details>",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := markup.GFM(markup.ShowImages(markup.Parse(tt.html), hosts), markup.Options{})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
