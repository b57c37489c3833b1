package rules_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func TestRoute(t *testing.T) {
	set := compile(t, webShop())
	t.Run("continue and both destinations", func(t *testing.T) {
		matches, traces, err := set.Route(load(t, "rich.json"))
		if err != nil {
			t.Fatal(err)
		}
		want := []bridge.Match{{Rule: "urgent goes to Jira", Destination: "web-jira"}, {Rule: "all others", Destination: "web-github"}}
		if diff := cmp.Diff(want, matches); diff != "" {
			t.Error(diff)
		}
		wantTraces := []bridge.Trace{
			{Rule: "urgent goes to Jira", Matched: true, Why: `priority is URGENT; when is true: report.customFields.team is "checkout"`},
			{Rule: "all others", Matched: true, Why: "takes every report"},
		}
		if diff := cmp.Diff(wantTraces, traces); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("when is false", func(t *testing.T) {
		matches, traces, err := set.Route(load(t, "sample.json"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]bridge.Match{{Rule: "all others", Destination: "web-github"}}, matches); diff != "" {
			t.Error(diff)
		}
		if got, want := traces[0].Why, "when is false: report.customFields.team is missing"; got != want {
			t.Errorf("why: got %q, want %q", got, want)
		}
	})
}

func TestFirstMatchWins(t *testing.T) {
	rule := func(name string, goOn bool, to ...string) rules.Rule {
		return rules.Rule{Name: name, To: to, Continue: goOn}
	}
	two := rule("two", false, "a", "b")
	two.Match = []rules.Condition{{Field: "priority", Present: rules.Missing}}
	set := compile(t, rules.Project{
		IDs: []string{"*"}, Destinations: []rules.Destination{destination("a"), destination("b")},
		Rules: []rules.Rule{rule("one", true, "a"), two, rule("three", false, "b")},
	})
	matches, traces, err := set.Route(bridge.Report{ProjectID: "any"})
	if err != nil {
		t.Fatal(err)
	}
	want := []bridge.Match{{Rule: "one", Destination: "a"}, {Rule: "two", Destination: "b"}}
	if diff := cmp.Diff(want, matches); diff != "" {
		t.Error(diff)
	}
	last := bridge.Trace{Rule: "three", Why: `not tried: "two" took the report`}
	if diff := cmp.Diff(last, traces[2]); diff != "" {
		t.Error(diff)
	}
}

func TestConditions(t *testing.T) {
	rich := bridge.Report{
		BugID: "b1", ProjectID: "p", Title: "Cart", Status: "INPROGRESS", Priority: "URGENT", Type: "screenRecording",
		CustomFields: bridge.Fields{
			{Name: "release.train", Value: "2026.11"}, {Name: "team", Value: "checkout"},
			{Name: "areas", Value: []any{"cart", "tax"}},
		},
		Metadata:  []bridge.Datum{{Title: "version", Value: "4.12.0"}, {Title: "version", Value: "4.13.0"}},
		Assignees: []bridge.Person{{Email: "ana@example.com"}, {Email: "li@example.org", Name: "李 雷", ID: "7"}},
		Extra: bridge.Fields{{Name: "pageInfo", Value: bridge.Fields{{Name: "domain", Value: "shop.example.com"}}},
			{Name: "types", Value: "x"}},
	}
	tests := []struct {
		name, field string
		values      []string
		want        bool
		why         string
	}{
		{"enumerations fold case", "priority", []string{"low", "urgent"}, true, "priority is URGENT"},
		{"a wrong value is named", "priority", []string{"LOW", "HIGH"}, false, "priority is URGENT; wanted LOW or HIGH"},
		{"text is exact", "title", []string{"cart"}, false, `title is "Cart"; wanted "cart"`},
		{"regexp unanchored", "title", []string{"/ar/"}, true, `title is "Cart", which matches /ar/`},
		{"regexp as written", "title", []string{"/^ar/"}, false, `title is "Cart"; wanted /^ar/`},
		{"two slashes are text", "title", []string{"//"}, false, `title is "Cart"; wanted "//"`},
		{"missing field", "workspaceId", []string{"w"}, false, `workspaceId is missing; wanted "w"`},
		{"missing is wanted", "workspaceId", []string{""}, true, "workspaceId is missing"},
		{"regexp needs a value", "workspaceId", []string{"/.*/"}, false, "workspaceId is missing; wanted /.*/"},
		{"name with a dot", "customFields.release.train", []string{"2026.11"}, true, `customFields.release.train is "2026.11"`},
		{"list in a custom field", "customFields.areas", []string{"tax"}, true, `customFields.areas is "tax"`},
		{"metadata twice", "metadata.version", []string{"/^4.13/"}, true, `metadata.version is "4.13.0", which matches /^4.13/`},
		{"any assignee", "assignees.email", []string{"/@example.org$/"}, true, `assignees.email is "li@example.org", which matches /@example.org$/`},
		{"no assignee", "assignees.id", []string{"8"}, false, `assignees.id is "7"; wanted "8"`},
		{"unknown field nested", "pageInfo.domain", []string{"shop.example.com"}, true, `pageInfo.domain is "shop.example.com"`},
		{"unknown field by extra", "extra.types", []string{"x"}, true, `extra.types is "x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := compile(t, rules.Project{
				IDs: []string{"p"}, Destinations: []rules.Destination{destination("d")},
				Rules: []rules.Rule{{To: []string{"d"}, Match: []rules.Condition{{Field: tt.field, Values: tt.values}}}},
			})
			matches, traces, err := set.Route(rich)
			if got := len(matches) == 1; got != tt.want || traces[0].Matched != tt.want {
				t.Errorf("matched: got %v, want %v", got, tt.want)
			}
			if errors.Is(err, rules.ErrNoRule) == tt.want {
				t.Errorf("error: %v", err)
			}
			if diff := cmp.Diff(bridge.Trace{Rule: "rule 1", Matched: tt.want, Why: tt.why}, traces[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExpressions(t *testing.T) {
	tests := []struct {
		when string
		want bool
	}{
		{`report.priority == "URGENT" and report.type != "rewind"`, true},
		{`report.priority in ["LOW", "MEDIUM"]`, false},
		{`report.title contains "tax" && report.title matches "€0"`, true},
		{`report.customFields["release.train"] startsWith "2026"`, true},
		{`report.customFields.nothing == ""`, true},
		{`report.metadata.version startsWith "4."`, true},
		{`report.assignees[0].email endsWith "@example.com"`, true},
		{`report.assignees[-1].name == "李 雷"`, true},
		{`report.assignees[7].name == ""`, true},
		{`any(report.assignees, .email == "li@example.org")`, true},
		{`len(report.assignees) == 2`, true},
		{`report.createdAt > date("2026-01-01") and report.createdAt < date("2026-12-31")`, true},
		{`report.createdAt.Weekday().String() in ["Saturday", "Sunday"]`, false},
		{`report.updatedAt - report.createdAt < duration("2m")`, true},
		{`report.extra.pageUrl == ""`, true},
	}
	for _, tt := range tests {
		t.Run(tt.when, func(t *testing.T) {
			set := compile(t, rules.Project{
				IDs: []string{"*"}, Destinations: []rules.Destination{destination("d")},
				Rules: []rules.Rule{{To: []string{"d"}, When: rules.Text{Value: tt.when}}},
			})
			matches, traces, _ := set.Route(load(t, "rich.json"))
			if got := len(matches) == 1; got != tt.want {
				t.Errorf("got %v, want %v: %s", got, tt.want, traces[0].Why)
			}
		})
	}
}

func TestRouteErrors(t *testing.T) {
	t.Run("no project", func(t *testing.T) {
		_, _, err := compile(t, webShop()).Route(bridge.Report{ProjectID: "nobody's"})
		if !errors.Is(err, rules.ErrNoProject) {
			t.Errorf("got %v, want ErrNoProject", err)
		}
		contains(t, "error", err.Error(), `project "nobody's"`)
	})
	t.Run("the star is no id", func(t *testing.T) {
		set := compile(t, rules.Project{IDs: []string{"*"}, Name: "rest"})
		if _, _, err := set.Route(bridge.Report{ProjectID: "*"}); !errors.Is(err, rules.ErrNoRule) {
			t.Errorf("got %v, want ErrNoRule", err)
		}
	})
	t.Run("exact id before the star", func(t *testing.T) {
		set, _ := rules.Compile(rules.Config{Projects: []rules.Project{
			{IDs: []string{"*"}, Name: "rest"}, {IDs: []string{"a", "b"}, Name: "own"},
		}})
		_, _, err := set.Route(bridge.Report{ProjectID: "b"})
		contains(t, "error", err.Error(), `project "own"`)
	})
	t.Run("a failing expression does not stop the others", func(t *testing.T) {
		p := webShop()
		p.Rules[0].When.Value = `report.customFields.n == "" || int(report.customFields.n) > 3`
		r := load(t, "rich.json")
		r.CustomFields.Set("n", "many")
		matches, traces, err := compile(t, p).Route(r)
		if diff := cmp.Diff([]bridge.Match{{Rule: "all others", Destination: "web-github"}}, matches); diff != "" {
			t.Error(diff)
		}
		if err == nil {
			t.Fatal("no error for a failing expression")
		}
		contains(t, "error", err.Error(), `rule "urgent goes to Jira": when: 1:`)
		contains(t, "trace", traces[0].Why, `when failed: `)
	})
	t.Run("a broken rule matches nothing and says so", func(t *testing.T) {
		p := webShop()
		p.Rules[0].When.Value = `report.priorty == ""`
		set, _ := rules.Compile(rules.Config{Projects: []rules.Project{p}})
		matches, traces, err := set.Route(load(t, "rich.json"))
		if len(matches) != 1 || err == nil || traces[0].Matched {
			t.Errorf("got %v, %v, %v", matches, traces, err)
		}
	})
}

func TestSetIsSafeForConcurrentUse(t *testing.T) {
	set := compile(t, webShop())
	r := load(t, "rich.json")
	want, _, _ := set.Route(r)
	wantIssue, _ := set.Compose(r, "web-github", nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, _, _ := set.Route(r); !cmp.Equal(want, got) {
					t.Errorf("route: got %v", got)
				}
				if got, err := set.Compose(r, "web-github", nil); err != nil || !cmp.Equal(wantIssue, got) {
					t.Errorf("compose: %v", err)
				}
			}
		})
	}
	wg.Wait()
}
