package github

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// GitHub allows 30 searches a minute (docs.github.com, REST API endpoints for search). A full bucket and what flows into it
// in a minute are no more than that together.
const searchBurst = 15

var searchEvery = rate.Every(time.Minute / 15)

// plainAddress is an e-mail address in which a search has nothing to misread as more than one word.
var plainAddress = regexp.MustCompile(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}$`)

// foundBy is by which addresses logins were found, in lower case.
type foundBy map[string][]string

// assigned returns the addresses of those whom the draft assigns.
func (f foundBy) assigned(d bridge.Draft) (addresses []string) {
	for _, login := range splitLogins(d.Fields[bridge.FieldAssignees]) {
		addresses = append(addresses, f[login]...)
	}
	return addresses
}

// wanted returns the logins to assign: those of the configuration and those that were found. All are looked for, however
// many GitHub assigns: those beyond can then be told of, and one of them takes the place of who cannot be assigned.
func (t *Tracker) wanted(ctx context.Context, issue bridge.Issue) ([]string, foundBy) {
	var found []string
	by := foundBy{}
	for _, address := range issue.Sought {
		if login := t.loginOf(ctx, address); login != "" {
			found = append(found, login)
			by[strings.ToLower(login)] = append(by[strings.ToLower(login)], address)
		}
	}
	if len(found) > 0 && issue.StandIn {
		return found, by
	}
	return slices.Concat(issue.Assignees, found), by
}

// loginOf looks for the one person whose profile shows the address to the public. It is no proof that it is theirs, which is
// why the configuration has to ask for it. Whatever goes wrong, there is nobody: a person who is not found is named in the
// issue's body.
func (t *Tracker) loginOf(ctx context.Context, address string) string {
	if !t.known.find || !plainAddress.MatchString(address) {
		return ""
	}
	if login, ok := t.known.logins.get(key(address)); ok {
		return login
	}
	if !t.known.searches.Allow() {
		return "" // and it is not remembered: the next report may find them
	}
	login := t.searchLogin(ctx, address)
	t.known.logins.put(key(address), login)
	return login
}

func (t *Tracker) searchLogin(ctx context.Context, address string) string {
	found, resp, err := t.client().Search.Users(ctx, address+" in:email", nil)
	if err := (call{op: "look for a person", method: http.MethodGet}).failed(resp, err); err != nil {
		t.log.Warn("a person could not be looked for", "err", err) // without the address
		return ""
	}
	if found.GetTotal() != 1 || found.GetIncompleteResults() || len(found.Users) != 1 || found.Users[0].GetType() != "User" {
		return ""
	}
	return found.Users[0].GetLogin()
}
