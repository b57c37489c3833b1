package markup_test

import (
	"fmt"

	"github.com/bugferry/bugferry/pkg/markup"
)

func Example() {
	doc := markup.Parse(`<p><strong>Steps:</strong></p><p>&nbsp;</p><ol><li>Open <a href="https://shop.example/cart">the cart</a></li><li>Ask @octocat</li></ol>`)
	fmt.Println(markup.Wiki(doc, markup.Options{Limit: 32767}))
	// Output:
	// *Steps:*
	//
	// # Open [the cart|https://shop.example/cart]
	// # Ask @octocat
}
