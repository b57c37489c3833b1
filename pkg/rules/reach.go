package rules

import (
	"cmp"
	"regexp"
	"slices"
)

// checkReach reports what no report can get to: rules behind one that takes all they would, and an unrouted that nothing is left for.
// Only what is certain is reported; which values an expression takes nobody asks.
func checkReach(in Project, p *project, found *findings) {
	for i, later := range p.rules {
		for _, earlier := range p.rules[:i] {
			if !later.live() || !earlier.live() || earlier.goOn || !earlier.covers(later) {
				continue
			}
			found.add(in.Rules[i].At, "rule %q can never be reached: %q, before it, takes all its reports; put it first, or let that one say continue: true",
				later.name, earlier.name)
			break
		}
	}
	if len(in.Unrouted) == 0 {
		return
	}
	for _, u := range p.rules {
		if u.live() && len(u.match) == 0 && u.when == nil {
			found.add(cmp.Or(in.UnroutedAt, in.At), "nothing is left unrouted: rule %q takes every report; one of the two was meant", u.name)
			return
		}
	}
}

// live says that the rule is in use and was understood.
func (u *rule) live() bool { return !u.disabled && !u.broken }

// covers says that u certainly matches every report that other does.
func (u *rule) covers(other *rule) bool {
	if u.when != nil && (other.when == nil || u.source != other.source) {
		return false
	}
	for _, c := range u.match {
		if !slices.ContainsFunc(other.match, func(o condition) bool { return o.implies(c) }) {
			return false
		}
	}
	return true
}

// implies says that d certainly holds wherever c does.
func (c condition) implies(d condition) bool {
	if c.field.path != d.field.path {
		return false
	}
	if d.presence == Present && !c.needsValue() || d.presence == Missing && c.presence != Missing {
		return false
	}
	if !d.is.none() && (c.is.none() || !c.is.within(d.is, d.field)) {
		return false
	}
	return d.not.none() || d.not.within(c.not, d.field) || c.excludes(d.not)
}

// needsValue says that c holds for no report without the field.
func (c condition) needsValue() bool {
	wantsMissing, _ := c.is.has(c.field, "")
	return c.presence == Present || !c.is.none() && !wantsMissing
}

// within says that all of s is in t: exact values by t's values and expressions, expressions by the same ones.
func (s valueSet) within(t valueSet, f field) bool {
	for _, value := range s.exact {
		if in, _ := t.has(f, value); !in {
			return false
		}
	}
	for _, re := range s.regexps {
		if !slices.ContainsFunc(t.regexps, func(other *regexp.Regexp) bool { return other.String() == re.String() }) {
			return false
		}
	}
	return true
}

// excludes says that the one value a field has under c is none of s.
func (c condition) excludes(s valueSet) bool {
	if plainFields[c.field.path] == nil || len(c.is.exact) == 0 || len(c.is.regexps) > 0 {
		return false
	}
	return !slices.ContainsFunc(c.is.exact, func(value string) bool {
		in, _ := s.has(c.field, value)
		return in
	})
}
