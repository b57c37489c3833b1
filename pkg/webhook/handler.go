package webhook

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

type handler struct {
	hooks  []endpoint
	limit  int64
	router Router
	store  Store
	log    *slog.Logger
	now    func() time.Time
	redact redactor
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
		h.log.Error("the webhook's handler panicked", "err", h.redact.values.Replace(fmt.Sprint(cause)))
		answer(w, http.StatusInternalServerError, refusal{"internal error", "The request was not stored; send it again."})
	}()
	hook, rest := find(h.hooks, r.URL.Path)
	if hook == nil {
		answer(w, http.StatusNotFound, refusal{"not found", "No webhook is configured at this path; compare it with webhooks[].path."})
		return
	}
	allowBrowsers(w, r)
	if !hook.knows(rest, r) {
		h.log.Warn("request refused", "err", "the token in the URL is missing or wrong")
		answer(w, http.StatusUnauthorized, refusal{"unauthorized", "The token in the URL is missing or wrong."})
		return
	}
	h.serve(hook, w, r)
}

// serve has the URL's secret behind it.
func (h *handler) serve(hook *endpoint, w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		h.post(hook, w, r)
	case http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case http.MethodGet, http.MethodHead:
		h.ignore(w, r.URL.Query().Get("challenge"))
	default:
		w.Header().Set("Allow", allowed)
		answer(w, http.StatusMethodNotAllowed, refusal{"method not allowed", "Reports come by POST."})
	}
}

// ignore answers a verify request.
func (h *handler) ignore(w http.ResponseWriter, challenge string) {
	h.log.Info("verify request answered: no bugId, no effect")
	if len(challenge) > maxChallenge {
		challenge = ""
	}
	answer(w, http.StatusOK, ignored{bridge.EventIgnored, challenge})
}

const maxChallenge = 1024 // bytes

func (h *handler) post(hook *endpoint, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.limit))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		h.tooLarge(w)
		return
	}
	if err != nil {
		h.log.Warn("request refused", "err", "the body ended too early")
		answer(w, http.StatusBadRequest, refusal{"incomplete body", "The connection ended before the body did; send it again."})
		return
	}
	request := betterbugs.Request{
		ContentType:     r.Header.Get("Content-Type"),
		ContentEncoding: r.Header.Get("Content-Encoding"),
		Body:            body,
		Limit:           h.limit,
	}
	report, err := betterbugs.Decode(request)
	switch {
	case errors.Is(err, betterbugs.ErrTooLarge):
		h.tooLarge(w)
	case errors.Is(err, betterbugs.ErrNoReport):
		h.ignore(w, betterbugs.Challenge(request))
	case err != nil:
		h.undecodable(hook, w, r, body, err)
	default:
		h.report(hook, w, r, body, report)
	}
}

func (h *handler) tooLarge(w http.ResponseWriter) {
	h.log.Warn("request refused", "err", "the body is longer than the limit")
	answer(w, http.StatusRequestEntityTooLarge, refusal{"body too large", "The body is longer than this webhook's limit; nothing was stored."})
}
