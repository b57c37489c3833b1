package jira

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

type project struct {
	Key      string `json:"key"`
	Archived bool   `json:"archived"`
}

func (t *Tracker) project(ctx context.Context, name string) (project, error) {
	key, err := projectKey(name)
	if err != nil {
		return project{}, err
	}
	var p project
	err = t.do(ctx, call{op: "read project " + key, method: http.MethodGet, path: "project/" + url.PathEscape(key)}, &p)
	return p, err
}

// CheckAccount asks who the credentials belong to. When an API token ends Jira does not say.
func (t *Tracker) CheckAccount(ctx context.Context) bridge.Checks {
	var found bridge.Checks
	var who struct {
		Name string `json:"displayName"`
	}
	if err := t.do(ctx, call{op: "check credentials", method: http.MethodGet, api: bothVersions, path: "myself"}, &who); err != nil {
		found.Fail("credentials", err)
		return found
	}
	found.OK("credentials", "they are %s's", who.Name)
	return found
}

// Check asks whether issues can be filed in the project, and as wishes has them.
func (t *Tracker) Check(ctx context.Context, place bridge.Place, wishes bridge.Wishes) bridge.Checks {
	c := placeCheck{t: t}
	p, err := t.project(ctx, place.Name)
	if err == nil {
		c.flavour, err = t.flavour(ctx)
	}
	if err != nil {
		c.found.Fail("project", err)
		return c.found
	}
	c.project = p.Key
	if p.Archived {
		c.found.Add(bridge.LevelProblem, "project", "restore it, or choose another project", "%s is archived", p.Key)
		return c.found
	}
	if !c.permissions(ctx) {
		return c.found
	}
	t.types.forget() // what an administrator has just mended must show
	t.fields.forget()
	screen, err := t.screen(ctx, p.Key, wishes.IssueType)
	if err != nil {
		c.found.Fail("issue type", err)
		return c.found
	}
	c.screen = screen
	c.found.OK("issue type", "issues of type %s can be created", screen.kind.Name)
	c.fields(ctx, wishes)
	c.values("priority", "priority", wishes.Priorities)
	c.values("components", "components", wishes.Components)
	c.values(fieldVersions, "versions", wishes.Versions)
	c.values(fieldFixVersions, "fix versions", wishes.FixVersions)
	c.values(fieldSecurity, "security level", wishes.SecurityLevels)
	c.parents(ctx, wishes.Parents)
	c.statuses(ctx, wishes.Statuses)
	c.assignees(ctx, wishes.Assignees)
	return c.found
}

// placeCheck is the check of one project under way.
type placeCheck struct {
	t       *Tracker
	flavour *flavour
	project string
	screen  screen
	found   bridge.Checks
}

// needs are the permissions that filing, updating and the steps beside an issue take (developer.atlassian.com, Permissions),
// and what becomes of issues without each.
var needs = []struct{ key, name, without string }{
	{"BROWSE_PROJECTS", "Browse Projects", "issues cannot be read again, and a lost answer leads to a second issue"},
	{"CREATE_ISSUES", "Create Issues", "no issue can be filed"},
	{"EDIT_ISSUES", "Edit Issues", "a report that is shared again does not change its issue"},
	{"ASSIGN_ISSUES", "Assign Issues", "nobody is assigned"},
	{"TRANSITION_ISSUES", "Transition Issues", "the status of issues does not follow the report"},
	{"ADD_COMMENTS", "Add Comments", "news are not told where a person has edited the description"},
	{"CREATE_ATTACHMENTS", "Create Attachments", "screenshots are not attached"},
	{"LINK_ISSUES", "Link Issues", "issues do not link to their session"},
}

