package webhook

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// Router decides where a report goes.
type Router interface {
	// Route returns the destinations of a report and why it has them. An error is kept as the event's reason, beside the
	// destinations that the other rules chose.
	Route(bridge.Report) ([]bridge.Match, []bridge.Trace, error)
	// Again returns where the report goes instead if its bug is known already, and what to add to the trace.
	Again(report bridge.Report, known bridge.Known, matches []bridge.Match) ([]bridge.Match, []bridge.Trace)
}

// Store keeps events.
type Store interface {
	// Accept returns once the event and its deliveries are durable, and says which event stands for the request and where it
	// goes. With an error the sender is told to come again (503).
	Accept(ctx context.Context, event bridge.Event, routing bridge.Routing) (bridge.Receipt, error)
}

// Hook is one configured webhook.
type Hook struct {
	// Path is where it listens, such as "/hooks/betterbugs". A slash behind it makes no difference.
	Path string
	// Tokens are the accepted secrets of the URL, in ?token= or as what follows Path; several while rotating. Empty: the
	// URL is not asked for a secret.
	Tokens []string
	// Headers are the custom headers of the integration, each with its accepted values. A request with a bugId must match
	// every one of them.
	Headers map[string][]string
	// Projects are the BetterBugs projects that the webhook may speak for. Empty, or one of them "*": all.
	Projects []string
	// From are the networks that may send. Empty: all.
	From []netip.Prefix
	// IgnoreBugIDs are bugIds whose reports are answered as a verify request is.
	IgnoreBugIDs []string
	// Capture keeps also those requests in the list of ignored events that otherwise leave nothing behind: refused ones
	// without a report, in another method, too long or cut off.
	Capture bool
}

// Config is what the webhook is made of.
type Config struct {
	Hooks  []Hook
	Limit  int64 // longest body in bytes, as it comes and decompressed; 0: betterbugs.DefaultLimit
	Router Router
	Store  Store
	// TrustedProxies are the networks of reverse proxies, whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Rate is how many requests a second one source may send, ten times as many at once. 0: any number. A sender on
	// loopback is not counted: it is this machine, or a proxy that hides who sends.
	Rate int
	// Concurrent is how many bodies are read and stored at once; 0: 128. Others wait for Wait, then get a 503.
	Concurrent int
	Wait       time.Duration // 0: 10 s
	ReadTime   time.Duration // the longest time a body may take to arrive; 0: 30 s
	// Before is the handler that this one takes the place of, from New; nil: none. Whom that one serves and whom it holds back
	// counts for this one too, as far as Rate and Concurrent are the same.
	Before http.Handler
	Count  func(outcome string)
	// Advise says what is to be done about an event that no rule takes; nil: nothing is said.
	Advise func(bridge.Event) bridge.Advice
	Logger *slog.Logger     // nil: no log
	Now    func() time.Time // nil: time.Now
}

// The outcomes that Config.Count hears of, beside the states of events: why a request was not stored as one.
const (
	outcomeLimited    = "limited"    // 429, or 503 for want of a free place
	outcomeTooLarge   = "too_large"  // 413
	outcomeIncomplete = "incomplete" // the body ended too early or came too slowly
	outcomeNotStored  = "not_stored" // 503
	outcomeError      = "error"      // 500
)

// takeOver goes on where before stood: two handlers beside each other must not let in twice as much.
func (h *handler) takeOver(before *handler) {
	h.guests, h.notes, h.strangers = before.guests, before.notes, before.strangers
	if cap(h.places) == cap(before.places) {
		h.places = before.places
	}
	if h.rates.perSecond == before.rates.perSecond {
		h.rates = before.rates
	}
}

// New returns the handler of all hooks. Whatever else is asked of it is a 404.
func New(c Config) http.Handler {
	h := &handler{
		limit:     cmp.Or(max(c.Limit, 0), betterbugs.DefaultLimit),
		wait:      cmp.Or(c.Wait, 10*time.Second),
		readTime:  cmp.Or(c.ReadTime, 30*time.Second),
		places:    make(chan struct{}, cmp.Or(c.Concurrent, 128)),
		guests:    make(chan struct{}, guestsAtOnce),
		notes:     make(chan struct{}, notesAtOnce),
		strangers: make(chan struct{}, strangersAtOnce),
		proxies:   c.TrustedProxies,
		router:    c.Router,
		store:     c.Store,
		log:       c.Logger,
		now:       c.Now,
		count:     c.Count,
		advise:    c.Advise,
		redact:    newRedactor(c.Hooks),
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.advise == nil {
		h.advise = func(bridge.Event) bridge.Advice { return bridge.Advice{} }
	}
	if h.count == nil {
		h.count = func(string) {}
	}
	h.rates = newRates(c.Rate, h.now)
	if before, ok := c.Before.(*handler); ok {
		h.takeOver(before)
	}
	for _, hook := range c.Hooks {
		h.hooks = append(h.hooks, newEndpoint(hook))
	}
	return h
}
