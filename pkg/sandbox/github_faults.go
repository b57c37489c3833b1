package sandbox

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// githubLimits is where GitHub's document on limits stands; go-github knows the secondary one by the URL's end.
const githubLimits = githubDocs + "/using-the-rest-api/rate-limits-for-the-rest-api"

// ghWords are GitHub's messages where they are not the status' own name.
var ghWords = map[int]string{
	http.StatusUnauthorized:        "Bad credentials",
	http.StatusForbidden:           "Resource not accessible by personal access token",
	http.StatusGone:                "Issues are disabled for this repo",
	http.StatusInternalServerError: "Server Error",
	http.StatusBadGateway:          "Server Error",
	http.StatusTooManyRequests:     "API rate limit exceeded for user ID 1.",
}

// ghRefuse is GitHub's own error of a status, and nothing where the status is no error.
func ghRefuse(_ *call, status int) answer {
	switch message, has := ghWords[status]; {
	case status < 300:
		return answer{status: status}
	case status == http.StatusUnprocessableEntity:
		return ghInvalid(object{"resource": "Issue", "code": "unprocessable", "field": "base"})
	case has:
		return ghError(status, message)
	}
	return ghError(status, http.StatusText(status))
}

// ghLimit is GitHub's answer to who asks too much (docs: Rate limits for the REST API). The primary limit is over when
// the rule's Retry-After is, which otherwise only the secondary one has; without one it is over in a minute, so that
// nobody has to wait an hour for a test.
func ghLimit(c *call, r *Rule) answer {
	status := cmp.Or(r.Status, http.StatusForbidden) // the document allows 429 too
	problem := ghProblem(status, "API rate limit exceeded for user ID 1.")
	problem["documentation_url"] = githubLimits
	a := answer{status: status, body: problem}
	ghHeader(a.headers(), c.now)
	if r.Limit == limitSecondary {
		problem["message"] = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
		problem["documentation_url"] = githubLimits + "#about-secondary-rate-limits"
	} else {
		reset := c.now.Add(r.retryAfter(60) + time.Second - 1) // whole seconds, and none too early
		a.set("X-RateLimit-Remaining", "0")
		a.set("X-RateLimit-Used", "5000")
		a.set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	}
	a.encode()
	return a
}

// ghWatch counts what GitHub limits: issues and comments that were made.
func ghWatch(w *watch, c *call, a answer) {
	made := c.request.Method == http.MethodPost && a.status == http.StatusCreated
	if made && (strings.HasSuffix(c.path, "/issues") || strings.HasSuffix(c.path, "/comments")) {
		w.creation(c.now)
	}
}
