package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bugferry/bugferry/pkg/bridge"
)

// Jira's own fields that a destination has a key for, by Jira's names, which its refusals use too.
const (
	fieldVersions    = "versions"
	fieldFixVersions = "fixVersions"
	fieldParent      = "parent"
	fieldSecurity    = "security"
	fieldReporter    = "reporter"
)

var (
	systemLists  = []string{fieldVersions, fieldFixVersions}
	systemFields = append([]string{fieldParent, fieldSecurity, fieldReporter}, append(plainSystem, systemLists...)...)
)

// system plans Jira's own fields. Each is for what it can be: what does not exist is dropped with a reason, and the issue is filed.
// An error means that Jira could not be asked.
func (p planner) system(ctx context.Context, t *Tracker) error {
	p.choices(fieldVersions, "version", p.issue.Versions)
	p.choices(fieldFixVersions, "version", p.issue.FixVersions)
	p.security()
	p.reporter(ctx, t)
	return p.parent(ctx, t)
}

// choices sets a list of what the field lets one choose from; what there is, in the metadata, is all there is.
func (p planner) choices(field, what string, wanted []string) {
	f, ok := p.screen.field(field)
	values, _ := f.allowed()
	var chosen []any
	var words []string
	for _, name := range wanted {
		name = strings.TrimSpace(name)
		value, found := pick(values, name)
		one := map[string]any{"id": value.ID}
		switch {
		case name == "":
		case !ok:
			p.missing(field, name)
		case !found:
			p.drop(field, name, "there is no such %s; there are: %s", what, labels(values))
		case !slices.ContainsFunc(chosen, func(had any) bool { return encode(had) == encode(one) }):
			chosen, words = append(chosen, one), append(words, name)
		}
	}
	if len(chosen) > 0 {
		p.code(field, chosen, strings.Join(words, ", "))
	}
}

func (p planner) security() {
	wanted := strings.TrimSpace(p.issue.Security)
	if wanted == "" {
		return
	}
	f, ok := p.screen.field(fieldSecurity)
	values, _ := f.allowed()
	value, found := pick(values, wanted)
	switch {
	case !ok:
		p.missing(fieldSecurity, wanted)
	case !found:
		p.drop(fieldSecurity, wanted, "there is no such security level for this account; there are: %s", labels(values))
	default:
		p.code(fieldSecurity, map[string]any{"id": value.ID}, wanted)
	}
}

// reporter sets who is shown to have reported the issue, for which Jira wants the permission Modify Reporter.
func (p planner) reporter(ctx context.Context, t *Tracker) {
	wanted := strings.TrimSpace(p.issue.Reporter)
	shown, only := bridge.MailedTo(wanted)
	if wanted == "" || only && !t.findUsers { // the body names who reported the bug
		return
	}
	if _, ok := p.screen.field(fieldReporter); !ok {
		p.missing(fieldReporter, shown)
		return
	}
	account, err := p.person(ctx, t, wanted)
	if err != nil {
		p.drop(fieldReporter, shown, "%v", err)
		return
	}
	p.code(fieldReporter, account, shown)
}

const epicLink = "com.pyxis.greenhopper.jira:gh-epic-link"

func (f metaField) isEpicLink() bool { return f.Schema.Custom == epicLink }

// parent sets the issue that this one belongs to: in the field Parent, or in the classic Epic Link where there is none
// (developer.atlassian.com, deprecation of the Epic Link and Parent Link fields). Jira shows a parent by its id, which a
// move does not change; it is looked up.
func (p planner) parent(ctx context.Context, t *Tracker) error {
	wanted := strings.TrimSpace(p.issue.Parent)
	if wanted == "" {
		return nil
	}
	_, hasParent := p.screen.field(fieldParent)
	epicAt := slices.IndexFunc(p.screen.fields, metaField.isEpicLink)
	key, err := shapeKey(wanted)
	switch {
	case !hasParent && epicAt < 0:
		p.missing(fieldParent, wanted)
		return nil
	case err != nil:
		p.drop(fieldParent, wanted, "%v", err)
		return nil
	}
	issue, err := t.parentIssue(ctx, key)
	switch {
	case passing(err):
		return err
	case err != nil:
		p.drop(fieldParent, wanted, "there is no such issue, or the account may not see it")
	case hasParent:
		p.code(fieldParent, map[string]any{"id": issue.ID}, wanted)
	default:
		p.code(p.screen.fields[epicAt].ID, issue.Key, wanted)
	}
	return nil
}

// parents looks whether the issues that others are to belong to are there, and whether one can.
func (c *placeCheck) parents(ctx context.Context, wanted []string) {
	if len(wanted) == 0 {
		return
	}
	_, hasParent := c.screen.field(fieldParent)
	if !hasParent && !slices.ContainsFunc(c.screen.fields, metaField.isEpicLink) {
		c.found.Add(bridge.LevelWarning, "parent", "put it on the screen, or take it out of the destination", "it is not on the create screen of %s", c.screen.kind.Name)
		return
	}
	for _, name := range wanted {
		if name == "" { // depends on the report
			continue
		}
		key, err := shapeKey(name)
		if err == nil {
			_, err = c.t.parentIssue(ctx, key)
		}
		if err != nil {
			c.found.Add(bridge.LevelWarning, "parent", "name an issue that the account may see", "%s: %v", name, err)
			continue
		}
		c.found.OK("parent", "%s", name)
	}
}

// shapeKey is the key of an issue. Any other text would be part of a path.
func shapeKey(text string) (string, error) {
	if !issuePattern.MatchString(text) {
		return "", errors.New("it is not the key of an issue, such as WEB-12")
	}
	return strings.ToUpper(text), nil
}

// parentIssue reads the id and the present key of an issue. What was read is believed for as long as the metadata.
func (t *Tracker) parentIssue(ctx context.Context, key string) (found, error) {
	return t.parents.get(key, func() (found, error) {
		issue, err := t.get(ctx, key, "summary")
		if err == nil && issue.ID == "" {
			err = fmt.Errorf("read issue %s: an answer without an id", key)
		}
		return issue, err
	})
}

// passing says of an error that it may be gone later: then it is no reason to file without the field.
func passing(err error) bool {
	e, ok := errors.AsType[*bridge.Error](err)
	return ok && e.Kind != bridge.Permanent && e.Status != http.StatusForbidden
}

// systemValue is a field's value as Jira takes it; ok is false where the field is none of Jira's that are ours to set.
func systemValue(name, value string) (out any, ok bool) {
	switch {
	case !slices.Contains(systemFields, name):
		return nil, false
	case value == "" && slices.Contains(systemLists, name):
		return []string{}, true
	}
	return rawOrNull(value), true
}

// systemContent adds Jira's own fields, as far as they are set, to what an issue says.
func systemContent(issue found, fields map[string]string) {
	for _, name := range systemFields {
		var shown any
		raw := issue.Fields[name]
		if value := canonical(raw); value != "" && value != "[]" && json.Unmarshal(raw, &shown) == nil {
			fields[name] = value
		}
	}
}
