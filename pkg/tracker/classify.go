package tracker

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Failure is what an adapter knows of a call that did not end well.
type Failure struct {
	Op      string            // what was wanted: "create issue in acme/web"
	Method  string            // of the call that failed
	OnIssue bool              // the call was about a known issue, so that 404 and 410 mean it is gone
	Status  int               // 0 if there was no answer
	Header  http.Header       // of the answer
	Message string            // the tracker's own words, as Excerpt cuts them
	Fields  map[string]string // fields the answer names, under the names of bridge
	Limited bool              // a 403 whose words, if not its headers, say that it is a limit and not a refusal
	Closed  string            // where the words of a 4xx say that the issue or its place takes nothing as it stands: how a person opens it
	Err     error             // the cause, where there was no answer
}

// Hints are an adapter's words for what a person can do about the failures that only a person ends.
type Hints struct {
	Credentials string // 401
	Forbidden   string // 403 that is not a limit
	Place       string // 404, 410 and the like on a place
	Issue       string // 404, 410 on an issue that was there
	Moved       string // a redirect that is not followed
	Reach       string // no connection
}

// Classify turns a failure into an error that says what to do about it: the one table of answers for all trackers.
//
//	never sent (DNS, dial, handshake)   Retry, nothing done
//	no answer (cut, timeout)            Retry; unknown for a write
//	3xx that was not followed           Retry, nothing done (303: unknown): a page of a gateway passes, a moved API
//	                                    needs the hint; after the queue's last try it parks
//	4xx whose words say Closed          Permanent, nothing done: an issue that is locked, a repository that is archived
//	401, 403                            Retry, nothing done, Refused
//	403 that is a limit, 429            Later, nothing done, Account unless Jira says that it is for one issue
//	404, 410 on a place                 Permanent, nothing done
//	404, 410 on a known issue           Permanent, nothing done, Gone
//	408, 409                            Retry; unknown for a write
//	other 4xx                           Permanent, nothing done, with the fields it names
//	everything else                     Retry; unknown for a write
//
// Of a read it always says that nothing was done. So it does where the credentials for the call were not to be had
// ([NoCredentials]): the table is then about asking for them, and what it calls permanent is Retry, Refused.
func Classify(f Failure, hints Hints) *bridge.Error {
	if none, ok := errors.AsType[*NoCredentials](f.Err); ok && f.Status == 0 {
		return none.classify(f.Op, hints)
	}
	e := &bridge.Error{Kind: bridge.Retry, Nothing: reads(f.Method), Status: f.Status, Err: f.error()}
	switch s := f.Status; {
	case s == 0:
		if NeverSent(f.Err) {
			e.Nothing, e.Hint = true, hints.Reach
		}
	case s >= 300 && s < 400:
		e.Nothing, e.Hint = e.Nothing || s != http.StatusSeeOther, hints.Moved
	case s == http.StatusTooManyRequests, s == http.StatusForbidden && (f.Limited || LimitHeaders(f.Header)):
		e.Kind, e.Nothing, e.Until = bridge.Later, true, Until(f.Header, time.Now())
		e.Account = !ofOneIssue(f.Header)
	case f.Closed != "" && s >= 400 && s < 500:
		e.Kind, e.Nothing, e.Hint = bridge.Permanent, true, f.Closed
	case s == http.StatusUnauthorized:
		e.Nothing, e.Refused, e.Hint = true, true, hints.Credentials
	case s == http.StatusForbidden:
		e.Nothing, e.Refused, e.Hint = true, true, hints.Forbidden
	case s == http.StatusRequestTimeout, s == http.StatusConflict:
	case s == http.StatusNotFound, s == http.StatusGone:
		e.Kind, e.Nothing, e.Gone, e.Hint = bridge.Permanent, true, f.OnIssue, hints.Place
		if f.OnIssue {
			e.Hint = hints.Issue
		}
	case s >= 400 && s < 500:
		e.Kind, e.Nothing, e.Fields = bridge.Permanent, true, f.Fields
	}
	return e
}

func (f Failure) error() error {
	switch {
	case f.Status == 0 && f.Err != nil:
		return fmt.Errorf("%s: %w", f.Op, cause(f.Err))
	case f.Message != "":
		return fmt.Errorf("%s: %d %s: %s", f.Op, f.Status, http.StatusText(f.Status), f.Message)
	default:
		return fmt.Errorf("%s: %d %s", f.Op, f.Status, http.StatusText(f.Status))
	}
}

// Redirected says that a write was answered with a redirect that was not followed, so that nothing was done: what it was
// about may have moved.
func Redirected(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Nothing && e.Status >= 300 && e.Status < 400
}

// Unsure takes back from err that nothing was done: for a call in a row of which an earlier one did write.
func Unsure(err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok {
		return err
	}
	unsure := *e
	unsure.Nothing = false
	return &unsure
}
