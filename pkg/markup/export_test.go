package markup

import "github.com/bugferry/bugferry/pkg/bridge"

// The dialects, for tests that ask what stands for an image that cannot be shown.
var (
	GFMDialect  = gfmDialect
	WikiDialect = wikiDialect
	ADFDialect  = adfDialect
)

// HiddenImage returns the words that stand for an image in the dialect, "" if it is shown.
func (d dialect) HiddenImage(img bridge.Image) string {
	words := ""
	for _, inline := range prepare([]bridge.Inline{img}, d) {
		t, _ := inline.(bridge.Text)
		words += t.Text
	}
	return words
}
