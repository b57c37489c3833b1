package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/rules"
)

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judge the configuration and run the tests of its rules",
		Long: "check reads the configuration and reports every mistake at once, as file:line:column: key: what is wrong. Then it runs\n" +
			"the tests of the project files. With --live it also asks the trackers whether issues can be filed.",
		Args: usageArgs(cobra.NoArgs),
	}
	live := cmd.Flags().Bool("live", false, "ask the trackers too")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		w, err := p.load(config.Options{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		failed := p.checkTests(w)
		if *live {
			failed += p.checkPlaces(cmd.Context(), w)
		}
		if failed > 0 {
			return fmt.Errorf("%d of the checks failed", failed)
		}
		p.say("%s is good: %s", p.configPath, summary(w.cfg))
		return nil
	}
	return cmd
}

func summary(cfg *config.Config) string {
	var destinations, rulesCount, tests int
	for _, project := range cfg.Projects {
		destinations += len(project.Destinations)
		rulesCount += len(project.Rules)
		tests += len(project.Tests)
	}
	return fmt.Sprintf("projects %d, destinations %d, rules %d, tests %d", len(cfg.Projects), destinations, rulesCount, tests)
}

// checkTests runs the tests of every project file, tells of each that fails, and returns how many did.
func (p *program) checkTests(w *wired) int {
	failed := 0
	for _, project := range w.cfg.Projects {
		for i, test := range project.Tests {
			if err := runTest(w.rules, test); err != nil {
				failed++
				p.say("%s: test %d: %v", test.At, i+1, err)
			}
		}
	}
	return failed
}

func runTest(set *rules.Set, test config.Test) error {
	body, err := os.ReadFile(test.Path)
	if err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	report, err := betterbugs.Decode(betterbugs.Request{Body: body})
	if err != nil {
		return fmt.Errorf("payload %s: %w", test.Path, err)
	}
	matches, _, err := set.Route(report)
	if err != nil && !errors.Is(err, rules.ErrNoRule) && !errors.Is(err, rules.ErrNoProject) {
		return err
	}
	var got []string
	for _, m := range matches {
		if !slices.Contains(got, m.Destination) {
			got = append(got, m.Destination)
		}
	}
	want := config.Values(test.Expect)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		return fmt.Errorf("payload %s goes to [%s], expected [%s]", test.Payload, strings.Join(got, ", "), strings.Join(want, ", "))
	}
	for _, name := range got {
		if _, err := set.Compose(report, name, nil); err != nil {
			return fmt.Errorf("payload %s, destination %s: %w", test.Payload, name, err)
		}
	}
	return nil
}

func (p *program) checkPlaces(ctx context.Context, w *wired) int {
	failed := 0
	for _, f := range w.live(ctx, func(liveFinding) {}) {
		if f.err == nil {
			p.say("%s %s: issues can be filed", f.place.Tracker, f.place.Name)
			continue
		}
		failed++
		p.say("%s %s: %v", f.place.Tracker, f.place.Name, f.err)
		if h := hintOf(f.err); h != "" {
			p.say("  hint: %s", h)
		}
	}
	return failed
}
