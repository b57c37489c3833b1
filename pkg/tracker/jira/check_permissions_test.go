package jira_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/sandbox"
	"github.com/bugferry/bugferry/pkg/sandbox/judge"
	"github.com/bugferry/bugferry/pkg/tracker"
	"github.com/bugferry/bugferry/pkg/tracker/jira"
)

// What the destination does not do needs no permission; what it does is told with the permission's name as Jira shows it.
func TestPermissionsAreThoseThatTheDestinationNeeds(t *testing.T) {
	server := judge.Listen(t, sandbox.New(sandbox.Config{}))
	none := "no-EDIT_ISSUES,ASSIGN_ISSUES,TRANSITION_ISSUES,ADD_COMMENTS,CREATE_ATTACHMENTS,MODIFY_REPORTER,SET_ISSUE_SECURITY"
	for _, c := range []struct {
		name   string
		wishes bridge.Wishes
		find   bool   // people by their e-mail
		want   string // names of permissions
	}{
		{"nothing beside the issue", bridge.Wishes{}, false, ""},
		{"edits", bridge.Wishes{Edits: true}, false, "Edit Issues"},
		{"comments", bridge.Wishes{Comments: true}, false, "Add Comments"},
		{"pictures that are shown", bridge.Wishes{Screenshot: true}, false, ""},
		{"pictures that are attached", bridge.Wishes{Screenshot: true, Attach: true}, false, "Create Attachments"},
		{"statuses", bridge.Wishes{Statuses: []string{"Done"}}, false, "Transition Issues"},
		{"people", bridge.Wishes{Assignees: []string{quinn}}, false, "Assign Issues"},
		{"people who are looked for", bridge.Wishes{SeekAssignees: true}, true, "Assign Issues"},
		{"people who are not looked for", bridge.Wishes{SeekAssignees: true}, false, ""},
		{"reporter", bridge.Wishes{Reporter: true}, false, "Modify Reporter"},
		{"reporter who is looked for", bridge.Wishes{SeekReporter: true}, true, "Modify Reporter"},
		{"reporter who is not looked for", bridge.Wishes{SeekReporter: true}, false, ""},
		{"security level", bridge.Wishes{SecurityLevels: []string{"Staff"}}, false, "Set Issue Security"},
		{"security level of the report's", bridge.Wishes{SecurityLevels: []string{""}}, false, "Set Issue Security"},
	} {
		for _, site := range []jira.Config{{BaseURL: server.URL + "/jira-cloud", Email: "bot@example.com"}, {BaseURL: server.URL + "/jira-dc"}} {
			t.Run(c.name+site.BaseURL[strings.LastIndex(site.BaseURL, "/"):], func(t *testing.T) {
				site.Name, site.Token, site.FindUsers, site.Fetch = "jira", none, c.find, tracker.NewFetcher(tracker.FetchConfig{})
				tr, err := jira.New(site)
				if err != nil {
					t.Fatal(err)
				}
				place, err := tr.Place("WEB")
				if err != nil {
					t.Fatal(err)
				}
				var lacking []string
				for _, found := range tr.Check(t.Context(), place, c.wishes) {
					name, ok := strings.CutPrefix(found.Hint, "give the account the permission ")
					if found.Thing == "permissions" && ok {
						lacking = append(lacking, strings.TrimSuffix(name, " in WEB"))
					}
					if found.Thing == "permissions" && (found.Level == bridge.LevelOK) != (c.want == "") {
						t.Errorf("%+v", found)
					}
				}
				if got := strings.Join(slices.Sorted(slices.Values(lacking)), ", "); got != c.want {
					t.Errorf("lacking %q, want %q", got, c.want)
				}
			})
		}
	}
}

// A reporter needs its field as well as the permission; where only the permission is lacking that alone is told.
func TestReporterNeedsItsField(t *testing.T) {
	const (
		project = `{"key":"WEB"}`
		all     = `"BROWSE_PROJECTS":{"havePermission":true},"CREATE_ISSUES":{"havePermission":true},"LINK_ISSUES":{"havePermission":true}`
	)
	off := metadata([]string{metaFields[0], metaFields[2]})
	on := metadata([]string{metaFields[0], metaFields[2], `{"fieldId":"reporter","name":"Reporter","schema":{"type":"user"}}`})
	for _, c := range []struct {
		name   string
		meta   http.HandlerFunc
		may    string
		wishes bridge.Wishes
		want   string // what is told of it
	}{
		{"there", on, "true", bridge.Wishes{Reporter: true}, "ok it can be set"},
		{"not there", off, "true", bridge.Wishes{Reporter: true}, "warning it is not on the create screen of Fehler"},
		{"not allowed", off, "false", bridge.Wishes{Reporter: true}, ""},
		{"not wanted", off, "true", bridge.Wishes{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/mypermissions"):
					_, _ = io.WriteString(w, `{"permissions":{`+all+`,"MODIFY_REPORTER":{"havePermission":`+c.may+`}}}`)
				case strings.HasSuffix(r.URL.Path, "/project/WEB"):
					_, _ = io.WriteString(w, project)
				default:
					c.meta(w, r)
				}
			})
			told := ""
			for _, found := range s.Tracker.Check(t.Context(), s.Place, c.wishes) {
				if found.Thing == "reporter" {
					told += string(found.Level) + " " + found.Text
				}
			}
			if told != c.want {
				t.Errorf("told %q, want %q", told, c.want)
			}
		})
	}
}
