package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func (m *ghComment) wire(c *call, r *ghRepo, i *ghIssue) object {
	return object{
		"id": m.id, "node_id": fmt.Sprintf("IC_%d", m.id), "body": m.body, "user": m.author.wire(c), "author_association": "MEMBER",
		"url": fmt.Sprintf("%s/issues/comments/%d", r.api(c), m.id), "issue_url": fmt.Sprintf("%s/issues/%d", r.api(c), i.number),
		"html_url":   fmt.Sprintf("%s#issuecomment-%d", i.page(c.site, r), m.id),
		"created_at": ghTime(m.at), "updated_at": ghTime(m.at), "performed_via_github_app": nil,
	}
}

func (g *github) listComments(c *call, r *ghRepo, i *ghIssue) answer {
	since, _ := time.Parse(time.RFC3339, c.query.Get("since"))
	var found []*ghComment
	for _, m := range i.comments {
		if !m.at.Truncate(time.Second).Before(since) {
			found = append(found, m)
		}
	}
	return paged(c, found, func(m *ghComment) object { return m.wire(c, r, i) })
}

func (g *github) createComment(c *call, r *ghRepo, i *ghIssue) answer {
	var in struct{ Body *string }
	if refused := ghDecode(c, &in); refused != nil {
		return *refused
	}
	if i.locked {
		return ghError(http.StatusForbidden, "Unable to create comment because issue is locked.")
	}
	if in.Body == nil || *in.Body == "" {
		return ghInvalid(object{"resource": "IssueComment", "code": "missing_field", "field": "body"})
	}
	if wrong := tooLong("body", in.Body, maxBodyText); wrong != nil {
		wrong[0]["resource"] = "IssueComment"
		return ghInvalid(wrong...)
	}
	m := &ghComment{id: g.nextID(), author: g.self(c), body: *in.Body, at: c.now}
	i.comments = append(i.comments, m)
	i.updated = c.now
	return created(m.wire(c, r, i))
}

// addAssignees adds whom it can. As on create, one who cannot be assigned spoils the call.
func (g *github) addAssignees(c *call, r *ghRepo, i *ghIssue) answer {
	var in struct{ Assignees []string }
	if refused := ghDecode(c, &in); refused != nil {
		return *refused
	}
	if !r.push {
		return created(i.wire(c, r))
	}
	all := slices.Clone(in.Assignees)
	for _, u := range i.assignees {
		if !slices.Contains(all, u.login) {
			all = append(all, u.login)
		}
	}
	if wrong := g.checkAssignees(all); len(wrong) > 0 {
		return ghInvalid(wrong...)
	}
	g.assign(i, in.Assignees)
	i.updated = c.now
	return created(i.wire(c, r))
}

func (g *github) listIssueLabels(c *call, r *ghRepo, i *ghIssue) answer {
	return paged(c, i.labels, func(l *ghLabel) object { return l.wire(c, r) })
}

func (g *github) addIssueLabels(c *call, r *ghRepo, i *ghIssue) answer {
	return g.writeLabels(c, r, i, false)
}
func (g *github) setIssueLabels(c *call, r *ghRepo, i *ghIssue) answer {
	return g.writeLabels(c, r, i, true)
}

// writeLabels takes {"labels": […]} and the bare list, which go-github sends.
func (g *github) writeLabels(c *call, r *ghRepo, i *ghIssue, replace bool) answer {
	var in struct{ Labels ghNames }
	into := any(&in)
	if bytes.HasPrefix(bytes.TrimSpace(c.body), []byte("[")) {
		into = &in.Labels
	}
	if refused := ghDecode(c, into); refused != nil {
		return *refused
	}
	if !r.push {
		return ghNotFound(c)
	}
	if wrong := checkNames(in.Labels); len(wrong) > 0 {
		return ghInvalid(wrong...)
	}
	if replace {
		i.labels = nil
	}
	g.label(r, i, in.Labels)
	i.updated = c.now
	return ok(i.wireLabels(c, r))
}

func (g *github) removeIssueLabel(c *call, r *ghRepo, i *ghIssue) answer {
	named := func(l *ghLabel) bool { return strings.EqualFold(l.name, c.params["name"]) }
	if !slices.ContainsFunc(i.labels, named) {
		return ghError(404, "Label does not exist")
	}
	i.labels = slices.DeleteFunc(slices.Clone(i.labels), named)
	i.updated = c.now
	return ok(i.wireLabels(c, r))
}
