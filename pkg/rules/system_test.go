package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func TestComposeWhatOnlyJiraHas(t *testing.T) {
	d := rules.Destination{
		Kind: rules.Jira, Versions: texts("{{ .CustomFields.version }}", "1.0", "{{ .CustomFields.none }}"), FixVersions: texts("2.0"),
		Parent: rules.Text{Value: "{{ .CustomFields.epic }}"}, SecurityLevel: rules.Text{Value: "Staff"},
	}
	got := compose(t, d, bridge.Report{CustomFields: bridge.Fields{{Name: "version", Value: "1.1"}, {Name: "epic", Value: " WEB-1\n"}}})
	want := bridge.Issue{Versions: []string{"1.1", "1.0"}, FixVersions: []string{"2.0"}, Parent: "WEB-1", Security: "Staff"}
	if diff := cmp.Diff(want, bridge.Issue{Versions: got.Versions, FixVersions: got.FixVersions, Parent: got.Parent, Security: got.Security, Reporter: got.Reporter}); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := compose(t, d, bridge.Report{}); got.Parent != "" || len(got.Versions) != 1 {
		t.Errorf("of nothing: parent %q, versions %v", got.Parent, got.Versions)
	}
}

func TestReporter(t *testing.T) {
	quinn := bridge.Person{Email: "Quinn@example.com", ID: "q1"}
	accounts := map[string]string{"quinn@example.com": "acc-quinn", "u9": "acc-nine"}
	for _, c := range []struct {
		name     string
		reporter string
		report   bridge.Report
		want     string
	}{
		{"nobody", "", bridge.Report{UserID: "q1", Assignees: []bridge.Person{quinn}}, ""},
		{"the author by e-mail", "true", bridge.Report{UserID: "q1", Assignees: []bridge.Person{quinn}}, "acc-quinn"},
		{"the author by id", "true", bridge.Report{UserID: "u9"}, "acc-nine"},
		{"who may be looked for", "true", bridge.Report{UserID: "b", Assignees: []bridge.Person{{ID: "b", Email: "bob@example.com"}}}, "mailto:bob@example.com"},
		{"of whom only the id is known", "true", bridge.Report{UserID: "b"}, ""},
		{"one of users", "Quinn@Example.com", bridge.Report{UserID: "u9"}, "acc-quinn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := rules.Destination{Kind: rules.Jira, Reporter: c.reporter, Accounts: accounts}
			if got := compose(t, d, c.report).Reporter; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	_, found := rules.Compile(rules.Config{Projects: []rules.Project{{IDs: []string{"*"}, Destinations: []rules.Destination{
		{Name: "d", Kind: rules.Jira, Reporter: "quin@example.com", Accounts: accounts},
	}}}})
	if want := "reporter: quin@example.com has no account at this tracker; did you mean quinn@example.com?"; len(found) != 1 || found[0].Message != want {
		t.Errorf("findings %v, want %s", found, want)
	}
}
