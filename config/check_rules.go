package config

import (
	"slices"
	"strings"
)

func (c *checker) rules(project Project) {
	seen := map[string]Rule{}
	for _, rule := range project.Rules {
		first, taken := seen[rule.Name.Value]
		switch {
		case !taken:
			seen[rule.Name.Value] = rule
		case rule.Name.Key != "":
			c.mistake(rule.Name, "%q is the name of another rule, on %s; expected its own", rule.Name, line(first.At))
		}
		for _, condition := range rule.Match {
			c.condition(condition)
		}
		c.targets(project, rule.To)
	}
	c.targets(project, project.Unrouted)
}

func (c *checker) condition(condition Condition) {
	if condition.Empty() && !c.reportedIn(condition.Field) {
		c.mistake(condition.Field, "has no values; expected a value, a list, /regex/, {not: …} or {present: true}")
	}
	if condition.Present.Value == "false" && len(condition.Not) > 0 {
		c.mistake(condition.Present, "is false, and a missing field has no value that not could exclude; expected one of the two")
	}
	known, what := map[string][]string{"priority": priorities, "status": states}[condition.Field.Value], "a "+condition.Field.Value
	if known == nil {
		return
	}
	for _, value := range slices.Concat(condition.Values, condition.Not) {
		name := strings.ToUpper(value.Value)
		if name != "" && !strings.HasPrefix(name, "/") && !slices.Contains(known, name) {
			c.warn(value, "%s is not %s that BetterBugs is known to send%s", value, what, suggest(name, known))
		}
	}
}

// targets looks at where a rule, or the lack of one, leads. Two destinations at one place would be two mappings onto one issue.
func (c *checker) targets(project Project, names []Text) {
	places := map[string]string{}
	for _, to := range names {
		if to.At.Line == 0 || !c.known(to, destinationNames(project), "a destination of this file") {
			continue
		}
		destination, _ := project.Destination(to.Value)
		tracker, _ := c.Tracker(destination.Tracker.Value)
		place := destination.Place().Value
		if place == "" {
			continue
		}
		key := strings.ToLower(tracker.BaseURL.Value + " " + place)
		switch other, taken := places[key]; {
		case taken && other == to.Value:
			c.mistake(to, "%q stands in this list already", to)
		case taken:
			c.mistake(to, "%q files at %s as %s does; a report has one issue at a place, so expected one of the two", to, place, other)
		}
		places[key] = to.Value
	}
}

// unused warns of destinations that nothing leads to. Where there are no rules, that is the mistake.
func (c *checker) unused(project Project) {
	if len(project.Rules) == 0 {
		return
	}
	used := map[string]bool{}
	for _, to := range project.Unrouted {
		used[to.Value] = true
	}
	for _, rule := range project.Rules {
		for _, to := range rule.To {
			used[to.Value] = true
		}
	}
	for _, destination := range project.Destinations {
		used[destination.Fallback.Value] = true
	}
	for _, destination := range project.Destinations {
		if !used[destination.Name.Value] {
			c.warn(destination.Name, "no rule, no fallback and no unrouted leads here")
		}
	}
}

// reportedIn says whether there is a finding about text or what stands below it already.
func (c *checker) reportedIn(text Text) bool {
	for _, finding := range *c.findings {
		if (finding.Key == text.Key || strings.HasPrefix(finding.Key, text.Key+".")) && finding.At.File == text.At.File {
			return true
		}
	}
	return false
}
