package jira

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/bugferry/bugferry/pkg/markup"
)

// customID is what a field set by name may be, and nothing else: a field called "summary" must not replace the summary.
var customID = regexp.MustCompile(`^customfield_[0-9]{1,18}$`)

func (p planner) custom() {
	for _, wanted := range p.issue.Fields {
		if strings.TrimSpace(wanted.Value) == "" {
			continue
		}
		f, err := p.screen.customField(wanted.Name)
		if err != nil {
			p.drop(wanted.Name, wanted.Value, "%v", err)
			continue
		}
		value, err := p.flavour.shape(f, wanted.Value)
		if err != nil {
			p.drop(f.ID, wanted.Value, "%v", err)
			continue
		}
		p.set(f.ID, encode(reduce(value)))
	}
}

// customField finds a field by id or by name. Names are not unique in Jira.
func (s screen) customField(name string) (metaField, error) {
	var found []metaField
	for _, f := range s.fields {
		if customID.MatchString(f.ID) && (f.ID == name || strings.EqualFold(f.Name, strings.TrimSpace(name))) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return metaField{}, fmt.Errorf("there is no such custom field on the create screen of %s", s.kind.Name)
	}
	return metaField{}, fmt.Errorf("%d fields have that name: write the id, such as %s", len(found), found[0].ID)
}

// shape turns a text into what the field takes, by the field's schema.
func (fl *flavour) shape(f metaField, text string) (any, error) {
	text = strings.TrimSpace(text)
	switch f.Schema.Type {
	case "string":
		return fl.shapeText(f, text)
	case "number":
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || number-number != 0 { // NaN and the infinities have no JSON
			return nil, errors.New("it is not a number")
		}
		return number, nil
	case "option":
		return shapeOption(f, text)
	case "array":
		return shapeArray(f, text)
	case "date", "datetime":
		return shapeDate(f, text)
	case "user":
		if !fl.user.MatchString(text) {
			return nil, fmt.Errorf("it is not %s", fl.userWords)
		}
		return map[string]any{fl.userKey: text}, nil
	}
	return nil, fmt.Errorf("fields of type %q cannot be set", f.Schema.Type)
}

func (fl *flavour) shapeText(f metaField, text string) (any, error) {
	switch {
	case strings.HasSuffix(f.Schema.Custom, ":textarea"):
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
	values, known := f.allowed()
	value, found := pick(values, text)
	switch {
	case found:
		return map[string]any{"id": value.ID}, nil
	case known:
		return nil, fmt.Errorf("there is no option %q; there are: %s", text, labels(values))
	}
	return map[string]any{"value": text}, nil
}

func shapeArray(f metaField, text string) (any, error) {
	var out []any
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		switch f.Schema.Items {
		case "option":
			one, err := shapeOption(f, part)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		case "string":
			label := plainLabel(part)
			if len(utf16.Encode([]rune(label))) > maxLabel {
				return nil, fmt.Errorf("a label has at most %d characters", maxLabel)
			}
			out = append(out, label)
		default:
			return nil, fmt.Errorf("lists of type %q cannot be set", f.Schema.Items)
		}
	}
	return out, nil
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
		return at.Format("2006-01-02T15:04:05.000-0700"), nil // the one form Jira takes
	}
	return nil, errors.New("it is not a date such as 2006-01-02 or 2006-01-02T15:04:05Z")
}
