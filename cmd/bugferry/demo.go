package main

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
)

//go:embed demo
var demoFiles embed.FS

// demoTime is how long the demo waits for its issues.
const demoTime = 30 * time.Second

func (p *program) demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the main job, without accounts, configuration or network",
		Long: "demo runs serve and the sandbox in one process, sends the sample report to its own webhook, waits until it is filed on\n" +
			"a stand-in GitHub and Jira, and says where to look. It stays until it is interrupted; with --once it ends, with an\n" +
			"error if an issue is missing. Everything it writes is temporary.",
		Args: usageArgs(cobra.NoArgs),
	}
	once := cmd.Flags().Bool("once", false, "end when the sample is filed")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !cmd.Flags().Changed("log-level") {
			p.logLevel = "warn" // the demo tells its own story
		}
		log, err := p.logger()
		if err != nil {
			return err
		}
		return p.demo(cmd.Context(), *once, log)
	}
	return cmd
}

// demo runs sandbox and app until ctx ends or, if only once is asked for, the sample was filed.
func (p *program) demo(ctx context.Context, once bool, log *slog.Logger) (err error) {
	ctx, stop := context.WithCancel(ctx)
	folder, err := os.MkdirTemp("", "bugferry-demo-")
	if err != nil {
		stop()
		return err
	}
	d, err := newDemo(ctx, folder, log)
	if err != nil {
		stop()
		return errors.Join(err, os.RemoveAll(folder))
	}
	ended := make(chan error, 2)
	go func() {
		ended <- serveSandbox(ctx, d.listener, sandbox.New(sandbox.Config{BaseURL: d.sandbox(), Logger: log}), log)
	}()
	go func() { ended <- d.app.run(ctx) }()

	shown := p.show(ctx, d)
	if shown == nil && !once {
		p.say("\nTry it yourself:\n  bugferry send --to '%s'\n\nPress Ctrl-C to end the demo.", d.hook())
		select {
		case <-ctx.Done():
		case err := <-ended: // neither ends by itself unless something is wrong
			ended <- err
		}
	}
	stop()
	return errors.Join(shown, <-ended, <-ended, os.RemoveAll(folder))
}

// demoHouse is the demo's app and where its sandbox listens.
type demoHouse struct {
	app      *app
	listener net.Listener
	token    string
}

func newDemo(ctx context.Context, folder string, log *slog.Logger) (*demoHouse, error) {
	listener, err := listenNear(ctx, sandboxAddress)
	if err != nil {
		return nil, err
	}
	d := &demoHouse{listener: listener, token: rand.Text()}
	environment := map[string]string{
		"DEMO_SANDBOX": listener.Addr().String(), "DEMO_TOKEN": d.token,
		"DEMO_LISTEN": free(ctx, "127.0.0.1:8080"), "DEMO_ADMIN": free(ctx, "127.0.0.1:8081"),
		"DEMO_STORE": filepath.Join(folder, "bugferry.db"),
	}
	lookup := func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	}
	path, err := unpackDemo(folder)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	w, findings := load(path, config.Options{Lookup: lookup}, log)
	if w == nil {
		return nil, errors.Join(findings.Err(), listener.Close())
	}
	if d.app, err = newApp(ctx, w, log); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return d, nil
}

func unpackDemo(folder string) (string, error) {
	files, err := fs.Sub(demoFiles, "demo")
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, config.DefaultPath), os.CopyFS(folder, files)
}

// listenNear listens on address or, where something else does, on a free port beside it.
func listenNear(ctx context.Context, address string) (net.Listener, error) {
	return listen(ctx, free(ctx, address), "sandbox")
}

// free returns address if it can be listened on, else one that lets the system choose the port.
func free(ctx context.Context, address string) string {
	l, err := listen(ctx, address, "")
	if err != nil {
		host, _, _ := net.SplitHostPort(address)
		return net.JoinHostPort(host, "0")
	}
	_ = l.Close()
	return address
}

func (d *demoHouse) sandbox() string { return "http://" + d.listener.Addr().String() }

func (d *demoHouse) hook() string {
	return d.app.hookURL(d.app.now.Load().cfg.Webhooks[0].Path.Value) + "?token=" + d.token
}

// sample is the sample report with its screenshot in the sandbox, so that nothing is asked of the network.
func (d *demoHouse) sample() bridge.Fields {
	doc := betterbugs.Sample()
	doc.Set("screenshotUrl", d.sandbox()+"/_sandbox/screenshot.png")
	return doc
}

// show sends the sample, waits for its deliveries, and tells what became of it.
func (p *program) show(ctx context.Context, d *demoHouse) error {
	ctx, cancel := context.WithTimeout(ctx, demoTime)
	defer cancel()
	answer, err := sending{to: d.hook(), as: string(betterbugs.JSON)}.send(ctx, d.sample())
	if err != nil {
		return err
	}
	var told struct{ Event string }
	if err := json.Unmarshal(answer, &told); err != nil {
		return fmt.Errorf("webhook's answer: %w", err)
	}
	event, err := d.app.store.Event(ctx, told.Event)
	if err != nil {
		return err
	}
	deliveries, err := d.settled(ctx, event.ID)
	if err != nil {
		return err
	}
	return p.tell(d, event, deliveries)
}

// settled waits until all deliveries of the event are final.
func (d *demoHouse) settled(ctx context.Context, event string) ([]bridge.Delivery, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		deliveries, err := d.app.store.Deliveries(ctx, bridge.Search{Event: event})
		if err != nil {
			return nil, err
		}
		open := 0
		for _, delivery := range deliveries {
			if !delivery.State.Final() {
				open++
			}
		}
		if open == 0 {
			return deliveries, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("%d of %d deliveries are not done: %w", open, len(deliveries), ctx.Err())
		}
	}
}

// tell prints the story of the sample; an error if an issue is missing.
func (p *program) tell(d *demoHouse, event bridge.Event, deliveries []bridge.Delivery) error {
	report := event.Report
	p.say("Received  %q, %s, %s, as %s", report.Title, strings.ToLower(report.Priority), report.Type, event.ID)
	for _, t := range event.Trace {
		word := "no match"
		if t.Matched {
			word = "matched"
		}
		p.say("Rule      %q: %s, %s", t.Rule, word, t.Why)
	}
	missing := 0
	for i := len(deliveries) - 1; i >= 0; i-- { // oldest first
		delivery := deliveries[i]
		if delivery.Ref == (bridge.Ref{}) {
			missing++
			p.say("Missing   %s: %s %s", delivery.Destination, delivery.State, delivery.Reason)
			continue
		}
		p.say("Filed     %-15s %s", delivery.Ref.Name, delivery.Ref.URL)
	}
	p.say("\nAll issues of the sandbox: %s/", d.sandbox())
	if missing > 0 || len(deliveries) < 2 {
		return fmt.Errorf("demo: %d of %d deliveries made no issue", missing, len(deliveries))
	}
	return nil
}
