package sandbox

import (
	"net/http"
	"slices"
)

// lockReasons are those GitHub takes; with any other the lock fails (docs: Lock an issue).
var lockReasons = []string{"off-topic", "too heated", "resolved", "spam"}

// lockIssue closes the conversation: nobody can comment until it is unlocked. At GitHub who may push still can, but an
// App never (probot/stale#25, Expensify/App#14862), and it is their answer that one has to live with.
func (g *github) lockIssue(c *call, r *ghRepo, i *ghIssue) answer {
	var in struct {
		Reason *string `json:"lock_reason"`
	}
	if len(c.body) > 0 {
		if refused := ghDecode(c, &in); refused != nil {
			return *refused
		}
	}
	switch {
	case !r.push:
		return ghError(http.StatusForbidden, ghWords[http.StatusForbidden])
	case in.Reason != nil && !slices.Contains(lockReasons, *in.Reason):
		return ghInvalid(object{"resource": "Issue", "code": "invalid", "field": "lock_reason", "value": *in.Reason})
	}
	i.locked, i.lockReason = true, ""
	if in.Reason != nil {
		i.lockReason = *in.Reason
	}
	return noContent()
}

func (g *github) unlockIssue(_ *call, r *ghRepo, i *ghIssue) answer {
	if !r.push {
		return ghError(http.StatusForbidden, ghWords[http.StatusForbidden])
	}
	i.locked, i.lockReason = false, ""
	return noContent()
}

// editRepo archives a repository or brings it back, switches its issues on and off, and makes it public or private. GitHub wants an administrator
// for it; here whoever may push is one, so that a test need not have two tokens.
func (g *github) editRepo(c *call) answer {
	r := g.repoOf(c)
	if r == nil {
		return ghNotFound(c)
	}
	var in struct {
		Archived  *bool `json:"archived"`
		HasIssues *bool `json:"has_issues"`
		Private   *bool `json:"private"`
	}
	if refused := ghDecode(c, &in); refused != nil {
		return *refused
	}
	stays := r.archived && (in.Archived == nil || *in.Archived)
	switch {
	case !r.push:
		return ghError(http.StatusForbidden, "Must have admin rights to Repository.")
	case stays:
		return ghArchived()
	}
	if in.Archived != nil {
		r.archived = *in.Archived
	}
	if in.HasIssues != nil {
		r.hasIssues = *in.HasIssues
	}
	if in.Private != nil {
		r.private = *in.Private
	}
	return g.getRepo(c, r)
}

func ghArchived() answer {
	return ghError(http.StatusForbidden, "Repository was archived so is read-only.")
}