// permissions says whether issues can be filed at all.
func (c *placeCheck) permissions(ctx context.Context) bool {
	keys := make([]string, 0, len(needs))
	for _, need := range needs {
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
	good, all := true, true
	for _, need := range needs {
		if may.Permissions[need.key].Have {
			continue
		}
		level := bridge.LevelWarning
		if need.key == "CREATE_ISSUES" || need.key == "BROWSE_PROJECTS" {
			level, good = bridge.LevelProblem, false
		}
		all = false
		c.found.Add(level, "permissions", fmt.Sprintf("give the account the permission %s in %s", need.name, c.project),
			"without %s %s", need.name, need.without)
	}
	if all {
		c.found.OK("permissions", "all that are needed in %s", c.project)
	}
	return good
}

// filled are the fields that every issue gets, or that Jira fills in by itself.
var filled = []string{"summary", "issuetype", "project", "reporter", "labels", "description"}

// fields looks at the create screen: what it demands, and what the mapping wants of it.
func (c *placeCheck) fields(ctx context.Context, wishes bridge.Wishes) {
	kind := c.screen.kind.Name
	if _, ok := c.screen.field("labels"); !ok {
		c.found.Add(bridge.LevelProblem, "labels", fmt.Sprintf("add the field Labels to the create screen of %s in %s", kind, c.project),
			"issues of type %s have no labels, by which they would be known again", kind)
	}
	given := slices.Clone(filled)
	for name, wanted := range map[string][]string{
		"priority": wishes.Priorities, "components": wishes.Components, fieldVersions: wishes.Versions, fieldFixVersions: wishes.FixVersions,
		fieldParent: wishes.Parents, fieldSecurity: wishes.SecurityLevels,
	} {
		if len(wanted) > 0 {
			given = append(given, name)
		}
	}
	p := planner{screen: c.screen, project: c.project, flavour: c.flavour, issue: bridge.Issue{Accounts: wishes.Accounts}}
	for _, wish := range wishes.Fields {
		f, err := c.screen.customField(wish.Name)
		if err != nil {
			c.found.Add(bridge.LevelWarning, "fields", "correct its name, or put it on the screen", "%q: %v", wish.Name, err)
			continue
		}
		given = append(given, f.ID)
		if wish.Value == "" {
			continue
		}
		if _, err := p.shape(ctx, c.t, f, wish.Value); err != nil {
			c.found.Add(bridge.LevelWarning, "fields", "correct the value", "%q cannot be %q: %v", wish.Name, wish.Value, err)
		}
	}
	var lacking []string
	for _, f := range c.screen.fields {
		if f.Required && !f.HasDefault && !slices.Contains(given, f.ID) {
			lacking = append(lacking, fmt.Sprintf("%s (%s)", f.Name, f.ID))
		}
	}
	switch {
	case len(lacking) > 0:
		c.found.Add(bridge.LevelProblem, "required fields", "fill them with fields: of the destination, or make them optional in Jira",
			"issues of type %s need what the mapping does not fill: %s", kind, strings.Join(lacking, ", "))
	default:
		c.found.OK("required fields", "the mapping fills all of them")
	}
}

// values looks whether each of the values can be chosen.
func (c *placeCheck) values(id, thing string, wanted []string) {
	if len(wanted) == 0 {
		return
	}
	wanted = slices.DeleteFunc(slices.Clone(wanted), func(value string) bool { return value == "" }) // depends on the report
	f, ok := c.screen.field(id)
	if !ok {
		c.found.Add(bridge.LevelWarning, thing, "put it on the screen, or take it out of the mapping", "it is not on the create screen of %s", c.screen.kind.Name)
		return
	}
	allowed, known := f.allowed()
	if !known {
		return // any value may do
	}
	var unknown []string
	for _, value := range wanted {
		if _, found := pick(allowed, value); !found {
			unknown = append(unknown, value)
		}
	}
	if len(unknown) > 0 {
		c.found.Add(bridge.LevelWarning, thing, "there are: "+labels(allowed), "there is no %s", strings.Join(unknown, ", "))
		return
	}
	if len(wanted) > 0 {
		c.found.OK(thing, "%s", strings.Join(wanted, ", "))
	}
}

// statuses looks whether issues of the type can have the statuses at all. Which transitions there are depends on the status that
// an issue is in.
func (c *placeCheck) statuses(ctx context.Context, wanted []string) {
	if len(wanted) == 0 {
		return
	}
	var types []struct {
		ID       string         `json:"id"`
		Statuses []allowedValue `json:"statuses"`
	}
	ask := call{op: "read statuses of " + c.project, method: http.MethodGet, path: "project/" + url.PathEscape(c.project) + "/statuses"}
	if err := c.t.do(ctx, ask, &types); err != nil {
		c.found.Fail("status", err)
		return
	}
	for _, kind := range types {
		if kind.ID != c.screen.kind.ID {
			continue
		}
		for _, status := range wanted {
			if _, ok := pick(kind.Statuses, status); !ok {
				c.found.Add(bridge.LevelWarning, "status", "there are: "+labels(kind.Statuses), "issues of type %s have no status %q", c.screen.kind.Name, status)
				return
			}
		}
		c.found.OK("status", "%s", strings.Join(wanted, ", "))
	}
}

func (c *placeCheck) assignees(ctx context.Context, accounts []string) {
	cannot := map[string]bool{}
	for _, account := range accounts {
		var users []named
		ask := call{op: "look for who can be assigned in " + c.project, method: http.MethodGet, path: "user/assignable/search",
			query: url.Values{"project": {c.project}, c.flavour.userSearch: {account}, "maxResults": {"1000"}}}
		if err := c.t.do(ctx, ask, &users); err != nil {
			c.found.Fail("assignees", err)
			return
		}
		if !slices.ContainsFunc(users, func(u named) bool { return c.flavour.account(u) == account }) {
			cannot[account] = true
		}
	}
	switch {
	case len(cannot) > 0:
		c.found.Add(bridge.LevelWarning, "assignees", "give them the permission Assignable User, or correct users in the configuration",
			"these cannot be assigned in %s: %s", c.project, strings.Join(slices.Sorted(maps.Keys(cannot)), ", "))
	case len(accounts) > 0:
		c.found.OK("assignees", "all %d mapped users can be assigned", len(accounts))
	}
}

// Probe asks who the credentials belong to.
func (t *Tracker) Probe(ctx context.Context) error {
	return t.do(ctx, call{op: "probe Jira", method: http.MethodGet, api: bothVersions, path: "myself"}, nil)
}
