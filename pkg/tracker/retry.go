package tracker

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"
)

// mayRetry is the policy of go-retryablehttp, which by its own default repeats a POST after any 5xx and any cut
// connection. Here a read is repeated after an error or a 5xx; anything else only if it was certainly never sent. A
// 429 is never waited out at this level: the queue knows how long that takes, and retryablehttp would sleep for as
// long as Retry-After says, without a limit.
func mayRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, nil //nolint:nilerr // an answer that came all the same is worth having: it may say "created"
	}
	method, _ := ctx.Value(methodKey{}).(string)
	switch {
	case err != nil && untrusted(err):
		return false, nil
	case err != nil:
		return reads(method) || NeverSent(err), nil
	default:
		return reads(method) && resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented, nil
	}
}

// NeverSent says that err arose before the first byte of a request could reach the tracker: there were no credentials
// for it, its name could not be resolved, no connection was made, or the handshake failed. False means that nobody knows.
func NeverSent(err error) bool {
	if none, ok := errors.AsType[*NoCredentials](err); ok && none != nil {
		return true
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns != nil {
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	return untrusted(err)
}

// untrusted says that the other side is not who it should be; trying again at once does not change that.
func untrusted(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}

// pause doubles from least to most, with jitter, whatever the answer's Retry-After says.
func pause(least, most time.Duration, try int, _ *http.Response) time.Duration {
	wait := min(least<<min(try, 16), most)
	return wait/2 + rand.N(wait/2+1) //nolint:gosec // spreads load; nothing is guarded by it
}

// retryLog gives go-retryablehttp's lines to the house's log, as detail: what comes of a call, its caller reports. It
// lets no query through, for that may hold e-mail addresses.
type retryLog struct{ log *slog.Logger }

func (l retryLog) Error(msg string, kv ...any) { l.detail(msg, kv) }
func (l retryLog) Info(msg string, kv ...any)  { l.detail(msg, kv) }
func (l retryLog) Debug(msg string, kv ...any) { l.detail(msg, kv) }
func (l retryLog) Warn(msg string, kv ...any)  { l.detail(msg, kv) }

func (l retryLog) detail(msg string, kv []any) {
	l.log.Debug(msg, redact(kv)...) //nolint:sloglint // the messages are go-retryablehttp's constants
}

func redact(kv []any) []any {
	out := make([]any, 0, len(kv))
	for i := 0; i+1 < len(kv); i += 2 {
		switch value := kv[i+1].(type) {
		case error:
			out = append(out, "err", cause(value).Error())
		case string:
			if kv[i] == "url" {
				value = withoutQuery(value)
			}
			if kv[i] == "request" { // "GET https://… (status: 502)", which the line before says as well
				continue
			}
			out = append(out, kv[i], value)
		default:
			out = append(out, kv[i], value)
		}
	}
	return out
}

// cause takes off the layer of net/http that repeats the URL, query and all.
func cause(err error) error {
	for {
		wrapped, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = wrapped.Err
	}
}

func withoutQuery(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(unreadable URL)"
	}
	return plainURL(u)
}

func plainURL(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
