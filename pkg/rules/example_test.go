package rules_test

import (
	"fmt"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/rules"
)

func Example() {
	set, findings := rules.Compile(rules.Config{
		Installation: "production",
		Projects: []rules.Project{{
			IDs: []string{"*"}, Name: "Web shop",
			Destinations: []rules.Destination{
				{Name: "web-github", Kind: rules.GitHub, Labels: []rules.Text{{Value: "priority:{{ .Priority | lower }}"}}},
			},
			Rules: []rules.Rule{{
				Name:  "checkout",
				Match: []rules.Condition{{Field: "priority", Values: []string{"URGENT", "HIGH"}}},
				When:  rules.Text{Value: `report.customFields.team == "checkout"`},
				To:    []string{"web-github"},
			}},
		}},
	})
	fmt.Println("mistakes:", len(findings))

	report := bridge.Report{
		BugID: "682c1dbb3b574d66f3863324", Title: "Total is wrong", Priority: "HIGH",
		CustomFields: bridge.Fields{{Name: "team", Value: "checkout"}},
	}
	matches, traces, err := set.Route(report)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(traces[0].Why)

	issue, err := set.Compose(report, matches[0].Destination, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(issue.Title, issue.Labels)
	// Output:
	// mistakes: 0
	// priority is HIGH; when is true: report.customFields.team is "checkout"
	// Total is wrong [priority:high]
}
