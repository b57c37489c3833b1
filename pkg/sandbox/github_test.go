package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-github/v60/github"
)

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func githubRefusals() []refusal {
	const issues, first = "/repos/acme/web/issues", "/repos/acme/web/issues/1"
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprint("person-", i)
	}
	plain := func(message string) string { return `{"message":"` + message + `"}` }
	invalid := func(errs string) string { return `{"message":"Validation Failed","errors":[` + errs + `]}` }
	long := func(field string, n int) string {
		return invalid(fmt.Sprintf(`{"resource":"Issue","code":"custom","field":"%s","message":"%[1]s is too long (maximum is %d characters)"}`, field, n))
	}
	outsider := invalid(`{"resource":"Issue","code":"invalid","field":"assignees","value":"outsider","message":"outsider cannot be assigned to this issue"}`)
	label51 := invalid(`{"resource":"Label","code":"invalid","field":"name","value":"` + strings.Repeat("x", 51) + `"}`)
	return []refusal{
		{"no authorisation", "GET", "/user", nil, []string{"Authorization", ""}, 401, plain("Bad credentials")},
		{"revoked token", "POST", issues, object{"title": "T"}, []string{"Authorization", "Bearer bad"}, 401, plain("Bad credentials")},
		{"another scheme", "GET", "/user", nil, []string{"Authorization", "Digest good"}, 401, plain("Bad credentials")},
		{"unknown path", "GET", "/nowhere", nil, nil, 404, plain("Not Found")},
		{"unknown repository", "POST", "/repos/acme/none/issues", object{"title": "T"}, nil, 404, plain("Not Found")},
		{"unknown issue", "GET", "/repos/acme/web/issues/99", nil, nil, 404, plain("Not Found")},
		{"issues disabled", "POST", "/repos/acme/noissues/issues", object{"title": "T"}, nil, 410, plain("Issues are disabled for this repo")},
		{"archived", "POST", "/repos/acme/archived/issues", object{"title": "T"}, nil, 403, plain("Repository was archived so is read-only.")},
		{"no JSON", "POST", issues, `{"title":`, nil, 400, plain("Problems parsing JSON")},
		{"two values", "POST", issues, `{"title":"a"}{}`, nil, 400, plain("Problems parsing JSON")},
		{"title not sent", "POST", issues, object{"body": "B"}, nil, 422, plain(`Invalid request.\n\n\"title\" wasn't supplied.`)},
		{"title no string", "POST", issues, `{"title":[]}`, nil, 422, plain(`Invalid request.\n\nFor 'properties/title', array is not a string.`)},
		{"title empty", "POST", issues, object{"title": ""}, nil, 422, invalid(`{"resource":"Issue","code":"missing_field","field":"title"}`)},
		{"title too long", "POST", issues, object{"title": strings.Repeat("ü", 257)}, nil, 422, long("title", 256)},
		{"title too long on edit", "PATCH", first, object{"title": strings.Repeat("ü", 257)}, nil, 422, long("title", 256)},
		{"body too long", "POST", issues, object{"title": "T", "body": strings.Repeat("ü", 65537)}, nil, 422, long("body", 65536)},
		{"label too long", "POST", issues, object{"title": "T", "labels": []string{strings.Repeat("x", 51)}}, nil, 422, label51},
		{"label too long on edit", "PATCH", first, object{"labels": []string{strings.Repeat("x", 51)}}, nil, 422, label51},
		{"label too long, added", "POST", first + "/labels", object{"labels": []string{strings.Repeat("x", 51)}}, nil, 422, label51},
		{"label too long, alone", "POST", "/repos/acme/web/labels", object{"name": strings.Repeat("x", 51)}, nil, 422,
			invalid(`{"resource":"Label","code":"custom","field":"name","message":"name is too long (maximum is 50 characters)"}`)},
		{"label is there", "POST", "/repos/acme/web/labels", object{"name": "BUG"}, nil, 422, invalid(`{"resource":"Label","code":"already_exists","field":"name"}`)},
		{"unassignable", "POST", issues, object{"title": "T", "assignees": []string{"quinn-dev", "outsider"}}, nil, 422, outsider},
		{"unassignable on edit", "PATCH", first, object{"title": "changed", "assignees": []string{"outsider"}}, nil, 422, outsider},
		{"unassignable, added", "POST", first + "/assignees", object{"assignees": []string{"outsider"}}, nil, 422, outsider},
		{"too many assignees", "POST", issues, object{"title": "T", "assignees": eleven}, nil, 422,
			invalid(`{"resource":"Issue","code":"custom","field":"assignees","message":"assignees are limited to 10"}`)},
		{"unknown state", "PATCH", first, object{"state": "gone"}, nil, 422, invalid(`{"resource":"Issue","code":"invalid","field":"state","value":"gone"}`)},
		{"comment empty", "POST", first + "/comments", object{"body": ""}, nil, 422, invalid(`{"resource":"IssueComment","code":"missing_field","field":"body"}`)},
		{"assignee unknown", "GET", "/repos/acme/web/assignees/outsider", nil, nil, 404, plain("Not Found")},
		{"label unknown", "GET", "/repos/acme/web/labels/none", nil, nil, 404, plain("Not Found")},
		{"label not at the issue", "DELETE", first + "/labels/bug", nil, nil, 404, plain("Label does not exist")},
	}
}

