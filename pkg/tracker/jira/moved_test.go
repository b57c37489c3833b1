package jira_test

import (
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
)

// Jira goes on taking the old key; the answer has the new one. A gateway before it may answer with a redirect all the same.
func TestMovedIssue(t *testing.T) {
	const rule = `{"rules":[{"method":"METHOD","path":"/rest/api/3/issue/WEB-1PATH","do":"status","status":STATUS,"headers":{"Location":"<new>"}}]}`
	for _, c := range []struct{ name, faults string }{
		{"as Jira answers", `{}`},
		{"301 to an edit", strings.NewReplacer("METHOD", "PUT", "PATH", "", "STATUS", "301").Replace(rule)},
		{"307 to an edit", strings.NewReplacer("METHOD", "PUT", "PATH", "", "STATUS", "307").Replace(rule)},
		{"301 to a comment", strings.NewReplacer("METHOD", "POST", "PATH", "/comment", "STATUS", "301", "<new>", "<new>/comment").Replace(rule)},
		{"307 to a comment", strings.NewReplacer("METHOD", "POST", "PATH", "/comment", "STATUS", "307", "<new>", "<new>/comment").Replace(rule)},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := sandboxed(t, "WEB")
			if _, err := b.Move("WEB-1", "API"); err != nil {
				t.Fatal(err)
			}
			faults, err := sandbox.ParseFaults([]byte(strings.ReplaceAll(c.faults, "<new>", b.url+"/rest/api/3/issue/API-1")))
			if err == nil {
				err = b.SetFaults(faults)
			}
			if err != nil {
				t.Fatal(err)
			}
			now := bridge.Ref{ID: "API-1", Name: "API-1", URL: b.url + "/browse/API-1"}
			read, err := b.Tracker.Read(t.Context(), b.Place, b.Ref)
			if err != nil || read.Ref != now {
				t.Errorf("read: %+v, %v", read.Ref, err)
			}
			wrote, err := b.Tracker.Write(t.Context(), b.Place, b.Ref, bridge.Change{Fields: map[string]string{"title": "U"}})
			if err != nil || wrote.Ref != now || wrote.Fields["title"] != "U" {
				t.Errorf("write: %+v, %v", wrote, err)
			}
			for range 2 {
				if err := b.Tracker.Comment(t.Context(), b.Place, b.Ref, "news", "m"); err != nil {
					t.Errorf("comment: %v", err)
				}
			}
			if st := b.State().Jira; len(st) != 1 || st[0].Key != "API-1" || st[0].Summary != "U" || len(st[0].Comments) != 1 {
				t.Errorf("issues %+v", st)
			}
		})
	}
}
