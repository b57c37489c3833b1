package main

import (
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
)

// explainHelp is what the helps of route and preview have in common.
const explainHelp = "PAYLOAD is a file with a body as BetterBugs sends it or with a whole HTTP request (events show --raw prints one), - for\n" +
	"standard input, or the id of a stored event.\n\n" +
	"--against compares with another configuration: where the report would go, as if its bug were new, and no tracker is asked.\n" +
	"Without a PAYLOAD it does so for the last reports in the store, which is only looked at and may be in use by a serve.\n\n" +
	"The exit status is 0 if the report goes somewhere, or the comparison was made, whatever it says; 1 if the report goes\n" +
	"nowhere or something is wrong; 2 for wrong usage."

// exampleEvent is an id as events have it.
const exampleEvent = "ev_01kb9zq3v6c8m5n0r2t4w6y8a0"

// explained is what a command says of a report, as a page or as JSON.
type explained interface {
	write(to *page)
	failure() error // with which the command ends; nil: all is well
}

// explaining is a command that says what becomes of a report.
type explaining struct {
	*program
	out      output
	given    betterbugs.Request
	storeURL string
	against  string // another configuration
	last     int
	live     bool // the trackers may be asked, which takes their credentials

	view  func(cmd *cobra.Command, w *wired, in payload) (explained, error)
	lines func(cmd *cobra.Command, w *wired, in payload) []string // what counts when two configurations are compared
}

// flags completes the command.
func (e *explaining) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	e.out.flag(cmd)
	flags.StringVar(&e.given.ContentType, "content-type", "", "Content-Type of the body")
	flags.StringVar(&e.given.ContentEncoding, "content-encoding", "", "Content-Encoding of the body")
	flags.StringVar(&e.storeURL, "store", "", "the store, over store.url of the configuration")
	flags.StringVar(&e.against, "against", "", "another configuration to compare with")
	flags.IntVar(&e.last, "last", 50, "with --against and no PAYLOAD: of how many stored reports, the newest")
	cmd.Args = usageArgs(cobra.MaximumNArgs(1))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case e.against != "" && e.live:
			return fmt.Errorf("%w: --against compares without asking the trackers: leave out --live", errUsage)
		case e.against != "":
			return e.compare(cmd, args)
		case len(args) == 0:
			return hint(fmt.Errorf("%w: no PAYLOAD", errUsage), "%s --help", cmd.CommandPath())
		}
		return e.explain(cmd, args[0])
	}
}

func (e *explaining) explain(cmd *cobra.Command, name string) error {
	w, err := e.configuration(e.configPath)
	if err != nil {
		return err
	}
	in, err := e.readPayload(cmd.Context(), w, name)
	if err != nil {
		return err
	}
	view, err := e.view(cmd, w, in)
	if err != nil {
		return err
	}
	if err := e.out.print(e.program, view, func() error { view.write(e.page()); return nil }); err != nil {
		return err
	}
	return view.failure()
}

// configuration reads the one at path; without its secrets, unless trackers are asked.
func (e *explaining) configuration(path string) (*wired, error) {
	log, err := e.trackerLog()
	if err != nil {
		return nil, err
	}
	at := *e.program
	at.configPath = path
	return at.load(config.Options{Secretless: !e.live}, log)
}

// trackerLog is where adapters tell what they met: nowhere, where they meet nobody.
func (e *explaining) trackerLog() (*slog.Logger, error) {
	if e.live {
		return e.logger()
	}
	return slog.New(slog.DiscardHandler), nil
}
