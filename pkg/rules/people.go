package rules

import (
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// maxGitHubAssignees: "You can assign up to 10 people to each issue" (GitHub Docs, Assigning issues and pull requests).
const maxGitHubAssignees = 10

func accountKey(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// account returns a person's account at the tracker: by e-mail, else by user id, else none.
func (d *destination) account(p bridge.Person) string {
	for _, key := range []string{accountKey(p.Email), accountKey(p.ID)} {
		if account := d.accounts[key]; key != "" && account != "" {
			return account
		}
	}
	return ""
}

// assignees returns the accounts to assign, the most wanted first, and the people of the report who will not show as
// assignees of the issue, so that its body names them. Jira takes only the first account; the others are passed on for
// an adapter that finds the first unassignable.
func (d *destination) assignees(list []bridge.Person) (accounts []string, others []bridge.Person) {
	if !d.assign {
		return nil, list
	}
	shown := 1
	if d.github {
		shown = maxGitHubAssignees
	}
	for _, p := range list {
		account := d.account(p)
		known := slices.IndexFunc(accounts, func(a string) bool { return strings.EqualFold(a, account) })
		if account != "" && known < 0 && (!d.github || len(accounts) < maxGitHubAssignees) {
			known = len(accounts)
			accounts = append(accounts, account)
		}
		if known < 0 || known >= shown {
			others = append(others, p)
		}
	}
	return accounts, others
}

// sought returns the e-mail addresses of those to assign who have no account in the configuration.
func (d *destination) sought(list []bridge.Person) (addresses []string) {
	for _, p := range list {
		if address := d.soughtBy(p); address != "" && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// soughtBy is the address by which an adapter may look for somebody to assign; empty where it shall not.
func (d *destination) soughtBy(p bridge.Person) string {
	if !d.assign || d.account(p) != "" {
		return ""
	}
	return accountKey(p.Email)
}

// nameOf names a person in a body, without the @ that would call one of that name: by name, by e-mail where that may be published, else by BetterBugs' id.
func (d *destination) nameOf(p bridge.Person) string {
	for _, name := range []string{p.Name, p.Email} {
		if name = strings.TrimLeft(oneLine(name), "@ "); name != "" && (d.personal || !holdsAddress(name)) {
			return name
		}
	}
	return oneLine(p.ID)
}

// named are people as a body names them, with the address of those for whom an adapter may look.
func (d *destination) named(list []bridge.Person) []bridge.Named {
	named := make([]bridge.Named, 0, len(list))
	for _, p := range list {
		named = append(named, bridge.Named{Name: d.nameOf(p), Address: d.soughtBy(p)})
	}
	return named
}
