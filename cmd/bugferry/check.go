package main

import (
	"encoding/json"
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
			"With --print it writes the configuration as it is in effect instead, with defaults, environment and flags, as YAML;\n" +
			"secrets are ***.\n" +
			"\n" +
			"The exit status is 0 if issues can be filed, warnings or not; 1 if something is wrong; 2 for wrong usage. With --strict a\n" +
			"warning counts as wrong, be it of the configuration or of a tracker's. With --output json there is one document on standard\n" +
			"output whether the status is 0 or 1; docs/check.md describes it.",
		Args: usageArgs(cobra.NoArgs),
	}
	var out output
	out.flag(cmd)
	live := cmd.Flags().Bool("live", false, "ask the trackers too")
	strict := cmd.Flags().Bool("strict", false, "fail for warnings as well")
	effective := cmd.Flags().Bool("print", false, "print the configuration as it is in effect, without its secrets")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *effective && (*live || cmd.Flags().Changed("output")) {
			return hint(fmt.Errorf("%w: --print prints the configuration and nothing else", errUsage), "leave --live and --output out")
		}
		if err := out.judge(); err != nil {
			return err
		}
		w, findings := load(p.configPath, config.Options{}, slog.New(slog.DiscardHandler))
		p.list(findings)
		if w != nil && *effective {
			return w.cfg.Print(p.stdout)
		}
		view := newCheckView(p.configPath, findings)
		if w != nil {
			view.FailedTests = failingTests(w)
			view.Unrouted = p.takeableIn(cmd.Context(), w)
		}
		if w != nil && *live {
			found := w.live(cmd.Context())
			view.Live = &found
		}
		if err := out.print(p, view, func() error { p.showCheck(view); return nil }); err != nil {
			return err
		}
		if w == nil {
			return p.unusable()
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
		if !project.Enabled {
			continue // nothing of it goes anywhere, whatever its rules say
		}
		for i, test := range project.Tests {
			if err := runTest(w.rules, project, test); err != nil {
				failed = append(failed, fmt.Sprintf("%s: test %d: %v", test.At, i+1, err))
			}
		}
	}
	return failed
}

func runTest(set *rules.Set, project config.Project, test config.Test) error {
	report, err := testReport(project, test)
	if err != nil {
		return err
	}
	matches, traces, err := set.Route(report)
	if err != nil && !errors.Is(err, rules.ErrNoRule) && !errors.Is(err, rules.ErrNoProject) && !errors.Is(err, rules.ErrDisabled) {
		return err
	}
	var got []string
	for _, m := range matches {
		if !slices.Contains(got, m.Destination) {
			got = append(got, m.Destination)
		}
	}
	if diff := testDiff(config.Values(test.Expect), got); diff != "" {
		return fmt.Errorf("%s does not go where it should (- expected, + got)%s%s", test.What(), diff, explain(traces))
	}
	for _, name := range got {
		if _, err := set.Compose(report, name, nil); err != nil {
			return fmt.Errorf("%s, destination %s: %w", test.What(), name, err)
		}
	}
	return nil
}

// testReport is the report of a test: a file's, or the fields that stand in the test with an id of bug and project beside them.
func testReport(project config.Project, test config.Test) (bridge.Report, error) {
	var body []byte
	var err error
	if test.Payload.Value != "" {
		if body, err = os.ReadFile(test.Path); err != nil {
			return bridge.Report{}, fmt.Errorf("payload: %w", err)
		}
	} else {
		fields := map[string]any{"bugId": "test", "projectId": project.IDs[0].Value}
		if err := json.Unmarshal(test.Report.JSON, &fields); err != nil {
			return bridge.Report{}, fmt.Errorf("%s: %w", test.What(), err)
		}
		if body, err = json.Marshal(fields); err != nil {
			return bridge.Report{}, fmt.Errorf("%s: %w", test.What(), err)
		}
	}
	report, err := betterbugs.Decode(betterbugs.Request{Body: body})
	if err != nil {
		return bridge.Report{}, fmt.Errorf("%s: %w", test.What(), err)
	}
	return report, nil
}

// testDiff lists the destinations that are missing, with -, those that are too many, with +, and between them those that are right;
// empty if all are.
func testDiff(want, got []string) string {
	all := slices.Concat(want, got)
	slices.Sort(all)
	var lines strings.Builder
	differs := false
	for _, name := range slices.Compact(all) {
		sign := "  "
		switch {
		case !slices.Contains(got, name):
			sign = "- "
		case !slices.Contains(want, name):
			sign = "+ "
		}
		differs = differs || sign != "  "
		lines.WriteString("\n    " + sign + name)
	}
	if !differs {
		return ""
	}
	return lines.String()
}

// explain says for each rule why it matched or did not.
func explain(traces []bridge.Trace) string {
	var lines strings.Builder
	for _, t := range traces {
		outcome := "no match"
		if t.Matched {
			outcome = "match"
		}
		fmt.Fprintf(&lines, "\n    rule %q: %s: %s", t.Rule, outcome, t.Why)
	}
	return lines.String()
}
