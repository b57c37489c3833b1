package tracker

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// DefaultTimeout is how long one request to a tracker may take. It is above the 10 s after which GitHub gives up on a
// request (docs.github.com, troubleshooting the REST API).
const DefaultTimeout = 30 * time.Second

const (
	readTries    = 3 // for GET and HEAD, and for what was never sent
	defaultPause = 500 * time.Millisecond
	maxPause     = 5 * time.Second
)

// ClientConfig says how to reach a tracker.
type ClientConfig struct {
	Auth      Auth              // puts credentials on requests; nil: none
	UserAgent string            // set where a request has none; empty: "bugferry"
	Timeout   time.Duration     // per try of a read, over all tries of a write; 0: DefaultTimeout
	Pause     time.Duration     // before the first retry, doubled for each further one; 0: 500 ms
	Logger    *slog.Logger      // nil: no log
	Transport http.RoundTripper // what finally sends; nil: http.DefaultTransport (proxy from the environment)
}

// NewClient returns an HTTP client with the layering that the package comment describes. A request that is answered,
// with whatever status, comes back with its response and body; an error means that there was no answer.
func NewClient(cfg ClientConfig) *http.Client {
	cfg = cfg.withDefaults()
	retry := &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     &noteTransport{next: cfg.Transport},
			Timeout:       cfg.Timeout,
			CheckRedirect: followOnlySame,
		},
		RetryWaitMin: cfg.Pause,
		RetryWaitMax: maxPause,
		RetryMax:     readTries - 1,
		CheckRetry:   mayRetry,
		Backoff:      pause,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if cfg.Logger != nil {
		retry.Logger = retryLog{cfg.Logger}
	}
	var stack http.RoundTripper = &deadlineTransport{next: &retryablehttp.RoundTripper{Client: retry}, timeout: cfg.Timeout}
	stack = &stampTransport{next: stack, agent: cfg.UserAgent}
	if cfg.Auth != nil {
		// Credentials that have to be asked for come out of the write's own time.
		stack = &deadlineTransport{next: cfg.Auth(stack), timeout: cfg.Timeout}
	}
	// What the inner client did not follow, the outer one must not either: it would take the credentials along.
	return &http.Client{Transport: stack, CheckRedirect: followNothing}
}

func (cfg ClientConfig) withDefaults() ClientConfig {
	if cfg.UserAgent == "" {
		cfg.UserAgent = "bugferry"
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Pause <= 0 {
		cfg.Pause = defaultPause
	}
	if cfg.Transport == nil {
		cfg.Transport = http.DefaultTransport
	}
	return cfg
}

// followOnlySame follows a redirect that asks for the same thing at the same host, such as GitHub's 301 on a GET and
// 307 on a PATCH of a renamed repository. net/http turns a PATCH that is answered with 301 into a GET, so that the edit
// would be lost without a word; that 301 is handed to the caller instead.
func followOnlySame(req *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) >= 5 || req.Method != first.Method || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host {
		return http.ErrUseLastResponse
	}
	return nil
}

func followNothing(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// stampTransport prepares a request for the layers below it.
type stampTransport struct {
	next  http.RoundTripper
	agent string
}

type methodKey struct{}

func (t *stampTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(context.WithValue(req.Context(), methodKey{}, req.Method))
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", t.agent)
	}
	return t.next.RoundTrip(req)
}

// deadlineTransport gives a write one deadline over all that is done for it.
type deadlineTransport struct {
	next    http.RoundTripper
	timeout time.Duration
}

func (t *deadlineTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := req.Context(), context.CancelFunc(func() {})
	if !reads(req.Method) {
		// The fence before a create reckons with one timeout, so the tries of what was never sent share it.
		ctx, cancel = context.WithTimeout(ctx, t.timeout)
	}
	resp, err := t.next.RoundTrip(req.Clone(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	body := resp.Body
	resp.Body = &endBody{body, sync.OnceValue(func() error { defer cancel(); return body.Close() })}
	return resp, nil
}

// endBody ends a request's context once its answer has been read. It closes itself at its end: go-github reads what
// comes with an error and leaves it open, and with it net/http's timer.
type endBody struct {
	io.Reader
	close func() error
}

func (b *endBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		_ = b.close() // what was read is worth having whatever closing says
	}
	return n, err
}

func (b *endBody) Close() error { return b.close() }

func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }
