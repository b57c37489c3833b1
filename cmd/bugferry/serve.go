package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/bugferry/bugferry/config"
)

func (p *program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take reports and file them",
		Long: "serve listens for BetterBugs' webhook, stores each report durably before it answers, and files it by the rules of\n" +
			"its project. It runs until it is interrupted and then finishes what is under way.",
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
		w, err := p.load(config.Options{Flags: settings(flags)}, log)
		if err != nil {
			return err
		}
		w.capture = *capture
		return serve(cmd.Context(), w, log)
	}
	return cmd
}

// settings maps flags to the configuration keys they set.
func settings(flags *pflag.FlagSet) map[string]*pflag.Flag {
	return map[string]*pflag.Flag{
		"server.listen": flags.Lookup("listen"), "server.admin": flags.Lookup("admin"), "store.url": flags.Lookup("store"),
	}
}

func serve(ctx context.Context, w *wired, log *slog.Logger) error {
	a, err := newApp(ctx, w, log)
	if err != nil {
		return err
	}
	checking, stop := context.WithCancel(ctx)
	checked := make(chan struct{})
	go func() {
		defer close(checked)
		a.checkLive(checking)
	}()
	err = a.run(ctx)
	stop()
	<-checked
	return err
}

// load reads the configuration, writes what it found to standard error, and returns an error if it cannot be used.
func (p *program) load(opts config.Options, log *slog.Logger) (*wired, error) {
	w, findings := load(p.configPath, opts, log)
	for _, f := range findings {
		_, _ = fmt.Fprintln(p.stderr, f)
	}
	if w == nil {
		return nil, hint(fmt.Errorf("%s: %w", p.configPath, errConfig), "mend what is listed above, then: bugferry check --config %s", p.configPath)
	}
	return w, nil
}