// These requests break GitHub's description too; the others break what it has no words for.
var brokenOnGitHub = []string{"unknown path", "no JSON", "title not sent", "title no string", "unknown state"}

func TestGitHubRefuses(t *testing.T) {
	for _, tt := range githubRefusals() {
		t.Run(tt.name, func(t *testing.T) {
			b := start(t)
			b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "first"})
			if slices.Contains(brokenOnGitHub, tt.name) {
				b.breaks(tt.method, gh+tt.path)
			}
			got := b.do(tt.method, gh+tt.path, tt.body, tt.header...)
			want := decoded(t, tt.want).(object)
			want["documentation_url"], want["status"] = "https://docs.github.com/rest", fmt.Sprint(tt.status)
			diff(t, "body", any(want), got.JSON)
			if got.Status != tt.status {
				t.Errorf("status %d, want %d", got.Status, tt.status)
			}
			if st := b.State(); len(st.GitHub) != 1 || st.GitHub[0].Title != "first" || len(st.GitHub[0].Labels) != 0 {
				t.Errorf("a refused call changed something: %+v", st.GitHub)
			}
		})
	}
}

func TestGitHubTakesWhatIsJustShortEnough(t *testing.T) {
	b := start(t)
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": strings.Repeat("ü", 256), "body": strings.Repeat("ü", 65536), "labels": []string{strings.Repeat("ü", 50)}})
}

func TestGitHubWithoutPush(t *testing.T) {
	b := start(t)
	r := b.must(201, "POST", gh+"/repos/acme/readonly/issues", object{"title": "T", "labels": []string{"bug"}, "assignees": []string{"outsider"}})
	diff(t, "labels", any([]any{}), r.get("labels"))
	diff(t, "assignees", any([]any{}), r.get("assignees"))
	diff(t, "push", any(false), b.must(200, "GET", gh+"/repos/acme/readonly", nil).get("permissions", "push"))
}

