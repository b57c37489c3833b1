package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// maxEmail is the length beyond which nothing is an e-mail address (RFC 5321, section 4.5.3.1.3).
const maxEmail = 254

// errNobody is why a person cannot be named in Jira.
var errNobody = errors.New("it is not a Jira account id, and no account is known for it")

// person is the user that text means: somebody whose account is configured, an account id, or, where the account may look for
// people, the one with that e-mail.
func (p planner) person(ctx context.Context, t *Tracker, text string) (any, error) {
	account := p.issue.Accounts[strings.ToLower(text)]
	if account == "" {
		account = text
	}
	if strings.Contains(account, "@") && t.findUsers {
		var err error
		if account, err = t.accountOf(ctx, p.project, account); err != nil {
			return nil, err
		}
	}
	if !accountID.MatchString(account) {
		return nil, errNobody
	}
	return map[string]any{"accountId": account}, nil
}

// assignee plans the first of the wanted who has an account: Jira has one assignee, and the body names the others. An e-mail
// among them is of somebody who is to be looked for; who is not found is named in the body already.
func (p planner) assignee(ctx context.Context, t *Tracker) error {
	for _, wanted := range p.issue.Assignees {
		wanted = strings.TrimSpace(wanted)
		account := wanted
		if strings.Contains(wanted, "@") && t.findUsers {
			var err error
			account, err = t.accountOf(ctx, p.project, wanted)
			if passing(err) {
				return err
			}
			if err != nil {
				p.drop(bridge.FieldAssignees, wanted, "%v", err)
			}
		}
		switch {
		case account == "":
			continue
		case !accountID.MatchString(account):
			p.drop(bridge.FieldAssignees, account, "that is not a Jira account id")
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
// profile visibility of Atlassian accounts). Nobody is found without the permissions to browse users or to assign issues.
func (t *Tracker) accountOf(ctx context.Context, project, email string) (string, error) {
	email = strings.ToLower(email)
	if len(email) > maxEmail {
		return "", nil
	}
	return t.people.get(project+" "+email, func() (string, error) {
		var found []struct {
			Account string `json:"accountId"`
			Email   string `json:"emailAddress"`
		}
		c := call{op: "look for the account of an e-mail", method: http.MethodGet, path: "user/assignable/search",
			query: url.Values{"project": {project}, "query": {email}, "maxResults": {"50"}}}
		if err := t.do(ctx, c, &found); err != nil {
			return "", err
		}
		account, matches := "", 0
		for _, user := range found {
			if strings.EqualFold(user.Email, email) {
				account = user.Account
				matches++
			}
		}
		if matches != 1 {
			return "", nil
		}
		if !accountID.MatchString(account) {
			return "", fmt.Errorf("%s: an answer without an account id", c.op)
		}
		return account, nil
	})
}
