package rules_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

const (
	session    = "https://app.betterbugs.io/session/682c1dbb3b574d66f3863324"
	screenshot = "https://cdn.betterbugs.io/workspace/69a039e216ab18c8c2a1d0c8/69a039e216ab18c8c2a1d0cc/69bd2da39b22f777f76cdd14/s-1774005668325-WQGA.png"
)

func compose(t testing.TB, d rules.Destination, r bridge.Report, dropped ...bridge.Dropped) bridge.Issue {
	t.Helper()
	d.Name = "d"
	issue, err := compile(t, rules.Project{IDs: []string{"*"}, Destinations: []rules.Destination{d}}).Compose(r, "d", dropped)
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

func TestComposeSample(t *testing.T) {
	set := compile(t, webShop())
	r := load(t, "sample.json")
	tests := []struct {
		destination string
		want        bridge.Issue
	}{
		{"web-github", bridge.Issue{
			Labels:    []string{"bug", "priority:high", "betterbugs"},
			Assignees: []string{"quinn-dev"},
		}},
		{"web-jira", bridge.Issue{
			Labels: []string{"betterbugs", "screenshot"}, Components: []string{"Frontend"}, Type: "Bug", Priority: "High",
			Assignees: []string{"5b10ac8d"}, Screenshot: screenshot,
			Accounts: map[string]string{"quinn@example.com": "5b10ac8d"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.destination, func(t *testing.T) {
			got, err := set.Compose(r, tt.destination, nil)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Marker = bridge.Marker{Installation: "test", Bug: "682c1dbb3b574d66f3863324"}
			tt.want.Title = "Sample Bug title"
			tt.want.FullText = session
			tt.want.Remote = bridge.RemoteLink{ID: r.BugID, URL: session, Title: "BetterBugs session " + r.BugID}
			tt.want.Body = sampleBody(r)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompose(t *testing.T) {
	t.Run("title", func(t *testing.T) {
		d := destination("d")
		d.Title.Value = "[{{ .Type }}] {{ .Title }}"
		if got := compose(t, d, bridge.Report{Type: "rewind", Title: "a\r\nb"}).Title; got != "[rewind] a b" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("no title", func(t *testing.T) {
		if got := compose(t, destination("d"), bridge.Report{}).Title; got != "Untitled bug report" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("the link is resolved when the bug is closed", func(t *testing.T) {
		for status, want := range map[string]bool{"CLOSED": true, "OPEN": false, "": false} {
			r := bridge.Report{BugID: "b\n1", SessionURL: session, Status: status}
			if got := compose(t, destination("d"), r).Remote; got.Resolved != want || got.Title != "BetterBugs session b 1" {
				t.Errorf("%q: got %+v", status, got)
			}
		}
	})
	t.Run("status and priority by map", func(t *testing.T) {
		d := rules.Destination{Kind: rules.Jira, Status: map[string]string{"closed": "Done"}, Priority: map[string]string{"low": "Low"}}
		got := compose(t, d, bridge.Report{Status: "CLOSED", Priority: "LOW"})
		if got.Status != "Done" || got.Priority != "Low" {
			t.Errorf("got %q, %q", got.Status, got.Priority)
		}
		got = compose(t, d, bridge.Report{Status: "HOLD", Priority: "URGENT"})
		if got.Status != "" || got.Priority != "" {
			t.Errorf("unmapped: got %q, %q", got.Status, got.Priority)
		}
	})
	t.Run("colours of the labels that come out", func(t *testing.T) {
		d := rules.Destination{
			Kind: rules.GitHub, Labels: []rules.Text{{Value: "priority:{{ .Priority | lower }}"}, {Value: "Bug"}, {Value: "plain"}},
			LabelColors: map[string]string{"priority:high": "b60205", "priority:low": "00ff00", "bug": "d73a4a"},
		}
		want := map[string]string{"priority:high": "b60205", "Bug": "d73a4a"}
		if diff := cmp.Diff(want, compose(t, d, bridge.Report{Priority: "HIGH"}).LabelColors); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("milestone", func(t *testing.T) {
		d := destination("d")
		d.Milestone.Value = "v{{ .CustomFields.train }}"
		r := bridge.Report{CustomFields: bridge.Fields{{Name: "train", Value: " 7\n"}}}
		if got, none := compose(t, d, r).Milestone, compose(t, d, bridge.Report{}).Milestone; got != "v 7" || none != "" {
			t.Errorf("got %q, and %q for a report without a train", got, none)
		}
	})
	t.Run("screenshot", func(t *testing.T) {
		for _, tt := range []struct {
			kind, screenshot string
			attached, shown  bool
		}{
			{rules.Jira, "", true, true}, {rules.GitHub, "", false, true},
			{rules.Jira, "attach", true, true}, {rules.Jira, "link", false, true}, {rules.Jira, "off", false, false},
		} {
			got := compose(t, rules.Destination{Kind: tt.kind, Screenshot: tt.screenshot}, bridge.Report{ScreenshotURL: screenshot})
			shown := cmp.Diff(got.Body[0], bridge.Picture{URL: screenshot, Alt: "Screenshot"}) == ""
			if (got.Screenshot != "") != tt.attached || shown != tt.shown {
				t.Errorf("%s %q: attached %q, shown %v", tt.kind, tt.screenshot, got.Screenshot, shown)
			}
		}
	})
	t.Run("images of other hosts are links", func(t *testing.T) {
		got := compose(t, rules.Destination{Kind: rules.GitHub}, bridge.Report{
			ScreenshotURL: "https://spy.example/s.png", Description: `<p><img src="https://spy.example/i.gif" alt="x"></p>`,
		})
		want := bridge.Document{
			para(bridge.Text{Text: "x", Link: "https://spy.example/i.gif"}),
			para(bridge.Text{Text: "Screenshot", Link: "https://spy.example/s.png", Trusted: true}),
		}
		if diff := cmp.Diff(want, got.Body[:2]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestComposeParks(t *testing.T) {
	failing := rules.Project{
		IDs: []string{project}, Name: "Web shop",
		Destinations: []rules.Destination{{Name: "d", Kind: rules.GitHub, Title: rules.Text{
			Value: `{{ if .CustomFields.n }}{{ index .Assignees (atoi .CustomFields.n) }}{{ else }}no n{{ end }}`,
			At:    "projects/web.yaml:7:3",
		}}},
	}
	r := bridge.Report{ProjectID: project, CustomFields: bridge.Fields{{Name: "n", Value: "9"}}}
	tests := []struct {
		name              string
		set               *rules.Set
		report            bridge.Report
		destination       string
		is                error
		message, hintPart string
	}{
		{"no project", compile(t, webShop()), bridge.Report{ProjectID: "x"}, "web-jira", rules.ErrNoProject,
			`compose issue: project "x": no configured project takes it`, "add a project file"},
		{"no destination", compile(t, webShop()), bridge.Report{ProjectID: project}, "web", nil,
			`compose issue: project "Web shop" has no destination "web"`, "rematch"},
		{"failing template", compile(t, failing), r, "d", nil,
			`compose issue: destination "d": title: at <index .Assignees`, "correct the template in projects/web.yaml:7:3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.set.Compose(tt.report, tt.destination, nil)
			if err == nil || bridge.KindOf(err) != bridge.Permanent {
				t.Fatalf("got %v, want a permanent error", err)
			}
			contains(t, "error", err.Error(), tt.message)
			contains(t, "hint", bridge.Hint(err), tt.hintPart)
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v, want %v in it", err, tt.is)
			}
		})
	}
	t.Run("a broken template parks its destination only", func(t *testing.T) {
		p := webShop()
		p.Destinations[0].Labels[0].Value = "{{ .Titel }}"
		set, _ := rules.Compile(rules.Config{Projects: []rules.Project{p}})
		r := load(t, "sample.json")
		if _, err := set.Compose(r, "web-jira", nil); bridge.KindOf(err) != bridge.Permanent {
			t.Errorf("got %v, want a permanent error", err)
		}
		if _, err := set.Compose(r, "web-github", nil); err != nil {
			t.Error(err)
		}
	})
}

func TestAssignees(t *testing.T) {
	ana := bridge.Person{Email: "Ana@example.com", ID: "a1", Name: "Ana Müller"}
	li := bridge.Person{ID: "L2", Name: "李 雷"}
	bob := bridge.Person{Email: "bob@example.com", ID: "b3"}
	accounts := map[string]string{"ana@example.com": "ana", "l2": "li", "lead": "lead"}
	many := make([]bridge.Person, 12)
	for i := range many {
		many[i] = bridge.Person{ID: string(rune('a' + i)), Name: "N" + string(rune('a'+i))}
	}
	all := map[string]string{}
	for _, p := range many {
		all[p.ID] = "acc-" + p.ID
	}
	type destination = rules.Destination
	tests := []struct {
		name     string
		d        destination
		people   []bridge.Person
		accounts []string
		named    string
	}{
		{"by e-mail and id, any case", destination{Kind: rules.GitHub, Assign: true, Accounts: accounts}, []bridge.Person{ana, li}, []string{"ana", "li"}, ""},
		{"unmapped are named", destination{Kind: rules.GitHub, Assign: true, Accounts: accounts}, []bridge.Person{bob, ana}, []string{"ana"}, "b3"},
		{"Jira names an e-mail", destination{Kind: rules.Jira, Assign: true, Accounts: accounts}, []bridge.Person{bob, ana}, []string{"ana"}, "bob@example.com"},
		{"Jira names all but the first", destination{Kind: rules.Jira, Assign: true, Accounts: accounts}, []bridge.Person{ana, li}, []string{"ana", "li"}, "李 雷"},
		{"one account twice", destination{Kind: rules.Jira, Assign: true, Accounts: map[string]string{"a1": "x", "l2": "X"}}, []bridge.Person{ana, li}, []string{"x"}, ""},
		{"default", destination{Kind: rules.GitHub, Assign: true, Accounts: accounts, DefaultAssignee: "Lead"}, []bridge.Person{bob}, []string{"lead"}, "b3"},
		{"default is not needed", destination{Kind: rules.GitHub, Assign: true, Accounts: accounts, DefaultAssignee: "lead"}, []bridge.Person{ana}, []string{"ana"}, ""},
		{"off", destination{Kind: rules.GitHub, Accounts: accounts, DefaultAssignee: "lead"}, []bridge.Person{ana}, nil, "Ana Müller"},
		{"GitHub takes ten", destination{Kind: rules.GitHub, Assign: true, Accounts: all}, many,
			[]string{"acc-a", "acc-b", "acc-c", "acc-d", "acc-e", "acc-f", "acc-g", "acc-h", "acc-i", "acc-j"}, "Nk, Nl"},
		{"nobody", destination{Kind: rules.GitHub, Assign: true}, nil, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := compose(t, tt.d, bridge.Report{Assignees: tt.people})
			if diff := cmp.Diff(tt.accounts, got.Assignees); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.named, fact(got.Body, "Assigned to")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whom the configuration does not know an adapter may look for; who stands in for them is told to do only that.
func TestAssigneesToLookFor(t *testing.T) {
	ana, bob := bridge.Person{Email: "ana@example.com"}, bridge.Person{Email: " Bob@example.com", ID: "b3"}
	d := rules.Destination{Kind: rules.GitHub, Assign: true, DefaultAssignee: "lead", Accounts: map[string]string{"ana@example.com": "ana", "lead": "lead"}}
	off := d
	off.Assign = false
	for _, tt := range []struct {
		name    string
		d       rules.Destination
		people  []bridge.Person
		sought  []string
		standIn bool
	}{
		{"one beside one who is known", d, []bridge.Person{bob, ana, bob}, []string{"bob@example.com"}, false},
		{"nobody is known", d, []bridge.Person{bob}, []string{"bob@example.com"}, true},
		{"without an address", d, []bridge.Person{{ID: "x"}}, nil, false},
		{"nobody is assigned", d, nil, nil, false},
		{"off", off, []bridge.Person{bob}, nil, false},
	} {
		got := compose(t, tt.d, bridge.Report{Assignees: tt.people})
		if named := fact(got.Body.Except(tt.sought), "Assigned to"); len(tt.sought) > 0 && named != "" {
			t.Errorf("%s: who is found is named all the same: %s", tt.name, named)
		}
		if diff := cmp.Diff(tt.sought, got.Sought); diff != "" || got.StandIn != tt.standIn {
			t.Errorf("%s: stands in %v; %s", tt.name, got.StandIn, diff)
		}
	}
}
