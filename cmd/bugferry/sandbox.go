package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/pkg/sandbox"
)

// sandboxAddress is where the sandbox listens unless told otherwise.
const sandboxAddress = "127.0.0.1:8090"

func (p *program) sandboxCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a stand-in GitHub and Jira to try things on",
		Long: "sandbox serves a stand-in GitHub at /github/api/v3/, Jira Cloud at /jira-cloud/ and Jira Data Center at /jira-dc/,\n" +
			"with pages that show their issues at /. Any token is accepted. Everything is kept in memory and gone when it stops.",
		Args: usageArgs(cobra.NoArgs),
	}
	var cfg sandbox.Config
	address := cmd.Flags().String("listen", sandboxAddress, "address to listen on")
	cmd.Flags().StringSliceVar(&cfg.Repos, "repo", nil, "GitHub repository to have beside the usual ones, OWNER/NAME")
	cmd.Flags().StringSliceVar(&cfg.Projects, "project", nil, "Jira project to have beside the usual ones, its key")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := p.logger()
		if err != nil {
			return err
		}
		listener, err := listen(cmd.Context(), *address, "--listen")
		if err != nil {
			return err
		}
		cfg.Logger = log
		base := "http://" + listener.Addr().String()
		p.say("pages             %s/\nGitHub API        %s/github/api/v3/\nJira Cloud        %s/jira-cloud/\nJira Data Center  %s/jira-dc/\nstate             %s/_sandbox/state",
			base, base, base, base, base)
		return serveSandbox(cmd.Context(), listener, sandbox.New(cfg), log)
	}
	return cmd
}

// observed is a sandbox as it is served: the tests of the command put a judge before it.
var observed = func(box http.Handler) http.Handler { return box }

// serveSandbox serves until ctx ends.
func serveSandbox(ctx context.Context, listener net.Listener, box http.Handler, log *slog.Logger) error {
	server := newServer(observed(box), log)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
