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
	if !c.permissions(ctx, wishes) {
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
	c.reporter(wishes)
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
	lacks   map[string]bool // permissions
	found   bridge.Checks
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