func client(t *testing.T, b box) *github.Client {
	t.Helper()
	c, err := github.NewClient(nil).WithAuthToken("good").WithEnterpriseURLs(b.url+gh, b.url+gh)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestGoGitHubIssue(t *testing.T) {
	b := start(t)
	c, ctx := client(t, b), t.Context()
	made, resp, err := c.Issues.Create(ctx, "acme", "web", &github.IssueRequest{
		Title: github.String("Sample"), Body: github.String(file(t, "github-sample.md")),
		Labels: &[]string{"BUG", "priority:high"}, Assignees: &[]string{"quinn-dev"},
	})
	check(t, err)
	if resp.StatusCode != http.StatusCreated || made.GetHTMLURL() != b.url+"/github/acme/web/issues/1" || resp.Rate.Remaining == 0 {
		t.Errorf("status %d, html_url %s, rate %v", resp.StatusCode, made.GetHTMLURL(), resp.Rate)
	}
	if len(made.Labels) != 2 || made.Labels[0].GetName() != "bug" || made.Labels[1].GetColor() != "ededed" {
		t.Errorf("labels %v: want the repository's bug and a new priority:high", made.Labels)
	}
	edited, _, err := c.Issues.Edit(ctx, "acme", "web", 1, &github.IssueRequest{
		State: github.String("closed"), StateReason: github.String("not_planned"), Labels: &[]string{"enhancement"}, Assignees: &[]string{"ana-dev", "li-dev"},
	})
	check(t, err)
	if edited.GetState() != "closed" || edited.GetStateReason() != "not_planned" || edited.GetTitle() != "Sample" || len(edited.Labels) != 1 || len(edited.Assignees) != 2 || edited.GetClosedAt().IsZero() {
		t.Errorf("after the edit: %v", edited)
	}
	b.breaks("POST", gh+"/repos/acme/web/issues/1/labels") // go-github sends the bare list that GitHub no longer describes, and takes
	_, _, err = c.Issues.AddLabelsToIssue(ctx, "acme", "web", 1, []string{"again", "enhancement"})
	check(t, err)
	_, err = c.Issues.RemoveLabelForIssue(ctx, "acme", "web", 1, "enhancement")
	check(t, err)
	_, _, err = c.Issues.AddAssignees(ctx, "acme", "web", 1, []string{"sam-dev"})
	check(t, err)
	_, _, err = c.Issues.CreateComment(ctx, "acme", "web", 1, &github.IssueComment{Body: github.String("News")})
	check(t, err)
	comments, _, err := c.Issues.ListComments(ctx, "acme", "web", 1, nil)
	check(t, err)
	got, _, err := c.Issues.Get(ctx, "acme", "web", 1)
	check(t, err)
	if len(comments) != 1 || got.GetComments() != 1 || len(got.Assignees) != 3 || len(got.Labels) != 1 || got.Labels[0].GetName() != "again" || !got.GetUpdatedAt().After(got.GetCreatedAt().Time) {
		t.Errorf("in the end: %v, comments %v", got, comments)
	}
	reopened, _, err := c.Issues.Edit(ctx, "acme", "web", 1, &github.IssueRequest{State: github.String("open")})
	check(t, err)
	if reopened.GetStateReason() != "reopened" || reopened.ClosedAt != nil {
		t.Errorf("reopened: %v", reopened)
	}
}

func TestGoGitHubAround(t *testing.T) {
	b := start(t)
	c, ctx := client(t, b), t.Context()
	me, _, err := c.Users.Get(ctx, "")
	check(t, err)
	repo, _, err := c.Repositories.Get(ctx, "acme", "public")
	check(t, err)
	archived, _, err := c.Repositories.Get(ctx, "acme", "archived")
	check(t, err)
	if me.GetLogin() != "bugferry-bot" || repo.GetPrivate() || !repo.GetHasIssues() || !repo.GetPermissions()["push"] || !archived.GetArchived() || repo.GetOwner().GetLogin() != "acme" {
		t.Errorf("me %v, repository %v", me, repo)
	}
	may, _, err := c.Issues.IsAssignee(ctx, "acme", "web", "li-dev")
	check(t, err)
	mayNot, _, err := c.Issues.IsAssignee(ctx, "acme", "web", "outsider")
	check(t, err)
	if !may || mayNot {
		t.Errorf("li-dev assignable %v, outsider %v", may, mayNot)
	}
	found, _, err := c.Search.Users(ctx, "quinn@example.com in:email", nil)
	check(t, err)
	if found.GetTotal() != 1 || found.Users[0].GetLogin() != "quinn-dev" {
		t.Errorf("search found %v", found)
	}
	_, _, err = c.Issues.CreateLabel(ctx, "acme", "web", &github.Label{Name: github.String("a/b c"), Color: github.String("ff0000")})
	check(t, err)
	label, _, err := c.Issues.GetLabel(ctx, "acme", "web", "A%2Fb%20c")
	check(t, err)
	labels, _, err := c.Issues.ListLabels(ctx, "acme", "web", nil)
	check(t, err)
	limits, _, err := c.RateLimit.Get(ctx)
	check(t, err)
	if label.GetColor() != "ff0000" || len(labels) != 3 || limits.GetCore().Limit != 5000 {
		t.Errorf("label %v of %d, limits %v", label, len(labels), limits)
	}
}

func TestGoGitHubLists(t *testing.T) {
	b := start(t)
	c, ctx := client(t, b), t.Context()
	for n := range 7 {
		_, _, err := c.Issues.Create(ctx, "acme", "web", &github.IssueRequest{Title: github.String(fmt.Sprint("T", n+1)), Labels: &[]string{fmt.Sprint("n", n%2)}})
		check(t, err)
	}
	second, _, err := c.Issues.Get(ctx, "acme", "web", 2)
	check(t, err)
	touched, _, err := c.Issues.Edit(ctx, "acme", "web", 3, &github.IssueRequest{State: github.String("closed")})
	check(t, err)
	list := func(o github.IssueListByRepoOptions) (numbers []int) {
		t.Helper()
		for {
			issues, resp, err := c.Issues.ListByRepo(ctx, "acme", "web", &o)
			check(t, err)
			for _, i := range issues {
				numbers = append(numbers, i.GetNumber())
			}
			if resp.NextPage == 0 {
				return numbers
			}
			o.Page = resp.NextPage
		}
	}
	for _, tt := range []struct {
		name    string
		options github.IssueListByRepoOptions
		want    []int
	}{
		{"open, newest first", github.IssueListByRepoOptions{}, []int{7, 6, 5, 4, 2, 1}},
		{"all pages", github.IssueListByRepoOptions{State: "all", ListOptions: github.ListOptions{PerPage: 3}}, []int{7, 6, 5, 4, 3, 2, 1}},
		{"closed", github.IssueListByRepoOptions{State: "closed"}, []int{3}},
		{"label", github.IssueListByRepoOptions{State: "all", Labels: []string{"N1"}, Direction: "asc"}, []int{2, 4, 6}},
		{"another creator", github.IssueListByRepoOptions{Creator: "quinn-dev"}, nil},
		{"nobody's", github.IssueListByRepoOptions{Assignee: "none", Creator: "bugferry-bot", Direction: "asc"}, []int{1, 2, 4, 5, 6, 7}},
		{"since is about the update", github.IssueListByRepoOptions{State: "all", Since: touched.GetUpdatedAt().Time}, []int{3}},
		{"since includes its second", github.IssueListByRepoOptions{State: "all", Since: second.GetUpdatedAt().Add(time.Second)}, []int{7, 6, 5, 4, 3}},
		{"by update", github.IssueListByRepoOptions{State: "all", Sort: "updated"}, []int{3, 7, 6, 5, 4, 2, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) { diff(t, "numbers", tt.want, list(tt.options)) })
	}
}
