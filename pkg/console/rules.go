package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// ProjectRules is what today's configuration does with the reports of one or more BetterBugs projects, as its file says it.
type ProjectRules struct {
	Name         string
	File         string
	IDs          []string // BetterBugs' projectIds; AllProjects: all that no other has
	Enabled      bool
	Adds         bool   // rules choose places for bugs that have an issue, too
	Rules        []Rule // in the order in which they are asked; the one for what no other takes is last, if there is one
	Destinations []Destination
}

// AllProjects in place of an id stands for all projects that no file names.
const AllProjects = "*"

// Rule sends reports to destinations.
type Rule struct {
	Name     string
	CatchAll bool // takes what no other rule takes
	Enabled  bool
	Match    []Condition // all must hold
	When     string      // an expression that must hold as well; empty: none
	To       []string
	Continue bool // the next rules are asked all the same
}

// Condition is what a rule asks of one field of the report.
type Condition struct {
	Field   string
	Values  []string // it has one of them, or matches one written as /regex/
	Not     []string // it has none of them
	Present string   // "true": it is there; "false": it is not
}

// Destination is a place that issues are filed at.
type Destination struct {
	Name     string
	Tracker  string // its name in the configuration
	Type     string // github or jira
	Place    string // acme/web, WEB
	Enabled  bool
	Settings []Setting // how a report becomes an issue there
}

// Setting is one of a destination's, by its key in the file.
type Setting struct {
	Key    string
	Values []string
}

// ruled is a project on the page of the rules.
type ruled struct {
	ProjectRules
	Rows    []ruleRow
	Strays  []hits // what no rule of today's sent
	Project string // what listings know it by; empty: it has several ids, or is that of all others
}

// ruleRow is a rule with what became of it.
type ruleRow struct {
	Rule
	hits
}

// hits says how often a rule sent a report to a destination.
type hits struct {
	Name   string
	N      int
	Last   time.Time // the hour in which it did so last
	Listed string    // the page that lists them
}

func (c *console) getRules(w http.ResponseWriter, r *http.Request) {
	tallies, err := c.cfg.Figures.Hits(r.Context())
	if c.unreadable(w, r, "hits of the rules", err) {
		return
	}
	c.render(w, http.StatusOK, "rules.html", page{Title: "Rules", Content: withHits(c.cfg.Rules(), tallies)})
}

// withHits gives each rule the hits of its project's reports. Projects that no file names belong to the one of all others.
func withHits(projects []ProjectRules, tallies []bridge.Tally) []ruled {
	found := make([]map[string]hits, len(projects))
	for i := range found {
		found[i] = map[string]hits{}
	}
	for _, t := range tallies {
		at := ruledBy(projects, t.Project)
		if at < 0 {
			continue // nobody's any more
		}
		h := found[at][t.Name]
		h.Name, h.N = t.Name, h.N+t.N
		if t.Hour.After(h.Last) {
			h.Last = t.Hour
		}
		found[at][t.Name] = h
	}
	list := make([]ruled, 0, len(projects))
	for i, p := range projects {
		one := ruled{ProjectRules: p, Project: onlyID(p)}
		for _, rule := range p.Rules {
			h := found[i][rule.Name]
			h.Listed = listed(one.Project, rule.Name)
			one.Rows = append(one.Rows, ruleRow{rule, h})
			delete(found[i], rule.Name)
		}
		for _, h := range found[i] {
			h.Listed = listed(one.Project, h.Name)
			one.Strays = append(one.Strays, h)
		}
		slices.SortFunc(one.Strays, func(a, b hits) int { return strings.Compare(a.Name, b.Name) })
		list = append(list, one)
	}
	return list
}

// ruledBy returns which of the projects has the id, or takes all that have none; below 0: none.
func ruledBy(projects []ProjectRules, id string) int {
	for _, wanted := range []string{id, AllProjects} {
		if at := slices.IndexFunc(projects, func(p ProjectRules) bool { return slices.Contains(p.IDs, wanted) }); at >= 0 {
			return at
		}
	}
	return -1
}

// onlyID returns the project's id if it has one and no other.
func onlyID(p ProjectRules) string {
	if len(p.IDs) == 1 && p.IDs[0] != AllProjects {
		return p.IDs[0]
	}
	return ""
}

func listed(project, rule string) string {
	query := url.Values{"rule": {rule}}
	if project != "" {
		query.Set("project", project)
	}
	return "/deliveries?" + query.Encode()
}
