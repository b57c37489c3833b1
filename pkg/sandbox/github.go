package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	githubSite = "/github"
	githubAPI  = "/github/api/v3"
	githubDocs = "https://docs.github.com/rest"
)

// github is the state of the stand-in GitHub. A token, whatever it is, belongs to users[0] if it is not the App's.
type github struct {
	repos  []*ghRepo
	users  []*ghUser
	lastID int64

	app    *App // nil: none
	bot    *ghUser
	tokens map[string]time.Time // the App's, and until when they are good
}

func (g *github) nextID() int64 {
	g.lastID++
	return g.lastID
}

func (g *github) tracker() *tracker {
	return &tracker{
		name: "github", site: githubSite, api: githubAPI, root: "/",
		authorize: g.authorize, missing: ghNotFound, header: ghHeader,
		refuse: ghRefuse, limit: ghLimit, watch: ghWatch, spaced: true,
		routes: []route{
			on("GET", "/user", g.getSelf),
			on("GET", "/search/users", g.searchUsers),
			on("GET", "/rate_limit", getRateLimit),
			on("GET", "/app", g.getApp),
			on("POST", "/app/installations/{id}/access_tokens", g.createToken),
			on("GET", "/repos/{owner}/{repo}/installation", g.getInstallation),
			on("GET", "/repos/{owner}/{repo}", g.inRepo(g.getRepo)),
			on("PATCH", "/repos/{owner}/{repo}", g.editRepo),
			on("GET", "/repos/{owner}/{repo}/assignees/{login}", g.inRepo(g.checkAssignee)),
			on("GET", "/orgs/{org}/issue-types", g.listTypes),
			on("GET", "/repos/{owner}/{repo}/milestones", g.inIssues(g.listMilestones)),
			on("POST", "/repos/{owner}/{repo}/milestones", g.inIssues(g.createMilestone)),
			on("DELETE", "/repos/{owner}/{repo}/milestones/{milestone}", g.inIssues(g.deleteMilestone)),
			on("GET", "/repos/{owner}/{repo}/labels", g.inRepo(g.listLabels)),
			on("POST", "/repos/{owner}/{repo}/labels", g.inRepo(g.createLabel)),
			on("GET", "/repos/{owner}/{repo}/labels/{name}", g.inRepo(g.getLabel)),
			on("GET", "/repos/{owner}/{repo}/issues", g.inIssues(g.listIssues)),
			on("POST", "/repos/{owner}/{repo}/issues", g.inIssues(g.createIssue)),
			on("GET", "/repos/{owner}/{repo}/issues/{number}", g.inIssue(g.getIssue)),
			on("PATCH", "/repos/{owner}/{repo}/issues/{number}", g.inIssue(g.editIssue)),
			on("GET", "/repos/{owner}/{repo}/issues/{number}/comments", g.inIssue(g.listComments)),
			on("POST", "/repos/{owner}/{repo}/issues/{number}/comments", g.inIssue(g.createComment)),
			on("POST", "/repos/{owner}/{repo}/issues/{number}/assignees", g.inIssue(g.addAssignees)),
			on("GET", "/repos/{owner}/{repo}/issues/{number}/labels", g.inIssue(g.listIssueLabels)),
			on("POST", "/repos/{owner}/{repo}/issues/{number}/labels", g.inIssue(g.addIssueLabels)),
			on("PUT", "/repos/{owner}/{repo}/issues/{number}/labels", g.inIssue(g.setIssueLabels)),
			on("DELETE", "/repos/{owner}/{repo}/issues/{number}/labels/{name}", g.inIssue(g.removeIssueLabel)),
			on("PUT", "/repos/{owner}/{repo}/issues/{number}/lock", g.inIssue(g.lockIssue)),
			on("DELETE", "/repos/{owner}/{repo}/issues/{number}/lock", g.inIssue(g.unlockIssue)),
			// where redirects lead
			on("GET", "/repositories/{id}/issues/{number}", g.inIssue(g.getIssue)),
			on("PATCH", "/repositories/{id}/issues/{number}", g.inIssue(g.editIssue)),
			on("GET", "/repositories/{id}/issues/{number}/comments", g.inIssue(g.listComments)),
			on("POST", "/repositories/{id}/issues/{number}/comments", g.inIssue(g.createComment)),
		},
	}
}

