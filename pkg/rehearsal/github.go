package rehearsal

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// newNumber is what a stand-in GitHub calls an issue that it made. No repository gets there.
const newNumber = 999_999_999

// GitHub returns a tape for the GitHub whose API is at base. Through next, if it is not nil, GitHub itself is asked what it has;
// otherwise everybody can be assigned there, there are no labels yet, and no repository says whether it is private.
func GitHub(base string, next http.RoundTripper) (*Tape, error) {
	t, err := newTape(base, next)
	if err == nil {
		t.standIn = &github{wish: &t.wish, issues: map[string]object{}}
	}
	return t, err
}

type github struct {
	*wish
	issues map[string]object // as they stand now, by path: those that were written to
}

var (
	githubIssues   = regexp.MustCompile(`^repos/[^/]+/[^/]+/issues$`)
	githubIssue    = regexp.MustCompile(`^repos/[^/]+/[^/]+/issues/[0-9]+$`)
	githubAssignee = regexp.MustCompile(`^repos/[^/]+/[^/]+/assignees/[^/]+$`)
	githubTitles   = regexp.MustCompile(`^repos/[^/]+/[^/]+/milestones$`)
)

func (g *github) read(path string) (a answer, own bool) {
	if issue, ok := g.issues[path]; ok {
		return answer{http.StatusOK, issue}, true
	}
	if issue, ok := strings.CutSuffix(path, "/comments"); ok && isNew(g.issues[issue]) {
		return answer{http.StatusOK, []object{}}, true
	}
	switch {
	case githubAssignee.MatchString(path):
		return answer{status: http.StatusNoContent}, false
	case githubTitles.MatchString(path):
		return answer{http.StatusOK, []object{{"number": 1, "title": g.expected().Milestone}}}, false
	case path == "search/users":
		return answer{http.StatusOK, object{"total_count": 0, "items": []object{}}}, false
	}
	return answer{http.StatusNotFound, object{"message": "Not Found"}}, false
}

func isNew(issue object) bool { return issue["number"] == newNumber }

func (g *github) write(req *http.Request, path string, body object, now func(string) object) answer {
	switch {
	case req.Method == http.MethodPost && githubIssues.MatchString(path):
		issue := object{"number": newNumber, "state": "open", "url": req.URL.String() + "/" + strconv.Itoa(newNumber)}
		g.edit(issue, body)
		g.issues[path+"/"+strconv.Itoa(newNumber)] = issue
		return answer{http.StatusCreated, issue}
	case req.Method == http.MethodPatch && githubIssue.MatchString(path):
		issue, ok := g.issues[path]
		if !ok {
			if issue = now(path); issue == nil {
				return answer{http.StatusNotFound, object{"message": "Not Found"}}
			}
		}
		g.edit(issue, body)
		g.issues[path] = issue
		return answer{http.StatusOK, issue}
	}
	return answer{http.StatusCreated, object{"id": 1}}
}

// edit sets what a create or an edit says in the form in which GitHub shows it. A milestone, which it names by its number alone,
// is the one that was asked for.
func (g *github) edit(issue, body object) {
	maps.Copy(issue, body)
	for field, name := range map[string]string{"labels": "name", "assignees": "login"} {
		if list, ok := body[field].([]any); ok {
			shown := make([]object, 0, len(list))
			for _, one := range list {
				shown = append(shown, object{name: one})
			}
			issue[field] = shown
		}
	}
	if name, ok := body["type"]; ok && name != nil {
		issue["type"] = object{"name": name}
	}
	if number, ok := body["milestone"]; ok && number != nil {
		issue["milestone"] = object{"number": number, "title": g.expected().Milestone}
	}
}

func (*github) public(url string) string {
	return strings.Replace(url, "/issues/"+strconv.Itoa(newNumber), "/issues/{number}", 1)
}
