package sandbox_test

import (
	"strings"
	"testing"
)

const firstIssue = gh + "/repos/acme/web/issues/1"

func TestGitHubLock(t *testing.T) {
	b := start(t)
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T"})
	b.wrong(422, "PUT", firstIssue+"/lock", object{"lock_reason": "boring"})
	b.must(204, "PUT", firstIssue+"/lock", object{"lock_reason": "too heated"})
	got := b.must(200, "GET", firstIssue, nil)
	if got.get("locked") != true || got.get("active_lock_reason") != "too heated" {
		t.Errorf("locked: %s", got.Body)
	}
	refused := b.must(403, "POST", firstIssue+"/comments", object{"body": "C"})
	diff(t, "message", any("Unable to create comment because issue is locked."), refused.get("message"))
	b.must(200, "PATCH", firstIssue, object{"title": "an edit is no conversation"})
	if st := b.State().GitHub[0]; !st.Locked || len(st.Comments) != 0 {
		t.Errorf("state %+v", st)
	}
	b.must(204, "DELETE", firstIssue+"/lock", nil)
	b.must(201, "POST", firstIssue+"/comments", object{"body": "C"})

	b.must(201, "POST", gh+"/repos/acme/readonly/issues", object{"title": "T"})
	b.must(403, "PUT", gh+"/repos/acme/readonly/issues/1/lock", nil)
}

func TestGitHubArchive(t *testing.T) {
	b := start(t)
	const repo = gh + "/repos/acme/web"
	b.must(201, "POST", repo+"/issues", object{"title": "T"})
	if got := b.must(200, "PATCH", repo, object{"archived": true}); got.get("archived") != true {
		t.Errorf("archived: %s", got.Body)
	}
	for _, w := range []struct {
		method, path string
		body         object
	}{
		{"PATCH", "/issues/1", object{"title": "U"}}, {"POST", "/issues/1/comments", object{"body": "C"}}, {"POST", "/issues", object{"title": "T"}}, {"PATCH", "", object{"private": true}},
	} {
		got := b.must(403, w.method, repo+w.path, w.body)
		diff(t, w.method+" "+w.path, any("Repository was archived so is read-only."), got.get("message"))
	}
	b.must(200, "GET", repo+"/issues/1", nil)
	b.must(200, "PATCH", repo, object{"archived": false, "has_issues": false})
	b.must(410, "PATCH", repo+"/issues/1", object{"title": "U"})
	b.must(200, "PATCH", repo, object{"has_issues": true})
	b.must(200, "PATCH", repo+"/issues/1", object{"title": "U"})
	b.must(403, "PATCH", gh+"/repos/acme/readonly", object{"archived": true})
	b.must(404, "PATCH", gh+"/repos/acme/none", object{"archived": true})
}

func TestGitHubStateReason(t *testing.T) {
	b := start(t)
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T"})
	for _, tt := range []struct {
		edit   object
		status int
		want   [2]any
	}{
		{object{"state": "closed", "state_reason": "nobody cares"}, 422, [2]any{"open", nil}},
		{object{"state": "closed"}, 200, [2]any{"closed", "completed"}},
		{object{"state": "closed", "state_reason": "duplicate"}, 200, [2]any{"closed", "duplicate"}},
		{object{"state": "open", "state_reason": "reopened"}, 200, [2]any{"open", "reopened"}},
		{object{"title": "U"}, 200, [2]any{"open", "reopened"}},
		{object{"state": "closed", "state_reason": "not_planned"}, 200, [2]any{"closed", "not_planned"}},
	} {
		if tt.status == 422 {
			b.breaks("PATCH", firstIssue)
		}
		b.must(tt.status, "PATCH", firstIssue, tt.edit)
		got := b.must(200, "GET", firstIssue, nil)
		diff(t, encode(t, tt.edit), tt.want, [2]any{got.get("state"), got.get("state_reason")})
	}
}

func TestMoveOnGitHub(t *testing.T) {
	b := start(t)
	b.must(201, "POST", gh+"/repos/acme/shop/issues", object{"title": "there before"})
	b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "T", "labels": []string{"bug", "only here"}})
	b.must(201, "POST", firstIssue+"/comments", object{"body": "C"})
	moved := b.must(200, "POST", "/_sandbox/move", object{"issue": "acme/web#1", "to": "acme/shop"})
	diff(t, "moved", any("acme/shop#2"), moved.get("issue"))

	got := b.must(200, "GET", firstIssue, nil) // Go's client follows
	if got.get("number") != 2.0 || got.get("comments") != 1.0 || strings.Contains(got.Body, "only here") || !strings.Contains(got.Body, `"name":"bug"`) {
		t.Errorf("at the old number: %s", got.Body)
	}
	if list := b.must(200, "GET", firstIssue+"/comments?per_page=1", nil); len(list.JSON.([]any)) != 1 {
		t.Errorf("comments: %s", list.Body)
	}
	if list := b.must(200, "GET", gh+"/repos/acme/web/issues?state=all", nil); list.Body != "[]\n" {
		t.Errorf("the repository still lists %s", list.Body)
	}
	if next := b.must(201, "POST", gh+"/repos/acme/web/issues", object{"title": "next"}); next.get("number") != 2.0 {
		t.Errorf("a number was given twice: %s", next.Body)
	}
	b.must(200, "POST", "/_sandbox/move", object{"issue": "acme/shop#2", "to": "acme/api"})
	if got := b.must(200, "GET", firstIssue, nil); got.get("number") != 1.0 || !strings.Contains(got.Body, "/repos/acme/api/issues/1") {
		t.Errorf("moved twice: %s", got.Body)
	}
	for _, wrong := range []object{{"issue": "acme/web#9", "to": "acme/shop"}, {"issue": "acme/web#2", "to": "acme/none"}, {"issue": "acme/web#2", "to": "acme/web"}} {
		b.must(400, "POST", "/_sandbox/move", wrong)
	}
}

func TestMoveInJira(t *testing.T) {
	b := start(t)
	b.must(201, "POST", api3+"/issue", bug(nil))
	moved := b.must(200, "POST", "/_sandbox/move", object{"issue": "WEB-1", "to": "API"})
	diff(t, "moved", any("API-1"), moved.get("issue"))
	b.must(204, "PUT", api3+"/issue/WEB-1", object{"fields": object{"summary": "by its old key"}})
	for _, key := range []string{"WEB-1", "web-1", "API-1"} {
		got := b.must(200, "GET", api3+"/issue/"+key, nil)
		diff(t, key, [2]any{"API-1", "by its old key"}, [2]any{got.get("key"), got.get("fields", "summary")})
	}
	if next := b.must(201, "POST", api3+"/issue", bug(nil)); next.get("key") != "WEB-2" {
		t.Errorf("a key was given twice: %s", next.Body)
	}
	for _, wrong := range []any{object{"issue": "WEB-9", "to": "API"}, object{"issue": "WEB-2", "to": "NONE"}, "{"} {
		b.must(400, "POST", "/_sandbox/move", wrong)
	}
}
