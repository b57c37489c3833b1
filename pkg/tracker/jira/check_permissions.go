package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// need is a permission (developer.atlassian.com, Jira Cloud platform, Permissions) and what becomes of issues without it.
type need struct{ key, name, without string }

// The permissions that have a finding of their own elsewhere.
const (
	transitionIssues = "TRANSITION_ISSUES"
	modifyReporter   = "MODIFY_REPORTER"
)

// mustHave are the permissions without which nothing can be filed, or not safely.
var mustHave = []need{
	{"BROWSE_PROJECTS", "Browse Projects", "issues cannot be read again, and a lost answer leads to a second issue"},
	{"CREATE_ISSUES", "Create Issues", "no issue can be filed"},
}

// needs are the other permissions that filing as wishes has it takes.
func (t *Tracker) needs(wishes bridge.Wishes) []need {
	all := []need{{"LINK_ISSUES", "Link Issues", "issues do not link to their session"}}
	for _, n := range []struct {
		need
		wanted bool
	}{
		{need{"EDIT_ISSUES", "Edit Issues", "a report that is shared again does not change its issue"}, wishes.Edits},
		{need{"ADD_COMMENTS", "Add Comments", "news are not told where a person has edited the description"}, wishes.Comments},
		{need{"ASSIGN_ISSUES", "Assign Issues", "nobody is assigned"}, t.assigns(wishes)},
		{need{transitionIssues, "Transition Issues", "the status of issues does not follow the report"}, len(wishes.Statuses) > 0},
		{need{"CREATE_ATTACHMENTS", "Create Attachments", "screenshots are not attached"}, wishes.Attach && t.fetch != nil},
		{need{modifyReporter, "Modify Reporter", "all issues are reported by the account that files them"}, t.reports(wishes)},
		{need{"SET_ISSUE_SECURITY", "Set Issue Security", "issues have no security level: all who may browse the project see them"}, len(wishes.SecurityLevels) > 0},
	} {
		if n.wanted {
			all = append(all, n.need)
		}
	}
	return all
}

// assigns says whether anybody can come to be assigned: somebody who is mapped, or who is looked for.
func (t *Tracker) assigns(wishes bridge.Wishes) bool {
	return len(wishes.Assignees) > 0 || wishes.SeekAssignees && t.findUsers
}

// reports says whether an issue can come to have a reporter of its own, likewise.
func (t *Tracker) reports(wishes bridge.Wishes) bool {
	return wishes.Reporter || wishes.SeekReporter && t.findUsers
}

// permissions says whether issues can be filed at all.
func (c *placeCheck) permissions(ctx context.Context, wishes bridge.Wishes) bool {
	wanted := c.t.needs(wishes)
	var keys []string
	for _, need := range append(wanted, mustHave...) {
		keys = append(keys, need.key)
	}
	var may struct {
		Permissions map[string]struct {
			Have bool `json:"havePermission"`
		} `json:"permissions"`
	}
	ask := call{op: "check permissions in " + c.project, method: http.MethodGet, path: "mypermissions",
		query: url.Values{"projectKey": {c.project}, "permissions": {strings.Join(keys, ",")}}}
	if err := c.t.do(ctx, ask, &may); err != nil {
		c.found.Fail("permissions", err)
		return false
	}
	c.lacks = map[string]bool{}
	tell := func(level bridge.Level, needs []need) (lacking int) {
		for _, need := range needs {
			if may.Permissions[need.key].Have {
				continue
			}
			lacking++
			c.lacks[need.key] = true
			c.found.Add(level, "permissions", fmt.Sprintf("give the account the permission %s in %s", need.name, c.project),
				"without %s %s", need.name, need.without)
		}
		return lacking
	}
	good := tell(bridge.LevelProblem, mustHave) == 0
	if tell(bridge.LevelWarning, wanted) == 0 && good {
		c.found.OK("permissions", "all that are needed in %s", c.project)
	}
	return good
}

// reporter looks whether there is a field for it. Jira may leave it out of what an account without the permission is shown: then that
// is what is to be mended, and has been told.
func (c *placeCheck) reporter(wishes bridge.Wishes) {
	if !c.t.reports(wishes) || c.lacks[modifyReporter] {
		return
	}
	if _, ok := c.screen.field(fieldReporter); !ok {
		c.found.Add(bridge.LevelWarning, "reporter", "put it on the screen, or take it out of the destination", "it is not on the create screen of %s", c.screen.kind.Name)
		return
	}
	c.found.OK("reporter", "it can be set")
}
