package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

type ghIssue struct {
	id         int64
	number     int
	title      string
	body       string
	labels     []*ghLabel
	assignees  []*ghUser
	milestone  *ghMilestone // nil: none
	kind       string       // the issue type's name; empty: none
	state      string       // open or closed
	reason     string       // why it is in that state; empty: none
	author     *ghUser
	comments   []*ghComment
	locked     bool
	lockReason string // one of lockReasons; empty: none was given
	created    time.Time
	updated    time.Time
	closed     time.Time
}

type ghComment struct {
	id     int64
	author *ghUser
	body   string
	at     time.Time
}

// ghTime writes a time as GitHub does, to the second.
func ghTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func (r *ghRepo) issue(number string) *ghIssue {
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil
	}
	at, found := slices.BinarySearchFunc(r.issues, n, func(i *ghIssue, n int) int { return cmp.Compare(i.number, n) })
	if !found {
		return nil
	}
	return r.issues[at]
}

func (i *ghIssue) page(site string, r *ghRepo) string {
	return fmt.Sprintf("%s/%s/issues/%d", site, r.fullName(), i.number)
}

func (i *ghIssue) public(r *ghRepo, site string) GitHubIssue {
	p := GitHubIssue{
		Repo: r.fullName(), Number: i.number, Title: i.title, Body: i.body, State: i.state, Reason: i.reason, Locked: i.locked, Type: i.kind,
		Labels: []string{}, Assignees: []string{}, Comments: []Comment{}, URL: i.page(site, r),
	}
	if i.milestone != nil {
		p.Milestone = i.milestone.title
	}
	for _, l := range i.labels {
		p.Labels = append(p.Labels, l.name)
	}
	for _, u := range i.assignees {
		p.Assignees = append(p.Assignees, u.login)
	}
	for _, m := range i.comments {
		p.Comments = append(p.Comments, Comment{ID: m.id, Author: m.author.login, Body: m.body, At: m.at})
	}
	return p
}

func (i *ghIssue) wire(c *call, r *ghRepo) object {
	self := fmt.Sprintf("%s/issues/%d", r.api(c), i.number)
	o := object{
		"id": i.id, "node_id": fmt.Sprintf("I_%d", i.id), "number": i.number, "title": i.title, "body": i.body,
		"url": self, "html_url": i.page(c.site, r), "repository_url": r.api(c), "labels_url": self + "/labels{/name}",
		"comments_url": self + "/comments", "events_url": self + "/events", "timeline_url": self + "/timeline",
		"user": i.author.wire(c), "author_association": "MEMBER", "labels": i.wireLabels(c, r), "comments": len(i.comments),
		"state": i.state, "state_reason": nil, "locked": i.locked, "active_lock_reason": nil, "milestone": nil, "assignee": nil,
		"created_at": ghTime(i.created), "updated_at": ghTime(i.updated), "closed_at": nil, "performed_via_github_app": nil,
	}
	if i.milestone != nil {
		o["milestone"] = i.milestone.wire(c, r)
	}
	if n := typeNamed(i.kind); n >= 0 {
		o["type"] = ghType(n, i.kind)
	}
	if i.reason != "" {
		o["state_reason"] = i.reason
	}
	if i.lockReason != "" {
		o["active_lock_reason"] = i.lockReason
	}
	if i.state == "closed" {
		o["closed_at"] = ghTime(i.closed)
	}
	assignees := []object{}
	for _, u := range i.assignees {
		assignees = append(assignees, u.wire(c))
	}
	o["assignees"] = assignees
	if len(assignees) > 0 {
		o["assignee"] = assignees[0]
	}
	return o
}

func (i *ghIssue) wireLabels(c *call, r *ghRepo) []object {
	labels := []object{}
	for _, l := range i.labels {
		labels = append(labels, l.wire(c, r))
	}
	return labels
}

func (g *github) getIssue(c *call, r *ghRepo, i *ghIssue) answer { return ok(i.wire(c, r)) }

