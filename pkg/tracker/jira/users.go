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
			var err error
			if account, err = t.accountOf(ctx, p.flavour, p.project, email); err != nil {
				return nil, err
			}
		}
	}
	if !p.flavour.user.MatchString(account) {
		return nil, fmt.Errorf("it is not %s, and no account is known for it", p.flavour.userWords)
	}
	return map[string]any{p.flavour.userKey: account}, nil
}

// assignee plans the first of the wanted who has an account: Jira has one assignee, and the body names the others. Who is to be
// looked for and is not found is named in the body already.
func (p planner) assignee(ctx context.Context, t *Tracker) error {
	for _, wanted := range p.issue.Assignees {
		account := strings.TrimSpace(wanted)
		if email, only := bridge.MailedTo(account); only {
			var err error
			account, err = t.accountOf(ctx, p.flavour, p.project, email)
			if passing(err) {
				return err
			}
			if err != nil {
				p.drop(bridge.FieldAssignees, email, "%v", err)
			}
		}
		switch {
		case account == "":
			continue
		case !p.flavour.user.MatchString(account):
			p.drop(bridge.FieldAssignees, account, "that is not %s", p.flavour.userWords)
		default:
			p.later(bridge.FieldAssignees, account)
		}
		return nil
	}
	return nil
}

// accountOf looks for the account with an e-mail among those that issues of the project can be assigned to; "" is none. Jira
// matches the beginnings of names and e-mails, and finds people by an e-mail that it does not show: only an address that is
// to be seen, and is the very one, is proof (developer.atlassian.com, GET /rest/api/3/user/assignable/search, and the
// profile visibility of Atlassian accounts). Nobody is found without the permissions to browse users or to assign issues. Data Center has
// the same search by another word (docs.atlassian.com, Jira 9.12 REST, findAssignableUsers).
func (t *Tracker) accountOf(ctx context.Context, f *flavour, project, email string) (string, error) {
	email = strings.ToLower(email)
	if !t.findUsers || len(email) > maxEmail {
		return "", nil
	}
	return t.people.get(project+" "+email, func() (string, error) {
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
}
