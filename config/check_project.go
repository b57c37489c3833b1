package config

import (
	"os"
	"slices"
)

// projects looks at the project files, and from one to another.
func (c *checker) projects() {
	ids := map[string]Text{}
	c.defaults(c.Config.Defaults)
	for _, project := range c.Projects {
		for _, id := range project.IDs {
			c.id(project, id, ids)
		}
		c.defaults(project.Defaults)
		for _, destination := range project.Destinations {
			c.destination(project, destination)
		}
		c.rules(project)
		c.unused(project)
		for i, test := range project.Tests {
			c.test(project, test, index("tests", i))
		}
	}
}

func (c *checker) id(project Project, id Text, ids map[string]Text) {
	switch first, taken := ids[id.Value]; {
	case id.At.Line == 0:
		return // not understood
	case id.Value == "":
		c.mistake(id, "is empty; the projectId of BetterBugs was meant")
	case id.Value == AllProjects && len(project.IDs) > 1:
		c.mistake(id, `"*" is all projects without a file of their own; expected it alone, or only ids`)
	case taken && id.Value == AllProjects:
		c.mistake(id, `"*" is taken by %s; expected one file for all projects without their own`, elsewhere(first.At))
	case taken:
		c.mistake(id, "%q is taken by %s; expected one file for each project", id, elsewhere(first.At))
	default:
		ids[id.Value] = id
	}
}

// The priorities and states BetterBugs is known to send (its iOS SDK, 2025).
var (
	priorities = []string{"LOW", "MEDIUM", "HIGH", "URGENT"}
	states     = []string{"TODO", "OPEN", "INPROGRESS", "CLOSED", "HOLD"}
)

func (c *checker) destination(project Project, d Destination) {
	if d.Tracker.Value != "" {
		c.known(d.Tracker, c.trackerNames(), "a tracker in bugferry.yaml")
	}
	switch d.Type {
	case GitHub:
		c.github(project, d)
	case Jira:
		c.jira(project, d)
	}
	c.names(d.Priority, priorities, "a priority")
	c.names(d.Status, states, "a status")
	c.fallback(project, d)
	if person := d.DefaultAssignee; person.Value != "" && d.Type != "" && c.account(person, d) == "" {
		c.mistake(person, "users in bugferry.yaml has no account of %q at %s", person, d.Tracker)
	}
}

// names warns of names that BetterBugs has never been seen to send; it may learn new ones.
func (c *checker) names(pairs Pairs, known []string, what string) {
	seen := map[string]bool{}
	for _, pair := range pairs {
		name := pair.Name.Value
		switch {
		case seen[name]:
			c.mistake(pair.Name, "stands here a second time; case makes no difference here")
		case !slices.Contains(known, name):
			c.warn(pair.Name, "%s is not %s that BetterBugs is known to send%s", name, what, suggest(name, known))
		}
		seen[name] = true
	}
}

func (c *checker) fallback(project Project, d Destination) {
	name := d.Fallback
	switch {
	case name.Value == "":
		return
	case name.Value == d.Name.Value:
		c.mistake(name, "is the destination itself; another one was meant")
		return
	case !c.known(name, destinationNames(project), "a destination of this file"):
		return
	}
	seen := map[string]bool{}
	for next, ok := project.Destination(name.Value); ok && !seen[next.Name.Value]; next, ok = project.Destination(next.Fallback.Value) {
		seen[next.Name.Value] = true
	}
	if seen[d.Name.Value] {
		c.mistake(name, "leads back to %s; a chain of fallbacks has to end", d.Name)
	}
}

func (c *checker) test(project Project, test Test, key string) {
	at := Text{At: test.At, Key: key}
	switch {
	case test.Payload.Value == "" && test.Report.At.Line == 0 && !c.reportedIn(at):
		c.mistake(at, "a test has no report; expected payload, a file, or report, its fields")
	case test.Payload.Value != "" && test.Report.At.Line != 0:
		c.mistake(test.Payload, "stands beside report; one of the two was meant")
	case test.Payload.Value != "":
		if info, err := os.Stat(test.Path); err != nil || info.IsDir() {
			c.mistake(test.Payload, "%s is no file; a report as BetterBugs sends it was meant", test.Path)
		}
	}
	for _, name := range test.Expect {
		if name.Value != "" {
			c.known(name, destinationNames(project), "a destination of this file")
		}
	}
}
