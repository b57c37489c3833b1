package main

import (
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
)

var markupTag = regexp.MustCompile(`<[^>]*>`)

// tries asks the playground for a stored report (by the query) or has it try what is pasted, and returns what the page says, without
// its tags, its white space as one space.
func (h *house) tries(want int, query string, form url.Values) string {
	h.t.Helper()
	address := "http://" + h.admin + "/playground" + query
	response, err := http.Get(address)
	if form != nil {
		_ = response.Body.Close()
		response, err = http.PostForm(address, form)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want {
		h.t.Fatalf("%v, %s, want %d: %s", err, response.Status, want, body)
	}
	return strings.Join(strings.Fields(html.UnescapeString(markupTag.ReplaceAllString(string(body), " "))), " ")
}

// holding is all that a trial could leave behind.
type holding struct {
	Events     bridge.EventPage
	Deliveries []bridge.Delivery
	Counts     bridge.Counts
	Deeds      []bridge.Deed
	Changes    int64
}

func (h *house) held() (all holding) {
	h.t.Helper()
	s := h.store()
	defer func() { _ = s.Close() }()
	ctx, everything := h.t.Context(), bridge.Search{Limit: 1000}
	var errs [5]error
	all.Events, errs[0] = s.EventPage(ctx, everything)
	all.Deliveries, errs[1] = s.Deliveries(ctx, everything)
	all.Counts, errs[2] = s.Counts(ctx)
	all.Deeds, errs[3] = s.Deeds(ctx, everything)
	all.Changes, errs[4] = s.Changes(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		h.t.Fatal(err)
	}
	return all
}

// TestPlayground tries reports of all forms in the real program: the trackers hear nothing, and the store is as it was.
func TestPlayground(t *testing.T) {
	t.Parallel()
	var heard atomic.Int64
	box := judge.Watch(t, sandbox.New(sandbox.Config{}))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		heard.Add(1)
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h := newHouse(t, server.URL, plan{to: "jira, github"})
	h.write("projects/other.yaml", "project: nowhere\ndestinations: {gh: {tracker: github, repo: acme/web}}\nrules: [{match: {priority: LOW}, to: [gh]}]\n")
	h.serve()
	if err := h.share("682c1dbb3b574d6600000001", map[string]any{"title": "Pay button is dead"}); err != nil {
		t.Fatal(err)
	}
	event := h.settled()[0].EventID
	before, asked := h.held(), heard.Load()

	check := func(name string, status int, query string, form url.Values, parts ...string) {
		t.Helper()
		said := h.tries(status, query, form)
		for _, part := range parts {
			if !strings.Contains(said, part) {
				t.Errorf("%s: no %q in %s", name, part, said)
			}
		}
	}
	pasted := func(kind, payload string) url.Values { return url.Values{"type": {kind}, "payload": {payload}} }
	check("a stored report", 200, "?event="+event, nil, "Pay button is dead", "as if it came again now", "rule 1 takes it", "Its bug is known as", "The bug has an issue there, acme/web#1",
		"Its source in GitHub Markdown", "Its source in Atlassian document format", "Its source in Jira wiki markup", "POST "+server.URL+"/github/api/v3/repos/acme/web/issues")
	const json = `{"bugId": "b2", "title": "Only <i>tried</i>", "priority": "HIGH", "description": "<p>It <b>broke</b> @octocat</p>"}`
	check("JSON", 200, "", pasted("", json), "Only <i>tried</i>", `It **broke** @`+"\u200b"+"octocat", "rule 1 takes it takes every report", `"title": "Only <i>tried</i>"`)
	check("a form", 200, "", pasted("application/x-www-form-urlencoded", "bugId=b3&title=From+a+form&metadata=%5Bobject+Object%5D\r\n"), "From a form", "What its encoding lost")
	// A browser sends CRLF wherever the person sees a line end: the body is longer than the request said.
	pretty := strings.ReplaceAll(json, ", ", ",\n")
	request := fmt.Sprintf("POST /hook HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: %d\n\n%s\n", len(pretty), pretty)
	check("a whole request", 200, "", pasted("", strings.ReplaceAll(request, "\n", "\r\n")), "Only <i>tried</i>", "takes every report")
	check("no way", 200, "", pasted("", `{"bugId": "b4", "projectId": "nowhere", "title": "Lost"}`), "It goes nowhere", "no rule matches", "unrouted: [DESTINATION]")
	check("no event", 422, "?event=ev_01kb9zq3v6c8m5n0r2t4w6y8a0", nil, "No report to try", "bugferry events list")
	check("no bugId", 422, "", pasted("", "{}"), "decode report: the body has no bugId", "taken for a verify request")

	const broken = `{"bugId": "b5", "title": }`
	decode := h.command("decode")
	decode.Stdin = strings.NewReader(broken)
	said, err := decode.CombinedOutput()
	if err == nil {
		t.Fatalf("decode takes %s", broken)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(said), "bugferry: "), "\n")
	check("no JSON, in the words of decode", 422, "", pasted("", broken), first)
	files, err := filepath.Glob("testdata/verify/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal("no verify requests: ", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		check(file, 422, "", pasted("", string(raw)), "No report to try", "the body has no bugId")
	}

	if n := heard.Load() - asked; n != 0 {
		t.Errorf("the trackers were asked %d times", n)
	}
	if diff := cmp.Diff(before, h.held()); diff != "" {
		t.Errorf("the store has changed: %s", diff)
	}
}
