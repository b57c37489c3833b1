package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

type handler struct {
	hooks     []endpoint
	limit     int64
	wait      time.Duration
	readTime  time.Duration
	places    chan struct{} // one for each body that is read and stored
	guests    chan struct{} // the same for those who know the URL but not the headers: Verify, and who found the URL
	strangers chan struct{} // the same for those who do not know the URL
	notes     chan struct{} // one for each event that goes into a bounded list
	proxies   []netip.Prefix
	rates     *rates
	router    Router
	store     Store
	log       *slog.Logger
	now       func() time.Time
	count     func(outcome string)
	advise    func(bridge.Event) bridge.Advice
	redact    redactor
}

// Who does not know all secrets must not keep those from being served who do.
const (
	guestsAtOnce    = 32
	strangersAtOnce = 8
	notesAtOnce     = 16
	strangerTime    = 5 * time.Second // the longest wait for a place, and the longest time for a body
)

// call is one request on its way through the handler.
type call struct {
	*handler
	hook   *endpoint
	w      http.ResponseWriter
	r      *http.Request
	source netip.Addr
	rest   string // what follows the hook's path
	body   []byte
}

// ServeHTTP answers whatever happens, a panic included.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		h.count(outcomeError)
		h.log.Error("the webhook's handler panicked", "err", h.redact.values.Replace(fmt.Sprint(cause)))
		answer(w, http.StatusInternalServerError, refusal{"internal error", "The request was not stored; send it again."})
	}()
	hook, rest := find(h.hooks, r.URL.Path)
	if hook == nil {
		answer(w, http.StatusNotFound, refusal{"not found", "No webhook is configured at this path; compare it with webhooks[].path."})
		return
	}
	c := &call{handler: h, hook: hook, w: w, r: r, source: bridge.SourceOf(r.RemoteAddr, r.Header["X-Forwarded-For"], h.proxies), rest: rest}
	c.serve()
}

// serve lets in who may come in.
func (c *call) serve() {
	allowBrowsers(c.w, c.r)
	switch {
	case !c.rates.allow(c.source):
		c.limited(http.StatusTooManyRequests, refusal{"too many requests", "This address sends more than server.rate_limit allows; send it again later."})
	case !c.hook.knows(c.rest, c.r):
		c.refuse(http.StatusUnauthorized, "the token in the URL is missing or wrong",
			refusal{"unauthorized", "The token in the URL is missing or wrong."})
	case !c.hook.admits(c.source):
		c.refuse(http.StatusForbidden, "the address is not among those of webhooks[].from",
			refusal{"address not allowed", "This address may not send to this webhook; see webhooks[].from."})
	default:
		c.method()
	}
}

// method has the URL's secret behind it.
func (c *call) method() {
	switch c.r.Method {
	case http.MethodPost:
		c.post()
	case http.MethodOptions:
		c.note("a preflight of a browser")
		c.w.WriteHeader(http.StatusNoContent)
	case http.MethodGet, http.MethodHead:
		c.ignore(c.r.URL.Query().Get("challenge"))
	default:
		c.count(string(bridge.EventRefused))
		c.capture("answered 405: reports come by POST")
		c.w.Header().Set("Allow", allowed)
		answer(c.w, http.StatusMethodNotAllowed, refusal{"method not allowed", "Reports come by POST."})
	}
}

func (c *call) post() {
	places := c.places
	if c.hook.missing(c.r.Header) != "" {
		places = c.guests
	}
	if !c.take(places, c.wait) {
		c.limited(http.StatusServiceUnavailable, refusal{"busy", "Too many requests are under way; send it again."})
		return
	}
	defer func() { <-places }()
	if err := c.read(c.readTime); err != nil {
		c.unread(err)
		return
	}
	report, err := betterbugs.Decode(requestOf(c.r.Header, c.body, c.limit))
	switch {
	case errors.Is(err, betterbugs.ErrTooLarge):
		c.unread(err)
	case errors.Is(err, betterbugs.ErrNoReport):
		c.ignore(betterbugs.Challenge(requestOf(c.r.Header, c.body, c.limit)))
	case err != nil:
		c.undecodable(err)
	case c.hook.ignores(report.BugID):
		c.ignore("")
	default:
		c.report(report)
	}
}

// take waits for a place, so that a burst is slower and not lost.
func (c *call) take(places chan struct{}, wait time.Duration) bool {
	select {
	case places <- struct{}{}:
		return true
	default:
	}
	ctx, cancel := context.WithTimeout(c.r.Context(), wait)
	defer cancel()
	select {
	case places <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// read takes the body off the wire. One that comes too slowly ends as one that was cut off does.
func (c *call) read(within time.Duration) (err error) {
	deadline := http.NewResponseController(c.w)
	_ = deadline.SetReadDeadline(time.Now().Add(within)) // a test's recorder has none
	c.body, err = io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, c.limit))
	if err == nil {
		_ = deadline.SetReadDeadline(time.Time{}) // the server sets its own for the next request
	}
	return err
}

// unread answers a request whose body could not be had whole. Nothing is ever cut to fit.
func (c *call) unread(cause error) {
	_, large := errors.AsType[*http.MaxBytesError](cause)
	switch {
	case large || errors.Is(cause, betterbugs.ErrTooLarge):
		c.count(outcomeTooLarge)
		c.log.Warn("request refused", "from", c.source, "err", "the body is longer than the limit")
		c.body = nil
		c.capture("answered 413: the body is longer than server.body_limit; it is not kept")
		answer(c.w, http.StatusRequestEntityTooLarge, refusal{"body too large", "The body is longer than this webhook's limit; nothing was stored."})
	case errors.Is(cause, os.ErrDeadlineExceeded):
		c.count(outcomeIncomplete)
		c.log.Warn("request refused", "from", c.source, "err", "the body came too slowly")
		c.capture("answered 408: the body came too slowly; this is what came")
		c.w.Header().Set("Connection", "close")
		answer(c.w, http.StatusRequestTimeout, refusal{"too slow", "The body did not arrive in time; send it again."})
	default:
		c.count(outcomeIncomplete)
		c.log.Warn("request refused", "from", c.source, "err", "the body ended too early")
		c.capture("answered 400: the body ended too early; this is what came")
		answer(c.w, http.StatusBadRequest, refusal{"incomplete body", "The connection ended before the body did; send it again."})
	}
}

func (c *call) limited(status int, why refusal) {
	c.count(outcomeLimited)
	c.log.Warn("request refused", "from", c.source, "err", why.Error)
	c.capture("answered " + strconv.Itoa(status) + ": " + why.Error)
	c.w.Header().Set("Retry-After", "1")
	answer(c.w, status, why)
}

// requestOf is what the decoder needs of a request.
func requestOf(header http.Header, body []byte, limit int64) betterbugs.Request {
	return betterbugs.Request{
		ContentType: header.Get("Content-Type"), ContentEncoding: header.Get("Content-Encoding"), Body: body, Limit: limit,
	}
}

// event is the call as it is stored.
func (c *call) event() bridge.Event {
	now := c.now().UTC()
	header := c.redact.header(c.r.Header)
	header.Set("Host", c.r.Host)
	if len(c.r.TransferEncoding) > 0 {
		header["Transfer-Encoding"] = c.r.TransferEncoding
	}
	return bridge.Event{
		ID: bridge.NewID("ev", now), ReceivedAt: now, Webhook: c.hook.path, Source: c.source.String(),
		Method: c.r.Method, Target: c.redact.target(c.hook, c.rest, c.r.URL), Header: header, Body: c.body,
	}
}
