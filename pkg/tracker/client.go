package tracker

import (
	"context"
	"io"
	"log/slog"
	"net/http"
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
	var stack http.RoundTripper = &retryablehttp.RoundTripper{Client: retry}
	stack = &stampTransport{next: stack, agent: cfg.UserAgent, timeout: cfg.Timeout}
	if cfg.Auth != nil {
		stack = cfg.Auth(stack)
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
	next    http.RoundTripper
	agent   string
	timeout time.Duration
}

type methodKey struct{}

func (t *stampTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithValue(req.Context(), methodKey{}, req.Method), context.CancelFunc(func() {})
	if !reads(req.Method) {
		// The fence before a create reckons with one timeout, so the tries of what was never sent share it.
		ctx, cancel = context.WithTimeout(ctx, t.timeout)
	}
	req = req.Clone(ctx)
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", t.agent)
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Body = &cancelBody{resp.Body, cancel}
	return resp, nil
}

// cancelBody ends a request's context once its answer has been read.
type cancelBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (b *cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

func reads(method string) bool { return method == http.MethodGet || method == http.MethodHead }
