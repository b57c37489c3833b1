package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// permissions are those that the sandbox's Data Center lists; a real one has some forty.
var permissions = strings.Fields("BROWSE_PROJECTS CREATE_ISSUES EDIT_ISSUES ASSIGN_ISSUES ADD_COMMENTS CREATE_ATTACHMENTS LINK_ISSUES TRANSITION_ISSUES MODIFY_REPORTER SET_ISSUE_SECURITY")

// namedAtDataCenter reads {"name": …}. A key beside it is taken and not looked at; what a Cloud would take is refused in the
// words that TA-jira-service-desk#221 reports of Jira 9.12.
func (j *jira) namedAtDataCenter(v any, o object) (*jiraUser, string) {
	if v == nil {
		return nil, ""
	}
	name, given := o["name"]
	if !given {
		return nil, "expected Object containing a 'name' property"
	}
	login, isText := name.(string)
	switch {
	case name == nil:
		return nil, ""
	case !isText:
		return nil, "expected 'name' to be a string"
	}
	if u := j.user(login); u != nil {
		return u, ""
	}
	return nil, fmt.Sprintf("User '%s' does not exist.", login)
}

// The bucket of tokens that an administrator gives every user. The sandbox never takes one out.
const (
	bucketSize     = 100
	bucketFill     = 10
	bucketInterval = 1 // seconds
)

// bucketHeader is what Data Center says with every answer, retry-after 0 while there are tokens included
// (confluence.atlassian.com, Adjusting your code for rate limiting).
func bucketHeader(h http.Header, now time.Time) {
	jiraHeader(h, now)
	setBucket(h, bucketSize-1)
	h.Set("Retry-After", "0")
}

func setBucket(h http.Header, left int) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(bucketSize))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-FillRate", strconv.Itoa(bucketFill))
	h.Set("X-RateLimit-Interval-Seconds", strconv.Itoa(bucketInterval))
}

// bucketLimit is Data Center's answer to who has no token left. It names no reset and no reason.
func bucketLimit(c *call, r *Rule) answer {
	a := jiraRefuse(c, http.StatusTooManyRequests)
	setBucket(a.headers(), 0)
	a.set("Retry-After", strconv.Itoa(int(r.retryAfter(bucketInterval).Seconds())))
	a.encode()
	return a
}

// oldSearch is what /search is asked.
type oldSearch struct {
	JQL        string      `json:"jql"`
	Fields     []string    `json:"fields"`
	StartAt    json.Number `json:"startAt"`
	MaxResults json.Number `json:"maxResults"`
}

func (j *jira) oldSearchGet(c *call) answer {
	return j.oldSearch(c, oldSearch{
		JQL: c.query.Get("jql"), Fields: wanted(c.query["fields"]),
		StartAt: json.Number(c.query.Get("startAt")), MaxResults: json.Number(c.query.Get("maxResults")),
	})
}

// oldSearchMembers are all that Data Center takes; it refuses what it does not know, properties among it.
var oldSearchMembers = strings.Fields("jql fields startAt maxResults expand validateQuery")

func (j *jira) oldSearchPost(c *call) answer {
	var all map[string]json.RawMessage
	if refused := jiraDecode(c, &all); refused != nil {
		return *refused
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(oldSearchMembers, name) {
			return jiraError(http.StatusBadRequest,
				fmt.Sprintf("Unrecognized field \"%s\" (Class com.atlassian.jira.rest.v2.search.SearchRequestBean), not marked as ignorable", name))
		}
	}
	var in oldSearch
	if refused := jiraDecode(c, &in); refused != nil {
		return *refused
	}
	return j.oldSearch(c, in)
}

func (j *jira) oldSearch(c *call, in oldSearch) answer {
	q, why := parseJQL(in.JQL)
	if why == "" {
		why = j.known(q)
	}
	if why != "" && why != unboundedJQL { // which Data Center takes
		return jiraError(http.StatusBadRequest, why)
	}
	found := j.find(q, c)
	from := min(max(number(in.StartAt.String(), 0), 0), len(found))
	size := min(max(number(in.MaxResults.String(), 50), 0), 1000)
	issues := []object{}
	for _, i := range found[from:min(from+size, len(found))] {
		issues = append(issues, j.view(c, i, orElse(in.Fields, "*navigable"), nil))
	}
	return ok(object{"expand": "names,schema", "startAt": from, "maxResults": size, "total": len(found), "issues": issues})
}
