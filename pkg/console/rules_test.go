package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// hit is a store that knows how often the rules were hit.
type hit struct {
	*kept
	hits []bridge.Tally
}

func (h hit) Hits(context.Context) ([]bridge.Tally, error) { return h.hits, h.err }

func ruled(h hit, projects ...console.ProjectRules) console.Config {
	return console.Config{Figures: h, Rules: func() []console.ProjectRules { return projects }, Now: func() time.Time { return at }}
}

func TestRules(t *testing.T) {
	web := console.ProjectRules{
		Name: "Web <b>shop", File: "projects/web.yaml", IDs: []string{"p1"}, Enabled: true,
		Rules: []console.Rule{
			{
				Name: "urgent <i>", Enabled: true, To: []string{"jira", "hub"}, Continue: true, When: `report.title contains "<pay>"`,
				Match: []console.Condition{
					{Field: "priority", Values: []string{"URGENT", "HIGH"}}, {Field: "type", Not: []string{"video"}}, {Field: "customFields.team", Present: "true"},
				},
			},
			{Name: "off", To: []string{"hub"}},
			{Name: "unrouted", CatchAll: true, Enabled: true, To: []string{"hub"}},
		},
		Destinations: []console.Destination{
			{Name: "jira", Tracker: "acme", Type: "jira", Place: "WEB", Enabled: true, Settings: []console.Setting{{Key: "labels", Values: []string{"bug", "{{ .Type }}"}}}},
			{Name: "hub", Tracker: "github", Type: "github", Place: "acme/web"},
		},
	}
	all := console.ProjectRules{Name: "Others", File: "projects/all.yaml", IDs: []string{console.AllProjects}, Rules: []console.Rule{{Name: "any", Enabled: true, To: []string{"hub"}}}}
	hour := at.Truncate(time.Hour)
	hits := []bridge.Tally{
		{Hour: hour, Project: "p1", Name: "urgent <i>", N: 12}, {Hour: hour, Project: "p1", Name: "renamed since", N: 3}, {Hour: hour, Project: "p9", Name: "any", N: 4}, {Hour: hour, Project: "p8", Name: "any", N: 5},
	}
	page := has(t, ruled(hit{&kept{}, hits}, web, all), "/rules",
		"Web &lt;b&gt;shop", "projects/web.yaml", "urgent &lt;i&gt;", "URGENT", "HIGH", "customFields.team", "video", "&lt;pay&gt;", "the next rules are asked too", "disabled", "What no rule takes",
		`href="/deliveries?project=p1&amp;rule=urgent`, "12 deliveries", "renamed since", "never hit", "9 deliveries", `href="/deliveries?rule=any"`, "every report", "WEB", "acme/web", "{{ .Type }}",
		`href="/playground?project=p1"`)
	if n := strings.Count(page, "never hit"); n != 2 {
		t.Errorf("never hit are %d rules, want 2", n)
	}
	has(t, ruled(hit{kept: &kept{}}), "/rules", "bugferry")
	if w := get(ruled(hit{kept: &kept{err: errors.New("secret words")}}, web), "GET", "/rules"); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
