package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bugferry/bugferry/pkg/bridge"
	"github.com/bugferry/bugferry/pkg/markup"
)

// customID is what a field set by name may be, and nothing else: a field called "summary" must not replace the summary.
var customID = regexp.MustCompile(`^customfield_[0-9]{1,18}$`)

// plainSystem are the fields of Jira's own that are set like custom fields, by name or id. All others have a key of their own
// in a destination, or are not to be set at all.
var plainSystem = []string{"duedate", "environment"}

func settable(id string) bool { return customID.MatchString(id) || slices.Contains(plainSystem, id) }

func (p planner) custom(ctx context.Context, t *Tracker) {
	for _, wanted := range p.issue.Fields {
		if strings.TrimSpace(wanted.Value) == "" {
			continue
		}
		f, err := p.screen.customField(wanted.Name)
		if err != nil {
			p.drop(wanted.Name, wanted.Value, "%v", err)
			continue
		}
		value, err := p.shape(ctx, t, f, wanted.Value)
		if err != nil {
			p.draft.Dropped = append(p.draft.Dropped, bridge.Dropped{Field: f.ID, Value: wanted.Value, Why: err.Error(), Said: bridge.Said{Field: f.Name}})
			continue
		}
		p.set(f.ID, encode(reduce(value)))
		p.said(f.ID, f.Name, strings.TrimSpace(wanted.Value))
	}
}

// customField finds a field by id or by name. Names are not unique in Jira; a custom field goes before one of Jira's own.
func (s screen) customField(name string) (metaField, error) {
	name = strings.TrimSpace(name)
	for _, is := range []func(metaField) bool{
		func(f metaField) bool { return f.ID == name },
		func(f metaField) bool { return customID.MatchString(f.ID) && strings.EqualFold(f.Name, name) },
		func(f metaField) bool { return strings.EqualFold(f.Name, name) },
		func(f metaField) bool { return f.Untranslated != "" && strings.EqualFold(f.Untranslated, name) },
	} {
		var found []metaField
		for _, f := range s.fields {
			if settable(f.ID) && is(f) {
				found = append(found, f)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return metaField{}, fmt.Errorf("%d fields have that name: write the id, such as %s", len(found), found[0].ID)
		}
	}
	return metaField{}, fmt.Errorf("there is no such custom field on the create screen of %s", s.kind.Name)
}

// shape turns a text into what the field takes, by the field's schema. An error is the reason why it cannot be set.
func (p planner) shape(ctx context.Context, t *Tracker, f metaField, text string) (any, error) {
	text = strings.TrimSpace(text)
	switch f.Schema.Type {
	case "string":
		return p.flavour.shapeText(f, text)
	case "number":
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || number-number != 0 { // NaN and the infinities have no JSON
			return nil, errors.New("it is not a number")
		}
		return number, nil
	case "option", "version":
		return shapeOption(f, text)
	case "option-with-child":
		return shapeCascade(f, text)
	case "array":
		return p.shapeArray(ctx, t, f, text)
	case "date", "datetime":
		return shapeDate(f, text)
	case "user":
		return p.person(ctx, t, text)
	case "group":
		return nil, errors.New("groups are not set: name people in a user field instead")
	}
	if f.isEpicLink() {
		return shapeKey(text)
	}
	return nil, fmt.Errorf("fields of type %q cannot be set", f.Schema.Type)
}

func (fl *flavour) shapeText(f metaField, text string) (any, error) {
	switch {
	case strings.HasSuffix(f.Schema.Custom, ":textarea"), f.ID == "environment":
		return fl.text(text), nil
	case strings.HasSuffix(f.Schema.Custom, ":url"):
		if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, errors.New("it is not an http or https URL")
		}
		return text, nil
	}
	return markup.Title(text, 255), nil
}

func shapeOption(f metaField, text string) (any, error) {
	what, nameKey := "option", "value"
	if f.Schema.Type == "version" || f.Schema.Items == "version" {
		what, nameKey = "version", "name"
	}
	values, known := f.allowed()
	value, found := pick(values, text)
	switch {
	case found:
		return map[string]any{"id": value.ID}, nil
	case known:
		return nil, fmt.Errorf("there is no %s %q; there are: %s", what, text, labels(values))
	}
	return map[string]any{nameKey: text}, nil
}

// shapeCascade chooses in a select list of two levels: "Parent > Child", or a parent alone.
func shapeCascade(f metaField, text string) (any, error) {
	values, known := f.allowed()
	above, below, two := strings.Cut(text, ">")
	parent, found := pick(values, text) // whose own name may have a > in it
	if found {
		two = false
	} else {
		parent, found = pick(values, strings.TrimSpace(above))
	}
	above, below = strings.TrimSpace(above), strings.TrimSpace(below)
	switch {
	case !known && two && below != "":
		return map[string]any{"value": above, "child": map[string]any{"value": below}}, nil
	case !known:
		return map[string]any{"value": above}, nil
	case !found:
		return nil, fmt.Errorf("there is no option %q; there are: %s", above, labels(values))
	case !two || below == "":
		return map[string]any{"id": parent.ID}, nil
	}
	child, found := pick(parent.Children, below)
	if !found {
		return nil, fmt.Errorf("there is no option %q below %s; there are: %s", below, parent.label(), labels(parent.Children))
	}
	return map[string]any{"id": parent.ID, "child": map[string]any{"id": child.ID}}, nil
}

func (p planner) shapeArray(ctx context.Context, t *Tracker, f metaField, text string) (any, error) {
	var out []any
	for _, part := range f.parts(text) {
		one, err := any(plainLabel(part)), error(nil)
		switch f.Schema.Items {
		case "option", "version":
			one, err = shapeOption(f, part)
		case "user":
			one, err = p.person(ctx, t, part)
		case "group":
			err = errors.New("groups are not set: name people in a user field instead")
		case "string":
			if longLabel(plainLabel(part)) {
				err = fmt.Errorf("a label has at most %d characters", maxLabel)
			}
		default:
			err = fmt.Errorf("lists of type %q cannot be set", f.Schema.Items)
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(had any) bool { return encode(had) == encode(one) }) {
			out = append(out, one)
		}
	}
	return out, nil
}

// parts are the members of a list, which commas separate, unless a value that can be chosen has the commas in its name.
func (f metaField) parts(text string) []string {
	values, _ := f.allowed()
	if _, whole := pick(values, text); whole {
		return []string{text}
	}
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func shapeDate(f metaField, text string) (any, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if f.Schema.Type == "date" {
			return at.Format(time.DateOnly), nil
		}
		return at.Format(timeLayout), nil
	}
	return nil, errors.New("it is not a date such as 2006-01-02 or 2006-01-02T15:04:05Z")
}
