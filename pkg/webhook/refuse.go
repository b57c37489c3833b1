package webhook

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/bugferry/bugferry/pkg/betterbugs"
	"github.com/bugferry/bugferry/pkg/bridge"
)

// noteTime is how long a request that has no effect waits for its place in a bounded list. It is answered the same without.
const noteTime = 2 * time.Second

// refuse answers a request that may not come in. A report in it goes into quarantine: a forgotten secret must not cost it.
func (c *call) refuse(status int, reason string, why refusal) {
	c.log.Warn("request refused", "from", c.source, "err", reason)
	if c.body == nil && c.r.Method == http.MethodPost {
		if !c.take(c.strangers, strangerTime) {
			c.log.Warn("the refused request is not looked at: too many others are", "from", c.source)
		} else {
			defer func() { <-c.strangers }()
			if err := c.read(min(c.readTime, strangerTime)); err != nil { // it was refused already: what is wrong with its body is no news
				c.body = nil
			}
		}
	}
	c.quarantine(reason)
	answer(c.w, status, why)
}

// quarantine keeps the refused call if it looks like a report.
func (c *call) quarantine(reason string) {
	c.count(string(bridge.EventRefused))
	report, err := betterbugs.Decode(requestOf(c.r.Header, c.body, c.limit))
	switch {
	case err == nil && c.hook.ignores(report.BugID), errors.Is(err, betterbugs.ErrNoReport), len(c.body) == 0:
		c.capture("refused: " + reason)
		return
	case err != nil && !c.looksLikeReport(err):
		c.capture("refused: " + reason + "; " + err.Error())
		return
	}
	event := c.event()
	event.State, event.Reason = bridge.EventRefused, reason
	if err == nil {
		event.Report = &report
	}
	c.put(event)
}

// looksLikeReport says whether a body that cannot be decoded may be a report all the same: it names a bugId, or it is no
// text (compressed, UTF-16), which hides whether it does.
func (c *call) looksLikeReport(err error) bool {
	if errors.Is(err, betterbugs.ErrTooLarge) {
		return false
	}
	return bytes.Contains(bytes.ToLower(c.body), []byte("bugid")) || !utf8.Valid(c.body)
}

// ignore answers a verify request.
func (c *call) ignore(challenge string) {
	c.note("")
	if len(challenge) > maxChallenge {
		challenge = ""
	}
	answer(c.w, http.StatusOK, ignored{bridge.EventIgnored, challenge})
}

const maxChallenge = 1024 // bytes

// note keeps a request without effect in the bounded list, for an operator who wonders what Verify looks like.
func (c *call) note(reason string) {
	c.count(string(bridge.EventIgnored))
	c.log.Info("verify request answered: no report, no effect", "from", c.source)
	c.list(reason)
}

// capture keeps, where that was asked for, a request that otherwise leaves nothing behind.
func (c *call) capture(reason string) {
	if c.hook.capture {
		c.list(reason)
	}
}

// list puts the call among the ignored ones, without secrets in a body that is only looked at: Verify may well repeat the
// URL in it.
func (c *call) list(reason string) {
	event := c.event()
	event.State, event.Reason = bridge.EventIgnored, reason
	event.Body = []byte(c.redact.values.Replace(string(event.Body)))
	c.put(event)
}

// put stores an event of a bounded list, unless too many others are being put. The answer does not depend on it.
func (c *call) put(event bridge.Event) {
	if !c.take(c.notes, noteTime) {
		c.log.Warn("the request is answered but not kept: too many others are", "event", event.ID, "from", c.source)
		return
	}
	defer func() { <-c.notes }()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), noteTime)
	defer cancel()
	if _, err := c.store.Accept(ctx, event, bridge.Routing{}); err != nil {
		c.log.Error("the request is answered but not kept", "event", event.ID, "err", c.redact.values.Replace(err.Error()))
		return
	}
	if event.State == bridge.EventRefused {
		c.log.Warn("the refused report waits in quarantine", "event", event.ID, "next", "bugferry events release "+event.ID)
	}
}
