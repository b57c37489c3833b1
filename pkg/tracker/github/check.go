package github

import (
	"context"
	"net/http"
	"strings"
	"time"

	gogithub "github.com/google/go-github/v60/github"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/tracker"
)

const issuesOff = "switch on Issues in the repository's settings, General, Features"

// CheckAccount asks who the token belongs to, when it ends, and what is left of the hour's requests.
func (t *Tracker) CheckAccount(ctx context.Context) bridge.Checks {
	var found bridge.Checks
	who := t.checkToken
	if t.app != nil {
		who = t.checkApp
	}
	if !who(ctx, &found) {
		return found
	}
	limits, resp, err := t.client().RateLimit.Get(ctx)
	switch {
	case resp != nil && resp.StatusCode == http.StatusNotFound: // an Enterprise Server without limits
	case err != nil:
		found.Fail("limits", call{op: "read limits", method: http.MethodGet}.failed(resp, err))
	default:
		checkLimits(&found, limits.GetCore())
	}
	return found
}

// checkToken asks about the account of a personal access token; it says whether that is good.
func (t *Tracker) checkToken(ctx context.Context, found *bridge.Checks) bool {
	user, resp, err := t.client().Users.Get(ctx, "")
	if err := (call{op: "check credentials", method: http.MethodGet}).failed(resp, err); err != nil {
		found.Fail("credentials", err)
		return false
	}
	found.OK("credentials", "they are %s's", user.GetLogin())
	if until, ok := expiry(resp.Header); ok {
		tracker.CheckExpiry(found, until, time.Now(), "make a new token and set it as the tracker's token")
	}
	return true
}

// expiry reads when a personal access token ends (docs.github.com, Token expiration and revocation); tokens without an end
// have no such header.
func expiry(h http.Header) (time.Time, bool) {
	text := h.Get("GitHub-Authentication-Token-Expiration")
	for _, layout := range []string{"2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700"} {
		if until, err := time.Parse(layout, text); err == nil {
			return until, true
		}
	}
	return time.Time{}, false
}

func checkLimits(found *bridge.Checks, core *gogithub.Rate) {
	if core == nil {
		return
	}
	text := "%d of %d requests are left until %s"
	args := []any{core.Remaining, core.Limit, core.Reset.UTC().Format("15:04 MST")}
	if core.Remaining*10 < core.Limit {
		found.Add(bridge.LevelWarning, "limits", "see what else uses the account: its limit is shared", text, args...)
		return
	}
	found.OK("limits", text, args...)
}

// Check asks whether issues can be filed in the repository, and as wishes has them.
func (t *Tracker) Check(ctx context.Context, place bridge.Place, wishes bridge.Wishes) bridge.Checks {
	c := placeCheck{t: t}
	var err error
	if c.repo, err = parseRepo(place.Name); err != nil {
		c.found.Fail("repository", err)
		return c.found
	}
	if t.app != nil && !t.checkInstallation(ctx, c.repo, &c.found) {
		return c.found
	}
	found, resp, err := t.client().Repositories.Get(ctx, c.repo.owner, c.repo.name)
	if err := (call{op: "check repository " + c.repo.String(), method: http.MethodGet}).failed(resp, err); err != nil {
		c.found.Fail("repository", err)
		return c.found
	}
	c.repository(found, wishes)
	c.labels(ctx, wishes.Labels)
	c.assignees(ctx, wishes.Assignees)
	c.lists(ctx, wishes)
	return c.found
}

// placeCheck is the check of one repository under way.
type placeCheck struct {
	t     *Tracker
	repo  repo
	found bridge.Checks
}

