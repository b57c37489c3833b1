package trackertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Told looks for findings of a live check, each written as level, thing and words of its text or hint: "warning expiry in 13".
func Told(t *testing.T, found bridge.Checks, wanted []string) {
	t.Helper()
	for _, want := range wanted {
		if !slices.ContainsFunc(found, func(f bridge.Checked) bool {
			words, ok := strings.CutPrefix(want, fmt.Sprintf("%s %s ", f.Level, f.Thing))
			return ok && (strings.Contains(f.Text, words) || strings.Contains(f.Hint, words))
		}) {
			t.Errorf("no %q in %+v", want, found)
		}
	}
}