// authorizeGitHub wants a token in one of the two forms GitHub takes; one that begins with "bad" is a revoked one.
func authorizeGitHub(c *call) *answer {
	scheme, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	known := strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "token")
	if known && token != "" && !strings.HasPrefix(token, "bad") {
		return nil
	}
	a := ghError(http.StatusUnauthorized, "Bad credentials")
	return &a
}

func ghError(status int, message string) answer {
	return answer{status: status, body: ghProblem(status, message)}
}

func ghProblem(status int, message string) object {
	return object{"message": message, "documentation_url": githubDocs, "status": strconv.Itoa(status)}
}

func ghNotFound(*call) answer { return ghError(http.StatusNotFound, "Not Found") }

// ghInvalid is GitHub's 422 with its list of errors.
func ghInvalid(errs ...object) answer {
	problem := ghProblem(http.StatusUnprocessableEntity, "Validation Failed")
	problem["errors"] = errs
	return answer{status: http.StatusUnprocessableEntity, body: problem}
}

// ghDecode reads a request's body; where it returns an answer, that is GitHub's refusal.
func ghDecode(c *call, into any) *answer {
	err := c.decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		a := ghError(http.StatusUnprocessableEntity, fmt.Sprintf("Invalid request.\n\nFor 'properties/%s', %s is not a %s.", wrong.Field, wrong.Value, wrong.Type))
		return &a
	}
	a := ghError(http.StatusBadRequest, "Problems parsing JSON")
	return &a
}

// ghHeader sets what GitHub sends along. The budget never runs low by itself: that is what ghLimit is for.
func ghHeader(h http.Header, now time.Time) {
	h.Set("X-RateLimit-Limit", "5000")
	h.Set("X-RateLimit-Remaining", "4999")
	h.Set("X-RateLimit-Used", "1")
	h.Set("X-RateLimit-Reset", strconv.FormatInt(now.Add(time.Hour).Unix(), 10))
	h.Set("X-RateLimit-Resource", "core")
	h.Set("X-GitHub-Media-Type", "github.v3; format=json")
}

func getRateLimit(c *call) answer {
	reset := c.now.Add(time.Hour).Unix()
	rate := func(limit int) object {
		return object{"limit": limit, "remaining": limit - 1, "used": 1, "reset": reset}
	}
	return ok(object{"resources": object{"core": rate(5000), "search": rate(30)}, "rate": rate(5000)})
}

func (g *github) repo(owner, name string) *ghRepo {
	for _, r := range g.repos {
		if strings.EqualFold(r.owner, owner) && strings.EqualFold(r.name, name) {
			return r
		}
	}
	return nil
}

// repoOf is the repository that a path names by owner and name or, where a redirect led, by id; nil if there is none.
func (g *github) repoOf(c *call) *ghRepo {
	id, byID := c.params["id"]
	if !byID {
		return g.repo(c.params["owner"], c.params["repo"])
	}
	at := slices.IndexFunc(g.repos, func(r *ghRepo) bool { return strconv.FormatInt(r.id, 10) == id })
	if at < 0 {
		return nil
	}
	return g.repos[at]
}

func (g *github) inRepo(h func(*call, *ghRepo) answer) handler {
	return func(c *call) answer {
		r := g.repoOf(c)
		switch {
		case r == nil || !g.sees(c, r):
			return ghNotFound(c)
		case r.archived && c.request.Method != http.MethodGet:
			return ghArchived()
		}
		return h(c, r)
	}
}

func (g *github) inIssues(h func(*call, *ghRepo) answer) handler {
	return g.inRepo(func(c *call, r *ghRepo) answer {
		if !r.hasIssues {
			return ghError(http.StatusGone, "Issues are disabled for this repo")
		}
		return h(c, r)
	})
}

func (g *github) inIssue(h func(*call, *ghRepo, *ghIssue) answer) handler {
	return g.inIssues(func(c *call, r *ghRepo) answer {
		if i := r.issue(c.params["number"]); i != nil {
			return h(c, r, i)
		}
		if a, moved := r.elsewhere(c); moved {
			return a
		}
		return ghNotFound(c)
	})
}
