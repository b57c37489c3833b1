package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// jiraRefuse is Jira's own error of a status, and nothing where the status is no error.
func jiraRefuse(_ *call, status int) answer {
	switch {
	case status < 300:
		return answer{status: status}
	case status == http.StatusUnauthorized:
		return answer{status: status, body: object{"message": "Client must be authenticated to access this resource.", "status-code": status}}
	case status == http.StatusNotFound:
		return jiraError(status, "Issue does not exist or you do not have permission to see it.")
	case status == http.StatusTooManyRequests:
		return jiraError(status, "Rate limit exceeded.")
	}
	return jiraError(status, http.StatusText(status))
}

// cloudLimit is Jira Cloud's answer to who asks too much (docs: Jira Cloud platform, Rate limiting). Its reset is written as
// ISO 8601, where GitHub counts seconds.
func cloudLimit(c *call, r *Rule) answer {
	a := jiraRefuse(c, http.StatusTooManyRequests)
	pause := r.retryAfter(1)
	a.set("Retry-After", strconv.Itoa(int(pause.Seconds())))
	a.set("RateLimit-Reason", "jira-burst-based")
	a.set("X-RateLimit-Limit", "100")
	a.set("X-RateLimit-Remaining", "0")
	a.set("X-RateLimit-Reset", c.now.Add(pause+time.Second-1).Format("2006-01-02T15:04:05Z"))
	a.encode()
	return a
}

// watch counts what Jira Cloud limits: writes that were made to one issue. That an issue is made is none to it.
func (j *jira) watch(w *watch, c *call, a answer) {
	if !j.cloud || c.request.Method == http.MethodGet || a.status >= 300 || c.params["key"] == "" {
		return
	}
	if i := j.issue(c.params["key"]); i != nil {
		w.issueWrite(i.key(), c.now)
	}
}
