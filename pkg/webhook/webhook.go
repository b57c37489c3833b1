package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// Router decides where a report goes.
type Router interface {
	// Route returns the destinations of a report and why it has them. An error is kept as the event's reason, beside the
	// destinations that the other rules chose.
	Route(bridge.Report) ([]bridge.Match, []bridge.Trace, error)
}

// Store keeps events.
type Store interface {
	// Accept returns once the event and a delivery for each match are durable. With an error the sender is told to come
	// again (503).
	Accept(ctx context.Context, event bridge.Event, matches []bridge.Match) error
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
}

// Config is what the webhook is made of.
type Config struct {
	Hooks  []Hook
	Limit  int64 // longest body in bytes, as it comes and decompressed; 0: betterbugs.DefaultLimit
	Router Router
	Store  Store
	Logger *slog.Logger     // nil: no log
	Now    func() time.Time // nil: time.Now
}

// New returns the handler of all hooks. Whatever else is asked of it is a 404.
func New(c Config) http.Handler {
	h := &handler{limit: c.Limit, router: c.Router, store: c.Store, log: c.Logger, now: c.Now, redact: newRedactor(c.Hooks)}
	if h.limit <= 0 {
		h.limit = betterbugs.DefaultLimit
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	for _, hook := range c.Hooks {
		h.hooks = append(h.hooks, newEndpoint(hook))
	}
	return h
}
