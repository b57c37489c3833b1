package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bugferry/bugferry/config"
	"github.com/bugferry/bugferry/pkg/console"
	"github.com/bugferry/bugferry/pkg/dispatch"
	"github.com/bugferry/bugferry/pkg/telemetry"
)

// serving is the configuration that serves, and what is told of it. It is replaced as a whole: a request or a delivery takes what
// it needs of one configuration when it begins, and keeps that to its end.
type serving struct {
	now     atomic.Pointer[wired]
	changed chan struct{} // has something when it was replaced

	mu   sync.Mutex
	told console.Running
}

// begin serves by the first configuration.
func (s *serving) begin(w *wired, metrics *telemetry.Metrics, at time.Time) {
	s.changed = make(chan struct{}, 1)
	s.now.Store(w)
	metrics.Loaded(at)
	s.tell(tellOf(w, at))
}

// tellOf is what is told of a configuration that serves since at.
func tellOf(w *wired, at time.Time) console.Running {
	return console.Running{At: at, Hash: w.cfg.Read.Hash(), Summary: summary(w.cfg), Files: w.cfg.Files, Waiting: w.waiting}
}

func (s *serving) tell(r console.Running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = r
}

// refused notes that the files were read again, and why they cannot be used.
func (s *serving) refused(at time.Time, mistakes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told.RefusedAt, s.told.Mistakes = at, mistakes
}

// running is what is told of the configuration.
func (s *serving) running() console.Running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.told
}

// ServeHTTP answers a request of the webhooks by the configuration of its beginning.
func (s *serving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.now.Load().handler.ServeHTTP(w, r)
}

// Target returns a destination of today's configuration.
func (s *serving) Target(project, destination string) (dispatch.Target, error) {
	return s.now.Load().Target(project, destination)
}

// At returns some destination of today's configuration at the place of that key.
func (s *serving) At(place string) (dispatch.Target, bool) { return s.now.Load().At(place) }

// mostTold is how many mistakes are told where there is not room for all.
const mostTold = 10

// warnings are what an operator must do about the configuration.
func (s *serving) warnings() []string {
	r := s.running()
	var list []string
	if len(r.Mistakes) > 0 {
		list = append(list, fmt.Sprintf("The configuration was changed and is refused since %s. The one of %s goes on until these are mended:", r.Time(r.RefusedAt), r.Time(r.At)))
		list = append(list, r.Mistakes[:min(len(r.Mistakes), mostTold)]...)
		if more := len(r.Mistakes) - mostTold; more > 0 {
			list = append(list, fmt.Sprintf("… and %d more, on the page Configuration.", more))
		}
	}
	if len(r.Waiting) > 0 {
		list = append(list, "Changed in the configuration, and waiting for a restart: "+strings.Join(r.Waiting, ", ")+".")
	}
	return list
}

// note says in a line what the configuration is like.
func (s *serving) note() string {
	r := s.running()
	if n := len(r.Mistakes); n > 0 {
		return fmt.Sprintf("refused at %s, mistakes: %d, the first: %s; the one of %s goes on", r.Time(r.RefusedAt), n, r.Mistakes[0], r.Time(r.At))
	}
	note := fmt.Sprintf("ok: %s, read at %s", r.Hash, r.Time(r.At))
	if len(r.Waiting) > 0 {
		note += "; waiting for a restart: " + strings.Join(r.Waiting, ", ")
	}
	return note
}

// checkEach has the trackers of each configuration that serves checked, one after the other, until ctx ends.
func (a *app) checkEach(ctx context.Context) {
	for {
		a.now.Load().checkLive(ctx, a.log)
		select {
		case <-ctx.Done():
			return
		case <-a.changed:
		}
	}
}

// watchEvery is how often the files of the configuration are looked at.
const watchEvery = 2 * time.Second

// watch replaces the configuration whenever its files change, until ctx ends.
func (a *app) watch(ctx context.Context) {
	if a.reread == nil {
		return
	}
	config.Watcher{Every: watchEvery, Asked: a.asked, Reload: a.reload}.Run(ctx, a.now.Load().cfg.Read)
}
