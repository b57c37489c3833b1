package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// flavour is what Jira Cloud and Jira Data Center say differently. Everything else they have in common.
type flavour struct {
	api         string         // root of its REST resources
	userKey     string         // the member that names a user
	userSearch  string         // the query by which users are searched for one
	emailSearch string         // the query by which they are searched for an e-mail
	searchPath  string         // where issues are searched for
	user        *regexp.Regexp // what a user may be called
	userWords   string         // what that is, for people
	credentials string         // what a person can do where the credentials are refused

	// rich is a document as JSON takes it, decoded: an Atlassian document, or wiki markup.
	rich func(bridge.Document, markup.Options) any
	// marked is the body of a comment, rich as a plan has it or plain text, with the mark at its end.
	marked func(f *flavour, body, mark string) any
	// hasMark says that a comment's body ends in the mark.
	hasMark func(body any, mark string) bool
	// account is what a user is called.
	account func(named) string
	// search returns all issues that jql finds, oldest first, with their property.
	search func(ctx context.Context, t *Tracker, jql string) ([]found, error)
}

// cloud speaks version 3. Version 2 is there too, but without a way to write what wiki markup cannot say.
func cloud() *flavour {
	return &flavour{
		api: "rest/api/3/", userKey: "accountId", userSearch: "accountId", emailSearch: "query", searchPath: cloudSearch, user: accountID, userWords: "a Jira account id", credentials: cloudCredentials,
		rich:   func(doc bridge.Document, o markup.Options) any { return decode(markup.ADF(doc, o)) },
		marked: markedDocument, hasMark: documentHasMark, search: searchCloud,
		account: func(n named) string { return n.AccountID },
	}
}

// dataCenter has version 2 alone. Its users have names, which a directory may give any form; what would be markup cannot be one
// (confluence.atlassian.com, Create, edit, or remove a user).
func dataCenter() *flavour {
	return &flavour{
		api: bothVersions, userKey: "name", userSearch: "username", emailSearch: "username", searchPath: dataCenterSearch, user: userName, userWords: "a Jira user name", credentials: dataCenterCredentials,
		rich: wiki, marked: markedWiki, hasMark: wikiHasMark, search: searchDataCenter,
		account: func(n named) string { return n.Name },
	}
}

var (
	accountID = regexp.MustCompile(`^[A-Za-z0-9:_-]{1,128}$`)
	userName  = regexp.MustCompile(`^[^\x00-\x1f\x7f<>&]{1,255}$`)
)

// What a person can do where the credentials are refused.
const (
	cloudCredentials = "Jira does not accept the credentials: API tokens expire after at most a year, make a new one at " +
		"id.atlassian.com/manage-profile/security/api-tokens; scoped tokens and service accounts work only with " +
		"base_url https://api.atlassian.com/ex/jira/<cloudId>"
	dataCenterCredentials = "Jira does not accept the credentials: personal access tokens expire, make a new one in the account's profile; " +
		"leave out email, which belongs to Cloud's API tokens"
	anyCredentials = cloudCredentials + "; on Data Center, make a new personal access token in the account's profile and leave out email"
)

// Where issues are searched for.
const (
	cloudSearch      = "search/jql"
	dataCenterSearch = "search"
)

// bothVersions is the root of what Cloud and Data Center have alike.
const bothVersions = "rest/api/2/"

// flavour asks Jira which of the two it is, once. Without an answer there is none: the name of a host says nothing, and what is
// meant for the one the other may take in and misread. Of every error it holds that the call that wanted to know was not made.
func (t *Tracker) flavour(ctx context.Context) (*flavour, error) {
	if f := t.known.Load(); f != nil {
		return f, nil
	}
	c := call{op: "ask Jira whether it is Cloud or Data Center", method: http.MethodGet, api: bothVersions, path: "serverInfo"}
	var info struct {
		DeploymentType string `json:"deploymentType"`
	}
	if err := t.do(ctx, c, &info); err != nil {
		return nil, unknownFlavour(err)
	}
	var f *flavour
	switch strings.ToLower(info.DeploymentType) {
	case "cloud":
		f = cloud()
	case "server": // what Data Center says too (docs.atlassian.com, Jira 9.12 REST, GET /rest/api/2/serverInfo)
		f = dataCenter()
	default:
		return nil, &bridge.Error{Nothing: true, Hint: noJira, Err: fmt.Errorf("%s: it says %q", c.op, info.DeploymentType)}
	}
	t.known.Store(f)
	return f, nil
}

const noJira = "check that base_url is Jira's own address, up to but without /rest: what answers there is not Jira, or is not yet"

// unknownFlavour makes an error one to try again after, and takes the status of a success from it: that is not the success of
// the call that is still to be made.
func unknownFlavour(err error) error {
	e, ok := errors.AsType[*bridge.Error](err)
	if !ok {
		return err
	}
	again := *e
	if again.Kind == bridge.Permanent || again.Status/100 == 2 {
		again.Kind, again.Hint = bridge.Retry, noJira
	}
	if again.Status/100 == 2 {
		again.Status = 0
	}
	return &again
}

// text is plain text as the flavour's rich text.
func (f *flavour) text(text string) any {
	var doc bridge.Document
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if part = strings.TrimSpace(part); part != "" {
			doc = append(doc, bridge.Paragraph{Content: []bridge.Inline{bridge.Text{Text: part}}})
		}
	}
	return f.rich(doc, markup.Options{Limit: maxDescription})
}
