package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// jira is the state of one stand-in Jira. The credentials, whatever they are, belong to self.
type jira struct {
	*jiraKind
	users    []*jiraUser
	self     *jiraUser
	projects []*jiraProject
	fields   []*jiraField
	issues   []*jiraIssue
	former   map[string]*jiraIssue // by a key that it had before it was moved
	lastID   int64
}

func (j *jira) nextID() int64 {
	j.lastID++
	return j.lastID
}

func (j *jira) tracker() *tracker {
	return &tracker{
		name: j.name, site: j.site, api: j.site, root: "/rest/",
		authorize: authorizeJira, missing: jiraNoPath, header: j.header,
		refuse: jiraRefuse, limit: j.limit, watch: j.watch,
		routes: slices.Concat(j.only(j), j.metaRoutes(), j.issueRoutes()),
	}
}

func (j *jira) metaRoutes() []route {
	api := j.root
	return []route{
		on("GET", api+"/serverInfo", j.serverInfo),
		on("GET", api+"/myself", j.myself),
		on("GET", api+"/mypermissions", j.myPermissions),
		on("GET", api+"/user", j.getUser),
		on("GET", api+"/user/search", j.searchUsers),
		on("GET", api+"/user/assignable/search", j.searchAssignable),
		on("GET", api+"/priority", j.listPriorities),
		on("GET", api+"/field", j.listFields),
		on("GET", api+"/project/{project}", j.inProject(j.getProject)),
		on("GET", api+"/project/{project}/components", j.inProject(j.listComponents)),
		on("GET", api+"/project/{project}/statuses", j.inProject(j.listStatuses)),
		on("GET", api+"/issue/createmeta/{project}/issuetypes", j.inProject(j.createMetaTypes)),
		on("GET", api+"/issue/createmeta/{project}/issuetypes/{type}", j.inProject(j.createMetaFields)),
		on("GET", api+"/attachment/{id}", j.getAttachmentMeta),
		on("GET", api+"/attachment/content/{id}", j.getAttachmentContent),
	}
}

func (j *jira) issueRoutes() []route {
	issue := j.root + "/issue"
	return []route{
		on("POST", issue, j.createIssue),
		on("GET", issue+"/{key}", j.inIssue(j.getIssue)),
		on("PUT", issue+"/{key}", j.inIssue(j.editIssue)),
		on("GET", issue+"/{key}/editmeta", j.inIssue(j.editMeta)),
		on("PUT", issue+"/{key}/assignee", j.inIssue(j.putAssignee)),
		on("GET", issue+"/{key}/transitions", j.inIssue(j.listTransitions)),
		on("POST", issue+"/{key}/transitions", j.inIssue(j.doTransition)),
		on("GET", issue+"/{key}/remotelink", j.inIssue(j.listLinks)),
		on("POST", issue+"/{key}/remotelink", j.inIssue(j.putLink)),
		on("POST", issue+"/{key}/attachments", j.inIssue(j.attach)),
		on("GET", issue+"/{key}/comment", j.inIssue(j.listComments)),
		on("POST", issue+"/{key}/comment", j.inIssue(j.addComment)),
		on("GET", issue+"/{key}/properties", j.inIssue(j.listProperties)),
		on("GET", issue+"/{key}/properties/{property}", j.inIssue(j.getProperty)),
		on("PUT", issue+"/{key}/properties/{property}", j.inIssue(j.putProperty)),
	}
}

// authorizeJira wants Basic or Bearer; a password or token that begins with "bad" is a revoked one. serverInfo can be
// asked by anybody, as on a real site.
func authorizeJira(c *call) *answer {
	h := c.request.Header.Get("Authorization")
	if h == "" && strings.HasSuffix(c.path, "/serverInfo") {
		return nil
	}
	secret := jiraSecret(c)
	if secret != "" && !strings.HasPrefix(secret, "bad") {
		return nil
	}
	a := answer{status: http.StatusUnauthorized, body: object{"message": "Client must be authenticated to access this resource.", "status-code": http.StatusUnauthorized}}
	if h != "" {
		a.set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
	}
	a.set("WWW-Authenticate", `OAuth realm="sandbox"`)
	return &a
}

// jiraSecret is the password or token of a call.
func jiraSecret(c *call) string {
	if _, secret, isBasic := c.request.BasicAuth(); isBasic {
		return secret
	}
	scheme, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return token
}

// jiraHeader names a type even where there is no body, as Jira does with a 204.
func jiraHeader(h http.Header, _ time.Time) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json;charset=UTF-8")
	}
}

func jiraNoPath(c *call) answer {
	return answer{status: http.StatusNotFound, body: object{"message": "null for uri: " + c.api + unescaped(c.path), "status-code": http.StatusNotFound}}
}

// jiraError is Jira's form of an error that is about no field.
func jiraError(status int, message string) answer {
	return answer{status: status, body: object{"errorMessages": []string{message}, "errors": object{}}}
}

// jiraInvalid is Jira's form of errors about fields.
func jiraInvalid(errs map[string]string) answer {
	return answer{status: http.StatusBadRequest, body: object{"errorMessages": []string{}, "errors": errs}}
}

// adf says whether the asker speaks version 3, where rich text is an Atlassian Document.
func (c *call) adf() bool { return c.params["version"] == "3" }

// rest is the URL of the API in the version the asker speaks.
func (c *call) rest() string { return c.api + "/rest/api/" + cmp.Or(c.params["version"], "2") }

// jiraTime writes a time as Jira does.
func jiraTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

func (j *jira) inProject(h func(*call, *jiraProject) answer) handler {
	return func(c *call) answer {
		if p := j.project(c.params["project"]); p != nil {
			return h(c, p)
		}
		return jiraError(http.StatusNotFound, fmt.Sprintf("No project could be found with key '%s'.", c.params["project"]))
	}
}

func (j *jira) inIssue(h func(*call, *jiraIssue) answer) handler {
	return func(c *call) answer {
		if i := j.issue(c.params["key"]); i != nil {
			return h(c, i)
		}
		return j.noIssue()
	}
}
