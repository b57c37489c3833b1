package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
)

type jiraUser struct {
	id         string // Cloud's accountId
	login      string // Data Center's name
	name       string
	email      string
	active     bool
	assignable bool
	hidden     bool // keeps the e-mail to themselves: found by it and not shown with it
}

func (j *jira) user(id string) *jiraUser {
	for _, u := range j.users {
		if j.account(u) == id {
			return u
		}
	}
	return nil
}

// person is a user as Jira shows one; of nobody it is null.
func (j *jira) person(c *call, u *jiraUser) any {
	if u == nil {
		return nil
	}
	avatars := object{}
	for _, size := range []string{"16x16", "24x24", "32x32", "48x48"} {
		avatars[size] = c.site + "/avatar/" + size
	}
	o := object{"displayName": u.name, "emailAddress": u.email, "active": u.active, "avatarUrls": avatars, "timeZone": "Etc/UTC"}
	maps.Copy(o, j.identity(c, u))
	if u.hidden {
		delete(o, "emailAddress")
	}
	return o
}

// fits says whether the name, a word of it, or the e-mail begins with the query, as Jira's own search has it: john@
// is found by jo and by john@, johnson@ by john.
func (u *jiraUser) fits(query string) bool {
	query = strings.ToLower(query)
	for _, in := range append(strings.Fields(u.name), u.name, u.email, u.login) {
		if strings.HasPrefix(strings.ToLower(in), query) {
			return true
		}
	}
	return false
}

func (j *jira) myself(c *call) answer { return ok(j.person(c, j.self)) }

func (j *jira) getUser(c *call) answer {
	id := c.query.Get("accountId")
	if !j.cloud {
		id = c.query.Get("username")
	}
	if u := j.user(id); u != nil {
		return ok(j.person(c, u))
	}
	return jiraError(http.StatusNotFound, "Specified user does not exist or you do not have required permissions")
}

func (j *jira) searchUsers(c *call) answer {
	if !j.cloud && !c.query.Has("username") {
		return jiraError(http.StatusBadRequest, "The username query parameter was not provided")
	}
	if j.cloud && !c.query.Has("query") && !c.query.Has("accountId") {
		return jiraError(http.StatusBadRequest, "Either 'query', 'accountId' or 'property' must be set in the request")
	}
	return ok(j.findUsers(c, func(*jiraUser) bool { return true }))
}

func (j *jira) searchAssignable(c *call) answer {
	switch {
	case c.query.Has("project"):
		if key := c.query.Get("project"); j.project(key) == nil {
			return jiraError(http.StatusNotFound, fmt.Sprintf("No project could be found with key '%s'.", key))
		}
	case c.query.Has("issueKey"):
		if j.issue(c.query.Get("issueKey")) == nil {
			return j.noIssue()
		}
	default:
		return jiraError(http.StatusBadRequest, "Either the 'project' or the 'issueKey' query parameter must be provided")
	}
	return ok(j.findUsers(c, func(u *jiraUser) bool { return u.assignable }))
}

func (j *jira) findUsers(c *call, may func(*jiraUser) bool) []any {
	found := []any{}
	id, query := c.query.Get("accountId"), c.query.Get("query")
	if !j.cloud {
		id, query = "", c.query.Get("username")
	}
	for _, u := range j.users {
		if may(u) && u.fits(query) && (id == "" || id == u.id) {
			found = append(found, j.person(c, u))
		}
	}
	from := min(max(number(c.query.Get("startAt"), 0), 0), len(found))
	return found[from:min(from+max(number(c.query.Get("maxResults"), 50), 0), len(found))]
}