func (c *placeCheck) repository(found *gogithub.Repository, wishes bridge.Wishes) {
	permissions := found.GetPermissions()
	switch {
	case found.GetArchived():
		c.found.Add(bridge.LevelProblem, "repository", "unarchive it in its settings, or choose another repository", "%s is archived", c.repo)
		return
	case found.HasIssues != nil && !found.GetHasIssues():
		c.found.Add(bridge.LevelProblem, "repository", issuesOff, "%s has issues switched off", c.repo)
		return
	case c.t.app == nil && len(permissions) > 0 && !permissions["push"] && !permissions["maintain"] && !permissions["admin"]:
		c.found.Add(bridge.LevelWarning, "access", "give the account the Write role in "+c.repo.String()+", and a fine-grained token Issues read and write",
			"the account may not push to %s: GitHub drops labels, assignees and types without a word", c.repo)
	default:
		c.found.OK("repository", "issues can be filed in %s", c.repo)
	}
	if found.Private != nil && !found.GetPrivate() {
		c.found.Add(bridge.LevelNote, "visibility", "file at a private repository if that is not meant",
			"%s is public: what reports say can be read by everybody, and so can the links to their sessions", c.repo)
		if wishes.Screenshot {
			c.found.Add(bridge.LevelWarning, "visibility", "screenshot: off keeps it out", "the screenshots of reports become public in %s", c.repo)
		}
	}
}

// labels tells which of the wished labels there are not yet: GitHub makes them with the first issue.
func (c *placeCheck) labels(ctx context.Context, labels []string) {
	var missing []string
	for _, label := range labels {
		resp, err := c.t.readLabel(ctx, c.repo, label)
		if resp != nil && resp.StatusCode == http.StatusNotFound {
			missing = append(missing, label)
			continue
		}
		if err != nil {
			c.found.Fail("labels", call{op: "look for label " + label, method: http.MethodGet}.failed(resp, err))
			return
		}
	}
	switch {
	case len(missing) > 0:
		c.found.Add(bridge.LevelNote, "labels", "", "these are created with the first issue: %s", strings.Join(missing, ", "))
	case len(labels) > 0:
		c.found.OK("labels", "all of them are there")
	}
}

func (c *placeCheck) assignees(ctx context.Context, logins []string) {
	var cannot []string
	for _, login := range logins {
		ok, err := c.t.assignable(ctx, c.repo, login)
		if err != nil {
			c.found.Fail("assignees", err)
			return
		}
		if !ok {
			cannot = append(cannot, login)
		}
	}
	switch {
	case len(cannot) > 0:
		c.found.Add(bridge.LevelWarning, "assignees", "give them access to the repository, or correct users in the configuration",
			"these cannot be assigned to issues of %s: %s", c.repo, strings.Join(cannot, ", "))
	case len(logins) > 0:
		c.found.OK("assignees", "all %d mapped users can be assigned", len(logins))
	}
}

// lists looks for milestone and issue type as a plan does.
func (c *placeCheck) lists(ctx context.Context, wishes bridge.Wishes) {
	things := map[string]string{bridge.FieldMilestone: "milestone", bridge.FieldType: "issue type"}
	d := bridge.Draft{Fields: map[string]string{}}
	c.t.planMilestone(ctx, &d, c.repo, wishes.Milestone)
	c.t.planType(ctx, &d, c.repo, wishes.IssueType)
	for _, name := range d.Later {
		c.found.OK(things[name], "it can be set")
	}
	for _, drop := range d.Dropped {
		c.found.Add(bridge.LevelWarning, things[drop.Field], "make it in GitHub, or name another in the configuration",
			"%q cannot be set: %s", drop.Value, drop.Why)
	}
}

// Probe asks for the account's limits, which costs none of them. An Enterprise Server that has no limits says 404 to who
// has shown good credentials, and 401 to others.
func (t *Tracker) Probe(ctx context.Context) error {
	_, resp, err := t.client().RateLimit.Get(ctx)
	if resp != nil && resp.StatusCode == http.StatusNotFound {
		return nil
	}
	return call{op: "probe GitHub", method: http.MethodGet}.failed(resp, err)
}
