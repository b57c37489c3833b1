package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// program is what all subcommands share.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	configPath string
	logLevel   string
	logFormat  string
}

func newRoot(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "bugferry",
		Short: "Carries bug reports from BetterBugs.io into GitHub Issues and Jira",
		Long: "Bugferry is the endpoint of a BetterBugs webhook. It routes each shared report by the rules of its project and\n" +
			"files it as one issue, on GitHub or in Jira.\n\nTry it without any account: bugferry demo",
		SilenceErrors: true, SilenceUsage: true,
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return hint(fmt.Errorf("%w: %w", errUsage, err), "%s --help", cmd.CommandPath())
	})
	flags := root.PersistentFlags()
	flags.StringVarP(&p.configPath, "config", "c", config.DefaultPath, "configuration file")
	flags.StringVar(&p.logLevel, "log-level", "info", "least important messages to log: debug, info, warn, error")
	flags.StringVar(&p.logFormat, "log-format", "text", "form of log messages: text, json")
	root.AddCommand(
		p.serveCommand(), p.demoCommand(), p.initCommand(), p.urlCommand(), p.checkCommand(),
		p.routeCommand(), p.previewCommand(), p.decodeCommand(), p.renderCommand(), p.sendCommand(), p.eventsCommand(), p.deliveriesCommand(),
		p.passwordCommand(), p.sandboxCommand(), p.versionCommand(),
	)
	return root
}

// logger returns the logger that the flags ask for, on standard error.
func (p *program) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(p.logLevel)); err != nil {
		return nil, fmt.Errorf("%w: --log-level %q: want debug, info, warn or error", errUsage, p.logLevel)
	}
	opts := &slog.HandlerOptions{Level: level}
	switch p.logFormat {
	case "text":
		return slog.New(slog.NewTextHandler(p.stderr, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(p.stderr, opts)), nil
	}
	return nil, fmt.Errorf("%w: --log-format %q: want text or json", errUsage, p.logFormat)
}

// say writes a line for people to standard output.
func (p *program) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.stdout, format+"\n", args...)
}

var (
	// errUsage says that the command was called in a way it does not understand.
	errUsage = errors.New("usage")
	// errTold says that the person has been told already what is wrong.
	errTold = errors.New("failed")
)

// hinted is an error with the next thing to try.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

func hint(err error, format string, args ...any) error {
	return hinted{err, fmt.Sprintf(format, args...)}
}

func hintOf(err error) string {
	if h, ok := errors.AsType[hinted](err); ok {
		return h.hint
	}
	return bridge.Hint(err)
}

// usageArgs makes a wrong number of arguments an error of usage, with a hint.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return hint(fmt.Errorf("%w: %w", errUsage, err), "%s --help", cmd.CommandPath())
		}
		return nil
	}
}
