package sandbox

import (
	"net/http"
	"net/url"
	"time"
)

// jiraKind is what Cloud and Data Center do differently.
type jiraKind struct {
	cloud   bool
	name    string // as Request.Tracker
	title   string // on pages
	site    string // path of its pages and of its API
	root    string // path of its REST resources
	version object // in its serverInfo
	userKey string // the member that names a user
	header  func(http.Header, time.Time)
	limit   func(*call, *Rule) answer
	only    func(*jira) []route // what the other one does not have
}

// jiraKinds are all there are; the first is meant where nothing else is said.
var jiraKinds = []*jiraKind{
	{
		cloud: true, name: "jira-cloud", title: "Jira", site: "/jira-cloud", root: "/rest/api/{version}", userKey: "accountId",
		version: object{"version": "1001.0.0-SNAPSHOT", "versionNumbers": []int{1001, 0, 0}, "deploymentType": "Cloud"},
		header:  jiraHeader, limit: cloudLimit, only: (*jira).cloudRoutes,
	},
	{
		name: "jira-dc", title: "Jira Data Center", site: "/jira-dc", root: "/rest/api/2", userKey: "name",
		version: object{"version": "9.12.15", "versionNumbers": []int{9, 12, 15}, "deploymentType": "Server"},
		header:  bucketHeader, limit: bucketLimit, only: (*jira).dataCenterRoutes,
	},
}

func (j *jira) cloudRoutes() []route {
	api := j.root
	return []route{
		on("GET", api+"/priority/search", j.searchPriorities),
		on("GET", api+"/search", searchIsGone),
		on("POST", api+"/search", searchIsGone),
		on("GET", api+"/search/jql", j.searchGet),
		on("POST", api+"/search/jql", j.searchPost),
	}
}

func (j *jira) dataCenterRoutes() []route {
	api := j.root
	return []route{
		on("GET", api+"/search", j.oldSearchGet),
		on("POST", api+"/search", j.oldSearchPost),
	}
}

// account is the name by which a user is known to the API: not to be seen through, at Cloud.
func (k *jiraKind) account(u *jiraUser) string {
	if k.cloud {
		return u.id
	}
	return u.login
}

// identity are the members that say which user it is.
func (k *jiraKind) identity(c *call, u *jiraUser) object {
	if k.cloud {
		return object{"self": c.rest() + "/user?accountId=" + url.QueryEscape(u.id), "accountId": u.id, "accountType": "atlassian"}
	}
	return object{"self": c.rest() + "/user?username=" + url.QueryEscape(u.login), "name": u.login, "key": "JIRAUSER-" + u.login}
}

// pageOf is the member under which a page of create metadata has its things: Data Center calls them all values
// (docs.atlassian.com, Jira 9.12 REST: getCreateIssueMetaProjectIssueTypes; seen in pycontribs/jira#1699).
func (k *jiraKind) pageOf(name string) string {
	if k.cloud {
		return name
	}
	return "values"
}

// noIssue is the answer about an issue that is not there. At Data Center it is also what the create metadata's old path
// comes to, which the path of an issue fits.
func (k *jiraKind) noIssue() answer {
	if k.cloud {
		return jiraError(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
	}
	return jiraError(http.StatusNotFound, "Issue Does Not Exist")
}
