package main

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/config/configtest"
)

// TestBad runs every case of a mistake through all that judges a configuration: its keys, its templates and expressions, and
// what makes trackers and places of it. Each mistake is found once, and at its own place.
func TestBad(t *testing.T) {
	t.Parallel()
	rules := 0
	for _, c := range configtest.Cases(t, "../../config/testdata/bad") {
		if c.Rules() {
			rules++
		}
		t.Run(c.Name, func(t *testing.T) {
			dir := configtest.Write(t, c.Files)
			_, findings := load(filepath.Join(dir, "bugferry.yaml"), config.Options{Lookup: configtest.Lookup}, slog.New(slog.DiscardHandler))
			var lines []string
			for _, f := range findings {
				lines = append(lines, strings.ReplaceAll(f.String(), dir+string(filepath.Separator), ""))
			}
			if diff := cmp.Diff(c.Want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if rules < 25 {
		t.Errorf("only %d cases of what pkg/rules finds", rules)
	}
}
