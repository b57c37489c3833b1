package sandbox

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// cut says how much of an answer goes out before the connection is closed.
type cut int

const (
	whole   cut = iota // all of it, and the connection stays
	half               // the headers, with the full length, and half of the body
	nothing            // not a byte
)

// outcome is what a request comes to under the rule that struck it; without one it is the tracker's own answer.
func (s *Server) outcome(t *tracker, c *call, r *Rule, w http.ResponseWriter) answer {
	if r == nil {
		return s.effect(t, c)
	}
	if r.When == whenAfter {
		own := s.effect(t, c)
		if !r.wait(w, c) {
			return answer{cut: nothing}
		}
		return r.answer(t, c, own)
	}
	if !r.wait(w, c) {
		return answer{cut: nothing}
	}
	if r.Do == doDelay {
		c.now = s.cfg.Now().UTC() // what comes late is made late
		return s.effect(t, c)
	}
	return r.answer(t, c, r.stead(t, c))
}

// wait is over after the rule's delay, or false when the asker goes first.
func (r *Rule) wait(w http.ResponseWriter, c *call) bool {
	if r.Delay == 0 {
		return true
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a delay may be longer than the server's patience
	timer := time.NewTimer(time.Duration(r.Delay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.request.Context().Done():
		return false
	}
}

// stead is what stands where the real answer would: the tracker's own error.
func (r *Rule) stead(t *tracker, c *call) answer {
	return t.complete(t.refuse(c, cmp.Or(r.Status, http.StatusBadGateway)), c)
}

// answer turns the tracker's own answer into the rule's.
func (r *Rule) answer(t *tracker, c *call, own answer) answer {
	a := own
	switch r.Do {
	case doDelay:
		return own
	case doDrop:
		return answer{cut: nothing}
	case doTruncate:
		a.cut = half
	case doStatus:
		a = r.stead(t, c)
	case doLimit:
		a = t.limit(c, r)
	}
	a.status = cmp.Or(r.Status, a.status)
	if r.Body != "" {
		a.body = []byte(r.Body)
		a.set("Content-Type", typeOf(r.Body))
	}
	for name, value := range r.Headers {
		if value == "" {
			a.headers().Del(name)
		} else {
			a.set(name, value)
		}
	}
	if a.cut == half && !a.hasBody() {
		return answer{cut: nothing} // headers alone would be a whole answer
	}
	return a
}

// hasBody says whether HTTP sends one along.
func (a answer) hasBody() bool {
	body, _ := a.body.([]byte)
	return len(body) > 0 && a.status >= 200 && a.status != http.StatusNoContent && a.status != http.StatusNotModified
}

// typeOf is how a server would name a body that a rule gives.
func typeOf(body string) string {
	switch {
	case json.Valid([]byte(body)):
		return "application/json; charset=utf-8"
	case strings.HasPrefix(strings.TrimSpace(body), "<"):
		return "text/html; charset=utf-8"
	}
	return "text/plain; charset=utf-8"
}

// retryAfter is the seconds of a rule's Retry-After, or what it is otherwise.
func (r *Rule) retryAfter(otherwise int) time.Duration {
	for name, value := range r.Headers {
		if n, err := strconv.Atoi(value); err == nil && strings.EqualFold(name, "Retry-After") {
			otherwise = min(max(n, 0), 1_000_000)
		}
	}
	return time.Duration(otherwise) * time.Second
}

// sendHalf leaves the asker waiting for the rest.
func sendHalf(w http.ResponseWriter, a answer) {
	body, _ := a.body.([]byte)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body[:len(body)/2]) // the asker has gone; there is nobody to tell
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler) // net/http closes the connection and says nothing
}
