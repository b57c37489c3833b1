package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

var (
	textType     = reflect.TypeFor[Text]()
	secretType   = reflect.TypeFor[Secret]()
	durationType = reflect.TypeFor[time.Duration]()
	sizeType     = reflect.TypeFor[Size]()
	inlineType   = reflect.TypeFor[Inline]()
)

func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
		return true
	}
	return t == textType || t == secretType || t == inlineType
}

// scalar decodes one value. Its text is taken as it is written, so that 1.10 stays 1.10 and an id of digits stays one.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, f field, key string) {
	switch {
	case isNull(n):
		d.mistake(n, key, "has no value; expected %s, or leave the key out", form(v.Type(), f))
		return
	case n.Kind != yaml.ScalarNode:
		d.mistake(n, key, "is %s; expected %s%s", kind(n), form(v.Type(), f), quoteHint(n))
		return
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		d.mistake(n, key, "has the tag %s; tags are not known here, environment variables are written ${NAME}", n.Tag)
		return
	}
	text := n.Value
	if d.lookup != nil {
		expanded, err := expand(text, d.lookup)
		if err != nil {
			d.mistake(n, key, "%v", err)
			return
		}
		text = expanded
	}
	if text == "" && f.required != "" {
		d.mistake(n, key, "is empty; expected %s", f.required)
		return
	}
	if err := set(v, text, f); err != nil {
		d.mistake(n, key, "%s %v", show(n.Value, v.Type()), err)
		return
	}
	if v.Type() == textType {
		v.Set(reflect.ValueOf(Text{Value: text, At: d.pos(n), Body: d.body(n, text), Key: key}))
	}
}

// setText sets v, a scalar or a list of scalars, from text as in a default, the environment or a flag.
func setText(v reflect.Value, text string, f field) error {
	if isScalar(v.Type()) {
		return set(v, text, f)
	}
	parts := strings.Split(text, ",")
	out := reflect.MakeSlice(v.Type(), len(parts), len(parts))
	for i, part := range parts {
		if err := set(out.Index(i), strings.TrimSpace(part), f); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

// set sets the scalar v from text. Its errors continue a sentence that begins with the value: "is not …; expected …".
func set(v reflect.Value, text string, f field) error {
	if len(f.enum) > 0 && !slices.Contains(f.enum, text) {
		return fmt.Errorf("is not one of %s%s", list(f.enum), near(text, f.enum))
	}
	if check := checks[f.check]; check != nil {
		if err := check(text); err != nil {
			return err
		}
	}
	switch v.Type() {
	case textType:
		v.Set(reflect.ValueOf(Text{Value: text}))
		return nil
	case secretType:
		if text == "" {
			return errors.New("is empty; a secret was meant")
		}
		v.Set(reflect.ValueOf(NewSecret(text)))
		return nil
	case durationType:
		return setDuration(v, text, f)
	case sizeType:
		size, err := ParseSize(text)
		v.SetInt(int64(size))
		return err
	}
	switch v.Kind() {
	case reflect.Bool:
		return setBool(v, text)
	case reflect.Int:
		return setInt(v, text, f)
	}
	v.SetString(text)
	return nil
}

func setDuration(v reflect.Value, text string, f field) error {
	duration, err := ParseDuration(text)
	if err == nil && duration == 0 && !f.zero {
		err = errors.New("is no time at all; expected more than 0")
	}
	v.SetInt(int64(duration))
	return err
}

func setBool(v reflect.Value, text string) error {
	switch strings.ToLower(text) {
	case "true":
		v.SetBool(true)
	case "false":
		v.SetBool(false)
	default:
		return errors.New("is neither true nor false")
	}
	return nil
}

func setInt(v reflect.Value, text string, f field) error {
	number, err := strconv.Atoi(text)
	if err != nil || number < f.min || number > f.max {
		return fmt.Errorf("is not %s", form(v.Type(), f))
	}
	v.SetInt(int64(number))
	return nil
}

// form says what a value should look like.
func form(t reflect.Type, f field) string {
	switch {
	case len(f.enum) > 0:
		return "one of " + list(f.enum)
	case t == durationType:
		return "a duration such as 60s, 5m, 1h30m or 7d"
	case t == sizeType:
		return "a size such as 512KiB or 5MiB"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return fmt.Sprintf("a whole number from %d to %d", f.min, f.max)
	}
	return "text"
}

// show quotes a value as it was written, shortened; of a secret, and of what may be a URL with a password, it says only
// that it is the value.
func show(text string, t reflect.Type) string {
	if t == secretType || strings.Contains(text, "@") && strings.Contains(text, "/") {
		return "the value"
	}
	if short := []rune(text); len(short) > 60 {
		text = string(short[:59]) + "…"
	}
	return strconv.Quote(text)
}

// list joins values as in a sentence.
func list(values []string) string { return strings.Join(values, ", ") }
