package console_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/console"
)

// figures are hits, or the error of asking for them.
type figures struct {
	console.Figures
	hits []bridge.Tally
	err  error
}

func (f figures) Hits(context.Context) ([]bridge.Tally, error) { return f.hits, f.err }

func rulesOf(hits []bridge.Tally, projects ...console.ProjectRules) console.Config {
	return console.Config{Figures: figures{hits: hits}, Rules: func() []console.ProjectRules { return projects }}
}

var (
	hour = time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	shop = console.ProjectRules{
		Name: "Web shop", File: "projects/web.yaml", IDs: []string{"p1"}, Enabled: true,
		Rules: []console.Rule{
			{Name: "severe", Enabled: true, To: []string{"web-jira"}, Continue: true, When: `report.type == "rewind"`, Match: []console.Condition{
				{Field: "priority", Values: []string{"URGENT", "/^H/"}}, {Field: "status", Not: []string{"CLOSED"}}, {Field: "customFields.team", Present: "true"},
			}},
			{Name: "old", To: []string{"web-jira"}},
			{Name: "unrouted", CatchAll: true, Enabled: true, To: []string{"web-github"}},
		},
		Destinations: []console.Destination{{
			Name: "web-jira", Tracker: "our-jira", Type: "jira", Place: "WEB", Enabled: true,
			Settings: []console.Setting{{Key: "labels", Values: []string{"betterbugs", "{{ .Type }}"}}},
		}},
	}
	others = console.ProjectRules{
		Name: "All others", File: "projects/all.yaml", IDs: []string{"*"}, Adds: true,
		Rules: []console.Rule{{Name: "severe", Enabled: true, To: []string{"inbox"}}},
	}
)

// words is what a page says, without its tags, its white space as one space.
func words(page string) string { return strings.Join(strings.Fields(tag.ReplaceAllString(page, " ")), " ") }

func TestRulesAreShown(t *testing.T) {
	w := get(rulesOf([]bridge.Tally{
		{Project: "p1", Name: "severe", N: 2, Hour: hour},
		{Project: "p1", Name: "shared again", N: 7, Hour: hour},
		{Project: "p2", Name: "severe", N: 3, Hour: hour},
		{Project: "p3", Name: "severe", N: 1, Hour: hour.Add(time.Hour)},
	}, shop, others), "GET", "/rules")
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	said := words(w.Body.String())
	for _, part := range []string{
		"Web shop projects/web.yaml takes BetterBugs project p1 . A bug that has an issue already goes there alone.",
		"severe 2 deliveries , last 2026-03-04 05:00 priority is URGENT or /^H/ status is not CLOSED customFields.team is there when report.type == &#34;rewind&#34; to web-jira and the next rules are asked too",
		"old disabled never hit every report to web-jira",
		"What no rule takes never hit to web-github",
		"Sent by no rule of today’s file: shared again ( 7 )",
		"web-jira WEB at our-jira , Jira labels betterbugs {{ .Type }}",
		"All others disabled projects/all.yaml takes every BetterBugs project without a file of its own. A bug that has an issue already goes there, and where the rules want it today. Its reports are kept unrouted until the file says enabled: true .",
		"severe 4 deliveries , last 2026-03-04 06:00",
	} {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in\n%s", part, said)
		}
	}
	for _, link := range []string{
		`href="/deliveries?project=p1&amp;rule=severe"`, `href="/deliveries?rule=severe"`, `href="/playground?project=p1"`, `href="/playground"`,
	} {
		if !strings.Contains(w.Body.String(), link) {
			t.Errorf("no %s in\n%s", link, w.Body)
		}
	}
}

func TestRulesOfNobody(t *testing.T) {
	w := get(rulesOf([]bridge.Tally{{Project: "p9", Name: "gone", N: 1, Hour: hour}}, shop), "GET", "/rules")
	if said := w.Body.String(); strings.Contains(said, "gone") || w.Code != http.StatusOK {
		t.Errorf("%d: the hits of a project that is not configured are shown: %s", w.Code, said)
	}
	w = get(rulesOf(nil), "GET", "/rules")
	if said := words(w.Body.String()); !strings.Contains(said, "No project is configured. bugferry init") {
		t.Error(said)
	}
}

func TestRulesWithoutFigures(t *testing.T) {
	w := get(console.Config{Figures: figures{err: errors.New("secret cause")}}, "GET", "/rules")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret cause") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestRulesAreText: a project's file is written by whoever may configure, a rule's name in a tally may be of long ago.
func TestRulesAreText(t *testing.T) {
	page := func(s string) string {
		list := []string{s}
		return get(rulesOf([]bridge.Tally{{Project: s, Name: s, N: 1, Hour: hour}, {Project: s, Name: s + "2", N: 1, Hour: hour}}, console.ProjectRules{
			Name: s, File: s, IDs: list, Enabled: true,
			Rules: []console.Rule{{Name: s, Enabled: true, When: s, To: list, Match: []console.Condition{{Field: s, Values: list, Not: list}}}},
			Destinations: []console.Destination{{
				Name: s, Tracker: s, Type: "jira", Place: s, Enabled: true, Settings: []console.Setting{{Key: s, Values: list}},
			}},
		}), "GET", "/rules").Body.String()
	}
	want := shapes(page("x"))
	for _, hostile := range hostileTexts {
		if diff := cmp.Diff(want, shapes(page(hostile))); diff != "" {
			t.Errorf("%q: %s", hostile, diff)
		}
	}
}
