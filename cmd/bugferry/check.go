package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judge the configuration and run the tests of its rules",
		Long: "check reads the configuration and reports every mistake at once, as file:line:column: key: what is wrong. Then it runs\n" +
			"the tests of the project files. With --live it also asks the trackers: whose the credentials are and until when, and\n" +
			"for every destination whether issues can be filed there as it has them. Nothing is written.\n" +
			"\n" +
			"The exit status is 0 if issues can be filed, warnings or not; 1 if something is wrong; 2 for wrong usage. With --strict a\n" +
			"warning counts as wrong.",
		Args: usageArgs(cobra.NoArgs),
	}
	var out output
	out.flag(cmd)
	live := cmd.Flags().Bool("live", false, "ask the trackers too")
	strict := cmd.Flags().Bool("strict", false, "fail for warnings of the live check as well")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		w, err := p.load(config.Options{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		view := checkView{Configuration: p.configPath, FailedTests: failingTests(w)}
		if *live {
			found := w.live(cmd.Context())
			view.Live = &found
		}
		if err := out.print(p, view, func() error { p.showCheck(view); return nil }); err != nil {
			return err
		}
		if failed := view.failed(*strict); failed > 0 {
			return fmt.Errorf("%d of the checks failed", failed)
		}
		if out.form == "text" {
			p.say("%s is good: %s", p.configPath, summary(w.cfg))
		}
		return nil
	}
	return cmd
}

// checkView is what check found out about a configuration without mistakes.
type checkView struct {
	Configuration string       `json:"configuration"`
	FailedTests   []string     `json:"failed_tests"`
	Live          *bridge.Live `json:"live,omitempty"`
}

// failed counts what is wrong.
func (v checkView) failed(strict bool) int {
	n := len(v.FailedTests)
	if v.Live == nil {
		return n
	}
	for _, c := range v.Live.All() {
		if c.Level == bridge.LevelProblem || strict && c.Level == bridge.LevelWarning {
			n++
		}
	}
	return n
}

func (p *program) showCheck(v checkView) {
	for _, failed := range v.FailedTests {
		p.say("%s", failed)
	}
	if v.Live != nil {
		p.showLive(*v.Live)
	}
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

// failingTests runs the tests of every project file and tells of each that fails.
func failingTests(w *wired) []string {
	failed := []string{}
	for _, project := range w.cfg.Projects {
		for i, test := range project.Tests {
			if err := runTest(w.rules, test); err != nil {
				failed = append(failed, fmt.Sprintf("%s: test %d: %v", test.At, i+1, err))
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
