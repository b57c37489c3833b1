package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/dispatch"
	"github.com/bugferry/bugferry/pkg/store"
	"github.com/bugferry/bugferry/pkg/telemetry"
)

// app is a Bugferry that serves: it listens from newApp on and works from run on.
type app struct {
	*serving
	log        *slog.Logger
	metrics    *telemetry.Metrics
	store      *store.Store
	dispatcher *dispatch.Dispatcher
	queue      *store.Queue
	hook       net.Listener
	admin      net.Listener
	gate       *console.Gate // of admin

	reread func(before *wired) (*wired, *config.Config, config.Findings) // reads the configuration again; nil: it stays
	asked  <-chan os.Signal                                              // has it read at once
}

// newApp opens the store and listens. Whoever gets an app must run it: that is what closes it.
func newApp(ctx context.Context, w *wired, log *slog.Logger) (_ *app, err error) {
	a := &app{serving: &serving{}, log: log, metrics: telemetry.NewMetrics(version)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.hook, err = listen(ctx, w.cfg.Server.Listen, "server.listen"); err != nil {
		return nil, err
	}
	if a.admin, err = listen(ctx, w.cfg.Server.Admin, "server.admin"); err != nil {
		return nil, err
	}
	if _, err := a.guarded(w.cfg); err != nil {
		return nil, err
	}
	if a.store, err = store.Open(ctx, store.Config{
		URL: w.cfg.Store.URL.Reveal(), Serve: true, Duplicates: w.cfg.Server.Duplicates, Logger: log,
	}); err != nil {
		return nil, err
	}
	if err := a.store.TakeOver(ctx); err != nil {
		return nil, err
	}
	a.gate = console.NewGate(console.GateConfig{Journal: a.store, Logger: log, Now: time.Now}, access(w.cfg))
	w.handler = w.webhook(nil, a.store, a.metrics.Request, log)
	a.begin(w, a.metrics, time.Now())
	a.dispatcher = w.dispatcher(a.store, a.serving, log)
	a.queue, err = a.store.Queue(store.QueueConfig{
		Workers: a.dispatcher.Workers(), Concurrent: w.cfg.Delivery.Workers, JobTimeout: a.dispatcher.JobTimeout(),
	})
	return a, err
}

func (a *app) close() error {
	var errs []error
	for _, l := range []net.Listener{a.hook, a.admin} {
		if l != nil {
			errs = append(errs, l.Close())
		}
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}

func listen(ctx context.Context, address, key string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, hint(fmt.Errorf("%s: %w", key, err), "stop what listens there, or choose another address with %s", key)
	}
	return l, nil
}

// hookURL is where the webhook listens on this machine, without its secret.
func (a *app) hookURL(path string) string { return "http://" + a.hook.Addr().String() + path }

// graceful is how long requests under way are given to end when the process is asked to stop.
const graceful = 10 * time.Second

// run serves until ctx ends or a listener fails, lets what is under way come to an end, and closes everything.
func (a *app) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	disk := &telemetry.Disk{Space: a.store.Space, Metrics: a.metrics, Logger: a.log}
	servers := []*http.Server{newServer(a.serving, a.log), newServer(a.pages(ctx, disk), a.log)}
	ended := make(chan error, len(servers)+3)
	for i, listener := range []net.Listener{a.hook, a.admin} {
		go func() { ended <- servers[i].Serve(listener) }()
	}
	dispatching, stopDispatching := context.WithCancel(context.WithoutCancel(ctx))
	defer stopDispatching()
	go func() { ended <- a.dispatcher.Run(dispatching, a.queue) }()
	go func() { disk.Run(ctx); <-ctx.Done(); ended <- nil }()
	go func() {
		a.offer(ctx, a.now.Load(), a.running()) // the configuration may have changed while nobody served
		a.watch(ctx)
		<-ctx.Done()
		ended <- nil
	}()
	for _, h := range a.now.Load().cfg.Webhooks {
		a.log.Info("webhook listens", "url", a.hookURL(h.Path.Value), "admin", "http://"+a.admin.Addr().String())
	}

	var errs []error
	left := cap(ended)
	select {
	case <-ctx.Done():
	case err := <-ended:
		errs = append(errs, err)
		left--
	}
	stop() // disk and configuration are watched until now
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(closing); err != nil { // a sender that dawdles was not told that its report is stored
			errs = append(errs, server.Close())
		}
	}
	stopDispatching() // after the last report was accepted
	for range left {
		errs = append(errs, <-ended)
	}
	errs = append(errs, a.store.Close())
	return withoutClosed(errs)
}

// pages is what the operator sees: console, metrics and health. What is open without end is closed when ctx ends.
func (a *app) pages(ctx context.Context, disk *telemetry.Disk) http.Handler {
	doubles := &doubles{a.store, a.log}
	a.metrics.Watch("bugferry_doubled_bugs", "Bugs of which more than one issue was found at a place.", doubles.count)
	warnings := func() []string { return slices.Concat(a.warnings(), disk.Warnings(), doubles.warnings()) }
	health := telemetry.Health(map[string]telemetry.Probe{"store": a.store.Ping}, map[string]telemetry.Note{"configuration": a.note}, a.log)
	mux := http.NewServeMux()
	mux.Handle("/healthz", health)
	mux.Handle("/readyz", health)
	mux.Handle("/metrics", a.metrics.Handler())
	mux.Handle("/", console.New(console.Config{
		Log: a.store, Archive: a.store, Figures: a.store, Hands: a.store, Journal: a.store,
		Live: &lived{serving: a.serving, ends: ctx}, Standing: a.store, Accounts: a.accounts, TrackerOf: a.trackerOf,
		Running: a.running, Warnings: warnings, Choices: a.choices, Router: &router{a.serving, a.store}, Advise: a.advise, Pictures: a.serving,
		Rules: a.ruleBook, Playground: newPlayground(a.serving, a.store),
		Version: version, Logger: a.log, Ended: ctx.Done(),
	}))
	return a.gate.Handler(mux)
}

// withoutClosed joins the errors but for the one that says that a server was asked to stop.
func withoutClosed(errs []error) error {
	var rest []error
	for _, err := range errs {
		if !errors.Is(err, http.ErrServerClosed) {
			rest = append(rest, err)
		}
	}
	return errors.Join(rest...)
}

func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      90 * time.Second, // longer than waiting, reading and storing may take together
		MaxHeaderBytes:    64 << 10,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// checkLive asks the trackers once whether issues can be filed where and as the configuration wants them, and logs what is wrong
// with the remedy. It stands in nobody's way: a report waits in the store until the trouble is mended.
func (w *wired) checkLive(ctx context.Context, log *slog.Logger) {
	found := w.live(ctx)
	if ctx.Err() != nil {
		return // it is being stopped, which is no trouble of the trackers'
	}
	for _, t := range found.Trackers {
		logChecks(log.With("tracker", t.Tracker), t.Checks)
	}
	for _, d := range found.Destinations {
		logChecks(log.With("tracker", d.Tracker, "destination", d.Destination, "place", d.Place), d.Checks)
	}
}

func logChecks(log *slog.Logger, checks bridge.Checks) {
	for _, c := range checks {
		switch c.Level {
		case bridge.LevelProblem:
			log.Error("tracker check failed", "thing", c.Thing, "err", c.Text, "hint", c.Hint, "next", "bugferry check --live")
		case bridge.LevelWarning:
			log.Warn("tracker check warns", "thing", c.Thing, "warning", c.Text, "hint", c.Hint)
		}
	}
	if worst := checks.Worst(); worst != bridge.LevelProblem {
		log.Info("tracker answers")
	}
}
