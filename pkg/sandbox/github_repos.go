package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

type ghUser struct {
	id         int64
	login      string
	name       string
	email      string // as shown in the profile; empty: not public
	assignable bool
	kind       string // empty: User
	bot        bool
}

type ghRepo struct {
	id         int64
	owner      string
	name       string
	private    bool
	archived   bool
	hasIssues  bool
	push       bool // what the token may; without it labels and assignees are dropped without a word
	labels     []*ghLabel
	issues     []*ghIssue // by number
	milestones []*ghMilestone
	given      int             // how many numbers were given
	moved      map[int]ghPlace // by the number that an issue had here
	made       time.Time
}

type ghLabel struct {
	id    int64
	name  string
	color string
	about string
}

func (r *ghRepo) fullName() string { return r.owner + "/" + r.name }

// label finds a label as GitHub does, without regard to case.
func (r *ghRepo) label(name string) *ghLabel {
	for _, l := range r.labels {
		if strings.EqualFold(l.name, name) {
			return l
		}
	}
	return nil
}

func (g *github) user(login string) *ghUser {
	for _, u := range g.users {
		if strings.EqualFold(u.login, login) {
			return u
		}
	}
	return nil
}

func (u *ghUser) wire(c *call) object {
	self, kind := c.api+"/users/"+url.PathEscape(u.login), cmp.Or(u.kind, "User")
	if u.bot {
		kind = "Bot"
	}
	return object{
		"login": u.login, "id": u.id, "node_id": fmt.Sprintf("U_%d", u.id), "avatar_url": c.api + "/avatars/" + u.login,
		"gravatar_id": "", "url": self, "html_url": c.site + "/" + u.login, "followers_url": self + "/followers",
		"following_url": self + "/following{/other_user}", "gists_url": self + "/gists{/gist_id}",
		"starred_url": self + "/starred{/owner}{/repo}", "subscriptions_url": self + "/subscriptions",
		"organizations_url": self + "/orgs", "repos_url": self + "/repos", "events_url": self + "/events{/privacy}",
		"received_events_url": self + "/received_events", "type": kind, "site_admin": false,
	}
}

func (l *ghLabel) wire(c *call, r *ghRepo) object {
	return object{
		"id": l.id, "node_id": fmt.Sprintf("LA_%d", l.id), "url": r.api(c) + "/labels/" + url.PathEscape(l.name),
		"name": l.name, "description": l.about, "color": l.color, "default": false,
	}
}

func (r *ghRepo) api(c *call) string { return c.api + "/repos/" + r.fullName() }

// repoURLs are the members of a repository that are its own URL with something behind it.
var repoURLs = strings.Fields(`archive assignees blobs branches collaborators comments commits compare contents contributors
	deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels
	languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees`)

func (g *github) getRepo(c *call, r *ghRepo) answer {
	page, at := c.site+"/"+r.fullName(), ghTime(r.made)
	visibility := "public"
	if r.private {
		visibility = "private"
	}
	repo := object{
		"id": r.id, "node_id": fmt.Sprintf("R_%d", r.id), "name": r.name, "full_name": r.fullName(),
		"owner": g.owner(r).wire(c), "private": r.private, "visibility": visibility, "archived": r.archived, "disabled": false,
		"html_url": page, "url": r.api(c), "description": nil, "fork": false, "default_branch": "main",
		"has_issues": r.hasIssues, "has_projects": false, "has_wiki": false, "has_pages": false, "has_discussions": false, "has_downloads": false,
		"clone_url": page + ".git", "git_url": page + ".git", "ssh_url": "git@sandbox:" + r.fullName() + ".git", "svn_url": page,
		"homepage": nil, "language": nil, "mirror_url": nil, "license": nil, "size": 0,
		"forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "network_count": 0, "subscribers_count": 0,
		"open_issues": r.open(), "open_issues_count": r.open(), "created_at": at, "updated_at": at, "pushed_at": at,
		"permissions": object{"admin": false, "maintain": false, "push": r.push, "triage": r.push, "pull": true},
	}
	for _, name := range repoURLs {
		repo[name+"_url"] = r.api(c) + "/" + name
	}
	return ok(repo)
}

