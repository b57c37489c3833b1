package trackertest_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/tracker/trackertest"
)

// TestUseOfRetryablehttp keeps the client away from what of go-retryablehttp is a trap in itself.
func TestUseOfRetryablehttp(t *testing.T) {
	uses := trackertest.Uses(t, "..")
	for _, c := range []struct{ name, part string }{
		{"no NewClient, whose logger prints each URL with its query to stderr, and which sets no timeout", "NewClient"},
		{"no StandardClient, whose timeout would span all tries and pauses of a read", "StandardClient"},
		{"no DefaultRetryPolicy, which repeats a POST", "DefaultRetryPolicy"},
		{"no ErrorPropagatedRetryPolicy, with which net/http drops the answer that comes beside an error", "ErrorPropagatedRetryPolicy"},
		{"no DefaultBackoff, which sleeps for as long as Retry-After says", "DefaultBackoff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if slices.Contains(uses, "retryablehttp."+c.part) {
				t.Errorf("retryablehttp.%s is used", c.part)
			}
		})
	}
	if !slices.Contains(uses, "retryablehttp.PassthroughErrorHandler") {
		t.Error("without PassthroughErrorHandler the last answer is dropped, or this test does not see what it should")
	}
}

// TestUses proves that the tests of what is used can say no.
func TestUses(t *testing.T) {
	folder := t.TempDir()
	const source = `package x
import gojira "example.com/jira"
func (t *T) f() {
	service := t.client.Issue
	service.AddComment(gojira.User{})
	t.clientOver(t.http).Issues.Edit(nil)
}`
	for name, text := range map[string]string{"x.go": source, "x_test.go": "package x_test\nvar _ = y.Test"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"client.Issue", "client", "clientOver", "clientOver.Issues", "clientOver.Issues.Edit", "gojira.User", "http", "service.AddComment"}
	slices.Sort(want)
	if diff := cmp.Diff(want, trackertest.Uses(t, folder)); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
}
