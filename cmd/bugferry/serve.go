package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bugferry/bugferry/config"
)

func (p *program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take reports and file them",
		Long: "serve listens for BetterBugs' webhook, stores each report durably before it answers, and files it by the rules of\n" +
			"its project. It runs until it is interrupted and then finishes what is under way.\n" +
			"\n" +
			"When the files of its configuration change, and at once on SIGHUP, it reads them again. A good configuration replaces the\n" +
			"old one; a bad one is refused, and the old one goes on.",
		Args: usageArgs(cobra.NoArgs),
	}
	flags := cmd.Flags()
	flags.String("listen", "", "address of the webhook, over server.listen")
	flags.String("admin", "", "address of health and console, over server.admin")
	flags.String("store", "", "where events and deliveries are kept, over store.url")
	capture := flags.Bool("capture", false, "keep every request, refused ones too, for events show --raw; over webhooks[].capture")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := p.logger()
		if err != nil {
			return err
		}
		opts := config.Options{Flags: settings(flags)}
		w, err := p.load(opts, log)
		if err != nil {
			return err
		}
		w.capture = *capture
		return serve(cmd.Context(), w, log, func(before *wired) (*wired, *config.Config, config.Findings) {
			return loadAfter(before, p.configPath, opts, log)
		})
	}
	return cmd
}

// settings maps flags to the configuration keys they set.
func settings(flags *pflag.FlagSet) map[string]*pflag.Flag {
	return map[string]*pflag.Flag{
		"server.listen": flags.Lookup("listen"), "server.admin": flags.Lookup("admin"), "store.url": flags.Lookup("store"),
	}
}

// serve serves until ctx ends, by w at first and by what reread makes of its files when they change.
func serve(ctx context.Context, w *wired, log *slog.Logger, reread func(before *wired) (*wired, *config.Config, config.Findings)) error {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGHUP)
	defer signal.Stop(asked)
	a, err := newApp(ctx, w, log)
	if err != nil {
		return err
	}
	a.reread, a.asked = reread, asked
	checking, stop := context.WithCancel(ctx)
	checked := make(chan struct{})
	go func() {
		defer close(checked)
		a.checkEach(checking)
	}()
	err = a.run(ctx)
	stop()
	<-checked
	return err
}

// load reads the configuration, writes what it found to standard error, and returns an error if it cannot be used.
func (p *program) load(opts config.Options, log *slog.Logger) (*wired, error) {
	w, findings := load(p.configPath, opts, log)
	p.list(findings)
	if w == nil {
		return nil, p.unusable()
	}
	return w, nil
}

// list writes findings to standard error.
func (p *program) list(findings config.Findings) {
	for _, f := range findings {
		_, _ = fmt.Fprintln(p.stderr, f)
	}
}

// unusable is the error about a configuration of which the mistakes were told.
func (p *program) unusable() error {
	return hint(fmt.Errorf("%s: %w", p.configPath, errConfig), "mend what is listed above, then: bugferry check --config %s", p.configPath)
}
