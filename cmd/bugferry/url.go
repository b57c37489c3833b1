package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
)

// probeTime is how long the probe of a webhook waits for an answer.
const probeTime = 10 * time.Second

func (p *program) urlCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "url",
		Short: "Print the webhook URL to paste into BetterBugs, and try it",
		Long: "url prints the URL of each webhook with its secret, as it belongs into Workspace Settings > Integrations > Webhook of\n" +
			"BetterBugs, and asks it what BetterBugs' Verify button asks. The answer comes from wherever this command runs:\n" +
			"BetterBugs must be able to reach the URL too.",
		Args: usageArgs(cobra.NoArgs),
	}
	probe := cmd.Flags().Bool("probe", true, "ask the URL whether it answers")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		w, err := p.load(config.Options{}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		var errs []error
		for _, h := range w.cfg.Webhooks {
			address := pasteURL(w.cfg, h)
			p.say("%s", address)
			for _, header := range h.Headers {
				p.say("  and under Custom Headers: %s: %s", header.Name.Value, header.Values[0].Reveal())
			}
			if *probe {
				errs = append(errs, p.probe(cmd.Context(), address))
			}
		}
		if w.cfg.Server.PublicURL == "" {
			p.say("  server.public_url is not set: BetterBugs needs an address it can reach, not this one")
		}
		return errors.Join(errs...)
	}
	return cmd
}

// pasteURL is the webhook's URL as BetterBugs should have it, its first secret included.
func pasteURL(cfg *config.Config, h config.Webhook) string {
	base := cfg.Server.PublicURL
	if base == "" {
		base = "http://" + localAddress(cfg.Server.Listen)
	}
	address := strings.TrimSuffix(base, "/") + h.Path.Value
	if len(h.Tokens) > 0 {
		address += "?" + url.Values{"token": {h.Tokens[0].Reveal()}}.Encode()
	}
	return address
}

// localAddress is how this machine reaches what listens on address.
func localAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// probe asks the webhook what Verify asks. A redirect is a failure: BetterBugs' client would turn a POST into a GET.
func (p *program) probe(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("{}"))
	if err != nil {
		return withoutURL(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", userAgent())
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return hint(fmt.Errorf("probe: no answer: %w", withoutURL(err)),
			"start bugferry serve; if it runs, look at server.public_url, the tunnel or the proxy before it")
	}
	_ = response.Body.Close()
	if response.StatusCode/100 != 2 {
		return hint(fmt.Errorf("probe: answered %s, and Verify wants 2xx", response.Status),
			"the path and the secret must be those of the configuration that serve runs with")
	}
	p.say("  probe: answers %s, so Verify will pass wherever this URL can be reached", response.Status)
	return nil
}
