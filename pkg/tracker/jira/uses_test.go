package jira_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// TestUseOfGoJira keeps the adapter away from what of go-jira is a trap in itself. Its services hang on a client and its bodies
// are types of its package: of both no more is used than what makes a request of a body of ours and sends it.
func TestUseOfGoJira(t *testing.T) {
	trackertest.Imports(t, "github.com/andygrunwald/go-jira", "gojira")
	uses := trackertest.Uses(t, ".")
	for _, c := range []struct{ name, part string }{
		{"no jira.User, which marshals a Password", "gojira.User"},
		{"no IssueFields, whose users marshal a Password and whose Description is a text", "gojira.IssueFields"},
		{"no Unknowns, which override named fields", "Unknowns"},
		{"no Issue.UpdateAssignee, which sends avatarUrls", "Issue.UpdateAssignee"},
		{"no Issue.AddComment, which sends an author", "Issue.AddComment"},
		{"no Issue.Create, whose error has no words", "Issue.Create"},
		{"no Issue.Update, which sends a key beside the fields and cannot send notifyUsers=false", "Issue.Update"},
		{"no Issue.UpdateWithOptions, which cannot send notifyUsers=false", "Issue.UpdateWithOptions"},
		{"no Issue.UpdateIssue, whose error has no words and whose body stays open", "Issue.UpdateIssue"},
		{"no Issue.DoTransition, whose body stays open", "Issue.DoTransition"},
		{"no GetCreateMeta, which Cloud has removed", "Issue.GetCreateMeta"},
		{"no Search, which Cloud has removed", "Issue.Search"},
		{"no SearchV2JQL, which is a GET for a query of any length", "Issue.SearchV2JQL"},
		{"no User.Find, which puts an e-mail into the query as it is", "User.Find"},
		{"no PostAttachment, which sends nocheck", "Issue.PostAttachment"},
		{"no Issue.Get, which puts a key into the path as it is", "Issue.Get"},
		{"no NewJiraError, which shows one field by chance and closes the body", "gojira.NewJiraError"},
		{"no BasicAuthTransport, which takes the token along to another host", "gojira.BasicAuthTransport"},
		{"no PATAuthTransport, which takes the token along to another host", "gojira.PATAuthTransport"},
		{"no BearerAuthTransport, which takes the token along to another host", "gojira.BearerAuthTransport"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, use := range uses {
				if use == c.part || strings.HasSuffix(use, "."+c.part) {
					t.Errorf("%s is used", use)
				}
			}
		})
	}
	t.Run("of go-jira no more than its requests are used", func(t *testing.T) {
		allowed := []string{
			"gojira.Client", "gojira.NewClient", "gojira.Response",
			"client.NewRequestWithContext", "client.NewMultiPartRequestWithContext", "client.Do",
		}
		for _, use := range uses {
			if (strings.HasPrefix(use, "gojira.") || strings.HasPrefix(use, "client.")) && !slices.Contains(allowed, use) {
				t.Errorf("%s is used", use)
			}
		}
		for _, use := range allowed {
			if !slices.Contains(uses, use) {
				t.Errorf("%s is not used: this test does not see what it should, or it is to be taken from the list", use)
			}
		}
	})
}
