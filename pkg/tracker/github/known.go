package github

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	gogithub "github.com/google/go-github/v60/github"
	"golang.org/x/time/rate"
)

// known is what was learnt from GitHub moments ago. Keys are in lower case, for GitHub reads names without regard to it.
type known struct {
	assignees  *memory[bool]   // by repository and login
	logins     *memory[string] // by e-mail address; empty: nobody, or not just one
	find       bool            // whether to look for logins at all
	searches   *rate.Limiter
	labels     *memory[struct{}] // those that are there, by repository and name
	repos      *memory[facts]
	milestones *memory[[]*gogithub.Milestone] // of a repository, the open ones
	types      *memory[[]string]              // of an organisation
}

func newKnown(findUsers bool) *known {
	return &known{
		logins: newMemory[string](), find: findUsers, searches: rate.NewLimiter(searchEvery, searchBurst),
		assignees: newMemory[bool](), labels: newMemory[struct{}](), repos: newMemory[facts](),
		milestones: newMemory[[]*gogithub.Milestone](), types: newMemory[[]string](),
	}
}

func key(parts ...string) string { return strings.ToLower(strings.Join(parts, " ")) }

// facts are what GitHub says of a repository. The zero facts are those of one of which nothing could be learnt.
type facts struct {
	hidden   bool // it is private or internal: strangers do not see it
	byPerson bool // it belongs to a person, who has no issue types
}

// factsOf asks for the repository, unless it did so moments ago. An answer that is not to be had is no error: what
// hangs on it has a careful default.
func (t *Tracker) factsOf(ctx context.Context, r repo) facts {
	if found, ok := t.known.repos.get(key(r.String())); ok {
		return found
	}
	answer, resp, err := t.client().Repositories.Get(ctx, r.owner, r.name)
	if err := (call{op: "read repository " + r.String(), method: http.MethodGet}).failed(resp, err); err != nil {
		t.log.Warn("a repository could not be asked about", "repo", r.String(), "err", err)
		return facts{}
	}
	found := facts{
		byPerson: answer.GetOwner().GetType() == "User",
		hidden:   slices.Contains([]string{"private", "internal"}, cmp.Or(answer.GetVisibility(), visibility(answer.GetPrivate()))),
	}
	t.known.repos.put(key(r.String()), found)
	return found
}

// visibility is what an Enterprise Server that is too old to name it means.
func visibility(private bool) string {
	if private {
		return "private"
	}
	return "public"
}
