package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ghPlace is where an issue has gone.
type ghPlace struct {
	repo   *ghRepo
	number int
}

// Move transfers an issue, as a person does on its page: "acme/web#1" to the repository "acme/shop", "WEB-1" to the
// project "API". It returns the issue's new name. On GitHub the old number answers 301 from then on; in Jira the old key
// goes on working. Of the two Jiras it is Cloud's issue.
func (s *Server) Move(issue, to string) (string, error) {
	return s.moveAt(jiraKinds[0].name, issue, to)
}

// moveAt is Move with the name of the Jira that is meant, for both may have a WEB-1.
func (s *Server) moveAt(tracker, issue, to string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if repo, number, is := strings.Cut(issue, "#"); is {
		return s.github.transfer(repo, number, to)
	}
	for _, j := range s.jiras {
		if j.name == tracker {
			return j.move(issue, to)
		}
	}
	return "", fmt.Errorf("tracker: %q: use jira-cloud or jira-dc", tracker)
}

func (s *Server) postMove(w http.ResponseWriter, r *http.Request) {
	body, refused := readAll(w, r)
	if refused != nil {
		send(w, *refused)
		return
	}
	var in struct{ Tracker, Issue, To string }
	err := (&call{body: body}).decode(&in)
	name := ""
	if err == nil {
		name, err = s.moveAt(cmp.Or(in.Tracker, jiraKinds[0].name), in.Issue, in.To)
	}
	if err != nil {
		send(w, answer{status: http.StatusBadRequest, body: object{"error": err.Error()}})
		return
	}
	send(w, ok(object{"issue": name}))
}

// transfer keeps what GitHub keeps: comments, people, and labels that the other repository has as well (docs:
// Transferring an issue to another repository).
func (g *github) transfer(repo, number, to string) (string, error) {
	from, target := g.named(repo), g.named(to)
	switch {
	case from == nil || from.issue(number) == nil:
		return "", fmt.Errorf("issue: no %s#%s: name one that /_sandbox/state shows", repo, number)
	case target == nil || target == from:
		return "", fmt.Errorf("to: %q: name another repository of the sandbox, such as acme/shop", to)
	}
	old := from.issue(number)
	moved := *old
	moved.labels = nil
	for _, l := range old.labels {
		if own := target.label(l.name); own != nil {
			moved.labels = append(moved.labels, own)
		}
	}
	target.given++
	moved.id, moved.number = g.nextID(), target.given
	target.issues = append(target.issues, &moved)
	from.issues = slices.DeleteFunc(slices.Clone(from.issues), func(i *ghIssue) bool { return i == old })
	if from.moved == nil {
		from.moved = map[int]ghPlace{}
	}
	from.moved[old.number] = ghPlace{target, moved.number}
	return fmt.Sprintf("%s#%d", target.fullName(), moved.number), nil
}

func (g *github) named(fullName string) *ghRepo {
	owner, name, _ := strings.Cut(fullName, "/")
	return g.repo(owner, name)
}

// elsewhere is GitHub's redirect to where an issue has gone, the method and the rest of the path with it, by the
// repository's id; false if the number was never given away.
func (r *ghRepo) elsewhere(c *call) (answer, bool) {
	number := c.params["number"]
	n, err := strconv.Atoi(number)
	to, moved := r.moved[n]
	if err != nil || !moved {
		return answer{}, false
	}
	_, rest, _ := strings.Cut(c.path, "/issues/"+number)
	at := fmt.Sprintf("%s/repositories/%d/issues/%d%s", c.api, to.repo.id, to.number, rest)
	if query := c.request.URL.RawQuery; query != "" {
		at += "?" + query
	}
	body := object{"message": "Moved Permanently", "url": at, "documentation_url": githubDocs}
	return answer{status: http.StatusMovedPermanently, body: body}.with("Location", at), true
}

// move gives the issue the project's next key and keeps the old one working. Components are the project's own.
func (j *jira) move(key, to string) (string, error) {
	i, target := j.issue(key), j.project(to)
	switch {
	case i == nil:
		return "", fmt.Errorf("issue: no %s: name one that /_sandbox/state shows", key)
	case target == nil || target == i.project:
		return "", fmt.Errorf("to: %q: name another project of the sandbox, such as API", to)
	}
	if j.former == nil {
		j.former = map[string]*jiraIssue{}
	}
	j.former[i.key()] = i
	target.issues++
	i.project, i.number, i.components = target, target.issues, nil
	maps.DeleteFunc(j.former, func(former string, _ *jiraIssue) bool { return former == i.key() })
	return i.key(), nil
}