// owner is the repository's account; it need not be one of those who can be asked for.
func (g *github) owner(r *ghRepo) *ghUser {
	if u := g.user(r.owner); u != nil {
		return u
	}
	return &ghUser{id: 1000 + r.id, login: r.owner, kind: "Organization"}
}

func (r *ghRepo) open() (n int) {
	for _, i := range r.issues {
		if i.state == "open" {
			n++
		}
	}
	return n
}

func (g *github) checkAssignee(c *call, _ *ghRepo) answer {
	if u := g.user(c.params["login"]); u == nil || !u.assignable {
		return ghNotFound(c)
	}
	return noContent()
}

func (g *github) listLabels(c *call, r *ghRepo) answer {
	return paged(c, r.labels, func(l *ghLabel) object { return l.wire(c, r) })
}

func (g *github) getLabel(c *call, r *ghRepo) answer {
	if l := r.label(c.params["name"]); l != nil {
		return ok(l.wire(c, r))
	}
	return ghNotFound(c)
}

func (g *github) createLabel(c *call, r *ghRepo) answer {
	var in struct{ Name, Color, Description string }
	if refused := ghDecode(c, &in); refused != nil {
		return *refused
	}
	wrong := object{"resource": "Label", "field": "name"}
	switch {
	case !r.push:
		return ghNotFound(c) // GitHub does not tell a reader that there is something to write
	case in.Name == "":
		wrong["code"] = "missing_field"
	case utf8.RuneCountInString(in.Name) > maxLabel:
		wrong["code"], wrong["message"] = "custom", fmt.Sprintf("name is too long (maximum is %d characters)", maxLabel)
	case r.label(in.Name) != nil:
		wrong["code"] = "already_exists"
	default:
		return created(g.newLabel(r, in.Name, in.Color, in.Description).wire(c, r))
	}
	return ghInvalid(wrong)
}

func (g *github) newLabel(r *ghRepo, name, color, about string) *ghLabel {
	if color == "" {
		color = "ededed" // what GitHub gives a label that is made by naming it at an issue
	}
	l := &ghLabel{id: g.nextID(), name: name, color: strings.TrimPrefix(color, "#"), about: about}
	r.labels = append(r.labels, l)
	return l
}

func (g *github) getSelf(c *call) answer {
	a := ok(g.users[0].profile(c))
	_, token, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	if until, ends := expires(token); ends {
		a.set("GitHub-Authentication-Token-Expiration", until.Format("2006-01-02 15:04:05 MST"))
	}
	return a
}

func (u *ghUser) profile(c *call) object {
	o := u.wire(c)
	for _, name := range []string{"bio", "blog", "company", "email", "hireable", "location"} {
		o[name] = nil
	}
	for _, name := range []string{"public_repos", "public_gists", "followers", "following"} {
		o[name] = 0
	}
	o["user_view_type"] = "public"
	o["name"], o["created_at"], o["updated_at"] = u.name, ghTime(seedTime), ghTime(seedTime)
	return o
}

// searchUsers finds by public e-mail with in:email, otherwise by login; as at GitHub nobody without a public one.
func (g *github) searchUsers(c *call) answer {
	words, inEmail := []string{}, false
	for _, w := range strings.Fields(c.query.Get("q")) {
		inEmail = inEmail || w == "in:email"
		if !strings.Contains(w, ":") {
			words = append(words, strings.ToLower(w))
		}
	}
	if len(words) == 0 {
		return answer{status: http.StatusUnprocessableEntity, body: ghInvalid(object{"resource": "Search", "field": "q", "code": "missing"}).body}
	}
	items := []object{}
	for _, u := range g.users {
		in := u.login
		if inEmail {
			in = u.email
		}
		if strings.Contains(strings.ToLower(in), strings.Join(words, " ")) {
			item := u.wire(c)
			item["score"] = 1.0
			items = append(items, item)
		}
	}
	return ok(object{"total_count": len(items), "incomplete_results": false, "items": items})
}
