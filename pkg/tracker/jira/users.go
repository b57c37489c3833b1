package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// maxEmail is the length beyond which nothing is an e-mail address (RFC 5321, section 4.5.3.1.3).
const maxEmail = 254

// person is the user that text means: somebody whose account is configured, an account, or, where the tracker may look for
// people, the one with that e-mail.
func (p planner) person(ctx context.Context, t *Tracker, text string) (any, error) {
	account, known := p.issue.Accounts[strings.ToLower(text)]
	if !known {
		email, only := bridge.MailedTo(text)
		account = email
		if only || t.findUsers && strings.Contains(email, "@") {
			account = t.accountOf(ctx, p.flavour, p.project, email)
		}
	}
	if !p.flavour.user.MatchString(account) {
		return nil, fmt.Errorf("it is not %s, and no account is known for it", p.flavour.userWords)
	}
	return map[string]any{p.flavour.userKey: account}, nil
}

// assignee plans the one assignee that Jira has: the first of the configuration's accounts, or the first of those who are to be
// looked for and are found. It returns the e-mail by which they were found, if they were; the body names the others.
func (p planner) assignee(ctx context.Context, t *Tracker) (foundBy []string) {
	var account string
	if len(p.issue.Assignees) > 0 {
		account = strings.TrimSpace(p.issue.Assignees[0])
	}
	if account == "" || p.issue.StandIn {
		for _, email := range p.issue.Sought {
			if found := t.accountOf(ctx, p.flavour, p.project, email); found != "" {
				account, foundBy = found, []string{email}
				break
			}
		}
	}
	if account != "" && !p.flavour.user.MatchString(account) {
		p.drop(bridge.FieldAssignees, account, "that is not %s", p.flavour.userWords)
		return nil
	}
	p.later(bridge.FieldAssignees, account)
	return foundBy
}

// accountOf looks for the account with an e-mail among those that issues of the project can be assigned to; "" is none. Jira
// matches the beginnings of names and e-mails, and finds people by an e-mail that it does not show: only an address that is
// to be seen, and is the very one, is proof (developer.atlassian.com, GET /rest/api/3/user/assignable/search, and the
// profile visibility of Atlassian accounts). Nobody is found without the permissions to browse users or to assign issues. Data Center has
// the same search by another word (docs.atlassian.com, Jira 9.12 REST, findAssignableUsers).
//
// Whatever goes wrong, there is nobody, and that is not remembered: no issue waits for a person to be found.
func (t *Tracker) accountOf(ctx context.Context, f *flavour, project, email string) string {
	email = strings.ToLower(email)
	if !t.findUsers || len(email) > maxEmail {
		return ""
	}
	account, err := t.people.get(project+" "+email, func() (string, error) {
		var found []struct {
			named
			Email string `json:"emailAddress"`
		}
		c := call{op: "look for the account of an e-mail", method: http.MethodGet, path: "user/assignable/search",
			query: url.Values{"project": {project}, f.emailSearch: {email}, "maxResults": {"50"}}}
		if err := t.do(ctx, c, &found); err != nil {
			return "", err
		}
		account, matches := "", 0
		for _, user := range found {
			if strings.EqualFold(user.Email, email) {
				account = f.account(user.named)
				matches++
			}
		}
		if matches != 1 {
			return "", nil
		}
		if !f.user.MatchString(account) {
			return "", fmt.Errorf("%s: an answer without an account", c.op)
		}
		return account, nil
	})
	if err != nil {
		t.log.Warn("a person could not be looked for", "err", err) // without the e-mail
		return ""
	}
	return account
}