func (g *github) createIssue(c *call, r *ghRepo) answer {
	var in ghInput
	if refused := in.read(c); refused != nil {
		return *refused
	}
	if in.Title == nil {
		return ghError(http.StatusUnprocessableEntity, "Invalid request.\n\n\"title\" wasn't supplied.")
	}
	in.State, in.StateReason = nil, nil // not settable on create
	if wrong := g.check(r, in); len(wrong) > 0 {
		return ghInvalid(wrong...)
	}
	r.given++
	i := &ghIssue{id: g.nextID(), number: r.given, state: "open", author: g.self(c), created: c.now}
	r.issues = append(r.issues, i)
	g.apply(c, r, i, in)
	return created(i.wire(c, r)).with("Location", fmt.Sprintf("%s/issues/%d", r.api(c), i.number))
}

func (g *github) editIssue(c *call, r *ghRepo, i *ghIssue) answer {
	var in ghInput
	if refused := in.read(c); refused != nil {
		return *refused
	}
	if wrong := g.check(r, in); len(wrong) > 0 {
		return ghInvalid(wrong...)
	}
	g.apply(c, r, i, in)
	return ok(i.wire(c, r))
}

// listIssues filters, sorts and pages as GitHub does; since is about updated_at. What is new may lag behind.
func (g *github) listIssues(c *call, r *ghRepo) answer {
	q := c.query
	var since time.Time
	if s := q.Get("since"); s != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, s); err != nil {
			return ghInvalid(object{"resource": "Issue", "field": "since", "code": "invalid", "value": s})
		}
	}
	state := cmp.Or(q.Get("state"), "open")
	var found []*ghIssue
	for _, i := range r.issues {
		if c.indexed(i.created) && (state == "all" || i.state == state) && !i.updated.Truncate(time.Second).Before(since) && i.matches(q.Get("labels"), q.Get("creator"), q.Get("assignee")) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, ghOrder(q.Get("sort")))
	if q.Get("direction") != "asc" {
		slices.Reverse(found)
	}
	return paged(c, found, func(i *ghIssue) object { return i.wire(c, r) })
}

func ghOrder(by string) func(a, b *ghIssue) int {
	return func(a, b *ghIssue) int {
		first := 0
		switch by {
		case "updated":
			first = a.updated.Compare(b.updated)
		case "comments":
			first = cmp.Compare(len(a.comments), len(b.comments))
		}
		return cmp.Or(first, cmp.Compare(a.number, b.number))
	}
}

func (i *ghIssue) matches(labels, creator, assignee string) bool {
	for name := range strings.SplitSeq(labels, ",") {
		if name != "" && !slices.ContainsFunc(i.labels, func(l *ghLabel) bool { return strings.EqualFold(l.name, name) }) {
			return false
		}
	}
	if creator != "" && !strings.EqualFold(creator, i.author.login) {
		return false
	}
	switch assignee {
	case "":
		return true
	case "none":
		return len(i.assignees) == 0
	case "*":
		return len(i.assignees) > 0
	}
	return slices.ContainsFunc(i.assignees, func(u *ghUser) bool { return strings.EqualFold(u.login, assignee) })
}

// paged cuts a list as per_page and page ask, with GitHub's Link header.
func paged[T any](c *call, all []T, wire func(T) object) answer {
	size := min(max(number(c.query.Get("per_page"), 30), 1), 100)
	page := max(number(c.query.Get("page"), 1), 1)
	last := max((len(all)+size-1)/size, 1)
	out := []object{}
	for _, one := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		out = append(out, wire(one))
	}
	var links []string
	link := func(rel string, to int, wanted bool) {
		if !wanted {
			return
		}
		q := c.request.URL.Query()
		q.Set("page", strconv.Itoa(to))
		links = append(links, fmt.Sprintf("<%s%s?%s>; rel=%q", c.api, c.path, q.Encode(), rel))
	}
	link("prev", page-1, page > 1)
	link("next", page+1, page < last)
	link("last", last, page < last)
	link("first", 1, page > 1)
	a := ok(out)
	if len(links) > 0 {
		a.set("Link", strings.Join(links, ", "))
	}
	return a
}

// number reads a decimal; what is none counts as otherwise. It is kept small enough to multiply.
func number(s string, otherwise int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return otherwise
	}
	return min(n, 1_000_000)
}
