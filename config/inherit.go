package config

import (
	"reflect"
	"slices"
	"strings"
)

var defaultsType = reflect.TypeFor[Defaults]()

// inherit gives d what its file does not say of it: from the file's defaults, else from those of bugferry.yaml. Values keep the
// place where they stand, so that what is wrong with them is reported there. What d's type of tracker does not have is left out.
func (l *loader) inherit(d *Destination, project Project) {
	tracker, _ := l.config.Tracker(d.Tracker.Value)
	if d.Type = tracker.Type; d.Type == "" {
		return // a finding of its own
	}
	own := l.given[project.File]
	to := reflect.ValueOf(d).Elem()
	for _, f := range fieldsOf(defaultsType) {
		_, has := own[join(d.Name.Key, f.name)]
		for _, level := range []struct {
			file string
			from Defaults
		}{{project.File, project.Defaults}, {l.path, l.config.Defaults}} {
			if _, given := l.given[level.file][join("defaults", f.name)]; !given || !l.suits(d, level.from, f.name) {
				continue
			}
			from := reflect.ValueOf(level.from).Field(f.index)
			switch {
			case f.named:
				to.Field(f.index).Set(joined(to.Field(f.index), from))
			case !has:
				to.Field(f.index).Set(from)
				has = true
			}
		}
	}
	suitStatus(d)
}

// suits says whether a default makes sense for d: key by key, and for people by their accounts.
func (l *loader) suits(d *Destination, from Defaults, key string) bool {
	others := onlyJira
	if d.Type == Jira {
		others = onlyGitHub
	}
	switch key {
	case "screenshot":
		return from.Screenshot != ScreenshotAttach || d.Type == Jira
	case "default_assignee":
		return l.config.account(from.DefaultAssignee, *d) != ""
	case "reporter":
		special := from.Reporter.Value == ReporterAuthor || from.Reporter.Value == ReporterNone
		return d.Type == Jira && (special || l.config.account(from.Reporter, *d) != "")
	}
	_, foreign := others[key]
	return !foreign
}

// account returns the account that person has at d's tracker; empty if none.
func (c *Config) account(person Text, d Destination) string {
	accounts := c.Users.Map()[strings.ToLower(person.Value)]
	if account := accounts[d.Tracker.Value]; account != "" {
		return account
	}
	return accounts[d.Type]
}

// gitHubStates are the words for a GitHub issue's state, as destinations write them.
var gitHubStates = []string{"open", "closed", "completed", "not_planned", "duplicate"}

// suitStatus takes out of d's status what it inherited and its tracker cannot mean: GitHub's own words in Jira, others at GitHub.
func suitStatus(d *Destination) {
	d.Status = slices.DeleteFunc(d.Status, func(pair Pair) bool {
		inherited := !strings.HasPrefix(pair.Name.Key, d.Name.Key+".")
		return inherited && slices.Contains(gitHubStates, pair.Value.Value) != (d.Type == GitHub)
	})
}

// joined returns the entries of own, and after them those of more whose name it does not have; case makes no difference.
func joined(own, more reflect.Value) reflect.Value {
	name, _ := fieldThat(own.Type().Elem(), func(f field) bool { return f.isName })
	nameAt := func(list reflect.Value, i int) string {
		return list.Index(i).Field(name.index).FieldByName("Value").String()
	}
	out := reflect.AppendSlice(reflect.MakeSlice(own.Type(), 0, own.Len()+more.Len()), own)
	for i := range more.Len() {
		there := false
		for j := range own.Len() {
			there = there || strings.EqualFold(nameAt(own, j), nameAt(more, i))
		}
		if !there {
			out = reflect.Append(out, more.Index(i))
		}
	}
	return out
}

// defaults looks at defaults by themselves: what is wrong there is reported once, also where no destination inherits it.
func (c *checker) defaults(defaults Defaults) {
	d := Destination(defaults)
	upperNames(d.Priority)
	upperNames(d.Status)
	c.names(d.Priority, priorities, "a priority")
	c.names(d.Status, states, "a status")
	c.colors(d)
	c.parent(d)
	c.fields(d)
	people := []Text{d.DefaultAssignee}
	if d.Reporter.Value != ReporterAuthor && d.Reporter.Value != ReporterNone {
		people = append(people, d.Reporter)
	}
	for _, person := range people {
		if person.Value != "" && len(c.Users.Map()[strings.ToLower(person.Value)]) == 0 {
			c.warn(person, "users in bugferry.yaml has no %q", person)
		}
	}
}
