package console

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// asksEvery is how often the store is asked whether something has changed, while somebody looks at a page.
	asksEvery = time.Second
	// breathesEvery is how often something is sent to a listener of whom nothing else is known, so that proxies keep the line.
	breathesEvery = 15 * time.Second
	// hearsWithin is how long a listener may take to hear.
	hearsWithin = 10 * time.Second
	// mostListeners is how many pages can be open and be told.
	mostListeners = 200
)

// pulse tells all listeners when something has changed. While there are any, one goroutine asks the store for all of them.
type pulse struct {
	figures Figures

	mu        sync.Mutex
	listeners map[chan struct{}]bool
	stop      context.CancelFunc // of the one that asks; nil: nobody does
}

func newPulse(figures Figures) *pulse {
	return &pulse{figures: figures, listeners: map[chan struct{}]bool{}}
}

// join returns a channel that has something whenever there is news, until leave is called; false if there are too many listeners.
func (p *pulse) join() (news <-chan struct{}, leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.listeners) >= mostListeners {
		return nil, nil, false
	}
	heard := make(chan struct{}, 1)
	p.listeners[heard] = true
	if p.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		p.stop = stop
		go p.ask(ctx)
	}
	return heard, func() { p.leave(heard) }, true
}

func (p *pulse) leave(heard chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.listeners, heard)
	if len(p.listeners) == 0 && p.stop != nil {
		p.stop()
		p.stop = nil
	}
}

// ask asks until ctx ends. A store that cannot be read has no news; the pages say that themselves.
func (p *pulse) ask(ctx context.Context) {
	tick := time.NewTicker(asksEvery)
	defer tick.Stop()
	last, begun := int64(0), false
	for {
		now, err := p.figures.Changes(ctx)
		if err == nil {
			if begun && now != last {
				p.tell()
			}
			last, begun = now, true
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tell wakes every listener; one that has not taken the last news yet needs no more.
func (p *pulse) tell() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for heard := range p.listeners {
		select {
		case heard <- struct{}{}:
		default:
		}
	}
}

// getLive sends an event whenever something has changed, until the reader leaves or the server ends.
func (c *console) getLive(w http.ResponseWriter, r *http.Request) {
	news, leave, ok := c.pulse.join()
	if !ok {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer leave()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // of a proxy that collects answers
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	say := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(hearsWithin)) // that of the server is for pages
		_, err := fmt.Fprint(w, text)
		return err == nil && out.Flush() == nil
	}
	breath := time.NewTicker(breathesEvery)
	defer breath.Stop()
	for on := say("retry: 5000\n\n"); on; {
		select {
		case <-r.Context().Done():
			return
		case <-c.cfg.Ended:
			return
		case <-news:
			on = say("event: changed\ndata: 1\n\n")
		case <-breath.C:
			on = say(":\n\n")
		}
	}
}
