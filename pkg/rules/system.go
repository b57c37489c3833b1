package rules

import (
	"github.com/bugferry/bugferry/pkg/bridge"
)

// ReporterAuthor is, as the Reporter of a destination, who reported the bug.
const ReporterAuthor = "true"

// system is what a destination says of the fields that only Jira has.
type system struct {
	versions, fixVersions []*textTemplate
	parent, security      *textTemplate
	reporter              string // an account; empty: author
	author                bool   // the reporter is who reported the bug
}

func compileSystem(in Destination, accounts map[string]string, found *findings) system {
	s := system{
		versions: compileTemplates(in.Versions, found), fixVersions: compileTemplates(in.FixVersions, found),
	}
	single := compileTemplates([]Text{in.Parent, in.SecurityLevel}, found)
	s.parent, s.security = single[0], single[1]
	switch {
	case in.Reporter == "":
	case in.Reporter == ReporterAuthor:
		s.author = true
	case accounts[accountKey(in.Reporter)] != "":
		s.reporter = accounts[accountKey(in.Reporter)]
	default:
		found.form(in.At, "reporter: %s has no account at this tracker%s", in.Reporter, didYouMean(in.Reporter, keys(in.Accounts)))
	}
	return s
}

// composeSystem fills in the fields that only Jira has.
func (d *destination) composeSystem(issue *bridge.Issue, r bridge.Report, v *view) (err error) {
	if issue.Versions, err = d.words("version", d.system.versions, v); err != nil {
		return err
	}
	if issue.FixVersions, err = d.words("fix version", d.system.fixVersions, v); err != nil {
		return err
	}
	if issue.Parent, err = d.word("parent", d.system.parent, v); err != nil {
		return err
	}
	if issue.Security, err = d.word("security level", d.system.security, v); err != nil {
		return err
	}
	if issue.Reporter = d.system.reporter; d.system.author {
		issue.Reporter = d.accountOrAddress(r.Reporter())
	}
	if len(d.fields) > 0 {
		issue.Accounts = d.accounts
	}
	return nil
}

// word renders a text that has a gap only where it is to be left out.
func (d *destination) word(what string, t *textTemplate, v *view) (string, error) {
	words, err := d.words(what, []*textTemplate{t}, v)
	if len(words) == 0 {
		return "", err
	}
	return words[0], nil
}

// accountOrAddress returns a person's account or, of whom only the e-mail is known, a bridge.MailTo.
func (d *destination) accountOrAddress(p bridge.Person) string {
	if account := d.account(p); account != "" {
		return account
	}
	if address := oneLine(p.Email); holdsAddress(address) {
		return bridge.MailTo(address)
	}
	return ""
}
